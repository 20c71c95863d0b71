/** Exact sums against big integers and 60-digit decimals, and the bounds up to which they are promised. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUnits, EXACT_SUM_SIZE, isExact, meanOf, priceOf, unitsOf } from '../../../core/features/exact.ts';

const textOf = (units: bigint, decimals: number): string => {
  const digits = units.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};

const sumOf = (prices: readonly (readonly [text: string, decimals: number])[]): Float64Array => {
  const memory = new Float64Array(EXACT_SUM_SIZE);
  for (const [text, decimals] of prices) addUnits(memory, 0, unitsOf(Number(text), decimals), decimals);
  return memory;
};

describe('unitsOf', () => {
  test.each([
    ['0.1', 1, 1],
    ['0.07', 2, 7],
    ['1.005', 3, 1_005],
    ['123.456789', 6, 123_456_789],
    ['42283.58', 8, 4_228_358_000_000],
    ['0.000000000000000001', 18, 1],
    ['225179981368524.7', 1, 2_251_799_813_685_247],
  ])('%s at scale %i is %i units', (text, scale, units) => {
    expect(unitsOf(Number(text), scale)).toBe(units);
  });

  test('finds every count below 2^51 from the double of its decimal, at any scale', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 51n - 1n }), fc.integer({ min: 0, max: 18 }), (units, decimals) => {
        expect(unitsOf(Number(textOf(units, decimals)), decimals)).toBe(Number(units));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a price of at most 15 digits comes back from its units', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n - 1n }), fc.integer({ min: 0, max: 18 }), (units, decimals) => {
        const price = Number(textOf(units, decimals));
        expect(priceOf(unitsOf(price, decimals), decimals)).toBe(price);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an exact sum', () => {
  test('of 0.1, 0.2 and 0.3 has the mean 0.2, which plain doubles miss', () => {
    expect((0.1 + 0.2 + 0.3) / 3).not.toBe(0.2);
    expect(meanOf(sumOf([['0.1', 1], ['0.2', 1], ['0.3', 1]]), 0, 3)).toBe(0.2);
  });

  test('moves to the finer scale when a price with more decimals arrives, and never back', () => {
    expect([...sumOf([['100', 0], ['0.5', 1]])]).toEqual([1_005, 1]);
    expect([...sumOf([['100', 0], ['0.5', 1], ['0.125', 3], ['2', 0]])]).toEqual([102_625, 3]);
  });

  test('has the mean that 60-digit decimals have, rounded once', () => {
    const price = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 40 }), prices => {
        const texts = prices.map(([units, decimals]) => [textOf(units, decimals), decimals] as const);
        const Exact = Decimal.clone({ precision: 60 });
        const mean = texts.reduce((sum, [text]) => sum.plus(text), new Exact(0)).div(texts.length);
        expect(meanOf(sumOf(texts), 0, texts.length)).toBe(mean.toNumber());
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on the order of its summands', () => {
    const price = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 10n }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(fc.array(price, { minLength: 2, maxLength: 30 }), prices => {
        const texts = prices.map(([units, decimals]) => [textOf(units, decimals), decimals] as const);
        expect([...sumOf(texts)]).toEqual([...sumOf(texts.toReversed())]);
      }),
      { numRuns: 300 },
    );
  });

  test('divides by a divisor that is exact up to 2,361 summands at 18 decimals', () => {
    expect(BigInt(2_361 * 1e18)).toBe(2_361n * 10n ** 18n);
    expect(BigInt(2_000 * 1e18)).toBe(2_000n * 10n ** 18n);
    expect(BigInt(2_363 * 1e18)).not.toBe(2_363n * 10n ** 18n);
  });

  test('knows where exactness ends', () => {
    expect([2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 53, -(2 ** 53)].map(isExact)).toEqual([true, true, false, false]);
  });
});
