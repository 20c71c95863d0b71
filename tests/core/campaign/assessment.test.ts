/** Assessments: better news never makes a class worse, and what is shown agrees with what was compared. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess, classify, figuresOf, isMeaningfulRebound, isThesisLost, isUnlikelyToRecover, isWeakNearby, isWorthHolding, reboundsNearby, thesisClassOf } from '../../../core/campaign/assessment.ts';
import type { StateClass } from '../../../core/campaign/state-class.ts';
import { CAMPAIGN_POLICIES } from '../../../core/campaign/presets.ts';
import { fraction, ONE_E18 } from '../../../core/kernel/units.ts';
import type { Fraction } from '../../../core/kernel/units.ts';
import { REGIMES } from '../../../core/predictions/prediction.ts';
import type { Prediction } from '../../../core/predictions/prediction.ts';
import { share } from './outlooks.ts';

const RANK: readonly StateClass[] = ['STRONG_NEGATIVE', 'NEGATIVE', 'NEUTRAL', 'POSITIVE', 'STRONG_POSITIVE'];
const STEP = 10n ** 10n;

const units = (count: number): Fraction => fraction(BigInt(count) * STEP);
const horizon = fc.record({ probabilityUp: fc.integer({ min: 40_000_000, max: 60_000_000 }), expectedReturn: fc.integer({ min: -3_000_000, max: 3_000_000 }) });
const predictions = fc
  .record({ hour1: horizon, hours4: horizon, hours24: horizon, regime: fc.constantFrom(...REGIMES), confidence: fc.integer({ min: 0, max: 100_000_000 }), volatility: fc.integer({ min: 100_000, max: 20_000_000 }) })
  .map(({ hour1, hours4, hours24, regime, confidence, volatility }): Prediction => {
    const of = (drawn: typeof hour1) => ({ probabilityUp: units(drawn.probabilityUp), expectedReturn: units(drawn.expectedReturn) });
    return { hour1: of(hour1), hours4: of(hours4), hours24: of(hours24), regime, confidence: units(confidence), volatility: units(volatility) };
  });
const policies = fc.constantFrom(...Object.values(CAMPAIGN_POLICIES));
const roundTripCost = share('0.004');

describe('a class', () => {
  test('is never worse for better chances and returns', () => {
    const better = fc.tuple(...Array.from({ length: 6 }, () => fc.integer({ min: 0, max: 2_000_000 })));
    fc.assert(
      fc.property(predictions, better, policies, (prediction, [a, b, c, d, e, f], policy) => {
        const up = (given: Prediction['hour1'], chance: number, gain: number) => ({
          probabilityUp: fraction(given!.probabilityUp + units(chance)),
          expectedReturn: fraction(given!.expectedReturn + units(gain)),
        });
        const brighter = { ...prediction, hour1: up(prediction.hour1, a!, b!), hours4: up(prediction.hours4, c!, d!), hours24: up(prediction.hours24, e!, f!) };
        const [before, after] = [prediction, brighter].map(given => assess(given, { sigma: null, policy, roundTripCost })!);
        expect(RANK.indexOf(after!.stateClass)).toBeGreaterThanOrEqual(RANK.indexOf(before!.stateClass));
        expect(RANK.indexOf(thesisClassOf(after!))).toBeGreaterThanOrEqual(RANK.indexOf(thesisClassOf(before!)));
      }),
      { numRuns: 300 },
    );
  });

  test('is never better for a dearer round trip, and a negative one does not depend on it', () => {
    fc.assert(
      fc.property(predictions, fc.integer({ min: 0, max: 5_000_000 }), policies, (prediction, more, policy) => {
        const cheap = classify(prediction, { sigma: null, policy, roundTripCost });
        const dear = classify(prediction, { sigma: null, policy, roundTripCost: fraction(roundTripCost + units(more)) });
        expect(RANK.indexOf(dear)).toBeLessThanOrEqual(RANK.indexOf(cheap));
        if (cheap.endsWith('NEGATIVE')) expect(dear).toBe(cheap);
      }),
      { numRuns: 200 },
    );
  });
});

test('what is shown agrees with what was compared, but for the last digit', () => {
  fc.assert(
    fc.property(predictions, policies, (prediction, policy) => {
      const assessment = assess(prediction, { sigma: null, policy, roundTripCost })!;
      const { near, nearScore, recovery, thesis, expectedReturn, score, edge, returnToExit } = figuresOf(assessment);
      const agrees = (holds: boolean, distance: bigint): void => expect(holds ? distance >= -1n : distance <= 1n).toBe(true);
      agrees(reboundsNearby(assessment), near - policy.reboundChance);
      agrees(isWeakNearby(assessment), -policy.nearWeakness - nearScore);
      agrees(isMeaningfulRebound(assessment), recovery - policy.recoveryHold);
      agrees(isUnlikelyToRecover(assessment), policy.recoveryExit - recovery);
      agrees(isThesisLost(assessment), -thesis);
      agrees(isWorthHolding(assessment), expectedReturn - (policy.holdMinimum * assessment.sigma) / ONE_E18);
      expect(returnToExit - edge).toBe(roundTripCost);
      expect(score >= -ONE_E18 && score <= ONE_E18).toBe(true);
    }),
    { numRuns: 200 },
  );
});
