/**
 * Exponential moving average of closes, alpha = 2 ÷ (period + 1), seeded as TA-Lib does: its first value is the simple
 * mean of the first `period` closes, taken exactly. It has no value before that and never guesses one.
 */
import type { Bar, Memory } from '../strategies/strategy.ts';
import { addUnits, EXACT_SUM_SIZE, meanOf, unitsOf } from './exact.ts';

// Slots: closes seen, at most `period`; then the seed's exact sum, whose first slot holds the average from the seed on.
const AVERAGE = 1;
const SCALE = 2;

export const emaMemorySize = (): number => 1 + EXACT_SUM_SIZE;

/** Takes one closed candle in. The period is 2 to 2,000. */
export const updateEma = (memory: Memory, at: number, period: number, bar: Bar): void => {
  const seen = memory[at]!;
  if (seen === period) {
    const average = memory[at + AVERAGE]!;
    memory[at + AVERAGE] = average + (2 / (period + 1)) * (bar.close - average);
    return;
  }
  memory[at] = seen + 1;
  addUnits(memory, at + AVERAGE, unitsOf(bar.close, bar.decimals), bar.decimals);
  if (seen + 1 < period) return;
  memory[at + AVERAGE] = meanOf(memory, at + AVERAGE, period);
  memory[at + SCALE] = 0;
};

export const emaIsReady = (memory: Memory, at: number, period: number): boolean => memory[at] === period;

/** Quote currency per base; only once it is ready. */
export const emaOf = (memory: Memory, at: number): number => memory[at + AVERAGE]!;
