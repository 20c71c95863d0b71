/**
 * Volatility sizing: a coin that moves more is bought smaller. The scale never lifts an entry above the base of its
 * drawdown tier, and a coin whose volatility is not known is bought smallest.
 */
import { assert } from '../kernel/assert.ts';
import { divideDown, divideUp, shareDown } from '../kernel/rounding.ts';
import { fraction, maxOf, minOf, ONE_E18 } from '../kernel/units.ts';
import type { Fraction } from '../kernel/units.ts';
import type { VolatilityPolicy } from './risk-profile.ts';

const HOURS_A_DAY = 24n;
/** Returns come in units of 10^-8, volatility leaves in units of 10^-10. */
const FINER = 10_000n;
const STEPS = 10_000_000_000n;
const STEP = 100_000_000n;

/**
 * Standard deviation a day of hourly returns in units of 10^-8: √24 times that of the population, exact until one
 * rounding, up at 10 decimals. With n returns it is √(24 × (n Σr² − (Σr)²)) ÷ n.
 */
export const dailyVolatility = (hourlyReturns: readonly number[]): Fraction => {
  assert(hourlyReturns.length > 0, 'A deviation is that of at least one return.');
  const count = BigInt(hourlyReturns.length);
  let sum = 0n;
  let squares = 0n;
  for (const hourlyReturn of hourlyReturns) {
    const exact = BigInt(hourlyReturn);
    sum += exact;
    squares += exact * exact;
  }
  const spread = count * squares - sum * sum;
  assert(spread >= 0n, 'A variance is not negative.');
  return fraction(rootUp(divideUp(HOURS_A_DAY * spread * FINER, count * count)) * STEP);
};

/** The least whole number whose square is at least `square`, by Newton's steps from above. */
const rootUp = (square: bigint): bigint => {
  if (square <= 1n) return square;
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (let next = (root + square / root) >> 1n; next < root; next = (root + square / root) >> 1n) root = next;
  return root * root === square ? root : root + 1n;
};

export type VolatilityCode = 'VOLATILITY_SIZED' | 'VOLATILITY_MISSING' | 'VOLATILITY_NOT_APPLIED';
export type VolatilityScale = Readonly<{ code: VolatilityCode; scale: Fraction }>;

/**
 * target ÷ volatility, down at 10 decimals, within floor and ceiling. A volatility that is missing, or none at all in
 * a coin that has traded for a week, gives the floor.
 */
export const volatilityScale = (policy: VolatilityPolicy | null, volatility: Fraction | null): VolatilityScale => {
  if (policy === null) return { code: 'VOLATILITY_NOT_APPLIED', scale: fraction(ONE_E18) };
  if (volatility === null || volatility <= 0n) return { code: 'VOLATILITY_MISSING', scale: policy.floor };
  const exact = fraction(divideDown(policy.targetPerDay * STEPS, volatility) * STEP);
  return { code: 'VOLATILITY_SIZED', scale: minOf(maxOf(exact, policy.floor), policy.ceiling) };
};

/** Shares of portfolio value. `candidate` is what a strategy asks for, `base` what the tier leaves; null sets no limit. */
export type EntrySize = Readonly<{ candidate: Fraction | null; base: Fraction | null; scale: Fraction }>;

/**
 * The share of portfolio value an entry may aim at: the smaller of candidate and base, scaled, down; never above the
 * base, whatever the scale. Null when neither is given: then nothing but the caps decides.
 */
export const entryFraction = ({ candidate, base, scale }: EntrySize): Fraction | null => {
  const wished = candidate === null ? base : base === null ? candidate : minOf(candidate, base);
  if (wished === null) return null;
  const scaled = shareDown(maxOf(wished, fraction(0n)), scale);
  return base === null ? scaled : minOf(scaled, base);
};
