/** Wilder's average true range: what counts as the range, where it starts, and its distance from the true value. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referenceAtr } from '../../support/reference-indicators.ts';
import type { BarText } from '../../support/reference-indicators.ts';
import { runFeature } from './feature-runs.ts';

describe('atr', () => {
  test.each<[string, BarText, number]>([
    ['high to low', ['10', '12', '9', '11'], 3],
    ['a gap up, from the close before to the high', ['14', '15', '14', '14'], 5],
    ['a gap down, from the close before to the low', ['7', '8', '6', '7'], 4],
    ['nothing', ['10', '10', '10', '10'], 0],
  ])('measures %s', (_, bar, range) => {
    expect(runFeature('atr', 1, [['10', '10.5', '9.5', '10'], bar])).toEqual([null, range]);
  });

  test('leaves the first candle out, starts from a simple mean and smooths by one period-th', () => {
    const bars: BarText[] = [
      ['10', '99', '1', '10'],
      ['10', '11', '10', '10'],
      ['10', '13', '10', '10'],
      ['10', '16', '10', '10'],
    ];
    expect(runFeature('atr', 2, bars)).toEqual([null, null, 2, 4]);
  });

  test('takes ranges exactly: 0.3 − 0.1 is 0.2', () => {
    expect(runFeature('atr', 1, [['0.2', '0.2', '0.2', '0.2'], ['0.2', '0.3', '0.1', '0.2']])).toEqual([null, 0.2]);
  });

  test('agrees with 60-digit decimals', () => {
    const candle = fc.tuple(fc.integer({ min: 500, max: 1_500 }), fc.nat(80), fc.nat(80), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(candle, { minLength: 15, maxLength: 50 }), fc.integer({ min: 1, max: 12 }), (candles, period) => {
        const bars = candles.map(([close, above, below, decimals]): BarText => {
          const text = (units: number): string => (units / 10 ** decimals).toFixed(decimals);
          return [text(close), text(close + above), text(close - below), text(close)];
        });
        const reference = referenceAtr(bars, period);
        runFeature('atr', period, bars).forEach((value, index) => {
          if (value === null) expect(reference[index]).toBeNull();
          else expect(Math.abs(value - reference[index]!)).toBeLessThan(1e-12 * Math.max(1, value));
        });
      }),
      { numRuns: 40 },
    );
  });
});
