/** Runs of an agent whose predictions are facts, so that a test says hour by hour what is expected of which market. */
import { CAMPAIGN_POLICIES } from '../../core/campaign/presets.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { fraction, marketSymbol, timeMs } from '../../core/kernel/units.ts';
import type { PredictionFact } from '../../core/log.ts';
import { stepsPerHour, timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { PROFILES } from '../../core/profile.ts';
import type { RunProfile } from '../../core/profile.ts';
import type { Prediction } from '../../core/predictions/prediction.ts';
import { START } from './desk.ts';
import type { Outside } from './desk.ts';

type Pair = readonly [probabilityUp: string, expectedReturn: string];
const horizon = ([probabilityUp, expectedReturn]: Pair) => ({ probabilityUp: fraction(decimal(probabilityUp)), expectedReturn: fraction(decimal(expectedReturn)) });

/** Chance of a rise and expected return over an hour, four hours and a day; a volatility of 4 % a day. */
export const outlook = (hour1: Pair, hours4: Pair, hours24: Pair, rest: Partial<Prediction> = {}): Prediction => ({
  hour1: horizon(hour1),
  hours4: horizon(hours4),
  hours24: horizon(hours24),
  regime: 'TREND_UP',
  confidence: fraction(decimal('1')),
  volatility: fraction(decimal('0.04')),
  ...rest,
});

/** What the balanced policy makes of each stands beside it. */
export const OUTLOOKS = {
  /** STRONG_POSITIVE. */
  up: outlook(['0.6', '0.01'], ['0.6', '0.02'], ['0.65', '0.03']),
  /** A good day whose next hours are weak: a dip to come. */
  dip: outlook(['0.45', '-0.002'], ['0.46', '-0.004'], ['0.62', '0.03']),
  /** Not worth holding, weak nearby, the day not lost: a partial profit, if there is one. */
  fading: outlook(['0.47', '-0.001'], ['0.47', '-0.001'], ['0.51', '0.002']),
  /** NEUTRAL, and nothing that a recovery could hold on to. */
  unsure: outlook(['0.5', '0'], ['0.5', '0'], ['0.5', '0.003']),
  /** NEGATIVE, but not beyond hope. */
  weak: outlook(['0.49', '-0.001'], ['0.49', '-0.002'], ['0.49', '-0.002']),
  /** STRONG_NEGATIVE and unlikely to recover. */
  down: outlook(['0.4', '-0.01'], ['0.4', '-0.02'], ['0.4', '-0.03']),
} as const satisfies Readonly<Record<string, Prediction>>;

export type Mood = keyof typeof OUTLOOKS | 'none';

/** No caps, and the campaign policy of the balanced profile. */
export const BALANCED_CAMPAIGNS: RunProfile = { ...PROFILES.research, campaign: CAMPAIGN_POLICIES.balanced };

export type Place = Readonly<{ hour: number; step?: number; timeframe?: Timeframe }>;

/** A prediction made at the close of a step, by hours from the start. */
export const predictionAt = ({ hour, step = 0, timeframe = '1h' }: Place, prediction: Prediction, rest: Partial<PredictionFact> = {}): PredictionFact => ({
  type: 'prediction',
  atMs: timeMs(((START + hour) * stepsPerHour(timeframe) + step + 1) * timeframeMs(timeframe)),
  agent: 'main',
  model: 'test-1',
  symbol: marketSymbol('BTC/USD'),
  prediction,
  ...rest,
});

/** One mood an hour, from the first. */
export const moodsOf = (moods: readonly Mood[], rest: Partial<PredictionFact> = {}): Outside =>
  Object.fromEntries(moods.flatMap((mood, hour) => (mood === 'none' ? [] : [[String(hour), [predictionAt({ hour }, OUTLOOKS[mood], rest)]]])));

/** `up up dip*3`: a mood an hour, with how often it is repeated. */
export const moods = (text: string): readonly Mood[] =>
  text.split(' ').flatMap(word => {
    const [mood, times = '1'] = word.split('*');
    return Array.from({ length: Number(times) }, () => mood as Mood);
  });
