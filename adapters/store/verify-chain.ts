/**
 * The two chains of a run: hour records from the genesis on, and the envelopes beside them. Each link is checked on its
 * own bytes, and where hash and bytes disagree the neighbours say which of the two was changed.
 */
import type pg from 'pg';
import { sha256Hex } from '../../core/kernel/digest.ts';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import { NO_ENVELOPE } from '../../core/seal.ts';
import type { Envelope, HourRecord } from '../../core/seal.ts';
import { envelopeOfText, hourRecordOfText } from '../../schema/wire/seal-text.ts';
import { hexAt, int4At, isNull, readTuples, textAt } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { compareColumn } from './finding.ts';
import type { Report } from './finding.ts';
import { ofRun } from './read-run.ts';
import type { HourRange } from './read-run.ts';
import type { StoredRun } from './runs.ts';
import { readable } from './verify-run-row.ts';

type HourRow = Readonly<{ hour: HourUtc; prevHour: number | null; prevHash: Digest; hash: Digest; text: string }>;
type EnvelopeRow = Readonly<{ hour: HourUtc; prevHash: Digest; hash: Digest; text: string }>;

/** An hour as the store has it; `record` is null when its bytes cannot be read. */
export type CheckedHour = Readonly<{ hour: HourUtc; record: HourRecord | null; envelope: Envelope | null }>;

export type CheckedStretch = Readonly<{ hours: readonly CheckedHour[]; envelopes: number }>;

const hashOf = (text: string): Digest => sha256Hex(`\u0000${text}`);

/** Checks a stretch of both chains, whatever was checked before: the rows around it are witnesses of its first and last. */
export const checkChains = async (client: pg.ClientBase, run: StoredRun, range: HourRange, report: Report): Promise<CheckedStretch> => {
  const around = { fromHour: (range.fromHour - 1) as HourUtc, throughHour: (range.throughHour + 1) as HourUtc };
  const hourAt = byHour(await readHours(client, run, around));
  const envelopeAt = byHour(await readEnvelopes(client, run, around));
  const hours: CheckedHour[] = [];
  let envelopes = 0;
  for (let hour: number = range.fromHour; hour <= range.throughHour; hour += 1) {
    const row = hourAt.get(hour);
    const envelopeRow = envelopeAt.get(hour);
    const beside = { before: envelopeAt.get(hour - 1), next: envelopeAt.get(hour + 1), hour: row };
    const envelope = envelopeRow === undefined ? null : checkEnvelope(run, { row: envelopeRow, ...beside }, report);
    if (envelopeRow !== undefined) envelopes += 1;
    if (row === undefined) continue;
    const witness = { next: hourAt.get(hour + 1), envelope };
    hours.push({ hour: row.hour, record: checkHour(run, { row, before: hourAt.get(hour - 1), witness }, report), envelope });
  }
  return { hours, envelopes };
};

const byHour = <Row extends Readonly<{ hour: number }>>(rows: readonly Row[]): ReadonlyMap<number, Row> => new Map(rows.map(row => [row.hour, row]));

type HourContext = Readonly<{ row: HourRow; before: HourRow | undefined; witness: Readonly<{ next: HourRow | undefined; envelope: Envelope | null }> }>;

const checkHour = (run: StoredRun, { row, before, witness }: HourContext, report: Report): HourRecord | null => {
  const at = (column: string) => ({ table: 'hour_record', key: `hour=${row.hour}`, column });
  const witnesses = [witness.next?.prevHash, witness.envelope?.hourHash].filter(hash => hash !== undefined);
  reportHash({ ...at('record'), hashOfBytes: hashOf(row.text), stored: row.hash, witnesses }, report);
  const record = readable(() => hourRecordOfText(row.text));
  if (typeof record === 'string') {
    report({ code: 'UNREADABLE', ...at('record'), expected: null, actual: record });
    return null;
  }
  const isFirst = row.hour === run.startHour;
  compareColumn(report, at('hour'), { expected: record.hour, actual: row.hour });
  compareColumn(report, at('prev_hour'), { expected: isFirst ? null : row.hour - 1, actual: row.prevHour });
  compareColumn(report, at('prev_hash'), { expected: record.previous, actual: row.prevHash });
  const previous = isFirst ? run.genesis : before?.hash;
  if (previous !== undefined) compareColumn(report, { ...at('record'), code: 'CHAIN_BROKEN' }, { expected: previous, actual: record.previous });
  compareColumn(report, { ...at('record'), code: 'CHAIN_BROKEN' }, { expected: run.genesis, actual: record.genesis });
  return record;
};

type EnvelopeContext = Readonly<{ row: EnvelopeRow; before: EnvelopeRow | undefined; next: EnvelopeRow | undefined; hour: HourRow | undefined }>;

const checkEnvelope = (run: StoredRun, { row, before, next, hour }: EnvelopeContext, report: Report): Envelope | null => {
  const at = (column: string) => ({ table: 'envelope', key: `hour=${row.hour}`, column });
  const witnesses = next === undefined ? [] : [next.prevHash];
  reportHash({ ...at('bytes'), hashOfBytes: hashOf(row.text), stored: row.hash, witnesses }, report);
  const envelope = readable(() => envelopeOfText(row.text));
  if (typeof envelope === 'string') {
    report({ code: 'UNREADABLE', ...at('bytes'), expected: null, actual: envelope });
    return null;
  }
  compareColumn(report, at('hour'), { expected: envelope.hour, actual: row.hour });
  compareColumn(report, at('prev_hash'), { expected: envelope.previous, actual: row.prevHash });
  const isOpening = row.hour === run.startHour - 1;
  const previous = isOpening ? NO_ENVELOPE : before?.hash;
  if (previous !== undefined) compareColumn(report, { ...at('bytes'), code: 'CHAIN_BROKEN' }, { expected: previous, actual: envelope.previous });
  const sealed = isOpening ? run.genesis : hour?.hash;
  if (sealed !== undefined) compareColumn(report, { ...at('bytes'), code: 'CHAIN_BROKEN' }, { expected: sealed, actual: envelope.hourHash });
  // The opening envelope witnesses about the run row, which is checked against it; every later one against the row.
  if (!isOpening) compareWithRun(run, envelope, { key: `hour=${row.hour}` }, report);
  return envelope;
};

const compareWithRun = (run: StoredRun, envelope: Envelope, { key }: Readonly<{ key: string }>, report: Report): void => {
  const at = { table: 'envelope', key, column: 'bytes' };
  compareColumn(report, at, { expected: `run ${run.id}`, actual: `run ${envelope.run}` });
  compareColumn(report, at, { expected: `name ${run.name}`, actual: `name ${envelope.name}` });
  compareColumn(report, at, { expected: `mode ${run.mode}`, actual: `mode ${envelope.mode}` });
  compareColumn(report, at, { expected: `account ${run.account}`, actual: `account ${envelope.account}` });
};

type HashContext = Readonly<{ table: string; key: string; column: string; hashOfBytes: Digest; stored: Digest; witnesses: readonly Digest[] }>;

/** With any witness for the bytes' own hash the column was changed, else the bytes were. */
const reportHash = ({ table, key, column, hashOfBytes, stored, witnesses }: HashContext, report: Report): void => {
  if (hashOfBytes === stored) return;
  if (witnesses.includes(hashOfBytes)) report({ code: 'HASH_DIFFERS', table, key, column: 'hash', expected: hashOfBytes, actual: stored });
  else report({ code: 'HASH_DIFFERS', table, key, column, expected: stored, actual: hashOfBytes });
};

const readHours = (client: pg.ClientBase, run: StoredRun, range: HourRange): Promise<readonly HourRow[]> =>
  all(client, `SELECT hour, prev_hour, prev_hash, hash, record FROM tb.hour_record WHERE ${ofRun(run, range)} ORDER BY hour`, tuple => ({
    hour: int4At(tuple, 0) as HourUtc,
    prevHour: isNull(tuple, 1) ? null : int4At(tuple, 1),
    prevHash: hexAt(tuple, 2) as Digest,
    hash: hexAt(tuple, 3) as Digest,
    text: textAt(tuple, 4),
  }));

const readEnvelopes = (client: pg.ClientBase, run: StoredRun, range: HourRange): Promise<readonly EnvelopeRow[]> =>
  all(client, `SELECT hour, prev_hash, hash, bytes FROM tb.envelope WHERE ${ofRun(run, range)} ORDER BY hour`, tuple => ({
    hour: int4At(tuple, 0) as HourUtc,
    prevHash: hexAt(tuple, 1) as Digest,
    hash: hexAt(tuple, 2) as Digest,
    text: textAt(tuple, 3),
  }));

const all = async <Row>(client: pg.ClientBase, select: string, rowOf: (tuple: Tuple) => Row): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for await (const batch of readTuples(client, `COPY (${select}) TO STDOUT (FORMAT binary)`, rowOf)) for (const row of batch) rows.push(row);
  return rows;
};
