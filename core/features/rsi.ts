/**
 * Relative strength index after Wilder, as TA-Lib computes it: average gain and loss start from the simple mean of the
 * first `period` differences and are smoothed by 1 ÷ period from then on. Says itself when nothing has moved at all.
 */
import type { Bar, Memory } from '../strategies/strategy.ts';
import { addUnits, EXACT_SUM_SIZE, meanOf, priceOf, unitsOf } from './exact.ts';

// Slots: closes seen, at most `period + 1`; the close before and its decimals; then gain and loss, each an exact sum
// until the seed and from then on the average in the sum's first slot.
const CLOSE = 1;
const DECIMALS = 2;
const GAIN = 3;
const LOSS = GAIN + EXACT_SUM_SIZE;

/**
 * Averages this small are zero. Without a move they only shrink, and after some ten thousand candles they would reach
 * subnormal doubles, where rounding bends their ratio and the index would move although the price does not.
 */
const FADED = 1e-290;

export const rsiMemorySize = (): number => LOSS + EXACT_SUM_SIZE;

/** Takes one closed candle in. The period is 2 to 2,000. */
export const updateRsi = (memory: Memory, at: number, period: number, bar: Bar): void => {
  const seen = memory[at]!;
  const before = memory[at + CLOSE]!;
  const scale = Math.max(bar.decimals, memory[at + DECIMALS]!);
  memory[at + CLOSE] = bar.close;
  memory[at + DECIMALS] = bar.decimals;
  if (seen <= period) memory[at] = seen + 1;
  if (seen === 0) return;
  const move = unitsOf(bar.close, scale) - unitsOf(before, scale);
  if (seen > period) {
    smooth(memory, at, period, priceOf(move, scale));
    return;
  }
  if (move > 0) addUnits(memory, at + GAIN, move, scale);
  if (move < 0) addUnits(memory, at + LOSS, -move, scale);
  if (seen === period) seed(memory, at, period);
};

const seed = (memory: Memory, at: number, period: number): void => {
  memory[at + GAIN] = meanOf(memory, at + GAIN, period);
  memory[at + LOSS] = meanOf(memory, at + LOSS, period);
  memory[at + GAIN + 1] = 0;
  memory[at + LOSS + 1] = 0;
};

const smooth = (memory: Memory, at: number, period: number, move: number): void => {
  const gain = (memory[at + GAIN]! * (period - 1) + (move > 0 ? move : 0)) / period;
  const loss = (memory[at + LOSS]! * (period - 1) + (move < 0 ? -move : 0)) / period;
  const faded = gain + loss < FADED;
  memory[at + GAIN] = faded ? 0 : gain;
  memory[at + LOSS] = faded ? 0 : loss;
};

export const rsiIsReady = (memory: Memory, at: number, period: number): boolean => memory[at]! > period;

/** Whether the price has moved at all in what the averages remember; only once it is ready. */
export const rsiHasMoved = (memory: Memory, at: number): boolean => memory[at + GAIN]! + memory[at + LOSS]! > 0;

/** The close last taken in, 0 before the first; another one like it leaves the index where it is. */
export const rsiLastClose = (memory: Memory, at: number): number => memory[at + CLOSE]!;

/** 0 to 100; 100 without a loss, 0 without a gain and, as in TA-Lib, also without any move. Only once it is ready. */
export const rsiOf = (memory: Memory, at: number): number => {
  const gain = memory[at + GAIN]!;
  const total = gain + memory[at + LOSS]!;
  return total > 0 ? 100 * (gain / total) : 0;
};
