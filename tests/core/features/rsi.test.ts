/** Wilder's index at its edges (no loss, no gain, no move at all, a very long standstill) and against 60-digit decimals. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rsiHasMoved, rsiMemorySize, rsiOf, updateRsi } from '../../../core/features/rsi.ts';
import { barOf, flatBar, referenceRsi } from '../../support/reference-indicators.ts';
import { isClean, runFeature } from './feature-runs.ts';

const flat = (texts: readonly string[]) => texts.map(flatBar);

describe('rsi', () => {
  test('needs as many differences as its period, then smooths by one period-th', () => {
    // Gains 1, 0, 3 and losses 0, 2, 0: averages 4/3 and 2/3. A fall of 4 makes them 8/9 and 16/9.
    const values = runFeature('rsi', 3, flat(['10', '11', '9', '12', '8']));
    expect(values.slice(0, 3)).toEqual([null, null, null]);
    expect(values[3]).toBeCloseTo(200 / 3, 12);
    expect(values[4]).toBeCloseTo(100 / 3, 12);
  });

  test.each([
    ['rising', ['1', '2', '3', '4', '5', '6'], 100],
    ['falling', ['6', '5', '4', '3', '2', '1'], 0],
    ['standing still', ['0.07', '0.07', '0.07', '0.07', '0.07', '0.07'], 0],
    ['rising and falling by the same', ['0.1', '0.3', '0.1', '0.3', '0.1'], 50],
  ])('%s all the way', (_, texts, expected) => {
    const values = runFeature('rsi', 4, flat(texts));
    expect(values.slice(4)).toEqual(values.slice(4).map(() => expected));
  });

  test('tells a standstill from a fall', () => {
    const still = new Float64Array(rsiMemorySize());
    const fallen = new Float64Array(rsiMemorySize());
    for (const text of ['5', '5', '5']) updateRsi(still, 0, 2, barOf(flatBar(text)));
    for (const text of ['5', '4', '3']) updateRsi(fallen, 0, 2, barOf(flatBar(text)));
    expect([rsiOf(still, 0), rsiHasMoved(still, 0)]).toEqual([0, false]);
    expect([rsiOf(fallen, 0), rsiHasMoved(fallen, 0)]).toEqual([0, true]);
  });

  test('a standstill of 30,000 candles leaves the index where it was until nothing of the moves is left', () => {
    const memory = new Float64Array(rsiMemorySize());
    for (const text of ['10', '13', '12', '14', '12']) updateRsi(memory, 0, 4, barOf(flatBar(text)));
    expect(rsiOf(memory, 0)).toBe(62.5);
    const still = barOf(flatBar('12'));
    let faded = 0;
    for (let candle = 1; candle <= 30_000; candle += 1) {
      updateRsi(memory, 0, 4, still);
      if (rsiHasMoved(memory, 0)) expect(Math.abs(rsiOf(memory, 0) - 62.5)).toBeLessThan(1e-9);
      else if (faded === 0) faded = candle;
    }
    // The averages, 2 in sum, shrink to three quarters at a time: (3/4)^n × 2 falls below 10^-290 at n = 2,324.
    expect(faded).toBe(2_324);
    expect(isClean(memory)).toBe(true);
  });

  test('agrees with 60-digit decimals', () => {
    const prices = fc.array(fc.integer({ min: 9_900, max: 10_100 }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(prices, fc.integer({ min: 2, max: 15 }), (units, period) => {
        const bars = flat(units.map(value => (value / 100).toFixed(2)));
        const reference = referenceRsi(bars, period);
        runFeature('rsi', period, bars).forEach((value, index) => {
          if (value === null) expect(reference[index]).toBeNull();
          else expect(Math.abs(value - reference[index]!)).toBeLessThan(1e-10);
        });
      }),
      { numRuns: 40 },
    );
  });
});
