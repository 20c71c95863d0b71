/**
 * What one decision of a campaign looks at, and what it may conclude: the next state with the reason for a move, and at
 * most one intent. The small comparisons that several states share stand here, so that each is written once.
 */
import { divideHalfEven, valueAt } from '../kernel/rounding.ts';
import { ONE_E18 } from '../kernel/units.ts';
import type { Fraction, Money, Price, Quantity } from '../kernel/units.ts';
import type { Prediction } from '../predictions/prediction.ts';
import { assess, isUnlikelyToRecover, isWeakNearby, thesisClassOf } from './assessment.ts';
import type { Assessment } from './assessment.ts';
import { COUNT_MAX } from './campaign.ts';
import type { Campaign, CampaignIntent, EnterReason, ExitReason, MoveReason } from './campaign.ts';
import type { CampaignPolicy } from './policy.ts';
import { isNegative, isPositive } from './state-class.ts';

export type CampaignInputs = Readonly<{
  /** What was predicted at this close; null when nothing was. */
  prediction: Prediction | null;
  /** The last close; null when there never was one. */
  mark: Price | null;
  /** The desk's own volatility of a day, for predictions that state none; null when it is not known. */
  sigma: Fraction | null;
  /** What the agent holds and could sell: dust is nothing. `basis` is what was paid for it, fees included. */
  position: Readonly<{ quantity: Quantity; basis: Money }>;
  /** Whether the agent has an order or a wish in this symbol that still buys, or still sells. */
  working: Readonly<{ buy: boolean; sell: boolean }>;
  /** Whether the strategy said exit at this close in plain words. Nothing here overrides it. */
  exitSignal: boolean;
  policy: CampaignPolicy;
  /** Fees, spread and impact of an entry and an exit of the planned order types, as a share of the notional. */
  roundTripCost: Fraction;
}>;

export type View = Readonly<{
  inputs: CampaignInputs;
  /** Null is DATA_MISSING. */
  assessment: Assessment | null;
  /** Value at the mark over basis − 1; null without a position, a basis or a mark. */
  unrealised: Fraction | null;
}>;

export const viewOf = (inputs: CampaignInputs): View => ({
  inputs,
  assessment: assess(inputs.prediction, inputs),
  unrealised: unrealisedOf(inputs),
});

const unrealisedOf = ({ position, mark }: CampaignInputs): Fraction | null => {
  if (mark === null || position.quantity === 0n || position.basis <= 0n) return null;
  const gain = valueAt(position.quantity, mark) - position.basis;
  return divideHalfEven(gain * ONE_E18, position.basis) as Fraction;
};

/** What a state concludes. `persistence` and `patience` are the counts that spoke for it. */
export type Decided = Readonly<{
  after: Campaign;
  reason: MoveReason | null;
  intent: CampaignIntent;
  persistence: number;
  patience: number;
}>;

export const NO_INTENT: CampaignIntent = { kind: 'none' };

export const counted = (count: number): number => Math.min(COUNT_MAX, count + 1);

export const isAdverse = ({ assessment }: View): boolean => assessment !== null && isNegative(assessment.stateClass);

/** A positive class that the next hours do not spoil. */
export const favoursEntry = ({ assessment, inputs }: View): boolean =>
  assessment !== null && !inputs.exitSignal && isPositive(assessment.stateClass) && !isWeakNearby(assessment);

/** A positive thesis for the day, with the next hours against it, is a dip to come. */
export const expectsDip = ({ assessment, inputs }: View): boolean =>
  assessment !== null &&
  !inputs.exitSignal &&
  !isNegative(assessment.stateClass) &&
  isWeakNearby(assessment) &&
  isPositive(thesisClassOf(assessment));

/** Strongly negative without hope: the one exit that waits for nothing. */
export const isHopeless = ({ assessment }: View): boolean =>
  assessment !== null && assessment.stateClass === 'STRONG_NEGATIVE' && isUnlikelyToRecover(assessment);

/** A strong class buys the whole base, a plain one the share that the policy allows. */
export const entryOf = ({ assessment, inputs }: View, reason: EnterReason): CampaignIntent => {
  const isStrong = assessment?.stateClass === 'STRONG_POSITIVE';
  return { kind: 'enter', fraction: isStrong ? (ONE_E18 as Fraction) : inputs.policy.entryAggressiveness, reason };
};

export const exitBy = (reason: ExitReason, persistence: number, patience: number): Decided => ({
  after: { status: 'EXITING', reason },
  reason,
  intent: { kind: 'exit', reason },
  persistence,
  patience,
});
