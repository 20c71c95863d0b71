/** Realised volatility: population form, exact returns, exact zero, and no trace of what has left the window. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flatBar, referenceRealisedVolatility } from '../../support/reference-indicators.ts';
import { runFeature } from './feature-runs.ts';

const flat = (texts: readonly string[]) => texts.map(flatBar);

describe('realised volatility', () => {
  test('of returns +10 % and −10 % is 10 %: the divisor is the count of returns', () => {
    const values = runFeature('realised-volatility', 2, flat(['100', '110', '99']));
    expect(values).toEqual([null, null, 0.1]);
  });

  test.each([
    ['a constant price', ['0.07', '0.07', '0.07', '0.07']],
    ['a price that doubles', ['1.1', '2.2', '4.4', '8.8']],
    ['a price that grows by a tenth', ['1', '1.1', '1.21', '1.331']],
  ])('of %s is exactly 0', (_, texts) => {
    expect(runFeature('realised-volatility', 3, flat(texts))[3]).toBe(0);
  });

  test('forgets a crash as soon as it has left the window', () => {
    const values = runFeature('realised-volatility', 2, flat(['50000', '0.01', '0.01', '0.01', '0.01']));
    expect(values.slice(3)).toEqual([0, 0]);
  });

  test('agrees with 60-digit decimals', () => {
    const prices = fc.array(fc.integer({ min: 90_000, max: 110_000 }), { minLength: 12, maxLength: 50 });
    fc.assert(
      fc.property(prices, fc.integer({ min: 2, max: 11 }), (units, period) => {
        const bars = flat(units.map(value => (value / 100).toFixed(2)));
        const reference = referenceRealisedVolatility(bars, period);
        runFeature('realised-volatility', period, bars).forEach((value, index) => {
          if (value === null) expect(reference[index]).toBeNull();
          else expect(Math.abs(value - reference[index]!)).toBeLessThan(1e-15);
        });
      }),
      { numRuns: 40 },
    );
  });
});
