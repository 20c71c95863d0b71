/** Decimal text as mantissa and scale, as a bigint amount and as a double: three readings of one number. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimal } from '../../../core/kernel/decimal.ts';
import { doubleAt, doubleOf, emptyColumn, mantissaOf, putNormal, readable, widen, widenAt } from '../../../core/market/columns.ts';

const Exact = Decimal.clone({ precision: 60, toExpNeg: -100, toExpPos: 100 });
const doubleOfText = (text: string): number => {
  const { mantissa, scale } = mantissaOf(text);
  return doubleOf(mantissa, scale);
};

/** Normal forms a candle may hold: at most 18 digits, at most 18 of them decimals. */
const normalForms = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, scale]) => new Exact(digits.toString()).div(new Exact(10).pow(scale)).toFixed());

describe('mantissaOf', () => {
  test.each<readonly [string, bigint, number]>([
    ['0', 0n, 0],
    ['100', 100n, 0],
    ['42.5', 425n, 1],
    ['0.1', 1n, 1],
    ['0.000000000000000001', 1n, 18],
    ['123456789012345678', 123_456_789_012_345_678n, 0],
    ['12345678.9012345678', 123_456_789_012_345_678n, 10],
    ['0.999999999999999999', 999_999_999_999_999_999n, 18],
  ])('%s', (text, mantissa, scale) => {
    expect(mantissaOf(text)).toEqual({ mantissa, scale });
  });
});

describe('widen', () => {
  test.each<readonly [bigint, number, bigint]>([
    [1n, 18, 1n],
    [1n, 0, 1_000_000_000_000_000_000n],
    [425n, 1, 42_500_000_000_000_000_000n],
    [999_999_999_999_999_999n, 0, 999_999_999_999_999_999_000_000_000_000_000_000n],
  ])('%s with %i decimals', (mantissa, scale, amount) => {
    expect(widen(mantissa, scale)).toBe(amount);
  });

  test('reads the same amount as parseDecimal', () => {
    fc.assert(
      fc.property(normalForms, text => {
        const { mantissa, scale } = mantissaOf(text);
        expect(widen(mantissa, scale)).toBe(parseDecimal(text));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('doubleOf', () => {
  test.each<readonly [string, number]>([
    ['0', 0],
    ['0.1', 0.1],
    ['61000.5', 61000.5],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740992', 9_007_199_254_740_992],
    ['900719925474099.3', 900_719_925_474_099.3],
    ['0.9007199254740993', 0.9007199254740993],
    ['999999999999999999', 1e18],
    ['0.000000000000000001', 1e-18],
    ['0.123456789012345678', 0.12345678901234568],
  ])('%s', (text, double) => {
    expect(doubleOfText(text)).toBe(double);
  });

  test.each<readonly [string, number]>([
    ['0.01234567890123456', 0.01234567890123456],
    ['0.012345678901234567', 0.012345678901234567],
    ['0.09876543210987654', 0.09876543210987654],
  ])('%s: a wide mantissa with more decimals than digits', (text, double) => {
    expect(doubleOfText(text)).toBe(double);
  });

  test('is the double nearest to the text', () => {
    fc.assert(
      fc.property(normalForms, text => {
        expect(doubleOfText(text)).toBe(Number(text));
      }),
      { seed: 2, numRuns: 1_000 },
    );
  });
});

test('a column gives back what was put into its rows', () => {
  const column = emptyColumn(3);
  putNormal(column, 0, '42.5');
  putNormal(column, 2, '999999999999999999');
  expect([0, 1, 2].map(row => widenAt(column, row))).toEqual([42_500_000_000_000_000_000n, 0n, 999_999_999_999_999_999n * 10n ** 18n]);
  expect([0, 1, 2].map(row => doubleAt(readable(column), row))).toEqual([42.5, 0, 1e18]);
});

test('nineteen decimals are a defect', () => {
  expect(() => putNormal(emptyColumn(1), 0, '0.0000000000000000001')).toThrow(/at most 18 decimals/);
});
