/** Crosses as stories, and against whole arrays in 60-digit decimals wherever those decide by more than a rounding error. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emaCross } from '../../../core/strategies/ema-cross.ts';
import { flatBar, referenceCrosses } from '../../support/reference-indicators.ts';
import { closesAsBars, marksOf, runStrategy } from './strategy-runs.ts';

const TWO_THREE = { fast: '2', slow: '3' };

describe('ema-cross', () => {
  test('signals a change of sign with both averages as evidence', () => {
    // At bar 2 the slow line first stands, with fast above it. A fall takes fast below, a rise above again.
    const signals = runStrategy(emaCross, TWO_THREE, closesAsBars('1 2 3 0 9'));
    expect(signals.map(({ bar, action, reason }) => [bar, action, reason])).toEqual([
      [3, 'exit', 'EMA_CROSS_DOWN'],
      [4, 'enter', 'EMA_CROSS_UP'],
    ]);
    expect(signals[0]!.evidence['fast']).toBeCloseTo(5 / 6, 12);
    expect(signals[0]!.evidence['slow']).toBe(1);
  });

  test.each([
    ['a fast line that starts above and stays is no entry', '1 2 3 4 5 6 7', []],
    ['the first sign is only remembered, also after a flat start', '5 5 5 5 6 7 8', []],
    ['the earliest cross is on the candle after both lines first stand', '9 8 7 99', [[3, 'enter']]],
    ['a dip before the slow line stands is no cross', '9 1 99 99', []],
    ['a touch that returns to its side is no cross', '1 2 3 1 9 9', []],
  ])('%s', (_, closes, expected) => {
    expect(marksOf(runStrategy(emaCross, TWO_THREE, closesAsBars(closes)))).toEqual(expected);
  });

  test('skips a candle at which both lines are exactly equal', () => {
    // After 1 2 3 the lines are 2.5 and 2; a close of 1 brings both to 1.5.
    expect(referenceCrosses(closesAsBars('1 2 3 1'), { fast: 2, slow: 3 }).smallestGap).toBe(0);
    expect(marksOf(runStrategy(emaCross, TWO_THREE, closesAsBars('1 2 3 1')))).toEqual([]);
    expect(marksOf(runStrategy(emaCross, TWO_THREE, closesAsBars('1 2 3 1 1')))).toEqual([[4, 'exit']]);
    expect(marksOf(runStrategy(emaCross, TWO_THREE, closesAsBars('1 2 3 1 9 1')))).toEqual([[5, 'exit']]);
  });

  test('never signals at a constant price, for thousands of odd prices', () => {
    const prices = ['0.1', '0.07', '123.456789', '0.00001234', '42283.58', '1.005', '0.3', '99999999.99999999'];
    for (let units = 1; units <= 3_000; units += 1) prices.push((units / 1_000).toFixed(3), (units * 7.77).toFixed(2), (units / 1e7).toFixed(8));
    for (const price of prices) {
      const bars = Array.from({ length: 20 }, () => flatBar(price));
      expect(runStrategy(emaCross, { fast: '3', slow: '7' }, bars)).toEqual([]);
    }
  });

  test('a price that comes to rest crosses at most once more, however long it rests', () => {
    const moves = fc.array(fc.integer({ min: 900, max: 1_100 }), { minLength: 9, maxLength: 40 });
    fc.assert(
      fc.property(moves, fc.integer({ min: 2, max: 8 }), (units, fast) => {
        const moving = units.map(value => flatBar((value / 1_000).toFixed(3)));
        const resting = Array.from({ length: 600 }, () => moving.at(-1)!);
        const signals = runStrategy(emaCross, { fast: String(fast), slow: '9' }, [...moving, ...resting]);
        expect(signals.filter(({ bar }) => bar >= moving.length).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  test('finds the crosses of whole arrays in 60-digit decimals', () => {
    const closes = fc.array(fc.integer({ min: 9_000, max: 11_000 }), { minLength: 20, maxLength: 80 });
    fc.assert(
      fc.property(closes, fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 8 }), (units, fast, more) => {
        const bars = units.map(value => flatBar((value / 100).toFixed(2)));
        const { crosses, smallestGap } = referenceCrosses(bars, { fast, slow: fast + more });
        fc.pre(smallestGap > 1e-12);
        expect(marksOf(runStrategy(emaCross, { fast: String(fast), slow: String(fast + more) }, bars))).toEqual(crosses);
      }),
      { numRuns: 60 },
    );
  });

  test('a price in another power of ten crosses on the same bars', () => {
    const closes = fc.array(fc.integer({ min: 9_000, max: 11_000 }), { minLength: 20, maxLength: 80 });
    fc.assert(
      fc.property(closes, fc.integer({ min: 0, max: 8 }), (units, decimals) => {
        const scaled = (places: number) => units.map(value => flatBar((value / 10 ** places).toFixed(places)));
        fc.pre(referenceCrosses(scaled(0), { fast: 3, slow: 8 }).smallestGap > 1e-12);
        const given = { fast: '3', slow: '8' };
        expect(marksOf(runStrategy(emaCross, given, scaled(decimals)))).toEqual(marksOf(runStrategy(emaCross, given, scaled(0))));
      }),
      { numRuns: 40 },
    );
  });

  test('looks back over the slow period', () => {
    expect(emaCross.lookbackBars({ fast: 12, slow: 26 })).toBe(26);
    expect(emaCross.memorySize({ fast: 12, slow: 26 })).toBe(7);
  });
});
