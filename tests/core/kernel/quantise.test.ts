/** Doubles that enter a decision: eight decimals, ties to the even one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantise } from '../../../core/kernel/quantise.ts';

const UNIT = 10n ** 10n;

test.each([
  [0, 0n],
  [-0, 0n],
  [1, 10n ** 18n],
  [0.1, 10n ** 17n],
  [-0.1, -(10n ** 17n)],
  [1e-8, UNIT],
  [1.5 * 2 ** -27, UNIT],
  [2 ** -28, 0n],
  [3e-9, 0n],
  [7e-9, UNIT],
  [-7e-9, -UNIT],
  [123_456.789_012_345, 12_345_678_901_234n * UNIT],
  [2 ** 60, 2n ** 60n * 10n ** 18n],
])('%d', (value, amount) => {
  expect(quantise(value)).toBe(amount);
});

test('exact halves of the last place go to the even one', () => {
  // 2^-9 = 0.001953125 has nine decimals, the last a 5.
  expect(quantise(2 ** -9)).toBe(195_312n * UNIT);
  expect(quantise(3 * 2 ** -9)).toBe(585_938n * UNIT);
  expect(quantise(-(2 ** -9))).toBe(-195_312n * UNIT);
  expect(quantise(-3 * 2 ** -9)).toBe(-585_938n * UNIT);
});

test('what has eight decimals keeps them, on both sides of zero', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), count => {
      expect(quantise(count / 100_000_000)).toBe(BigInt(count) * UNIT);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is a defect', value => {
  expect(() => quantise(value)).toThrow(/is finite/);
});
