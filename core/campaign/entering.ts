/**
 * FLAT and WAIT_DIP: when to ask for an entry, and when to wait for the dip that is predicted first. Nothing is entered
 * on absent data, and asking is no entry: a campaign opens when something was bought.
 */
import { ONE_E18 } from '../kernel/units.ts';
import type { Price } from '../kernel/units.ts';
import { isThesisLost, reboundsNearby, thesisClassOf } from './assessment.ts';
import type { Assessment } from './assessment.ts';
import type { Campaign, EnterReason, MoveReason } from './campaign.ts';
import { isPositive } from './state-class.ts';
import { counted, entryOf, expectsDip, favoursEntry, isAdverse, NO_INTENT } from './view.ts';
import type { Decided, View } from './view.ts';

type Flat = Extract<Campaign, { status: 'FLAT' }>;
type Waiting = Extract<Campaign, { status: 'WAIT_DIP' }>;

const pauseAfter = (pause: number): number => Math.max(0, pause - 1);

export const decideFlat = (before: Flat, view: View): Decided => {
  const { mark, policy, working } = view.inputs;
  const pause = pauseAfter(before.pause);
  const dip = expectsDip(view);
  const favourable = dip || favoursEntry(view) ? counted(before.favourable) : 0;
  const idle: Decided = { after: { status: 'FLAT', favourable, pause }, reason: null, intent: NO_INTENT, persistence: favourable, patience: 0 };
  if (favourable < policy.entryPersistence || working.buy || mark === null) return idle;
  if (dip) {
    return { ...idle, after: { status: 'WAIT_DIP', referencePrice: mark, waited: 0, favourable: 0, pause }, reason: 'DIP_EXPECTED' };
  }
  if (pause > 0) return idle;
  return { ...idle, after: { status: 'FLAT', favourable, pause: policy.askPause }, intent: entryOf(view, 'TREND_ENTRY') };
};

export const decideWaiting = (before: Waiting, view: View): Decided => {
  const { assessment, inputs } = view;
  const { mark, policy, working } = inputs;
  const waited = counted(before.waited);
  const pause = pauseAfter(before.pause);
  const favourable = favoursEntry(view) ? counted(before.favourable) : 0;
  const counts = { persistence: favourable, patience: waited };
  const ended = (reason: MoveReason): Decided => ({ after: { status: 'FLAT', favourable: 0, pause }, reason, intent: NO_INTENT, ...counts });
  if (inputs.exitSignal) return ended('STRATEGY_EXIT');
  if (assessment !== null && (isThesisLost(assessment) || isAdverse(view))) return ended('THESIS_LOST');
  const waiting = { ...before, waited, favourable, pause };
  const asked = mark === null || assessment === null || working.buy || pause > 0 ? null : askedFor({ waiting, mark, assessment });
  if (asked !== null) {
    return { after: { ...waiting, pause: policy.askPause }, reason: null, intent: entryOf(view, asked), ...counts };
  }
  if (waited >= policy.dipExpiry && !working.buy) return ended('DIP_EXPIRED');
  return { after: waiting, reason: null, intent: NO_INTENT, ...counts };
};

type Dip = Readonly<{ waiting: Waiting; mark: Price; assessment: Assessment }>;

/** The dip came and turns, or it is no longer to come. */
const askedFor = ({ waiting, mark, assessment }: Dip): EnterReason | null => {
  const { policy, sigma } = assessment;
  // (reference − mark) ÷ reference ≥ depth × σ, without the division.
  const reached = (waiting.referencePrice - mark) * ONE_E18 * ONE_E18 >= policy.dipDepth * sigma * waiting.referencePrice;
  if (reached && reboundsNearby(assessment) && isPositive(thesisClassOf(assessment))) return 'DIP_ENTRY';
  return waiting.favourable >= policy.entryPersistence ? 'TREND_ENTRY' : null;
};
