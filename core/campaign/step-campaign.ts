/**
 * One decision of one campaign: first what happened to the position, then what the prediction asks for. It sees no cash,
 * no portfolio and no drawdown; whether and how its intent becomes an order is up to orders and gates.
 */
import { assert } from '../kernel/assert.ts';
import type { Price } from '../kernel/units.ts';
import { figuresOf, thesisClassOf } from './assessment.ts';
import { CAMPAIGN_MOVES, FLAT } from './campaign.ts';
import type { Campaign, CampaignEvidence, CampaignIntent, CampaignMove, CampaignStatus, MoveReason } from './campaign.ts';
import { decideFlat, decideWaiting } from './entering.ts';
import { decideOpen, decideReduced } from './holding.ts';
import { decideRecovery } from './recovery.ts';
import { isAdverse, viewOf } from './view.ts';
import type { CampaignInputs, Decided, View } from './view.ts';

export type CampaignStep = Readonly<{
  /** `before` itself when nothing changed. */
  after: Campaign;
  /** In order: at most one that a fill made, then at most one that was decided. */
  moves: readonly CampaignMove[];
  intent: CampaignIntent;
  /** What the decision saw; null when nothing moved and nothing was asked for. */
  evidence: CampaignEvidence | null;
}>;

/** Pure. Called once per agent, symbol and step, after fills are booked and everything is marked. */
export const stepCampaign = (before: Campaign, inputs: CampaignInputs): CampaignStep => {
  assert(inputs.position.quantity >= 0n, 'A campaign is never short.');
  const view = viewOf(inputs);
  const settled = settle(before, inputs);
  const decided = decide(settled.campaign, view);
  const after = isSame(before, decided.after) ? before : decided.after;
  const intent = withdrawal(decided, view) ?? decided.intent;
  if (settled.reason === null && decided.reason === null && intent.kind === 'none') return { after, moves: [], intent, evidence: null };
  const evidence = evidenceOf(view, settled.campaign, decided);
  const moves: CampaignMove[] = [];
  if (settled.reason !== null) {
    moves.push(moveOf([before.status, settled.campaign.status], settled.reason, { ...evidence, ...NO_COUNTS, referencePrice: referenceOf(before) }));
  }
  if (decided.reason !== null) moves.push(moveOf([settled.campaign.status, decided.after.status], decided.reason, evidence));
  return { after, moves, intent, evidence };
};

type Settled = Readonly<{ campaign: Campaign; reason: MoveReason | null }>;

/** The state that the position says it is in: bought, sold out, or bought back. */
const settle = (before: Campaign, { position, working }: CampaignInputs): Settled => {
  const { quantity } = position;
  switch (before.status) {
    case 'FLAT':
    case 'WAIT_DIP':
      return quantity > 0n ? { campaign: { status: 'OPEN', adverse: 0 }, reason: 'ENTRY_FILLED' } : { campaign: before, reason: null };
    case 'OPEN':
    case 'RECOVERY':
      return quantity === 0n ? { campaign: FLAT, reason: 'POSITION_GONE' } : { campaign: before, reason: null };
    case 'REDUCED':
      if (quantity === 0n) return { campaign: FLAT, reason: 'POSITION_GONE' };
      if (quantity > before.held) return { campaign: { status: 'OPEN', adverse: before.adverse }, reason: 'REENTRY_FILLED' };
      return { campaign: { ...before, held: quantity }, reason: null };
    case 'EXITING':
      // What is still being bought would be sold too: it is over when both have ended.
      return quantity === 0n && !working.buy ? { campaign: FLAT, reason: 'EXIT_FILLED' } : { campaign: before, reason: null };
  }
};

const decide = (campaign: Campaign, view: View): Decided => {
  switch (campaign.status) {
    case 'FLAT':
      return decideFlat(campaign, view);
    case 'WAIT_DIP':
      return decideWaiting(campaign, view);
    case 'OPEN':
      return decideOpen(campaign, view);
    case 'REDUCED':
      return decideReduced(campaign, view);
    case 'RECOVERY':
      return decideRecovery(campaign, view);
    case 'EXITING':
      return { after: campaign, reason: null, intent: { kind: 'exit', reason: campaign.reason }, ...NO_COUNTS };
  }
};

/** What is still being bought is not wanted any more once the outlook has turned against it. */
const withdrawal = ({ after, reason, intent }: Decided, view: View): CampaignIntent | null => {
  const { working, exitSignal } = view.inputs;
  if (!working.buy || intent.kind !== 'none') return null;
  const turned = isAdverse(view) || exitSignal || after.status === 'RECOVERY' || reason === 'THESIS_LOST';
  return turned ? { kind: 'withdraw', reason: 'ENTRY_WITHDRAWN' } : null;
};

const NO_COUNTS = { persistence: 0, patience: 0 };

/** A dip's reference is shown from the decision that sets it to the one that ends the wait. */
const evidenceOf = ({ assessment, unrealised, inputs }: View, campaign: Campaign, decided: Decided): CampaignEvidence => ({
  ...(assessment === null ? NO_FIGURES : figuresOf(assessment)),
  stateClass: assessment?.stateClass ?? 'DATA_MISSING',
  thesisClass: assessment === null ? 'DATA_MISSING' : thesisClassOf(assessment),
  sigma: assessment?.sigma ?? null,
  unrealised,
  mark: inputs.mark,
  referencePrice: referenceOf(campaign) ?? referenceOf(decided.after),
  persistence: decided.persistence,
  patience: decided.patience,
});

const NO_FIGURES = { score: null, expectedReturn: null, returnToExit: null, edge: null, thesis: null, near: null, nearScore: null, recovery: null };

const referenceOf = (campaign: Campaign): Price | null => (campaign.status === 'WAIT_DIP' ? campaign.referencePrice : null);

const moveOf = ([from, to]: readonly [CampaignStatus, CampaignStatus], reason: MoveReason, evidence: CampaignEvidence): CampaignMove => {
  assert(CAMPAIGN_MOVES[from].includes(to), `A campaign may move from ${from} to ${to}.`);
  return { from, to, reason, evidence };
};

/** States are flat records of one shape per status. */
const isSame = (left: Campaign, right: Campaign): boolean => {
  if (left === right) return true;
  if (left.status !== right.status) return false;
  const values: Readonly<Record<string, unknown>> = right;
  return Object.keys(left).every(name => (left as Readonly<Record<string, unknown>>)[name] === values[name]);
};
