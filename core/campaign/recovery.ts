/**
 * RECOVERY of one position with a severe loss: hold, sell a part, or exit. It is decided by what is predicted from here
 * on, never by the size of the loss, and it is of this position alone: a drawdown of the portfolio has no part in it.
 */
import { isMeaningfulRebound, isUnlikelyToRecover } from './assessment.ts';
import type { Campaign } from './campaign.ts';
import { counted, exitBy, isAdverse, isHopeless, NO_INTENT } from './view.ts';
import type { Decided, View } from './view.ts';

type Recovery = Extract<Campaign, { status: 'RECOVERY' }>;

export const decideRecovery = (before: Recovery, view: View): Decided => {
  const { policy, exitSignal, position, working } = view.inputs;
  const { adverse, patience } = countsAfter(before, view);
  const counts = { persistence: adverse, patience };
  if (isHopeless(view)) return exitBy('RECOVERY_FAILED', adverse, patience);
  if (exitSignal) return exitBy('STRATEGY_EXIT', adverse, patience);
  if (hasRecovered(view)) {
    const resumed: Campaign =
      before.resume === 'OPEN'
        ? { status: 'OPEN', adverse: 0 }
        : { status: 'REDUCED', held: position.quantity, adverse: 0, favourable: 0, pause: 0 };
    return { after: resumed, reason: 'RECOVERED', intent: NO_INTENT, ...counts };
  }
  if (isFailing(view) && adverse >= policy.exitPersistence) return exitBy('RECOVERY_FAILED', adverse, patience);
  if (before.derisked || patience < policy.recoveryPatience || working.sell) {
    return { after: { ...before, adverse, patience }, reason: null, intent: NO_INTENT, ...counts };
  }
  // Uncertain for too long: a part goes, once. Selling on with the clock would be a liquidation by time.
  return {
    after: { status: 'RECOVERY', resume: 'REDUCED', derisked: true, adverse, patience },
    reason: null,
    intent: { kind: 'reduce', fraction: policy.deriskFraction, reason: 'DERISK' },
    ...counts,
  };
};

const isRebounding = ({ assessment }: View): boolean => assessment !== null && isMeaningfulRebound(assessment);

/** A negative class or an unlikely recovery, unless the rebound is meaningful. */
const isFailing = (view: View): boolean =>
  view.assessment !== null && !isRebounding(view) && (isAdverse(view) || isUnlikelyToRecover(view.assessment));

/** A meaningful rebound starts both counts anew; missing data uses up patience and leaves the other as it is. */
const countsAfter = (before: Recovery, view: View): Readonly<{ adverse: number; patience: number }> => {
  if (isRebounding(view)) return { adverse: 0, patience: 0 };
  const patience = counted(before.patience);
  if (view.assessment === null) return { adverse: before.adverse, patience };
  return { adverse: isFailing(view) ? counted(before.adverse) : 0, patience };
};

const hasRecovered = (view: View): boolean =>
  view.assessment !== null && !isAdverse(view) && view.unrealised !== null && view.unrealised >= -view.inputs.policy.recoveryRelease;
