/**
 * Every division in core goes through here and names its rounding. BigInt `/` truncates toward zero, which favours
 * whoever is on the right side of a sign; a desk rounds against itself.
 */
import { assert } from './assert.ts';
import { ONE_E18 } from './units.ts';
import type { Fraction, Money, Price, Quantity, RatePpm } from './units.ts';

/** Toward negative infinity. The divisor is positive. */
export const divideDown = (dividend: bigint, divisor: bigint): bigint => {
  assert(divisor > 0n, 'A divisor is positive.');
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
};

/** Toward positive infinity. The divisor is positive. */
export const divideUp = (dividend: bigint, divisor: bigint): bigint => {
  assert(divisor > 0n, 'A divisor is positive.');
  const quotient = dividend / divisor;
  return dividend > 0n && quotient * divisor !== dividend ? quotient + 1n : quotient;
};

/** To the nearest, ties to the even neighbour. The divisor is positive. */
export const divideHalfEven = (dividend: bigint, divisor: bigint): bigint => {
  const floor = divideDown(dividend, divisor);
  const twice = (dividend - floor * divisor) << 1n;
  if (twice < divisor) return floor;
  return twice > divisor || (floor & 1n) === 1n ? floor + 1n : floor;
};

/** The largest multiple of `step` at or below `value`. */
export const floorToStep = <Amount extends bigint>(value: Amount, step: bigint): Amount =>
  (divideDown(value, step) * step) as Amount;

/** The smallest multiple of `step` at or above `value`. */
export const ceilToStep = <Amount extends bigint>(value: Amount, step: bigint): Amount =>
  (divideUp(value, step) * step) as Amount;

/** What a quantity costs at a price, rounded up: used for what we pay. */
export const notionalUp = (quantity: Quantity, price: Price): Money => divideUp(quantity * price, ONE_E18) as Money;

/** What a quantity brings at a price, rounded down: used for what we receive. */
export const notionalDown = (quantity: Quantity, price: Price): Money => divideDown(quantity * price, ONE_E18) as Money;

/** What a holding is worth at its mark, to the nearest. */
export const valueAt = (quantity: Quantity, mark: Price): Money => divideHalfEven(quantity * mark, ONE_E18) as Money;

/** How much a budget buys at a price, rounded down. */
export const quantityFor = (budget: Money, price: Price): Quantity => divideDown(budget * ONE_E18, price) as Quantity;

/** A share of an amount, rounded down. */
export const shareDown = <Amount extends bigint>(amount: Amount, share: Fraction): Amount =>
  divideDown(amount * share, ONE_E18) as Amount;

/** `amount × part ÷ total` to the nearest even: splits a basis over its pieces; the last piece takes the rest. */
export const prorate = <Amount extends bigint>(amount: Amount, part: bigint, total: bigint): Amount =>
  part === total && total > 0n ? amount : (divideHalfEven(amount * part, total) as Amount);

/** Fees round up to the asset's step, so no way of splitting a fill can lower them. */
export const feeUp = <Amount extends bigint>(notional: Amount, rate: RatePpm, step: bigint): Amount => {
  assert(notional >= 0n, 'A notional is not negative.');
  if (rate === 0) return 0n as Amount;
  return (divideUp(notional * BigInt(rate), 1_000_000n * step) * step) as Amount;
};
