/**
 * Steps every campaign of a desk once: what its agent holds, wants and expects goes in, moves and intents come out. It
 * gathers and passes on; what a campaign does is decided in step-campaign.ts, what becomes of an intent by gates and orders.
 */
import { assert } from '../kernel/assert.ts';
import { addMoney, addQuantity, money, quantity } from '../kernel/units.ts';
import type { Fraction, MarketSymbol, Money, Quantity } from '../kernel/units.ts';
import type { Campaigner, Desk } from '../desk.ts';
import type { Decision } from '../events.ts';
import type { Fact } from '../log.ts';
import type { Lots } from '../lots/lot.ts';
import { markOf } from '../market/marks.ts';
import type { Marks } from '../market/marks.ts';
import { WHOLE } from '../orders/intent.ts';
import type { Intent, IntentSource } from '../orders/intent.ts';
import type { Orders } from '../orders/order.ts';
import type { RunProfile } from '../profile.ts';
import type { Prediction } from '../predictions/prediction.ts';
import { recordedPredictions } from '../predictions/recorded.ts';
import { isDust } from '../risk/gate-view.ts';
import { lastReturns, RETURNS_WINDOW } from '../risk/returns.ts';
import type { Returns } from '../risk/returns.ts';
import { dailyVolatility } from '../risk/volatility-sizing.ts';
import type { Predictions } from '../strategies/observe-agents.ts';
import { FLAT } from './campaign.ts';
import type { Campaign, CampaignEvidence, CampaignIntent, CampaignRecord } from './campaign.ts';
import { keptCampaigns } from './campaigns.ts';
import type { Campaigns } from './campaigns.ts';
import type { CampaignPolicy } from './policy.ts';
import { stepCampaign } from './step-campaign.ts';

export type CampaignsView = Readonly<{
  desk: Desk;
  before: Campaigns;
  marks: Marks;
  lots: Lots;
  orders: Orders;
  /** One for every agent of the desk. */
  predictions: readonly Predictions[];
  facts: readonly Fact[];
  /** Whether agents may trade yet: campaigns begin with the first hour that they may. */
  tradable: boolean;
  /** The profile in force. */
  profile: RunProfile;
  /** What the desk's own volatility of a day is taken from. */
  returns: Returns;
}>;

export type CampaignsDecided = Readonly<{ campaigns: Campaigns; intents: readonly Intent[] }>;

/** Every agent and symbol with a record, a holding or a prediction, by agent and then symbol. */
export const decideCampaigns = (view: CampaignsView, log: Decision[]): CampaignsDecided => {
  const { desk, before, tradable, profile } = view;
  if (desk.campaigners.length === 0 || !tradable) return { campaigns: before, intents: NO_INTENTS };
  const stepped: CampaignRecord[] = [];
  const intents: Intent[] = [];
  const policy = profile.campaign;
  assert(policy !== null, 'Agents that trade in campaigns have a campaign policy.');
  for (const campaigner of desk.campaigners) stepAgent(view, { ...campaigner, policy }, { stepped, intents, log });
  return { campaigns: keptCampaigns(view.before, stepped), intents };
};

const NO_INTENTS: readonly Intent[] = [];

type Stepping = Campaigner & Readonly<{ policy: CampaignPolicy }>;
type Sinks = Readonly<{ stepped: CampaignRecord[]; intents: Intent[]; log: Decision[] }>;

const stepAgent = (view: CampaignsView, campaigner: Stepping, { stepped, intents, log }: Sinks): void => {
  const { desk } = view;
  const { id: agent } = campaigner.agent;
  const predictions = predictionsFor(view, campaigner);
  const standings = standingsOf(view, agent);
  for (let index = 0; index < desk.symbols.length; index += 1) {
    const symbol = desk.symbols[index]!;
    const standing = standings.get(index);
    const prediction = predictions.get(index) ?? null;
    if (prediction === null && !hasAnything(standing)) continue;
    const record = standing?.record ?? null;
    const before = record?.campaign ?? FLAT;
    const step = stepCampaign(before, inputsOf(view, { campaigner, index }, { standing: standing ?? NOTHING, prediction }));
    stepped.push(record !== null && step.after === before ? record : { agent, symbol, campaign: step.after });
    for (const { from, to, reason, evidence } of step.moves) log.push({ agent, evidence, from, reason, symbol, to, type: 'campaign_moved' });
    if (step.intent.kind === 'none') continue;
    const intent = intentOf({ agent, symbol }, step.after, step.intent, step.evidence!);
    intents.push(intent);
    log.push({ agent, ask: intent.kind, evidence: step.evidence!, fraction: intent.fraction, reason: intent.reason, symbol, type: 'campaign_asked' });
  }
};

const predictionsFor = ({ desk, predictions, facts }: CampaignsView, { agent, index }: Campaigner): Predictions =>
  desk.agents[index]!.voice.kind === 'recorded' ? recordedPredictions(facts, agent.id, desk.indexOf) : predictions[index]!;

/** What an agent has in one symbol. */
type Standing = { record: CampaignRecord | null; held: Quantity; basis: Money; buy: boolean; sell: boolean };

const NOTHING: Readonly<Standing> = { record: null, held: quantity(0n), basis: money(0n), buy: false, sell: false };

/** Orders alone make no campaign: what they buy will. */
const hasAnything = (standing: Readonly<Standing> | undefined): boolean => standing !== undefined && (standing.record !== null || standing.held !== 0n);

/** By place of the symbol. */
const standingsOf = ({ desk, before, lots, orders }: CampaignsView, agent: string): ReadonlyMap<number, Readonly<Standing>> => {
  const standings = new Map<number, Standing>();
  const standingIn = (symbol: MarketSymbol): Standing => {
    const index = desk.indexOf.get(symbol)!;
    const known = standings.get(index) ?? { ...NOTHING };
    standings.set(index, known);
    return known;
  };
  for (const record of before) if (record.agent === agent) standingIn(record.symbol).record = record;
  for (const lot of lots) {
    if (lot.agent !== agent) continue;
    const standing = standingIn(lot.symbol);
    standing.held = addQuantity(standing.held, lot.quantity);
    standing.basis = addMoney(addMoney(standing.basis, lot.cost), lot.fee);
  }
  for (const order of orders.working) if (order.agent === agent) standingIn(order.symbol)[order.side === 'BUY' ? 'buy' : 'sell'] = true;
  for (const wish of orders.wanted) if (wish.agent === agent) standingIn(wish.symbol)[wish.want === 'long' ? 'buy' : 'sell'] = true;
  return standings;
};

type Pair = Readonly<{ campaigner: Stepping; index: number }>;
type Outlook = Readonly<{ standing: Readonly<Standing>; prediction: Prediction | null }>;

const inputsOf = (view: CampaignsView, { campaigner, index }: Pair, { standing, prediction }: Outlook) => {
  const { held, basis, buy, sell } = standing;
  const isHeld = held > 0n && !isDust(view, index, held);
  return {
    prediction,
    mark: markOf(view.marks, index),
    sigma: prediction === null || prediction.volatility !== null ? null : volatilityOf(view, index),
    position: isHeld ? { quantity: held, basis } : NO_POSITION,
    working: { buy, sell },
    // A strategy that predicts says nothing in plain signals.
    exitSignal: false,
    policy: campaigner.policy,
    roundTripCost: campaigner.roundTripCosts[index]!,
  };
};

const NO_POSITION = { quantity: quantity(0n), basis: money(0n) };

/** The desk's own volatility of a day; null while there are not enough returns. */
export const volatilityOf = ({ profile, returns }: Pick<CampaignsView, 'profile' | 'returns'>, index: number): Fraction | null => {
  const hourly = lastReturns(returns, index, profile.sizing.volatility?.windowHours ?? RETURNS_WINDOW);
  return hourly === null ? null : dailyVolatility(hourly);
};

type Asking = Exclude<CampaignIntent, { kind: 'none' }>;

const intentOf = ({ agent, symbol }: Readonly<{ agent: string; symbol: MarketSymbol }>, after: Campaign, intent: Asking, evidence: CampaignEvidence): Intent => ({
  agent,
  symbol,
  kind: intent.kind,
  source: sourceOf(after, intent),
  fraction: 'fraction' in intent ? intent.fraction : WHOLE,
  reason: intent.reason,
  expectedReturn: evidence.returnToExit,
});

const sourceOf = (after: Campaign, intent: Asking): IntentSource => {
  switch (intent.kind) {
    case 'enter':
    case 'reenter':
      return 'entry';
    case 'withdraw':
      return 'strategy';
    case 'reduce':
      return after.status === 'RECOVERY' ? 'recovery' : 'partial';
    case 'exit':
      return intent.reason === 'RECOVERY_FAILED' ? 'recovery' : 'strategy';
  }
};
