/**
 * Realised volatility: the standard deviation of the last `period` simple returns from close to close, in population
 * form as TA-Lib's STDDEV. Per candle, not per day or year: who needs another horizon multiplies by its square root.
 */
import type { Bar, Memory } from '../strategies/strategy.ts';
import { unitsOf } from './exact.ts';

// Slots: closes seen; the close before and its decimals; then the returns as a ring, the first at slot 0.
const CLOSE = 1;
const DECIMALS = 2;
const RING = 3;

export const realisedVolatilityMemorySize = (period: number): number => RING + period;

/**
 * Takes one closed candle in. A return is close ÷ close before − 1, computed as the exact difference over the close
 * before, so that it is rounded once and has no cancellation.
 */
export const updateRealisedVolatility = (memory: Memory, at: number, period: number, bar: Bar): void => {
  const seen = memory[at]!;
  const scale = Math.max(bar.decimals, memory[at + DECIMALS]!);
  const before = unitsOf(memory[at + CLOSE]!, scale);
  memory[at] = seen + 1;
  memory[at + CLOSE] = bar.close;
  memory[at + DECIMALS] = bar.decimals;
  if (seen > 0) memory[at + RING + ((seen - 1) % period)] = (unitsOf(bar.close, scale) - before) / before;
};

export const realisedVolatilityIsReady = (memory: Memory, at: number, period: number): boolean => memory[at]! > period;

/**
 * A fraction per candle; only once it is ready. Two passes over the window, oldest return first: nothing is carried
 * from one window to the next, so nothing drifts. Deviations are taken from the oldest return, so equal ones give 0.
 */
export const realisedVolatilityOf = (memory: Memory, at: number, period: number): number => {
  const ring = at + RING;
  const first = (memory[at]! - 1) % period;
  const oldest = memory[ring + first]!;
  let sum = 0;
  for (let age = 0; age < period; age += 1) sum += memory[ring + ((first + age) % period)]! - oldest;
  const mean = oldest + sum / period;
  let squares = 0;
  for (let age = 0; age < period; age += 1) {
    const deviation = memory[ring + ((first + age) % period)]! - mean;
    squares += deviation * deviation;
  }
  return Math.sqrt(squares / period);
};
