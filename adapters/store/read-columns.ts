/**
 * Candles from their rows as columns: of every open time the latest revision that an import up to a given one brought.
 * Rows are the authority; nothing here looks at the cache.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import { candleDigest } from '../../core/market/candle.ts';
import type { Series } from '../../core/market/candle.ts';
import { emptyColumn } from '../../core/market/columns.ts';
import type { CandleColumns, Column } from '../../core/market/columns.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { int4At, int8At, visitTuples } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { findSeries } from './series.ts';
import type { SeriesId } from './series.ts';
import { putNumeric } from './stored-numeric.ts';

/** `fromMs` inclusive, `toMs` exclusive, both open times. */
export type CandleRange = Readonly<{ fromMs: TimeMs; toMs: TimeMs; ingestThrough: number }>;

/** One series, whole range in memory. Holes are left out. */
export const readColumns = async (client: pg.ClientBase, request: CandleRange & Readonly<{ series: Series }>): Promise<CandleColumns> =>
  (await readAllColumns(client, { ...request, series: [request.series] }))[0]!;

/** Several series of one timeframe, in the order asked for; a series never imported has no rows. */
export const readAllColumns = async (
  client: pg.ClientBase,
  request: CandleRange & Readonly<{ series: readonly Series[] }>,
): Promise<readonly CandleColumns[]> => {
  const ids = await findSeries(client, request.series);
  return readRows(client, request, ids.map((id, index) => ({ id, series: request.series[index]! })));
};

/** As readAllColumns, for series whose ids are known. */
export const readRows = async (
  client: pg.ClientBase,
  { fromMs, toMs, ingestThrough }: CandleRange,
  wanted: readonly Readonly<{ id: SeriesId | null; series: Series }>[],
): Promise<readonly CandleColumns[]> => {
  const builders = wanted.map(({ series }) => newBuilder(series, Math.ceil((toMs - fromMs) / timeframeMs(series.timeframe))));
  const byId = new Map(wanted.flatMap(({ id }, index) => (id === null ? [] : [[id, builders[index]!] as const])));
  if (byId.size > 0) {
    assert([fromMs, toMs, ingestThrough, ...byId.keys()].every(Number.isSafeInteger), 'Times and ids are whole numbers.');
    await visitTuples(
      client,
      `COPY (SELECT series_id, open_ms, open, high, low, close, volume, digest FROM tb.candle
        WHERE series_id IN (${[...byId.keys()].join(', ')}) AND open_ms >= ${fromMs} AND open_ms < ${toMs} AND ingest_id <= ${ingestThrough}
        ORDER BY series_id, open_ms, revision) TO STDOUT (FORMAT binary)`,
      tuple => byId.get(int4At(tuple, 0))!.put(tuple),
    );
  }
  return builders.map(builder => builder.finish());
};

const FIRST_CAPACITY = 4_096;
const DIGEST_LENGTH = 32;

type Builder = Readonly<{ put: (tuple: Tuple) => void; finish: () => CandleColumns }>;
type Growing = { slot: Int32Array; open: Column; high: Column; low: Column; close: Column; volume: Column; digest: Uint8Array };

/** Tuples come by open time and revision: a later revision takes the place of the one before. */
const newBuilder = (series: Series, rowsMax: number): Builder => {
  const lengthMs = timeframeMs(series.timeframe);
  let capacity = Math.max(1, Math.min(rowsMax, FIRST_CAPACITY));
  let columns = columnsOf(capacity);
  let length = 0;
  const put = (tuple: Tuple): void => {
    const slot = int8At(tuple, 1) / lengthMs;
    const row = length > 0 && columns.slot[length - 1] === slot ? length - 1 : length;
    if (row === capacity) {
      capacity *= 2;
      columns = grown(columns, capacity);
    }
    columns.slot[row] = slot;
    putNumeric(columns.open, row, tuple, 2);
    putNumeric(columns.high, row, tuple, 3);
    putNumeric(columns.low, row, tuple, 4);
    putNumeric(columns.close, row, tuple, 5);
    putNumeric(columns.volume, row, tuple, 6);
    const at = tuple.at[7]!;
    columns.digest.set(tuple.bytes.subarray(at, at + DIGEST_LENGTH), DIGEST_LENGTH * row);
    length = row + 1;
  };
  return { put, finish: () => sliceColumns({ series, length: capacity, ...columns }, 0, length) };
};

const columnsOf = (rows: number): Growing => ({
  slot: new Int32Array(rows),
  open: emptyColumn(rows),
  high: emptyColumn(rows),
  low: emptyColumn(rows),
  close: emptyColumn(rows),
  volume: emptyColumn(rows),
  digest: new Uint8Array(DIGEST_LENGTH * rows),
});

const grown = (columns: Growing, capacity: number): Growing => {
  const wider = columnsOf(capacity);
  wider.slot.set(columns.slot);
  wider.digest.set(columns.digest);
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
    wider[name].mantissa.set(columns[name].mantissa);
    wider[name].scale.set(columns[name].scale);
  }
  return wider;
};

const sliceColumn = ({ mantissa, scale }: Column, from: number, to: number): Column => ({
  mantissa: mantissa.subarray(from, to),
  scale: scale.subarray(from, to),
});

/** Rows `from` (inclusive) to `to` (exclusive) of columns, sharing their memory. */
export const sliceColumns = (columns: CandleColumns, from: number, to: number): CandleColumns => ({
  series: columns.series,
  length: to - from,
  slot: columns.slot.subarray(from, to),
  open: sliceColumn(columns.open, from, to),
  high: sliceColumn(columns.high, from, to),
  low: sliceColumn(columns.low, from, to),
  close: sliceColumn(columns.close, from, to),
  volume: sliceColumn(columns.volume, from, to),
  digest: columns.digest.subarray(DIGEST_LENGTH * from, DIGEST_LENGTH * to),
});

/** A series without any row. */
export const noCandles = (series: Series): CandleColumns => {
  const none = () => ({ mantissa: new BigInt64Array(0), scale: new Uint8Array(0) });
  return { series, length: 0, slot: new Int32Array(0), open: none(), high: none(), low: none(), close: none(), volume: none(), digest: new Uint8Array(0) };
};

/** Decimal text in normal form of a stored mantissa and scale. */
export const normalTextOf = (mantissa: bigint, scale: number): string => {
  const digits = mantissa.toString();
  if (scale === 0) return digits;
  if (digits.length <= scale) return `0.${'0'.repeat(scale - digits.length)}${digits}`;
  return `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
};

export type DigestMismatch = Readonly<{ series: Series; openMs: TimeMs; expected: string; actual: string }>;

/** The candles whose digest is not that of their values; `expected` is what the values give, `actual` what is stored. */
export const digestMismatches = (columns: CandleColumns): readonly DigestMismatch[] => {
  const { series, slot, digest } = columns;
  const lengthMs = timeframeMs(series.timeframe);
  const stored = Buffer.from(digest.buffer, digest.byteOffset, digest.length);
  const textAt = ({ mantissa, scale }: Column, row: number): string => normalTextOf(mantissa[row]!, scale[row]!);
  const mismatches: DigestMismatch[] = [];
  for (let row = 0; row < columns.length; row += 1) {
    const openMs = (slot[row]! * lengthMs) as TimeMs;
    const expected = candleDigest(series, openMs, {
      open: textAt(columns.open, row),
      high: textAt(columns.high, row),
      low: textAt(columns.low, row),
      close: textAt(columns.close, row),
      volume: textAt(columns.volume, row),
    });
    const actual = stored.toString('hex', DIGEST_LENGTH * row, DIGEST_LENGTH * (row + 1));
    if (expected !== actual) mismatches.push({ series, openMs, expected, actual });
  }
  return mismatches;
};
