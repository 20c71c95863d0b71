/**
 * One prediction judged by a policy: the class of the asset, and the comparisons that campaigns make. Everything is
 * compared exactly, as products of integers; what is divided and rounded is only ever shown, never decided by.
 */
import { divideHalfEven } from '../kernel/rounding.ts';
import { ONE_E18 } from '../kernel/units.ts';
import type { Fraction } from '../kernel/units.ts';
import type { Horizon, Prediction, Regime } from '../predictions/prediction.ts';
import type { CampaignPolicy } from './policy.ts';
import type { StateClass } from './state-class.ts';

/** Horizons times their weights: `weight` has 18 decimals, `chance` and `expected` have 36. */
type Weighed = Readonly<{ weight: bigint; chance: bigint; expected: bigint }>;

export type Assessment = Readonly<{
  /** Of all horizons together. */
  stateClass: StateClass;
  /** The volatility of a day that cut-offs are scaled by. */
  sigma: Fraction;
  policy: CampaignPolicy;
  roundTripCost: Fraction;
  /** What the regime leaves of a score, 36 decimals. */
  damping: bigint;
  all: Weighed;
  /** The first two horizons, the last two, and the last: the next hours, a recovery, and the broader thesis. */
  near: Weighed;
  late: Weighed;
  day: Weighed;
}>;

export type Terms = Readonly<{ sigma: Fraction | null; policy: CampaignPolicy; roundTripCost: Fraction }>;

/**
 * Null is DATA_MISSING: no prediction, a horizon absent that carries weight, or no volatility above zero. `sigma` is the
 * desk's own volatility of a day, used where the prediction states none.
 */
export const assess = (prediction: Prediction | null, { sigma: known, policy, roundTripCost }: Terms): Assessment | null => {
  if (prediction === null) return null;
  const sigma = prediction.volatility ?? known;
  if (sigma === null || sigma <= 0n) return null;
  const hour1 = weighed(prediction.hour1, policy.weight1h);
  const hours4 = weighed(prediction.hours4, policy.weight4h);
  const day = weighed(prediction.hours24, policy.weight24h);
  if (hour1 === null || hours4 === null || day === null) return null;
  const near = sum(hour1, hours4);
  const judging = { sigma, policy, roundTripCost, damping: dampingOf(prediction, policy), all: sum(near, day) };
  return { ...judging, stateClass: classOf(judging.all, judging), near, late: sum(hours4, day), day };
};

/** The class of a prediction, with the absent one named. */
export const classify = (prediction: Prediction | null, terms: Terms): StateClass => assess(prediction, terms)?.stateClass ?? 'DATA_MISSING';

const NOTHING: Weighed = { weight: 0n, chance: 0n, expected: 0n };

/** A horizon without weight is not read, so it may be absent. */
const weighed = (horizon: Horizon | null, weight: Fraction): Weighed | null => {
  if (weight === 0n) return NOTHING;
  return horizon === null ? null : { weight, chance: weight * horizon.probabilityUp, expected: weight * horizon.expectedReturn };
};

const sum = (left: Weighed, right: Weighed): Weighed => ({
  weight: left.weight + right.weight,
  chance: left.chance + right.chance,
  expected: left.expected + right.expected,
});

const ONE_E36 = ONE_E18 * ONE_E18;
const ONE_E54 = ONE_E36 * ONE_E18;

/** 1 less what the regime takes, as far as the prediction is sure of it. */
const dampingOf = ({ regime, confidence }: Prediction, policy: CampaignPolicy): bigint =>
  ONE_E36 - confidence * (ONE_E18 - factorOf(regime, policy));

const factorOf = (regime: Regime, policy: CampaignPolicy): Fraction => {
  switch (regime) {
    case 'TREND_UP':
      return policy.trendUpFactor;
    case 'TREND_DOWN':
      return policy.trendDownFactor;
    case 'RANGE':
      return policy.rangeFactor;
    case 'TURBULENT':
      return policy.turbulentFactor;
  }
};

/** The score times its weight, 72 decimals: chances over even ones, damped. */
const leanOf = ({ weight, chance }: Weighed, damping: bigint): bigint => (2n * chance - weight * ONE_E18) * damping;

type Judging = Pick<Assessment, 'damping' | 'policy' | 'sigma' | 'roundTripCost'>;

/**
 * Bad news outranks good, strong outranks plain. All cut-offs lie apart from zero, so that signs answer most of it:
 * nothing is negative with score and return at zero or above, nothing positive with one of them at zero or below.
 */
const classOf = (horizons: Weighed, judging: Judging): StateClass => {
  const { damping, policy, roundTripCost } = judging;
  const { weight, expected } = horizons;
  const lean = leanOf(horizons, damping);
  const negative = lean < 0n || expected < 0n ? negativeClass(horizons, lean, judging) : null;
  if (negative !== null) return negative;
  if (lean <= 0n || expected <= 0n) return 'NEUTRAL';
  if (expected * policy.expectedHold <= (roundTripCost + policy.edgeMargin) * weight * ONE_E18) return 'NEUTRAL';
  const unit = weight * ONE_E36;
  if (lean < policy.scorePlain * unit) return 'NEUTRAL';
  return lean >= policy.scoreStrong * unit ? 'STRONG_POSITIVE' : 'POSITIVE';
};

const negativeClass = ({ weight, expected }: Weighed, lean: bigint, { policy, sigma }: Judging): StateClass | null => {
  const sooner = policy.exitAggressiveness;
  const [leanSooner, expectedSooner, scoreUnit, returnUnit] = [lean * sooner, expected * sooner, weight * ONE_E54, weight * sigma];
  if (leanSooner <= -policy.scoreStrong * scoreUnit || expectedSooner <= -policy.exitReturnStrong * returnUnit) return 'STRONG_NEGATIVE';
  if (leanSooner <= -policy.scorePlain * scoreUnit || expectedSooner <= -policy.exitReturnPlain * returnUnit) return 'NEGATIVE';
  return null;
};

/** The class of the day alone: the broader thesis, whatever the next hours bring. */
export const thesisClassOf = (assessment: Assessment): StateClass => classOf(assessment.day, assessment);

/** Whether the chances of the day have turned below even. */
export const isThesisLost = ({ day, damping }: Assessment): boolean => leanOf(day, damping) < 0n;

/** Whether the next hours speak against the asset by at least `nearWeakness`. */
export const isWeakNearby = ({ near, damping, policy }: Assessment): boolean => {
  const lean = leanOf(near, damping);
  // The cut-off is not above zero: a score that is speaks for the asset.
  return lean <= 0n && lean <= -policy.nearWeakness * near.weight * ONE_E36;
};

/** Whether the next hours speak for a rebound. */
export const reboundsNearby = ({ near, policy }: Assessment): boolean => near.chance >= policy.reboundChance * near.weight;

/** Whether a rise from four hours to a day is likely enough to hold on to a loss. */
export const isMeaningfulRebound = ({ late, policy }: Assessment): boolean => late.chance >= policy.recoveryHold * late.weight;

/** Whether it is so unlikely that nothing is left to wait for. */
export const isUnlikelyToRecover = ({ late, policy }: Assessment): boolean => late.chance <= policy.recoveryExit * late.weight;

/** Whether the expected return is worth holding all of the position. */
export const isWorthHolding = ({ all, policy, sigma }: Assessment): boolean => all.expected * ONE_E18 >= policy.holdMinimum * sigma * all.weight;

/** What an assessment shows of itself, 18 decimals, each rounded half-even once. */
export type Figures = Readonly<{
  /** Chances of all horizons as one number from −1 to 1, damped by the regime. */
  score: Fraction;
  /** Expected return of all horizons, before costs. */
  expectedReturn: Fraction;
  /** The same to the campaign's expected exit, and what is left of that after a round trip. */
  returnToExit: Fraction;
  edge: Fraction;
  /** The score of the day alone. */
  thesis: Fraction;
  /** The chance of a rise over the next hours, and its score. */
  near: Fraction;
  nearScore: Fraction;
  /** The chance of a rise from four hours to a day. */
  recovery: Fraction;
}>;

export const figuresOf = ({ all, near, late, day, damping, policy, roundTripCost }: Assessment): Figures => {
  const returnToExit = divideHalfEven(all.expected * policy.expectedHold, all.weight * ONE_E18) as Fraction;
  return {
    score: scoreOf(all, damping),
    expectedReturn: divideHalfEven(all.expected, all.weight) as Fraction,
    returnToExit,
    edge: (returnToExit - roundTripCost) as Fraction,
    thesis: scoreOf(day, damping),
    near: divideHalfEven(near.chance, near.weight) as Fraction,
    nearScore: scoreOf(near, damping),
    recovery: divideHalfEven(late.chance, late.weight) as Fraction,
  };
};

const scoreOf = (horizons: Weighed, damping: bigint): Fraction =>
  divideHalfEven(leanOf(horizons, damping), horizons.weight * ONE_E36) as Fraction;
