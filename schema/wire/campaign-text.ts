/**
 * Readers of what campaigns conclude and of what they decide from: their events, and predictions recorded from outside,
 * which are refused here when a number is beyond its bounds.
 */
import type { CampaignEvidence, CampaignStatus, MoveReason } from '../../core/campaign/campaign.ts';
import { CAMPAIGN_MOVES } from '../../core/campaign/campaign.ts';
import type { StateClass } from '../../core/campaign/state-class.ts';
import type { CampaignAsked, CampaignMoved } from '../../core/events.ts';
import type { Fraction, MarketSymbol, Price, TimeMs } from '../../core/kernel/units.ts';
import type { PredictionFact } from '../../core/log.ts';
import { predictionProblem, REGIMES } from '../../core/predictions/prediction.ts';
import type { Prediction } from '../../core/predictions/prediction.ts';
import { amount, as, exactly, integer, natural, nullable, objectOf, oneOf, refuse, text, WireError } from './json-fields.ts';
import type { Reader } from './json-fields.ts';

const fraction = as<Fraction>(amount);
const price = as<Price>(amount);
const symbol = as<MarketSymbol>(text);

const STATUSES = Object.keys(CAMPAIGN_MOVES) as readonly CampaignStatus[];
/** Records, so that the compiler asks for every word. */
const CLASSES: Readonly<Record<StateClass, true>> = {
  STRONG_POSITIVE: true,
  POSITIVE: true,
  NEUTRAL: true,
  NEGATIVE: true,
  STRONG_NEGATIVE: true,
  DATA_MISSING: true,
};
const MOVE_REASONS: Readonly<Record<MoveReason, true>> = {
  STRONG_NEGATIVE: true,
  NEGATIVE_PERSISTED: true,
  RECOVERY_FAILED: true,
  STRATEGY_EXIT: true,
  TACTICAL_PROFIT: true,
  DERISK: true,
  DIP_EXPECTED: true,
  DIP_EXPIRED: true,
  THESIS_LOST: true,
  ENTRY_FILLED: true,
  REENTRY_FILLED: true,
  SEVERE_LOSS: true,
  RECOVERED: true,
  EXIT_FILLED: true,
  POSITION_GONE: true,
};
const ASKS: Readonly<Record<CampaignAsked['ask'], true>> = { enter: true, reenter: true, withdraw: true, reduce: true, exit: true };

const wordOf = <Word extends string>(words: Readonly<Record<Word, true>>): Reader<Word> => oneOf(Object.keys(words) as Word[]);

const stateClass = wordOf(CLASSES);
const share = nullable(fraction);

const evidence: Reader<CampaignEvidence> = objectOf({
  edge: share,
  expectedReturn: share,
  mark: nullable(price),
  near: share,
  nearScore: share,
  patience: natural,
  persistence: natural,
  recovery: share,
  referencePrice: nullable(price),
  returnToExit: share,
  score: share,
  sigma: share,
  stateClass,
  thesis: share,
  thesisClass: stateClass,
  unrealised: share,
});

const status = oneOf(STATUSES);

const move: Reader<CampaignMoved> = objectOf({
  agent: text,
  evidence,
  from: status,
  reason: wordOf(MOVE_REASONS),
  symbol,
  to: status,
  type: exactly('campaign_moved'),
});

export const campaignMoved: Reader<CampaignMoved> = value => {
  const moved = move(value);
  return CAMPAIGN_MOVES[moved.from].includes(moved.to) ? moved : refuse(`must be a move that can be, is ${moved.from} to ${moved.to}`);
};

export const campaignAsked: Reader<CampaignAsked> = objectOf({
  agent: text,
  ask: wordOf(ASKS),
  evidence,
  fraction,
  reason: text,
  symbol,
  type: exactly('campaign_asked'),
});

const horizon = objectOf({ expectedReturn: fraction, probabilityUp: fraction });

const anyPrediction: Reader<Prediction> = objectOf({
  confidence: fraction,
  hour1: nullable(horizon),
  hours24: nullable(horizon),
  hours4: nullable(horizon),
  regime: oneOf(REGIMES),
  volatility: nullable(fraction),
});

const prediction: Reader<Prediction> = value => {
  const read = anyPrediction(value);
  const problem = predictionProblem(read);
  if (problem === null) return read;
  // A problem begins with the field it is about.
  const end = problem.indexOf(' ');
  throw new WireError(problem.slice(0, end), problem.slice(end + 1));
};

export const predictionFact: Reader<PredictionFact> = objectOf({
  agent: text,
  atMs: as<TimeMs>(integer),
  model: text,
  prediction,
  symbol,
  type: exactly('prediction'),
});
