/** The channel against the extremes of every window taken afresh. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { donchianSideMemorySize } from '../../../core/features/donchian.ts';
import { referenceHighestHigh, referenceLowestLow } from '../../support/reference-indicators.ts';
import type { BarText } from '../../support/reference-indicators.ts';
import { runFeature } from './feature-runs.ts';

const BARS: readonly BarText[] = [
  ['5', '9', '4', '6'],
  ['6', '7', '5', '6'],
  ['6', '8', '6', '7'],
  ['7', '7', '3', '4'],
  ['4', '5', '4', '5'],
  ['5', '6', '5', '6'],
];

describe('donchian channel', () => {
  test('is the highest high of its window, the last candle included', () => {
    expect(runFeature('donchian-upper', 3, BARS)).toEqual([null, null, 9, 8, 8, 7]);
  });

  test('is the lowest low of its window, the last candle included', () => {
    expect(runFeature('donchian-lower', 2, BARS)).toEqual([null, 4, 5, 3, 3, 4]);
  });

  test('remembers one window and two numbers a side', () => {
    expect(donchianSideMemorySize(48)).toBe(50);
  });

  test('agrees with windows taken afresh, ties and long runs included', () => {
    const candle = fc.tuple(fc.integer({ min: 20, max: 30 }), fc.nat(3), fc.nat(3));
    fc.assert(
      fc.property(fc.array(candle, { minLength: 1, maxLength: 120 }), fc.integer({ min: 1, max: 20 }), (candles, period) => {
        const bars = candles.map(([close, above, below]): BarText => [
          `${close}`,
          `${close + above}.5`,
          `${close - below}`,
          `${close}`,
        ]);
        expect(runFeature('donchian-upper', period, bars)).toEqual(referenceHighestHigh(bars, period));
        expect(runFeature('donchian-lower', period, bars)).toEqual(referenceLowestLow(bars, period));
      }),
      { numRuns: 60 },
    );
  });
});
