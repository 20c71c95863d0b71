/**
 * Candles out of public trades, exactly: open and close are the first and last trade in the order of time and trade id, volume
 * is the sum of digits. It never gives out a candle before it was told that every trade of it is known, and makes none of silence.
 */
import { assert } from '../kernel/assert.ts';
import { formatDecimal } from '../kernel/decimal.ts';
import { timeMs } from '../kernel/units.ts';
import type { Price, Quantity, TimeMs } from '../kernel/units.ts';
import { volumeText } from './candle.ts';
import type { CandleValues } from './candle.ts';
import { timeframeMs } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';

/** A trade that a venue published. Time in nanoseconds since the epoch; ids ascend with time and tell trades of one moment apart. */
export type PublicTrade = Readonly<{ timeNs: bigint; id: number; price: Price; quantity: Quantity }>;

export type AggregatedCandle = Readonly<{ openMs: TimeMs; values: CandleValues; trades: number }>;

type OpenCandle = Readonly<{ openMs: number; open: bigint; high: bigint; low: bigint; close: bigint; volume: bigint; trades: number }>;

/** Candles on the way: those whose trades may not all be known yet, oldest first, and the last trade that was added. */
export type TradeAggregation = Readonly<{ timeframe: Timeframe; pending: readonly OpenCandle[]; last: PublicTrade | null; knownBeforeMs: number }>;

export type AggregatedTrades = Readonly<{ aggregation: TradeAggregation; closed: readonly AggregatedCandle[] }>;

const NS_PER_MS = 1_000_000n;

/** An aggregation that has seen nothing. */
export const startAggregation = (timeframe: Timeframe): TradeAggregation => ({ timeframe, pending: [], last: null, knownBeforeMs: 0 });

/** By time, and by id where times are equal. */
export const compareTrades = (left: PublicTrade, right: PublicTrade): number =>
  left.timeNs < right.timeNs ? -1 : left.timeNs > right.timeNs ? 1 : left.id - right.id;

const openedBy = (openMs: number, { price, quantity }: PublicTrade): OpenCandle =>
  ({ openMs, open: price, high: price, low: price, close: price, volume: quantity, trades: 1 });

const extendedBy = (candle: OpenCandle, { price, quantity }: PublicTrade): OpenCandle => ({
  ...candle,
  high: price > candle.high ? price : candle.high,
  low: price < candle.low ? price : candle.low,
  close: price,
  volume: candle.volume + quantity,
  trades: candle.trades + 1,
});

const candleOf = ({ openMs, open, high, low, close, volume, trades }: OpenCandle): AggregatedCandle => ({
  openMs: timeMs(openMs),
  values: { open: formatDecimal(open), high: formatDecimal(high), low: formatDecimal(low), close: formatDecimal(close), volume: volumeText(volume) },
  trades,
});

/**
 * Adds trades, in any order among themselves, and gives out every candle that ends at or before `knownBeforeMs`: the caller's
 * word that all trades before that moment have been added. A trade at the very end of a candle belongs to the next one. No
 * trade may come twice, or before one of an earlier call; that is for the caller to see to, who knows where pages overlap.
 */
export const addTrades = (before: TradeAggregation, trades: readonly PublicTrade[], knownBeforeMs: TimeMs): AggregatedTrades => {
  assert(knownBeforeMs >= before.knownBeforeMs, 'What was known before a moment stays known.');
  const lengthMs = timeframeMs(before.timeframe);
  const lengthNs = BigInt(lengthMs) * NS_PER_MS;
  const pending = [...before.pending];
  let last = before.last;
  let endNs = pending.length === 0 ? 0n : BigInt(pending[pending.length - 1]!.openMs) * NS_PER_MS + lengthNs;
  for (const trade of trades.toSorted(compareTrades)) {
    assert(last === null || compareTrades(last, trade) < 0, 'Trades are added once and in the order of time.');
    assert(trade.timeNs >= BigInt(before.knownBeforeMs) * NS_PER_MS, 'No trade comes from a time that was said to be known.');
    last = trade;
    if (trade.timeNs < endNs) {
      pending.push(extendedBy(pending.pop()!, trade));
      continue;
    }
    const openNs = (trade.timeNs / lengthNs) * lengthNs;
    endNs = openNs + lengthNs;
    pending.push(openedBy(Number(openNs / NS_PER_MS), trade));
  }
  const open = pending.findIndex(candle => candle.openMs + lengthMs > knownBeforeMs);
  const closed = open < 0 ? pending.length : open;
  return {
    aggregation: { timeframe: before.timeframe, pending: pending.slice(closed), last, knownBeforeMs },
    closed: pending.slice(0, closed).map(candleOf),
  };
};
