/**
 * Sums and differences of prices that do not drift: a price is counted in whole units of 10^-scale, which doubles add
 * and subtract exactly below 2^53. It rounds only where a value leaves it, once, and never compares two rounded sums.
 */
import { POWERS_OF_TEN } from '../market/columns.ts';
import type { Memory } from '../strategies/strategy.ts';

/** The largest magnitude up to which every whole number is a double of its own. */
const EXACT_BELOW = 9_007_199_254_740_992;

/** An exact sum keeps two numbers: its units, and the scale they are counted in. */
export const EXACT_SUM_SIZE = 2;
const SCALE = 1;

/**
 * A price in units of 10^-scale, for a scale of at least its own decimals. The price is off its decimal by a relative
 * 2^-53 and the product by as much again, so rounding finds the true count whenever that is below 2^51, which covers
 * every price of up to 15 significant digits. Above, the result is the rounded product: the same everywhere, not exact.
 */
export const unitsOf = (price: number, scale: number): number => Math.round(price * POWERS_OF_TEN[scale]!);

/** The double nearest to a count of units: one division, rounded once where the count is below 2^53. */
export const priceOf = (units: number, scale: number): number => units / POWERS_OF_TEN[scale]!;

/** Whether a sum of units is still exact. */
export const isExact = (units: number): boolean => units < EXACT_BELOW && units > -EXACT_BELOW;

/** Adds a count of units at its own scale; the sum moves to the finer of the two scales. */
export const addUnits = (memory: Memory, at: number, units: number, scale: number): void => {
  const held = memory[at + SCALE]!;
  if (scale <= held) {
    memory[at] = memory[at]! + units * POWERS_OF_TEN[held - scale]!;
    return;
  }
  memory[at] = memory[at]! * POWERS_OF_TEN[scale - held]! + units;
  memory[at + SCALE] = scale;
};

/**
 * The mean of `count` summands as one correctly rounded division. Divisor: 5^18 × count stays below 2^53 for a count up
 * to 2,361, so with at most 18 decimals `count × 10^scale` is exact. Equal exact means are therefore equal doubles.
 */
export const meanOf = (memory: Memory, at: number, count: number): number =>
  memory[at]! / (count * POWERS_OF_TEN[memory[at + SCALE]!]!);
