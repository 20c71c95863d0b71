/**
 * Simple moving average of the last `period` closes. The close that leaves is subtracted in exact units, so the average
 * depends on its window alone and a thousand candles later still equals the mean computed afresh.
 */
import type { Bar, Memory } from '../strategies/strategy.ts';
import { EXACT_SUM_SIZE, isExact, meanOf, unitsOf } from './exact.ts';

// Slots: closes seen; the exact sum of the window; then the window as a ring, written at `seen` modulo the period.
const SUM = 1;
const SCALE = 2;
const RING = 1 + EXACT_SUM_SIZE;

export const smaMemorySize = (period: number): number => RING + period;

/** Takes one closed candle in. The period is 1 to 2,000. */
export const updateSma = (memory: Memory, at: number, period: number, bar: Bar): void => {
  const seen = memory[at]!;
  const slot = at + RING + (seen % period);
  const leaving = memory[slot]!;
  const before = memory[at + SUM]!;
  memory[slot] = bar.close;
  memory[at] = seen + 1;
  const scale = memory[at + SCALE]!;
  if (bar.decimals <= scale) {
    const after = before - unitsOf(leaving, scale) + unitsOf(bar.close, scale);
    memory[at + SUM] = isExact(before) && isExact(after) ? after : windowUnits(memory, at, period);
    return;
  }
  memory[at + SCALE] = bar.decimals;
  memory[at + SUM] = windowUnits(memory, at, period);
};

/** The window summed afresh, oldest first: at a finer scale, and past 2^53, where a running sum would drift. */
const windowUnits = (memory: Memory, at: number, period: number): number => {
  const scale = memory[at + SCALE]!;
  const oldest = memory[at]! % period;
  let units = 0;
  for (let slot = oldest; slot < period; slot += 1) units += unitsOf(memory[at + RING + slot]!, scale);
  for (let slot = 0; slot < oldest; slot += 1) units += unitsOf(memory[at + RING + slot]!, scale);
  return units;
};

export const smaIsReady = (memory: Memory, at: number, period: number): boolean => memory[at]! >= period;

/** Quote currency per base; only once it is ready. */
export const smaOf = (memory: Memory, at: number, period: number): number => meanOf(memory, at + SUM, period);
