/**
 * A long range of many series as a stream of stretches, every series over the same stretch, the next one being fetched
 * while the current one is used: memory depends on the number of series, never on the length of the range.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { chunkVersions, readChunk } from './candle-cache.ts';
import { CHUNK_SLOTS, chunkOfSlot } from './candle-chunk.ts';
import { prefetched } from './prefetched.ts';
import { sliceColumns } from './read-columns.ts';
import type { CandleRange } from './read-columns.ts';
import { findSeries } from './series.ts';

/** Candles that open from `fromMs` (inclusive) to `toMs` (exclusive), one entry for each series asked for. */
export type Stretch = Readonly<{ fromMs: TimeMs; toMs: TimeMs; columns: readonly CandleColumns[] }>;

type StreamRequest = CandleRange & Readonly<{ series: readonly Series[] }>;

/**
 * Streams the series, which share one timeframe, stretch by stretch from `fromMs` to `toMs`. The connection is the
 * stream's until it ends, and must not be in a transaction. Leaving the loop early is fine.
 */
export const streamColumns = (client: pg.ClientBase, request: StreamRequest): AsyncGenerator<Stretch, void, void> =>
  prefetched(stretches(client, request));

async function* stretches(client: pg.ClientBase, { series, fromMs, toMs, ingestThrough }: StreamRequest): AsyncGenerator<Stretch, void, void> {
  assert(series.length > 0, 'A stream has at least one series.');
  const { timeframe } = series[0]!;
  assert(series.every(one => one.timeframe === timeframe), 'The series of a stream share one timeframe.');
  const lengthMs = timeframeMs(timeframe);
  const [fromSlot, toSlot] = [Math.ceil(fromMs / lengthMs), Math.ceil(toMs / lengthMs)];
  if (toSlot <= fromSlot) return;
  const [firstChunk, lastChunk] = [chunkOfSlot(fromSlot), chunkOfSlot(toSlot - 1)];
  const ids = await findSeries(client, series);
  const versions = await chunkVersions(client, ids.filter(id => id !== null), { timeframe, firstChunk, lastChunk, ingestThrough });
  const cached = series.map((one, index) => ({ id: ids[index]!, series: one }));
  for (let chunk = firstChunk; chunk <= lastChunk; chunk += 1) {
    const columns = await readChunk(client, cached, { chunk, ingestThrough, versions });
    const [from, to] = [Math.max(fromSlot, chunk * CHUNK_SLOTS), Math.min(toSlot, (chunk + 1) * CHUNK_SLOTS)];
    yield { fromMs: (from * lengthMs) as TimeMs, toMs: (to * lengthMs) as TimeMs, columns: columns.map(one => between(one, from, to)) };
  }
}

const between = (columns: CandleColumns, fromSlot: number, toSlot: number): CandleColumns => {
  const [from, to] = [firstRowAt(columns, fromSlot), firstRowAt(columns, toSlot)];
  return from === 0 && to === columns.length ? columns : sliceColumns(columns, from, to);
};

/** The first row whose slot is not before the asked one. */
const firstRowAt = ({ slot, length }: CandleColumns, wanted: number): number => {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slot[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};
