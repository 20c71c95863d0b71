/** Predictions: what becomes of doubles, what is refused from outside, and that nothing absent turns into a number. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction } from '../../../core/kernel/units.ts';
import { predictionOf, predictionProblem, REGIMES } from '../../../core/predictions/prediction.ts';
import type { Prediction, PredictionDoubles } from '../../../core/predictions/prediction.ts';

const share = (text: string) => fraction(decimal(text));
const horizon = { probabilityUp: 0.55, expectedReturn: -0.002 };
const doubles: PredictionDoubles = { hour1: horizon, hours4: horizon, hours24: horizon, regime: 'RANGE', confidence: 0.5, volatility: 0.04 };

describe('from doubles', () => {
  test('become units of 10^-18 with eight decimals', () => {
    const rounded = predictionOf({ ...doubles, hour1: { probabilityUp: 0.123456786, expectedReturn: -0.000000006 }, confidence: 1 / 3 });
    expect(rounded).toEqual({
      hour1: { probabilityUp: share('0.12345679'), expectedReturn: share('-0.00000001') },
      hours4: { probabilityUp: share('0.55'), expectedReturn: share('-0.002') },
      hours24: { probabilityUp: share('0.55'), expectedReturn: share('-0.002') },
      regime: 'RANGE',
      confidence: share('0.33333333'),
      volatility: share('0.04'),
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d makes its horizon absent, never neutral', broken => {
    expect(predictionOf({ ...doubles, hour1: { ...horizon, probabilityUp: broken } }).hour1).toBeNull();
    expect(predictionOf({ ...doubles, hours4: { ...horizon, expectedReturn: broken } }).hours4).toBeNull();
    expect(predictionOf({ ...doubles, volatility: broken }).volatility).toBeNull();
  });

  test('keep what is absent absent', () => {
    expect(predictionOf({ ...doubles, hour1: null, hours24: null, volatility: null })).toMatchObject({ hour1: null, hours24: null, volatility: null });
  });

  test.each<readonly [string, Partial<PredictionDoubles>, string]>([
    ['a chance above one', { hour1: { ...horizon, probabilityUp: 1.1 } }, 'A chance lies between 0 and 1.'],
    ['a chance below zero', { hours24: { ...horizon, probabilityUp: -1e-9 } }, 'A chance lies between 0 and 1.'],
    ['a loss of more than all', { hours4: { ...horizon, expectedReturn: -1.01 } }, 'An expected return lies between -1 and 10.'],
    ['a gain of more than tenfold', { hours4: { ...horizon, expectedReturn: 10.01 } }, 'An expected return lies between -1 and 10.'],
    ['a confidence above one', { confidence: 1.01 }, 'The confidence of a regime lies between 0 and 1.'],
    ['a confidence that is no number', { confidence: Number.NaN }, 'The confidence of a regime lies between 0 and 1.'],
    ['a volatility below zero', { volatility: -0.01 }, 'A volatility lies between 0 and 10.'],
    ['a volatility above ten', { volatility: 10.01 }, 'A volatility lies between 0 and 10.'],
  ])('%s is a broken strategy', (_, changes, fact) => {
    expect(() => predictionOf({ ...doubles, ...changes })).toThrow(`Assertion failed: ${fact}`);
  });

  test('that keep their bounds give predictions that keep theirs', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    const drawn = fc.record({ probabilityUp: chance, expectedReturn: fc.double({ min: -1, max: 10, noNaN: true }) });
    fc.assert(
      fc.property(drawn, chance, fc.double({ min: 0, max: 10, noNaN: true }), fc.constantFrom(...REGIMES), (hour1, confidence, volatility, regime) => {
        expect(predictionProblem(predictionOf({ ...doubles, hour1, confidence, volatility, regime }))).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});

describe('from outside', () => {
  const given = predictionOf(doubles);
  const at = (probabilityUp: string, expectedReturn: string) => ({ probabilityUp: share(probabilityUp), expectedReturn: share(expectedReturn) });

  test.each<readonly [string, Partial<Prediction>, string | null]>([
    ['every bound', { hour1: at('0', '-1'), hours4: at('1', '10'), confidence: share('1'), volatility: share('10') }, null],
    ['nothing but a regime', { hour1: null, hours4: null, hours24: null, volatility: null }, null],
    ['a volatility of zero', { volatility: share('0') }, null],
    ['a chance above one', { hour1: at('1.00000001', '0') }, 'hour1.probabilityUp must lie between 0 and 1'],
    ['a chance below zero', { hours4: at('-0.00000001', '0') }, 'hours4.probabilityUp must lie between 0 and 1'],
    ['nine decimals of a chance', { hours24: at('0.500000001', '0') }, 'hours24.probabilityUp must have at most 8 decimals'],
    ['a loss of more than all', { hours24: at('0.5', '-1.00000001') }, 'hours24.expectedReturn must lie between -1 and 10'],
    ['a gain of more than tenfold', { hour1: at('0.5', '10.00000001') }, 'hour1.expectedReturn must lie between -1 and 10'],
    ['nine decimals of a return', { hour1: at('0.5', '0.000000001') }, 'hour1.expectedReturn must have at most 8 decimals'],
    ['an unknown regime', { regime: 'BULL' as never }, 'regime must be one of TREND_UP, TREND_DOWN, RANGE, TURBULENT'],
    ['a confidence above one', { confidence: share('1.00000001') }, 'confidence must lie between 0 and 1'],
    ['nine decimals of a confidence', { confidence: share('0.000000001') }, 'confidence must have at most 8 decimals'],
    ['a volatility below zero', { volatility: share('-0.00000001') }, 'volatility must lie between 0 and 10'],
    ['a volatility above ten', { volatility: share('10.00000001') }, 'volatility must lie between 0 and 10'],
    ['nine decimals of a volatility', { volatility: share('0.000000001') }, 'volatility must have at most 8 decimals'],
    ['the first of two problems', { hours4: at('2', '0'), confidence: share('2') }, 'hours4.probabilityUp must lie between 0 and 1'],
  ])('%s', (_, changes, problem) => {
    expect(predictionProblem({ ...given, ...changes })).toBe(problem);
  });
});
