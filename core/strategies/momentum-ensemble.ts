/**
 * Momentum at three speeds, each asked what came of it over the next hour, four hours and day. Its chances are counts of
 * what has closed, by bucket of momentum and horizon, so they are calibrated on the past and never look ahead.
 */
import { unitsOf } from '../features/exact.ts';
import { BUCKET_SIZE, chanceOfRise, countOutcome, fadeOutcomes, meanSigmas } from '../predictions/calibration.ts';
import { ladderIsReady, ladderMemorySize, momentumOf, SLOWEST, SPEEDS, updateLadder } from '../predictions/ladder.ts';
import type { HorizonDoubles, PredictionDoubles, Regime } from '../predictions/prediction.ts';
import type { PredictingStrategy } from './predicting-strategy.ts';
import type { Bar, Memory, Parameters } from './strategy.ts';

/** Momentum below the first edge is bucket 0, from the last on bucket 6: a fifth of a driftless walk is in the middle. */
const BUCKETS = 7;
const DAY_HOURS = 24;

// Slots: candles seen; the most decimals of any; the variance of a candle's return over `volatility` candles and over a
// day; the ladder; the buckets, seven for each horizon; then two rings of a day: closes, and the buckets they were in.
const DECIMALS = 1;
const VARIANCE = 2;
const DAY_VARIANCE = 3;
const LADDER = 4;
const TABLES = LADDER + ladderMemorySize();
const RINGS = TABLES + SPEEDS * BUCKETS * BUCKET_SIZE;

const HORIZON_HOURS = [1, 4, 24] as const;
/** What the ring holds for a candle without a prediction. */
const NO_BUCKETS = 0;
/** A price that moves by less than 10^-12 a candle is at rest: it has no momentum to speak of. */
const VARIANCE_MIN = 1e-24;
/** One outcome weighs at most as much as ten standard deviations: a broken candle must not speak for a bucket. */
const SIGMAS_MAX = 10;
/** What a prediction may state at most, of a volatility and of an expected return. */
const VOLATILITY_MAX = 10;
const RETURN_MAX = 1;
/** A day half as volatile again as the window: 1.5², as these are variances. */
const TURBULENCE_MIN = 2.25;
const TREND_MIN = 0.75;

export const momentumEnsemble: PredictingStrategy = {
  id: 'momentum-ensemble',
  summary: 'Predicts one hour, four hours and a day from what followed equal momentum before, for campaigns to decide from.',
  // Chosen for calibration on nine years of BTC and ETH hours, where neighbouring values do as well; never for profit.
  parameters: [
    { name: 'fast', default: 4, min: 2, max: 31, integer: true, meaning: 'candles of the fastest average; the others are 4, 16 and 64 times as slow' },
    { name: 'volatility', default: 168, min: 48, max: 2_000, integer: true, meaning: 'candles of the exponential volatility' },
    { name: 'prior', default: 100, min: 1, max: 10_000, integer: true, meaning: 'outcomes per candle of the horizon at which a bucket is half believed' },
    { name: 'history', default: 300, min: 20, max: 100_000, integer: true, meaning: 'outcomes per candle of the horizon at which a bucket forgets half' },
    { name: 'candlesPerHour', default: 1, min: 1, max: 60, integer: true, meaning: 'candles that an hour of the timeframe has' },
  ],
  contradiction: () => null,
  lookbackBars: ({ fast, volatility }) => Math.max(SLOWEST * fast! - 1, volatility!),
  memorySize: ({ candlesPerHour }) => RINGS + 2 * DAY_HOURS * candlesPerHour!,
  candlesPerHour: ({ candlesPerHour }) => candlesPerHour!,
  predict: (memory, at, bar, parameters) => {
    const day = DAY_HOURS * parameters['candlesPerHour']!;
    const seen = memory[at]!;
    const decimals = Math.max(bar.decimals, memory[at + DECIMALS]!);
    memory[at + DECIMALS] = decimals;
    // By the volatility before this candle: what an outcome is measured in must not contain it.
    countOutcomes(memory, at, bar, parameters);
    if (seen > 0) {
      const back = memory[at + RINGS + ((seen - 1) % day)]!;
      updateVariances(memory, at, returnOf(back, bar.close, decimals), parameters);
    }
    updateLadder(memory, at + LADDER, parameters['fast']!, bar);
    const slot = at + RINGS + (seen % day);
    memory[at] = seen + 1;
    memory[slot] = bar.close;
    memory[slot + day] = NO_BUCKETS;
    if (memory[at + VARIANCE] === 0 || seen < parameters['volatility']! || !ladderIsReady(memory, at + LADDER, parameters['fast']!)) return null;
    return predicted(memory, at, bar, parameters);
  },
};

/** As in the realised volatility: the exact difference over the close before, rounded once. */
const returnOf = (before: number, close: number, decimals: number): number => {
  const units = unitsOf(before, decimals);
  return (unitsOf(close, decimals) - units) / units;
};

/** Running means of squared returns at first, exponential once a window is full. */
const updateVariances = (memory: Memory, at: number, change: number, { volatility, candlesPerHour }: Parameters): void => {
  const square = change * change;
  updateVariance(memory, at + VARIANCE, square, Math.min(memory[at]!, (volatility! + 1) / 2));
  updateVariance(memory, at + DAY_VARIANCE, square, Math.min(memory[at]!, (DAY_HOURS * candlesPerHour! + 1) / 2));
};

const updateVariance = (memory: Memory, slot: number, square: number, window: number): void => {
  const variance = memory[slot]! + (square - memory[slot]!) / window;
  memory[slot] = variance < VARIANCE_MIN ? 0 : variance;
};

const slotOf = (at: number, horizon: number, bucket: number): number => at + TABLES + (horizon * BUCKETS + bucket) * BUCKET_SIZE;

/** Counts what came of the predictions whose horizon ends at this close. */
const countOutcomes = (memory: Memory, at: number, bar: Bar, { candlesPerHour, history }: Parameters): void => {
  const variance = memory[at + VARIANCE]!;
  if (variance === 0) return;
  const day = DAY_HOURS * candlesPerHour!;
  const seen = memory[at]!;
  for (let horizon = 0; horizon < SPEEDS; horizon += 1) {
    const candles = HORIZON_HOURS[horizon]! * candlesPerHour!;
    if (seen < candles) return;
    const slot = at + RINGS + ((seen - candles) % day);
    const buckets = memory[slot + day]!;
    if (buckets === NO_BUCKETS) continue;
    const bucket = slotOf(at, horizon, bucketIn(buckets, horizon));
    const before = memory[slot]!;
    const sigmas = returnOf(before, bar.close, memory[at + DECIMALS]!) / Math.sqrt(variance * candles);
    fadeOutcomes(memory, bucket, history! * candles);
    countOutcome(memory, bucket, bar.close > before ? 1 : bar.close === before ? 0.5 : 0, Math.max(-SIGMAS_MAX, Math.min(SIGMAS_MAX, sigmas)));
  }
};

/** The buckets of all three horizons as one number, from 1: what lies in memory as 0 is a candle without any. */
const packed = (hour1: number, hours4: number, hours24: number): number => 1 + hour1 + BUCKETS * (hours4 + BUCKETS * hours24);

const bucketIn = (buckets: number, horizon: number): number => {
  const index = buckets - 1;
  return (horizon === 0 ? index : Math.floor(horizon === 1 ? index / BUCKETS : index / (BUCKETS * BUCKETS))) % BUCKETS;
};

const bucketOf = (momentum: number): number =>
  momentum < -0.25 ? (momentum < -1.5 ? 0 : momentum < -0.75 ? 1 : 2) : momentum < 0.25 ? 3 : momentum < 0.75 ? 4 : momentum < 1.5 ? 5 : 6;

const predicted = (memory: Memory, at: number, bar: Bar, { prior, candlesPerHour }: Parameters): PredictionDoubles => {
  const variance = memory[at + VARIANCE]!;
  const day = DAY_HOURS * candlesPerHour!;
  const sigma = Math.sqrt(variance) * bar.close;
  const slow = momentumOf(memory, at + LADDER, 2, sigma);
  const hour1 = bucketOf(momentumOf(memory, at + LADDER, 0, sigma));
  const hours4 = bucketOf(momentumOf(memory, at + LADDER, 1, sigma));
  const hours24 = bucketOf(slow);
  memory[at + RINGS + day + ((memory[at]! - 1) % day)] = packed(hour1, hours4, hours24);
  const turbulence = memory[at + DAY_VARIANCE]! / variance;
  const regime = regimeOf(turbulence, slow);
  return {
    hour1: horizonOf(memory, slotOf(at, 0, hour1), variance * candlesPerHour!, prior! * candlesPerHour!),
    hours4: horizonOf(memory, slotOf(at, 1, hours4), variance * (4 * candlesPerHour!), prior! * (4 * candlesPerHour!)),
    hours24: horizonOf(memory, slotOf(at, 2, hours24), variance * day, prior! * day),
    regime,
    confidence: confidenceOf(regime, turbulence, Math.abs(slow)),
    volatility: Math.min(VOLATILITY_MAX, Math.sqrt(variance * day)),
  };
};

/** What a bucket says of a horizon of this variance. */
const horizonOf = (memory: Memory, bucket: number, variance: number, doubts: number): HorizonDoubles => {
  const expected = Math.sqrt(variance) * meanSigmas(memory, bucket, doubts);
  return { probabilityUp: chanceOfRise(memory, bucket, doubts), expectedReturn: Math.max(-RETURN_MAX, Math.min(RETURN_MAX, expected)) };
};

/** A turbulent day outranks a trend: what momentum says then has held least. */
const regimeOf = (turbulence: number, slow: number): Regime =>
  turbulence >= TURBULENCE_MIN ? 'TURBULENT' : slow >= TREND_MIN ? 'TREND_UP' : slow <= -TREND_MIN ? 'TREND_DOWN' : 'RANGE';

/** x ÷ (1 + x) of what the regime was chosen by: 0 for nothing, towards 1 for ever more of it. */
const confidenceOf = (regime: Regime, turbulence: number, trend: number): number => {
  switch (regime) {
    case 'TURBULENT':
      return turbulence / (1 + turbulence);
    case 'TREND_UP':
    case 'TREND_DOWN':
      return trend / (1 + trend);
    case 'RANGE':
      return 1 / (1 + trend);
  }
};
