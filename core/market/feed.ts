/**
 * Turns columns into steps: which candle of each symbol closed in which slot. Slots must be asked for in ascending
 * order, as time passes; what lies ahead of the asked slot is never looked at.
 */
import { assert } from '../kernel/assert.ts';
import { timeMs } from '../kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../kernel/units.ts';
import type { MarketFact } from '../log.ts';
import { barsOf } from './bars.ts';
import type { SeriesBars } from './bars.ts';
import type { CandleColumns } from './columns.ts';
import { marketContentWriter } from './market-fact.ts';
import { timeframeMs } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';

/** The closed candles of one step: `rows[i]` points into `series[i]`, or is -1 where symbol i has none. */
export type MarketStep = Readonly<{
  slot: number;
  openMs: TimeMs;
  closeMs: TimeMs;
  rows: Int32Array;
  series: readonly SeriesBars[];
  fact: MarketFact;
  /** The shared content row; valid until the next step is asked for, copy it to keep it. */
  content: Uint8Array;
}>;

export type Feed = (slot: number) => MarketStep;

/** A feed over series in the order of `symbols`, which is ascending. */
export const feedOf = (symbols: readonly MarketSymbol[], timeframe: Timeframe, columns: readonly CandleColumns[]): Feed => {
  assert(columns.length === symbols.length, 'Every symbol of the universe has its columns.');
  columns.forEach((series, index) => assert(series.series.symbol === symbols[index], 'Columns stand in the order of the universe.'));
  const series = columns.map(barsOf);
  const write = marketContentWriter(timeframe, columns);
  const length = timeframeMs(timeframe);
  const cursors = new Int32Array(symbols.length);
  let previous = -1;
  const rowsOf = int32Slab();
  return slot => {
    assert(slot > previous, 'Slots are asked for in ascending order.');
    previous = slot;
    const rows = rowsOf(symbols.length);
    for (let index = 0; index < symbols.length; index += 1) rows[index] = rowOf(columns[index]!, cursors, index, slot);
    const openMs = timeMs(slot * length);
    const closeMs = timeMs(openMs + length);
    const content = write(openMs, rows);
    const fact: MarketFact = { atMs: closeMs, candles: content.candles, digest: content.digest, type: 'market' };
    return { slot, openMs, closeMs, rows, series, fact, content: content.bytes };
  };
};

const rowOf = (columns: CandleColumns, cursors: Int32Array, index: number, slot: number): number => {
  let cursor = cursors[index]!;
  while (cursor < columns.length && columns.slot[cursor]! < slot) cursor += 1;
  cursors[index] = cursor;
  return cursor < columns.length && columns.slot[cursor] === slot ? cursor : -1;
};

const SLAB_LENGTH = 1 << 14;

/** Hands out zeroed pieces of shared arrays: an array of its own for every step would cost more than filling it. */
const int32Slab = (): ((length: number) => Int32Array) => {
  let slab = new Int32Array(0);
  let used = 0;
  return length => {
    if (used + length > slab.length) {
      slab = new Int32Array(Math.max(SLAB_LENGTH, length));
      used = 0;
    }
    used += length;
    return slab.subarray(used - length, used);
  };
};
