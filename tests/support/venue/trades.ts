/**
 * Trades for candles: as few as show open, high, low and close in an order that candles allow, at fixed moments, with volumes that
 * add up exactly. Deterministic, so that the same history has the same trades with the same ids on every machine.
 */
import { parseDecimal } from '../../../core/kernel/decimal.ts';
import { timeframeMs } from '../../../core/market/timeframe.ts';
import type { VenueCandle, VenueSeries } from './history.ts';

/** A trade of the venue. `cursorNs` is the venue's own, finer clock, which paging goes by; `timeNs` is what it prints. */
export type VenueTrade = Readonly<{ id: number; timeNs: bigint; cursorNs: bigint; price: string; volumeUnits: bigint; buy: boolean }>;

const NS_PER_MS = 1_000_000n;
/** Volumes are counted in 10^-18. */
const unitsOf = (text: string): bigint => {
  const units = parseDecimal(text);
  if (units === null) throw new Error(`${text} is no volume.`);
  return units;
};

/** What a candle's trades were paid with: open, both extremes and close, repeated ones left out, at least two where it had two. */
const pricesOf = ({ values: { open, high, low, close }, trades }: VenueCandle, index: number): readonly string[] => {
  const extremes = index % 2 === 0 ? [high, low] : [low, high];
  const inner = extremes.filter(price => price !== open && price !== close);
  return open === close && inner.length === 0 && trades < 2 ? [open] : [open, ...inner, close];
};

/** Every third candle begins with a trade at its very first moment, and every fifth has two trades of one moment. */
const offsetNs = (index: number, trade: number, lengthNs: bigint, count: number): bigint => {
  const twin = index % 5 === 0 && trade === 1 && count > 2 ? 2 : trade;
  if (trade === 0 && index % 3 === 0) return 0n;
  const step = lengthNs / BigInt(count + 1);
  return (step * BigInt(twin + 1)) / 1_000n * 1_000n;
};

export type TradeTape = Readonly<{
  count: number;
  /** Trades with a number of at least `from`, at most `limit`, ascending; numbers begin at 0 and ids at 1. */
  slice: (from: number, limit: number) => readonly VenueTrade[];
  /** How many trades have a cursor clock at or below a moment. */
  countUntil: (cursorNs: bigint) => number;
}>;

const tradesOf = ({ candles, timeframe }: VenueSeries, index: number, firstId: number, skewNs: bigint): readonly VenueTrade[] => {
  const candle = candles[index]!;
  const lengthNs = BigInt(timeframeMs(timeframe)) * NS_PER_MS;
  const prices = pricesOf(candle, index);
  const volume = unitsOf(candle.values.volume);
  // Shares are whole units of the last place a venue writes; the last trade takes what is left.
  const share = (volume / BigInt(prices.length) / 10_000_000_000n) * 10_000_000_000n;
  return prices.map((price, trade) => {
    const timeNs = BigInt(candle.openMs) * NS_PER_MS + offsetNs(index, trade, lengthNs, prices.length);
    const volumeUnits = trade < prices.length - 1 ? share : volume - share * BigInt(prices.length - 1);
    return { id: firstId + trade, timeNs, cursorNs: timeNs + skewNs, price, volumeUnits, buy: (index + trade) % 2 === 0 };
  });
};

/** The trades of a series, made when asked for. `skewNs` is how far the cursor's clock is ahead of the printed time. */
export const tradeTape = (series: VenueSeries, skewNs: bigint): TradeTape => {
  const firsts = new Int32Array(series.candles.length + 1);
  series.candles.forEach((candle, index) => {
    firsts[index + 1] = firsts[index]! + pricesOf(candle, index).length;
  });
  const count = firsts[series.candles.length]!;
  const candleOfTrade = (trade: number): number => lowerBound(firsts.length, index => firsts[index]! <= trade) - 1;
  const slice = (from: number, limit: number): readonly VenueTrade[] => {
    const found: VenueTrade[] = [];
    for (let index = candleOfTrade(from); found.length < limit && index < series.candles.length; index += 1) {
      const first = firsts[index]!;
      found.push(...tradesOf(series, index, first + 1, skewNs).slice(Math.max(0, from - first)));
    }
    return found.slice(0, limit);
  };
  const countUntil = (cursorNs: bigint): number => {
    const index = lowerBound(series.candles.length, at => BigInt(series.candles[at]!.openMs) * NS_PER_MS + skewNs <= cursorNs) - 1;
    if (index < 0) return 0;
    return firsts[index]! + tradesOf(series, index, 1, skewNs).filter(trade => trade.cursorNs <= cursorNs).length;
  };
  return { count, slice, countUntil };
};

/** The first number for which a condition, true of all before it, no longer holds. */
export const lowerBound = (length: number, holds: (index: number) => boolean): number => {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
};
