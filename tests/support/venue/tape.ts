/**
 * The state of a loopback venue: a clock that the test drives, and per market what has been traded by then. Candles that are still
 * open show what was traded so far. Protocols read it; nothing here knows of HTTP.
 */
import { formatDecimal, parseDecimal } from '../../../core/kernel/decimal.ts';
import type { MarketSymbol } from '../../../core/kernel/units.ts';
import type { CandleValues } from '../../../core/market/candle.ts';
import { timeframeMs } from '../../../core/market/timeframe.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import type { VenueCandle, VenueSeries } from './history.ts';
import { lowerBound, tradeTape } from './trades.ts';
import type { TradeTape, VenueTrade } from './trades.ts';

/** Simulated time. `skewMs` is added to what the venue says its time is, and to nothing else. */
export type VenueClock = { nowMs: number; skewMs: number };

export type VenueTape = Readonly<{
  clock: VenueClock;
  symbols: readonly MarketSymbol[];
  /** Candles opened at or after `fromMs` by now, at most `limit`, the open one included; hidden ones left out. */
  candles: (symbol: MarketSymbol, timeframe: Timeframe, fromMs: number, limit: number) => readonly VenueCandle[];
  /** Trades with a cursor above `sinceNs`, or from it on, by now. */
  trades: (symbol: MarketSymbol, sinceNs: bigint, limit: number) => readonly VenueTrade[];
  lastTrades: (symbol: MarketSymbol, limit: number) => readonly VenueTrade[];
  /** Gives a candle other values from now on. Its trades stay, as a venue's do. */
  revise: (symbol: MarketSymbol, openMs: number, values: CandleValues) => void;
  /** Keeps a candle to itself until a moment. */
  delay: (symbol: MarketSymbol, openMs: number, untilMs: number) => void;
}>;

export type TapeOptions = Readonly<{ nowMs: number; series: readonly VenueSeries[]; cursorSkewNs: bigint; sinceInclusive: boolean }>;

type Market = Readonly<{ series: VenueSeries; tape: TradeTape; revised: Map<number, CandleValues>; delayed: Map<number, number> }>;

const NS_PER_MS = 1_000_000n;

/** The longest slice of trades that one candle of a longer timeframe is made of. */
const TRADES_AT_ONCE = 4_096;

const candleOfTrades = (openMs: number, trades: readonly VenueTrade[]): VenueCandle => {
  const paid = trades.map(({ price }) => ({ price, units: parseDecimal(price)! }));
  const by = (better: (left: bigint, right: bigint) => boolean): string => paid.reduce((best, next) => (better(next.units, best.units) ? next : best)).price;
  const volume = trades.reduce((sum, { volumeUnits }) => sum + volumeUnits, 0n);
  const values = { open: paid[0]!.price, high: by((left, right) => left > right), low: by((left, right) => left < right), close: paid[paid.length - 1]!.price, volume: formatDecimal(volume) };
  return { openMs, values, trades: trades.length };
};

const byTime = (left: VenueTrade, right: VenueTrade): number => (left.timeNs < right.timeNs ? -1 : left.timeNs > right.timeNs ? 1 : left.id - right.id);

/** The trades of [from, to) in printed time; the cursor's clock is never behind it by more than its skew. */
const tradesBetween = ({ tape }: Market, skewNs: bigint, fromMs: number, toMs: number): readonly VenueTrade[] => {
  const first = tape.countUntil(BigInt(fromMs) * NS_PER_MS + skewNs - 1n);
  const last = tape.countUntil(BigInt(toMs) * NS_PER_MS + skewNs - 1n);
  return tape.slice(first, Math.min(TRADES_AT_ONCE, last - first)).toSorted(byTime);
};

/** What a market shows at a moment: candles as recorded once they are closed, what was traded so far before. */
const candleAt = (market: Market, { clock, skewNs }: Readonly<{ clock: VenueClock; skewNs: bigint }>, timeframe: Timeframe, openMs: number): VenueCandle | null => {
  const { series, revised, delayed } = market;
  const hiddenUntil = delayed.get(openMs);
  if (hiddenUntil !== undefined && clock.nowMs < hiddenUntil) return null;
  const lengthMs = timeframeMs(timeframe);
  if (timeframe === series.timeframe && openMs + lengthMs <= clock.nowMs) {
    const index = lowerBound(series.candles.length, at => series.candles[at]!.openMs < openMs);
    const candle = series.candles[index];
    if (candle === undefined || candle.openMs !== openMs) return null;
    const values = revised.get(openMs);
    return values === undefined ? candle : { ...candle, values };
  }
  const trades = tradesBetween(market, skewNs, openMs, Math.min(openMs + lengthMs, clock.nowMs));
  return trades.length === 0 ? null : candleOfTrades(openMs, trades);
};

/** The open times of candles of a market from a moment on: of its own timeframe by looking, of others by walking. */
const opensFrom = function* opensFrom({ series }: Market, timeframe: Timeframe, fromMs: number, nowMs: number): Generator<number> {
  const lengthMs = timeframeMs(timeframe);
  const first = Math.ceil(fromMs / lengthMs) * lengthMs;
  if (timeframe !== series.timeframe) {
    for (let openMs = Math.max(first, series.candles[0]?.openMs ?? first); openMs <= nowMs; openMs += lengthMs) yield openMs;
    return;
  }
  for (let index = lowerBound(series.candles.length, at => series.candles[at]!.openMs < first); index < series.candles.length; index += 1) {
    if (series.candles[index]!.openMs > nowMs) return;
    yield series.candles[index]!.openMs;
  }
};

export const venueTape = ({ nowMs, series, cursorSkewNs, sinceInclusive }: TapeOptions): VenueTape => {
  const clock: VenueClock = { nowMs, skewMs: 0 };
  const markets = new Map<MarketSymbol, Market>(series.map(one => [one.symbol, { series: one, tape: tradeTape(one, cursorSkewNs), revised: new Map<number, CandleValues>(), delayed: new Map<number, number>() }]));
  const marketOf = (symbol: MarketSymbol): Market => {
    const market = markets.get(symbol);
    if (market === undefined) throw new Error(`The venue has no market ${symbol}.`);
    return market;
  };
  const known = ({ tape }: Market): number => tape.countUntil(BigInt(clock.nowMs) * NS_PER_MS + cursorSkewNs);
  return {
    clock,
    symbols: [...markets.keys()],
    candles: (symbol, timeframe, fromMs, limit) => {
      const market = marketOf(symbol);
      const shown: VenueCandle[] = [];
      for (const openMs of opensFrom(market, timeframe, fromMs, clock.nowMs)) {
        const candle = candleAt(market, { clock, skewNs: cursorSkewNs }, timeframe, openMs);
        if (candle !== null) shown.push(candle);
        if (shown.length >= limit) break;
      }
      return shown;
    },
    trades: (symbol, sinceNs, limit) => {
      const market = marketOf(symbol);
      const first = market.tape.countUntil(sinceInclusive ? sinceNs - 1n : sinceNs);
      return market.tape.slice(first, Math.max(0, Math.min(limit, known(market) - first)));
    },
    lastTrades: (symbol, limit) => {
      const market = marketOf(symbol);
      const first = Math.max(0, known(market) - limit);
      return market.tape.slice(first, known(market) - first);
    },
    revise: (symbol, openMs, values) => {
      marketOf(symbol).revised.set(openMs, values);
    },
    delay: (symbol, openMs, untilMs) => {
      marketOf(symbol).delayed.set(openMs, untilMs);
    },
  };
};
