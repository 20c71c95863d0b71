/**
 * Average true range after Wilder, as TA-Lib computes it: the first true range needs a close before it, the average
 * starts from the simple mean of the first `period` of them and is smoothed by 1 ÷ period from then on.
 */
import type { Bar, Memory } from '../strategies/strategy.ts';
import { addUnits, EXACT_SUM_SIZE, meanOf, priceOf, unitsOf } from './exact.ts';

// Slots: candles seen, at most `period + 1`; the close before and its decimals; then the seed's exact sum, whose first
// slot holds the average from the seed on.
const CLOSE = 1;
const DECIMALS = 2;
const AVERAGE = 3;
const SCALE = 4;

export const atrMemorySize = (): number => AVERAGE + EXACT_SUM_SIZE;

/** Takes one closed candle in. The period is 1 to 2,000. */
export const updateAtr = (memory: Memory, at: number, period: number, bar: Bar): void => {
  const seen = memory[at]!;
  const before = memory[at + CLOSE]!;
  const scale = Math.max(bar.decimals, memory[at + DECIMALS]!);
  memory[at + CLOSE] = bar.close;
  memory[at + DECIMALS] = bar.decimals;
  if (seen <= period) memory[at] = seen + 1;
  if (seen === 0) return;
  const range = trueRangeUnits(bar, before, scale);
  if (seen > period) {
    memory[at + AVERAGE] = (memory[at + AVERAGE]! * (period - 1) + priceOf(range, scale)) / period;
    return;
  }
  addUnits(memory, at + AVERAGE, range, scale);
  if (seen < period) return;
  memory[at + AVERAGE] = meanOf(memory, at + AVERAGE, period);
  memory[at + SCALE] = 0;
};

/** The widest of high − low, |high − close before| and |low − close before|, in exact units. */
const trueRangeUnits = (bar: Bar, closeBefore: number, scale: number): number => {
  const high = unitsOf(bar.high, scale);
  const low = unitsOf(bar.low, scale);
  const before = unitsOf(closeBefore, scale);
  return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
};

export const atrIsReady = (memory: Memory, at: number, period: number): boolean => memory[at]! > period;

/** Quote currency per base; only once it is ready. */
export const atrOf = (memory: Memory, at: number): number => memory[at + AVERAGE]!;
