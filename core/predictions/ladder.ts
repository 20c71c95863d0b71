/**
 * Momentum at three speeds, from a ladder of four exponential averages of the close, each four times as slow as the one
 * before. A momentum is the gap between two rungs in units of what a driftless walk of the same volatility would show.
 */
import { emaIsReady, emaMemorySize, emaOf, updateEma } from '../features/ema.ts';
import type { Bar, Memory } from '../strategies/strategy.ts';

const RUNGS = 4;
const RATIO = 4;
export const SPEEDS = RUNGS - 1;
/** The slowest average has this many times the period of the fastest. */
export const SLOWEST = RATIO * RATIO * RATIO;

// Slots: the spread of each speed, written at the first candle; then the averages, fastest first.
const AVERAGES = SPEEDS;

export const ladderMemorySize = (): number => AVERAGES + RUNGS * emaMemorySize();

/** Takes one closed candle in. `fastest × 64` is at most 2,000. */
export const updateLadder = (memory: Memory, at: number, fastest: number, bar: Bar): void => {
  if (memory[at] === 0) for (let speed = 0; speed < SPEEDS; speed += 1) memory[at + speed] = spreadOf(fastest, speed);
  const size = emaMemorySize();
  let period = fastest;
  for (let rung = 0; rung < RUNGS; rung += 1) {
    updateEma(memory, at + AVERAGES + rung * size, period, bar);
    period *= RATIO;
  }
};

export const ladderIsReady = (memory: Memory, at: number, fastest: number): boolean =>
  emaIsReady(memory, at + AVERAGES + SPEEDS * emaMemorySize(), fastest * SLOWEST);

/** The gap between rung `speed` and the next slower one, `sigma` being one candle's volatility in quote per base, above 0. */
export const momentumOf = (memory: Memory, at: number, speed: number, sigma: number): number => {
  const average = at + AVERAGES + speed * emaMemorySize();
  return (emaOf(memory, average) - emaOf(memory, average + emaMemorySize())) / (sigma * memory[at + speed]!);
};

/**
 * The standard deviation of that gap for a driftless walk with steps of 1. A step of age k moves an average of decay d
 * by 1 − d^(k+1), so the gap's variance is the sum over k of (s^(k+1) − f^(k+1))², a sum of geometric series.
 */
const spreadOf = (fastest: number, speed: number): number => {
  let period = fastest;
  for (let rung = 0; rung < speed; rung += 1) period *= RATIO;
  const fast = 1 - 2 / (period + 1);
  const slow = 1 - 2 / (period * RATIO + 1);
  return Math.sqrt((slow * slow) / (1 - slow * slow) + (fast * fast) / (1 - fast * fast) - (2 * slow * fast) / (1 - slow * fast));
};
