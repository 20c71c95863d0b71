/**
 * What a model or a strategy says about one market: the chance of a rise and the expected return over three horizons,
 * the regime and the volatility. Doubles become fixed point here, once; nothing after this file computes with a double.
 */
import { assert } from '../kernel/assert.ts';
import { quantise } from '../kernel/quantise.ts';
import { ONE_E18 } from '../kernel/units.ts';
import type { Fraction } from '../kernel/units.ts';

/** Over a number of hours from the close of the candle it was made at. Both numbers are multiples of 10^-8. */
export type Horizon = Readonly<{
  /** The chance that the price is higher by then, 0 to 1. */
  probabilityUp: Fraction;
  /** The mean of price then ÷ price now − 1, at least −1. */
  expectedReturn: Fraction;
}>;

export const REGIMES = ['TREND_UP', 'TREND_DOWN', 'RANGE', 'TURBULENT'] as const;
export type Regime = (typeof REGIMES)[number];

/** A horizon that nobody predicted is null: absent, never neutral. */
export type Prediction = Readonly<{
  hour1: Horizon | null;
  hours4: Horizon | null;
  hours24: Horizon | null;
  regime: Regime;
  /** How sure the regime is, 0 to 1. */
  confidence: Fraction;
  /** Standard deviation of the return over one day; null when it is not known. */
  volatility: Fraction | null;
}>;

export type HorizonDoubles = Readonly<{ probabilityUp: number; expectedReturn: number }>;

/** As a strategy computes it. A number that is not finite makes its horizon, or the volatility, absent. */
export type PredictionDoubles = Readonly<{
  hour1: HorizonDoubles | null;
  hours4: HorizonDoubles | null;
  hours24: HorizonDoubles | null;
  regime: Regime;
  confidence: number;
  volatility: number | null;
}>;

/** An expected return or a daily volatility beyond 1,000 % is a broken model, not a forecast. */
const BOUND = 10;

/** Rounds every double half-even to 8 decimals. Asserts what predictionProblem names: a strategy beyond it is broken. */
export const predictionOf = ({ hour1, hours4, hours24, regime, confidence, volatility }: PredictionDoubles): Prediction => {
  assert(isWithin(confidence, 0, 1), 'The confidence of a regime lies between 0 and 1.');
  const known = volatility !== null && Number.isFinite(volatility);
  assert(!known || isWithin(volatility, 0, BOUND), 'A volatility lies between 0 and 10.');
  return {
    hour1: horizonOf(hour1),
    hours4: horizonOf(hours4),
    hours24: horizonOf(hours24),
    regime,
    confidence: quantise(confidence) as Fraction,
    volatility: known ? (quantise(volatility) as Fraction) : null,
  };
};

const isWithin = (value: number, min: number, max: number): boolean => value >= min && value <= max;

const horizonOf = (doubles: HorizonDoubles | null): Horizon | null => {
  if (doubles === null) return null;
  const { probabilityUp, expectedReturn } = doubles;
  if (!Number.isFinite(probabilityUp) || !Number.isFinite(expectedReturn)) return null;
  assert(isWithin(probabilityUp, 0, 1), 'A chance lies between 0 and 1.');
  assert(isWithin(expectedReturn, -1, BOUND), 'An expected return lies between -1 and 10.');
  return { probabilityUp: quantise(probabilityUp) as Fraction, expectedReturn: quantise(expectedReturn) as Fraction };
};

const STEP = 10_000_000_000n;
const BOUND_E18 = BigInt(BOUND) * ONE_E18;

/** The first thing wrong with a prediction from outside, naming field and bound; null when it may be used. */
export const predictionProblem = (prediction: Prediction): string | null =>
  horizonProblem('hour1', prediction.hour1) ??
  horizonProblem('hours4', prediction.hours4) ??
  horizonProblem('hours24', prediction.hours24) ??
  (REGIMES.includes(prediction.regime) ? null : `regime must be one of ${REGIMES.join(', ')}`) ??
  shareProblem('confidence', prediction.confidence) ??
  volatilityProblem(prediction.volatility);

const horizonProblem = (name: string, horizon: Horizon | null): string | null => {
  if (horizon === null) return null;
  const { probabilityUp, expectedReturn } = horizon;
  const problem = shareProblem(`${name}.probabilityUp`, probabilityUp);
  if (problem !== null) return problem;
  if (expectedReturn < -ONE_E18 || expectedReturn > BOUND_E18) return `${name}.expectedReturn must lie between -1 and 10`;
  return stepProblem(`${name}.expectedReturn`, expectedReturn);
};

const shareProblem = (name: string, share: Fraction): string | null =>
  share < 0n || share > ONE_E18 ? `${name} must lie between 0 and 1` : stepProblem(name, share);

const volatilityProblem = (volatility: Fraction | null): string | null => {
  if (volatility === null) return null;
  if (volatility < 0n || volatility > BOUND_E18) return 'volatility must lie between 0 and 10';
  return stepProblem('volatility', volatility);
};

const stepProblem = (name: string, value: Fraction): string | null => (value % STEP === 0n ? null : `${name} must have at most 8 decimals`);
