/** What holds for every built-in strategy of plain signals: it looks only back, never repeats itself, and knows its own lookback. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../core/strategies/registry.ts';
import type { Strategy } from '../../../core/strategies/strategy.ts';
import type { ParameterTexts } from '../../../core/strategies/parameters.ts';
import { flatBar } from '../../support/reference-indicators.ts';
import type { BarText } from '../../support/reference-indicators.ts';
import { closesAsBars, marksOf, parametersOf, runStrategy } from './strategy-runs.ts';

/** Short periods, and closes that bring the first signal as early as it can come. */
const CASES: Readonly<Record<string, Readonly<{ given: ParameterTexts; earliest: string }>>> = {
  'buy-and-hold': { given: {}, earliest: '10' },
  'donchian-breakout': { given: { entry: '5', exit: '3' }, earliest: '10 10 10 10 10 11' },
  'ema-cross': { given: { fast: '2', slow: '5' }, earliest: '9 8 7 6 5 99' },
  'rsi-reversion': { given: { period: '4', oversold: '40', overbought: '60' }, earliest: '10 11 10 11 10 20' },
};

const candle = fc.tuple(fc.integer({ min: 80, max: 120 }), fc.nat(4), fc.nat(4), fc.integer({ min: 0, max: 3 }));
const candles = fc.array(candle, { minLength: 1, maxLength: 80 }).map(list =>
  list.map(([close, above, below, decimals]): BarText => {
    const text = (units: number): string => (units / 10 ** decimals).toFixed(decimals);
    return [text(close), text(close + above), text(close - below), text(close)];
  }),
);

const SIGNALLING = STRATEGIES.filter((strategy): strategy is Strategy => 'observe' in strategy);

describe.each(SIGNALLING.map(strategy => [strategy.id, strategy] as const))('%s', (id, strategy) => {
  const { given, earliest } = CASES[id]!;
  const lookback = strategy.lookbackBars(parametersOf(strategy, given));

  test('gives its earliest signal at the bar its lookback names', () => {
    const bars = closesAsBars(earliest);
    expect(bars).toHaveLength(lookback + 1);
    expect(marksOf(runStrategy(strategy, given, bars)).map(([bar]) => bar)).toEqual([lookback]);
  });

  test('never signals earlier, never repeats its last signal, and remembers clean numbers', () => {
    fc.assert(
      fc.property(candles, bars => {
        const signals = runStrategy(strategy, given, bars);
        for (const [index, { bar, action, reason, evidence }] of signals.entries()) {
          expect(bar).toBeGreaterThanOrEqual(lookback);
          expect(action).not.toBe(signals[index - 1]?.action);
          expect(reason).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
          expect(Object.values(evidence).every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a signal does not depend on later bars', () => {
    fc.assert(
      fc.property(candles, fc.nat(80), (bars, cut) => {
        const whole = runStrategy(strategy, given, bars).filter(({ bar }) => bar < cut);
        expect(runStrategy(strategy, given, bars.slice(0, cut))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps symbols apart in one memory', () => {
    const parameters = parametersOf(strategy, given);
    const size = strategy.memorySize(parameters);
    const memory = new Float64Array(3 * size);
    for (const bar of closesAsBars('10 12 9 14 8 15 7')) {
      const texts = { open: Number(bar[0]), high: Number(bar[1]), low: Number(bar[2]), close: Number(bar[3]) };
      strategy.observe(memory, size, { ...texts, volume: 1, decimals: 0, tradable: true }, parameters);
    }
    expect(memory.subarray(0, size).every(value => value === 0)).toBe(true);
    expect(memory.subarray(2 * size).every(value => value === 0)).toBe(true);
    expect(memory.subarray(size, 2 * size).some(value => value !== 0)).toBe(true);
  });

  test('works with every parameter at its bounds', () => {
    for (const spec of strategy.parameters) {
      for (const bound of [spec.min, spec.max]) {
        const parameters = { ...parametersOf(strategy, {}), [spec.name]: bound };
        if (strategy.contradiction(parameters) !== null) continue;
        const texts = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
        expect(runStrategy(strategy, texts, [flatBar('0.07'), flatBar('0.08'), flatBar('0.07')]).length).toBeLessThanOrEqual(1);
      }
    }
  });
});
