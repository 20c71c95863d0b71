/**
 * The candles of the trial run: a made-up market that rises, falls, stands still and jumps, always the same. It shows a
 * strategy every kind of candle once and says nothing about what it would earn.
 */
import type { Bar } from '../../core/strategies/strategy.ts';

const REGIME_CANDLES = 48;
/** Cents a candle: a rise, a fall, no move at all, jumps both ways, a crash, a slow recovery. */
const DRIFT_CENTS: readonly number[] = [60, -45, 0, 5, -60, 42];
const SPREAD_CENTS: readonly number[] = [180, 160, 0, 900, 300, 150];
const START_CENTS = 100_000;
const LEAST_CENTS = 2_000;

/** A linear congruential generator in 32-bit integers, with the multiplier of Numerical Recipes. */
const nextSeed = (seed: number): number => (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;

/** `count` closed candles; the first `warmUp` of them are not tradable. */
export const trialCandles = (count: number, warmUp: number): readonly Bar[] => {
  const bars: Bar[] = [];
  let seed = 20_240_301;
  let before = START_CENTS;
  for (let index = 0; index < count; index += 1) {
    seed = nextSeed(seed);
    const regime = Math.floor(index / REGIME_CANDLES) % DRIFT_CENTS.length;
    const spread = SPREAD_CENTS[regime]!;
    const move = DRIFT_CENTS[regime]! + Math.floor(((seed >>> 8) / 16_777_216) * (2 * spread + 1)) - spread;
    const close = Math.max(LEAST_CENTS, before + move);
    const high = Math.max(before, close) + (spread === 0 ? 0 : seed & 63);
    const low = Math.min(before, close) - (spread === 0 ? 0 : (seed >>> 6) & 63);
    bars.push({
      open: before / 100,
      high: high / 100,
      low: low / 100,
      close: close / 100,
      volume: index % 17 === 0 ? 0 : ((seed >>> 12) & 4_095) / 8,
      decimals: 2,
      tradable: index >= warmUp,
    });
    before = close;
  }
  return bars;
};
