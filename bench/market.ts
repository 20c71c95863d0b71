/**
 * A synthetic market for measurements: a seeded integer random walk per symbol, so that every machine times the same
 * trades. It stands for no real asset and never feeds a test of trading results.
 */
import { putHash, sha256 } from '../core/kernel/digest.ts';
import { marketSymbol, timeMs } from '../core/kernel/units.ts';
import type { MarketSymbol } from '../core/kernel/units.ts';
import { candleText } from '../core/market/candle.ts';
import { emptyColumn, putNormal } from '../core/market/columns.ts';
import type { CandleColumns } from '../core/market/columns.ts';
import { timeframeMs } from '../core/market/timeframe.ts';
import type { Timeframe } from '../core/market/timeframe.ts';

export type MarketSize = Readonly<{ symbols: number; candles: number; timeframe: Timeframe; firstOpenMs: number }>;

export const syntheticSymbols = (count: number): readonly MarketSymbol[] =>
  Array.from({ length: count }, (_, index) => marketSymbol(`S${String(index).padStart(2, '0')}/USD`));

/** Mulberry32: a small integer generator, good enough for prices and the same everywhere. */
const generator = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const cents = (value: number): string => {
  const whole = Math.floor(value / 100);
  const rest = value % 100;
  return rest === 0 ? String(whole) : `${whole}.${rest % 10 === 0 ? rest / 10 : String(rest).padStart(2, '0')}`;
};

export const syntheticColumns = (symbol: MarketSymbol, seed: number, { candles, timeframe, firstOpenMs }: MarketSize): CandleColumns => {
  const next = generator(seed);
  const columns: CandleColumns = {
    series: { symbol, timeframe },
    length: candles,
    slot: new Int32Array(candles),
    open: emptyColumn(candles),
    high: emptyColumn(candles),
    low: emptyColumn(candles),
    close: emptyColumn(candles),
    volume: emptyColumn(candles),
    digest: new Uint8Array(32 * candles),
  };
  const length = timeframeMs(timeframe);
  let price = 10_000 + Math.floor(next() * 1_000_000);
  for (let row = 0; row < candles; row += 1) {
    const open = Math.max(100, price + Math.floor((next() - 0.5) * 3));
    const drift = (next() + next() + next() + next() - 2) * 0.012;
    price = Math.min(100_000_000, Math.max(100, Math.round(open * (1 + drift))));
    const high = Math.max(open, price) + Math.floor(next() * open * 0.004);
    const low = Math.max(1, Math.min(open, price) - Math.floor(next() * open * 0.004));
    const openMs = timeMs(firstOpenMs + row * length);
    const values = { open: cents(open), high: cents(high), low: cents(low), close: cents(price), volume: cents(1 + Math.floor(next() * 5_000_000_000)) };
    columns.slot[row] = openMs / length;
    putNormal(columns.open, row, values.open);
    putNormal(columns.high, row, values.high);
    putNormal(columns.low, row, values.low);
    putNormal(columns.close, row, values.close);
    putNormal(columns.volume, row, values.volume);
    putHash(columns.digest, 32 * row, sha256(candleText({ symbol, timeframe }, openMs, values)));
  }
  return columns;
};
