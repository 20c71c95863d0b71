/** The exponential average: its exact seed, its stillness at a constant price, and its distance from the true value. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emaMemorySize } from '../../../core/features/ema.ts';
import { flatBar, referenceEma } from '../../support/reference-indicators.ts';
import { runFeature } from './feature-runs.ts';

const flat = (texts: readonly string[]) => texts.map(flatBar);

describe('ema', () => {
  test('starts from the simple mean of its first closes and moves by 2 ÷ (period + 1)', () => {
    expect(runFeature('ema', 3, flat(['1', '2', '6', '5', '10']))).toEqual([null, null, 3, 4, 7]);
  });

  test('remembers three numbers whatever its period', () => {
    expect(emaMemorySize()).toBe(3);
  });

  test('seeds exactly: 0.1, 0.2 and 0.3 give 0.2', () => {
    expect(runFeature('ema', 3, flat(['0.1', '0.2', '0.3', '0.2']))).toEqual([null, null, 0.2, 0.2]);
  });

  test.each(['0.1', '0.07', '123.456789', '0.00001234', '42283.58', '0.000000000000000003'])('stays at %s bit for bit', text => {
    const values = runFeature('ema', 26, flat(Array.from({ length: 200 }, () => text)));
    expect(values.slice(25)).toEqual(Array.from({ length: 175 }, () => Number(text)));
  });

  test('is within a few units in the last place of the true average', () => {
    const prices = fc.array(fc.integer({ min: 1_000_000, max: 90_000_000 }), { minLength: 40, maxLength: 80 });
    fc.assert(
      fc.property(prices, fc.integer({ min: 2, max: 30 }), (units, period) => {
        const bars = flat(units.map(value => (value / 100).toFixed(2)));
        const reference = referenceEma(bars, period);
        runFeature('ema', period, bars).forEach((value, index) => {
          if (value === null) expect(reference[index]).toBeNull();
          else expect(Math.abs(value / reference[index]! - 1)).toBeLessThan(1e-13);
        });
      }),
      { numRuns: 30 },
    );
  });
});
