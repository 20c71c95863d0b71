/**
 * A piece of the stored candles, some series over some time, checked on its own: the text that each digest is of is put
 * together as bytes, straight from the numbers as the server sends them. Pieces may be checked by several at once.
 */
import type pg from 'pg';
import { hexOf } from '../../core/kernel/digest.ts';
import type { HashBytes } from '../../core/kernel/digest.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import { CANDLE_VALUES } from '../../core/market/candle.ts';
import type { Series } from '../../core/market/candle.ts';
import { hexAt, int4At, int8At, visitTuples } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { compareColumn } from './finding.ts';
import type { Finding, Report } from './finding.ts';
import type { StoredSeries } from './series.ts';
import { putNumericText, putWholeNumber } from './stored-numeric.ts';
import { hashOfScratch, isHashAt, SCRATCH } from './verify-bytes.ts';

/** Candles that open from `fromMs` (inclusive) to `toMs` (exclusive) and that a later import than `ingestAfter` brought. */
export type CandlePiece = Readonly<{ series: readonly StoredSeries[]; ingestAfter: number; fromMs: number; toMs: number }>;

/** What one import brought to a piece. */
export type Brought = Readonly<{ ingest: number; added: number; revisions: number; firstOpenMs: number; lastOpenMs: number }>;
export type PieceTally = Readonly<{ candles: number; brought: readonly Brought[] }>;
export type CheckedPiece = PieceTally & Readonly<{ findings: readonly Finding[] }>;

const FIELDS = { series: 0, openMs: 1, revision: 2, open: 3, digest: 8, ingest: 9, receivedMs: 10 } as const;

const rowsSql = ({ series, ingestAfter, fromMs, toMs }: CandlePiece): string =>
  `COPY (SELECT series_id, open_ms, revision, ${CANDLE_VALUES.join(', ')}, digest, ingest_id, received_ms FROM tb.candle
    WHERE series_id IN (${series.map(({ id }) => id).join(', ')}) AND open_ms >= ${fromMs} AND open_ms < ${toMs} AND ingest_id > ${ingestAfter}
    ORDER BY series_id, open_ms, revision) TO STDOUT (FORMAT binary)`;

type Counting = { -readonly [Field in keyof Brought]: Brought[Field] };

/** Checks every revision in the piece. */
export const checkCandlePiece = async (client: pg.ClientBase, piece: CandlePiece, report: Report): Promise<PieceTally> => {
  const digestOf = newDigestOf(new Map(piece.series.map(({ id, series }) => [id, series])));
  const received = await readReceived(client, piece);
  const brought = new Map<number, Counting>();
  let candles = 0;
  const before = { series: -1, openMs: Number.NaN, revision: -1 };
  await visitTuples(client, rowsSql(piece), tuple => {
    candles += 1;
    const [series, openMs, revision] = [int4At(tuple, FIELDS.series), int8At(tuple, FIELDS.openMs), int4At(tuple, FIELDS.revision)];
    const at = (column: string) => ({ table: 'candle', key: keyOf(piece, series, openMs, revision), column });
    const digest = digestOf(tuple);
    if (!isHashAt(tuple, FIELDS.digest, digest)) compareColumn(report, { ...at('digest'), code: 'HASH_DIFFERS' }, { expected: hexOf(digest), actual: hexAt(tuple, FIELDS.digest) });
    // Earlier revisions may stand outside the scope; the first inside it then follows one that was checked before.
    const isFirst = before.series !== series || before.openMs !== openMs;
    const due = isFirst ? 0 : before.revision + 1;
    if (revision !== due && (!isFirst || piece.ingestAfter === 0)) compareColumn(report, { ...at('revision'), code: 'ORDER_BROKEN' }, { expected: due, actual: revision });
    before.series = series;
    before.openMs = openMs;
    before.revision = revision;
    const ingest = int8At(tuple, FIELDS.ingest);
    checkImport({ received: received.get(ingest), series, ingest, receivedMs: int8At(tuple, FIELDS.receivedMs) }, at, report);
    countBrought(brought, ingest, openMs, revision);
  });
  return { candles, brought: [...brought.values()] };
};

const keyOf = ({ series }: CandlePiece, id: number, openMs: number, revision: number): string => {
  const { symbol, timeframe } = series.find(one => one.id === id)!.series;
  return `symbol=${symbol} timeframe=${timeframe} open_ms=${openMs} (${formatTime(openMs as TimeMs)}) revision=${revision}`;
};

type Received = Readonly<{ seriesId: number; receivedMs: number }>;
type ImportOfRow = Readonly<{ received: Received | undefined; series: number; ingest: number; receivedMs: number }>;

const checkImport = ({ received, series, ingest, receivedMs }: ImportOfRow, at: (column: string) => Readonly<{ table: string; key: string; column: string }>, report: Report): void => {
  if (received === undefined || received.seriesId !== series) compareColumn(report, at('ingest_id'), { expected: 'an import of this series', actual: ingest });
  else if (received.receivedMs !== receivedMs) compareColumn(report, at('received_ms'), { expected: received.receivedMs, actual: receivedMs });
};

/** When each import was received, and of which series it is. */
const readReceived = async (client: pg.ClientBase, { series, ingestAfter }: CandlePiece): Promise<ReadonlyMap<number, Received>> => {
  const { rows } = await client.query<{ id: number; series_id: number; received_ms: number }>(
    'SELECT id, series_id, received_ms FROM tb.ingest WHERE series_id = ANY($1::int[]) AND id > $2',
    [series.map(({ id }) => id), ingestAfter],
  );
  return new Map(rows.map(({ id, series_id, received_ms }) => [id, { seriesId: series_id, receivedMs: received_ms }]));
};

const countBrought = (brought: Map<number, Counting>, ingest: number, openMs: number, revision: number): void => {
  let known = brought.get(ingest);
  if (known === undefined) brought.set(ingest, (known = { ingest, added: 0, revisions: 0, firstOpenMs: openMs, lastOpenMs: openMs }));
  if (revision === 0) known.added += 1;
  else known.revisions += 1;
  // Several series share an import only where a row was changed, and then its times are no longer in order.
  if (openMs < known.firstOpenMs) known.firstOpenMs = openMs;
  if (openMs > known.lastOpenMs) known.lastOpenMs = openMs;
};

const [COMMA, QUOTE] = [44, 34] as const;
const [BETWEEN, CLOSING] = [Buffer.from('","'), Buffer.from('"]')];
const putBytes = (bytes: Uint8Array, at: number): number => {
  for (let index = 0; index < bytes.length; index += 1) SCRATCH[at + index] = bytes[index]!;
  return at + bytes.length;
};

/** Hashes the text of one candle after the other in the same bytes: symbol, timeframe, open time and the five values. */
const newDigestOf = (series: ReadonlyMap<number, Series>): ((tuple: Tuple) => HashBytes) => {
  const beginnings = new Map([...series].map(([id, { symbol, timeframe }]) => [id, Buffer.from(`["${symbol}","${timeframe}",`)]));
  return tuple => {
    let at = putWholeNumber(SCRATCH, putBytes(beginnings.get(int4At(tuple, FIELDS.series))!, 0), int8At(tuple, FIELDS.openMs));
    SCRATCH[at] = COMMA;
    SCRATCH[at + 1] = QUOTE;
    at += 2;
    for (let value = 0; value < CANDLE_VALUES.length; value += 1) {
      at = putNumericText(SCRATCH, at, tuple, FIELDS.open + value);
      at = putBytes(value < CANDLE_VALUES.length - 1 ? BETWEEN : CLOSING, at);
    }
    return hashOfScratch(at);
  };
};
