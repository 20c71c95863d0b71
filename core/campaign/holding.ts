/**
 * OPEN and REDUCED: exits by class, severe losses, partial profits and buying back. A loss alone never sells anything
 * here: it only hands the position over to its recovery.
 */
import { ONE_E18 } from '../kernel/units.ts';
import { isMeaningfulRebound, isThesisLost, isWeakNearby, isWorthHolding, reboundsNearby } from './assessment.ts';
import type { Assessment } from './assessment.ts';
import type { Campaign, CampaignIntent, ReduceReason } from './campaign.ts';
import { counted, exitBy, favoursEntry, isAdverse, isHopeless, NO_INTENT } from './view.ts';
import type { Decided, View } from './view.ts';

type Open = Extract<Campaign, { status: 'OPEN' }>;
type Reduced = Extract<Campaign, { status: 'REDUCED' }>;

/** Missing data is no good news: it neither adds to what spoke against a position nor takes from it. */
const adverseAfter = (adverse: number, view: View): number =>
  view.assessment === null ? adverse : isAdverse(view) ? counted(adverse) : 0;

export const decideOpen = (before: Open, view: View): Decided => {
  const adverse = adverseAfter(before.adverse, view);
  const left = leavingOf(before, adverse, view);
  if (left !== null) return left;
  const idle: Decided = { after: { status: 'OPEN', adverse }, reason: null, intent: NO_INTENT, persistence: adverse, patience: 0 };
  const partial = partialOf(view);
  if (partial === null) return idle;
  const { quantity: held } = view.inputs.position;
  return { ...idle, after: { status: 'REDUCED', held, adverse, favourable: 0, pause: 0 }, reason: partial.reason, intent: partial };
};

export const decideReduced = (before: Reduced, view: View): Decided => {
  const { policy, mark, working } = view.inputs;
  const adverse = adverseAfter(before.adverse, view);
  const left = leavingOf(before, adverse, view);
  if (left !== null) return left;
  const favourable = recoversLocally(view) ? counted(before.favourable) : 0;
  const pause = Math.max(0, before.pause - 1);
  const idle: Decided = { after: { ...before, adverse, favourable, pause }, reason: null, intent: NO_INTENT, persistence: adverse, patience: 0 };
  if (favourable < policy.entryPersistence || pause > 0 || working.buy || working.sell || mark === null) return idle;
  const intent: CampaignIntent = { kind: 'reenter', fraction: policy.reentryAggressiveness, reason: 'REENTRY' };
  return { ...idle, after: { ...before, adverse, favourable, pause: policy.askPause }, intent, persistence: favourable };
};

/** What ends or suspends a holding, in order of precedence. */
const leavingOf = ({ status }: Open | Reduced, adverse: number, view: View): Decided | null => {
  const { policy, exitSignal } = view.inputs;
  if (isHopeless(view)) return exitBy('STRONG_NEGATIVE', adverse, 0);
  if (exitSignal) return exitBy('STRATEGY_EXIT', adverse, 0);
  if (isAdverse(view) && adverse >= policy.exitPersistence) return exitBy('NEGATIVE_PERSISTED', adverse, 0);
  if (view.unrealised === null || view.unrealised > -policy.recoveryTrigger) return null;
  const after: Campaign = { status: 'RECOVERY', resume: status, derisked: false, adverse, patience: 0 };
  return { after, reason: 'SEVERE_LOSS', intent: NO_INTENT, persistence: adverse, patience: 0 };
};

type Reduction = Readonly<{ kind: 'reduce'; reason: ReduceReason }> & CampaignIntent;

/** A part is sold to carry less of what is strongly negative but uncertain, or to take a profit before a dip. */
const partialOf = (view: View): Reduction | null => {
  const { assessment, inputs } = view;
  const { policy, working } = inputs;
  if (assessment === null || working.sell || isWorthHolding(assessment)) return null;
  if (assessment.stateClass === 'STRONG_NEGATIVE' && !isMeaningfulRebound(assessment)) {
    return { kind: 'reduce', fraction: policy.deriskFraction, reason: 'DERISK' };
  }
  if (policy.tacticalFraction === 0n || working.buy || !isProfit(view, assessment)) return null;
  // The next hours weaken while the thesis of the day holds.
  if (isAdverse(view) || !isWeakNearby(assessment) || isThesisLost(assessment)) return null;
  return { kind: 'reduce', fraction: policy.tacticalFraction, reason: 'TACTICAL_PROFIT' };
};

const isProfit = ({ unrealised }: View, { policy, sigma }: Assessment): boolean =>
  unrealised !== null && unrealised * ONE_E18 >= policy.tacticalGain * sigma;

const recoversLocally = (view: View): boolean => favoursEntry(view) && view.assessment !== null && reboundsNearby(view.assessment);
