/** The row of a run against its manifest, its opening envelope and its first hour: who witnesses against whom. */
import type pg from 'pg';
import { sha256Hex } from '../../core/kernel/digest.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Envelope, HourRecord } from '../../core/seal.ts';
import { WireError } from '../../schema/wire/json-fields.ts';
import { manifestOfText } from '../../schema/wire/manifest-text.ts';
import { envelopeOfText, hourRecordOfText } from '../../schema/wire/seal-text.ts';
import { compareColumn } from './finding.ts';
import type { Report } from './finding.ts';
import { retentionOf } from './runs.ts';
import type { StoredRun } from './runs.ts';

/** Compares the run row; the opening envelope itself is checked with the other envelopes. */
export const verifyRunRow = async (client: pg.ClientBase, run: StoredRun, report: Report): Promise<void> => {
  const at = (column: string) => ({ table: 'run', key: `id=${run.id}`, column });
  const manifest = readable(() => manifestOfText(run.manifestText));
  const opening = await openingOf(client, run);
  const genesis = sha256Hex(run.manifestText);
  if (genesis !== run.genesis) {
    // Whoever agrees with the stored genesis witnesses that the manifest changed, and the other way round.
    const witness = opening.envelope?.hourHash ?? opening.first?.genesis ?? run.genesis;
    const column = witness === genesis ? 'genesis' : 'manifest';
    report({ code: 'HASH_DIFFERS', ...at(column), expected: column === 'genesis' ? genesis : run.genesis, actual: column === 'genesis' ? run.genesis : genesis });
  }
  if (typeof manifest === 'string') report({ code: 'UNREADABLE', ...at('manifest'), expected: null, actual: manifest });
  else {
    compareColumn(report, at('start_hour'), { expected: manifest.startHour, actual: run.startHour });
    verifyStrategySource(run, manifest, report);
  }
  compareColumn(report, at('retention'), { expected: retentionOf(run.mode), actual: run.retention });
  const { envelope } = opening;
  if (envelope === null) return;
  compareColumn(report, at('id'), { expected: envelope.run, actual: run.id });
  compareColumn(report, at('name'), { expected: envelope.name, actual: run.name });
  compareColumn(report, at('mode'), { expected: envelope.mode, actual: run.mode });
  compareColumn(report, at('account_id'), { expected: envelope.account, actual: run.account });
  compareColumn(report, at('vintage_ingest_id'), { expected: envelope.ingestThrough, actual: run.vintageIngestId });
  compareColumn(report, at('created_ms'), { expected: envelope.executedAtMs, actual: run.createdMs });
};

const verifyStrategySource = (run: StoredRun, manifest: Manifest, report: Report): void => {
  const named = manifest.agents.find(({ strategyDigest }) => strategyDigest !== null)?.strategyDigest ?? null;
  const actual = run.strategySource === null ? null : sha256Hex(run.strategySource);
  compareColumn(report, { table: 'run', key: `id=${run.id}`, column: 'strategy_source' }, { expected: named, actual });
};

/** The value, or why it cannot be read. */
export const readable = <Value extends object>(read: () => Value): Value | string => {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return error.message;
    throw error;
  }
};

type Opening = Readonly<{ envelope: Envelope | null; first: HourRecord | null }>;

/** By order, not by hour: a changed start hour must not hide its witnesses. */
const openingOf = async (client: pg.ClientBase, run: StoredRun): Promise<Opening> => {
  const { rows } = await client.query<{ envelope: Buffer | null; first: Buffer | null }>(
    `SELECT (SELECT bytes FROM tb.envelope WHERE retention = $1 AND run_id = $2 ORDER BY hour LIMIT 1) AS envelope,
       (SELECT record FROM tb.hour_record WHERE retention = $1 AND run_id = $2 ORDER BY hour LIMIT 1) AS first`,
    [run.retention, run.id],
  );
  const { envelope, first } = rows[0]!;
  return {
    envelope: envelope === null ? null : orNull(readable(() => envelopeOfText(envelope.toString('utf8')))),
    first: first === null ? null : orNull(readable(() => hourRecordOfText(first.toString('utf8')))),
  };
};

const orNull = <Value extends object>(value: Value | string): Value | null => (typeof value === 'string' ? null : value);
