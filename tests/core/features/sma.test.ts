/** The rolling average against windows summed afresh: equal bits, however long it has rolled. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smaMemorySize } from '../../../core/features/sma.ts';
import { flatBar, referenceSma } from '../../support/reference-indicators.ts';
import { runFeature } from './feature-runs.ts';

const flat = (texts: readonly string[]) => texts.map(flatBar);

describe('sma', () => {
  test('has no value before its window is full', () => {
    expect(runFeature('sma', 3, flat(['1', '2', '3', '5', '10']))).toEqual([null, null, 2, 10 / 3, 6]);
  });

  test('remembers its window and three numbers', () => {
    expect(smaMemorySize(20)).toBe(23);
  });

  test('of one candle is the close itself', () => {
    expect(runFeature('sma', 1, flat(['0.1', '0.07', '123.456789']))).toEqual([0.1, 0.07, 123.456789]);
  });

  test('ties windows of the same prices in another order', () => {
    const values = runFeature('sma', 3, flat(['0.1', '0.2', '0.3', '0.1', '0.2', '0.3', '0.1']));
    expect(values.slice(2)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  test('forgets a price of a thousand times the others without a trace', () => {
    const values = runFeature('sma', 2, flat(['0.07', '99999999.99', '0.07', '0.07', '0.07']));
    expect(values).toEqual([null, 50_000_000.03, 50_000_000.03, 0.07, 0.07]);
  });

  test('equals the fresh mean bit for bit after thousands of steps, scales changing on the way', () => {
    const price = fc.tuple(fc.integer({ min: 1, max: 90_000_000 }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(fc.array(price, { minLength: 300, maxLength: 600 }), fc.integer({ min: 1, max: 40 }), (prices, period) => {
        const bars = flat(prices.map(([units, decimals]) => (units / 10 ** decimals).toFixed(decimals)));
        expect(runFeature('sma', period, bars)).toEqual(referenceSma(bars, period));
      }),
      { numRuns: 10 },
    );
  });

  test('is exact again once a total too large to be exact has left the window', () => {
    const large = ['22000000000000.01', '22000000000000.02', '22000000000000.03', '22000000000000.04', '22000000000000.01'];
    const small = Array.from({ length: 5 }, () => '0.01');
    expect(runFeature('sma', 5, flat([...large, ...small])).at(-1)).toBe(0.01);
  });

  test('does not drift where prices have more digits than a double', () => {
    const bars = flat(Array.from({ length: 3_000 }, (_, index) => `${64_000 + (index % 97)}.${String(123_456_789_012 + index)}`));
    const reference = referenceSma(bars, 50);
    const deviations = runFeature('sma', 50, bars).map((value, index) => (value === null ? 0 : Math.abs(value / reference[index]! - 1)));
    expect(Math.max(...deviations)).toBeLessThan(5e-15);
  });
});
