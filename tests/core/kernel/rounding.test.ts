/** Every named rounding against decimal.js, on both sides of zero and on exact ties. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ceilToStep,
  divideDown,
  divideHalfEven,
  divideUp,
  feeUp,
  floorToStep,
  notionalDown,
  notionalUp,
  prorate,
  quantityFor,
  shareDown,
  valueAt,
} from '../../../core/kernel/rounding.ts';
import { fraction, money, price, quantity, ratePpm } from '../../../core/kernel/units.ts';

const Exact = Decimal.clone({ precision: 200 });
const anyAmount = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 30n });
const amount = fc.bigInt({ min: 0n, max: 10n ** 30n });
const ONE = 10n ** 18n;

const divided = (dividend: bigint, divisor: bigint, mode: Decimal.Rounding): bigint =>
  BigInt(new Exact(dividend.toString()).div(divisor.toString()).toDecimalPlaces(0, mode).toFixed());

describe('division', () => {
  test.each([
    [7n, 2n, 3n, 4n, 4n],
    [-7n, 2n, -4n, -3n, -4n],
    [5n, 2n, 2n, 3n, 2n],
    [-5n, 2n, -3n, -2n, -2n],
    [6n, 2n, 3n, 3n, 3n],
    [-6n, 2n, -3n, -3n, -3n],
    [0n, 9n, 0n, 0n, 0n],
    [1n, 3n, 0n, 1n, 0n],
    [2n, 3n, 0n, 1n, 1n],
    [-1n, 3n, -1n, 0n, 0n],
  ])('%s by %s: down %s, up %s, half-even %s', (dividend, divisor, down, up, even) => {
    expect([divideDown(dividend, divisor), divideUp(dividend, divisor), divideHalfEven(dividend, divisor)]).toEqual([down, up, even]);
  });

  test('is what decimal.js does', () => {
    fc.assert(
      fc.property(anyAmount, positive, (dividend, divisor) => {
        expect(divideDown(dividend, divisor)).toBe(divided(dividend, divisor, Decimal.ROUND_FLOOR));
        expect(divideUp(dividend, divisor)).toBe(divided(dividend, divisor, Decimal.ROUND_CEIL));
        expect(divideHalfEven(dividend, divisor)).toBe(divided(dividend, divisor, Decimal.ROUND_HALF_EVEN));
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test('is what decimal.js does on ties and next to them', () => {
    fc.assert(
      fc.property(anyAmount, fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.constantFrom(-1n, 0n, 1n), (quotient, half, beside) => {
        const dividend = quotient * 2n * half + half + beside;
        expect(divideHalfEven(dividend, 2n * half)).toBe(divided(dividend, 2n * half, Decimal.ROUND_HALF_EVEN));
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  test.each([0n, -1n])('by %s is a defect', divisor => {
    expect(() => divideDown(1n, divisor)).toThrow(/divisor is positive/);
    expect(() => divideUp(1n, divisor)).toThrow(/divisor is positive/);
    expect(() => divideHalfEven(1n, divisor)).toThrow(/divisor is positive/);
  });
});

describe('steps', () => {
  test.each([
    [1_234n, 100n, 1_200n, 1_300n],
    [1_200n, 100n, 1_200n, 1_200n],
    [-1_234n, 100n, -1_300n, -1_200n],
    [99n, 100n, 0n, 100n],
  ])('%s in steps of %s lies between %s and %s', (value, step, below, above) => {
    expect([floorToStep(value, step), ceilToStep(value, step)]).toEqual([below, above]);
  });
});

describe('amounts', () => {
  test('what is paid rounds up, what is received down, what is worth to the nearest even', () => {
    fc.assert(
      fc.property(amount, amount, (units, at) => {
        const [held, mark] = [quantity(units), price(at)];
        expect(notionalUp(held, mark)).toBe(divided(units * at, ONE, Decimal.ROUND_CEIL));
        expect(notionalDown(held, mark)).toBe(divided(units * at, ONE, Decimal.ROUND_FLOOR));
        expect(valueAt(held, mark)).toBe(divided(units * at, ONE, Decimal.ROUND_HALF_EVEN));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('a budget never buys more than it pays for, and a share never more than its amount', () => {
    fc.assert(
      fc.property(amount, positive, (budget, at) => {
        const bought = quantityFor(money(budget), price(at));
        expect((notionalUp(bought, price(at)) as bigint) <= budget).toBe(true);
        expect((notionalUp(quantity(bought + 1n), price(at)) as bigint) > budget || at < ONE).toBe(true);
        expect(shareDown(money(budget), fraction(ONE))).toBe(budget);
        expect(shareDown(money(budget), fraction(ONE - 1n)) <= budget).toBe(true);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  test('splitting piece by piece leaves nothing over, whatever the pieces', () => {
    fc.assert(
      fc.property(amount, fc.array(positive, { minLength: 1, maxLength: 8 }), (total, parts) => {
        let [left, rest] = [total, parts.reduce((sum, part) => sum + part, 0n)];
        for (const part of parts) {
          const piece = prorate(money(left), part, rest);
          expect((piece as bigint) >= 0n && piece <= left).toBe(true);
          [left, rest] = [left - piece, rest - part];
        }
        expect(left).toBe(0n);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  //  notional  ppm      step       fee
  test.each([
    [100_000n, 4_000, 1n, 400n],
    [100_001n, 4_000, 1n, 401n],
    [100_001n, 4_000, 100n, 500n],
    [0n, 4_000, 100n, 0n],
    [1n, 0, 100n, 0n],
    [1n, 1, 1n, 1n],
  ])('the fee on %s at %i ppm in steps of %s is %s', (notional, ppm, step, fee) => {
    expect(feeUp(money(notional), ratePpm(ppm), step)).toBe(fee);
  });

  test('no way of splitting a fill lowers its fee', () => {
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(1n, 10n ** 10n, 10n ** 16n), (left, right, ppm, step) => {
        const rate = ratePpm(ppm);
        expect(feeUp(money(left), rate, step) + feeUp(money(right), rate, step) >= feeUp(money(left + right), rate, step)).toBe(true);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test('a fee on less than nothing is a defect', () => {
    expect(() => feeUp(money(-1n), ratePpm(1), 1n)).toThrow(/notional is not negative/);
  });
});
