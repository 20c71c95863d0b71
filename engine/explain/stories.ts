/**
 * Why an hour went as it did, told for one agent in one market at a time: the candle, what the strategy made of it, what
 * it wished, how that stood before every gate, and what was ordered or refused. Also why nothing happened.
 */
import { classify } from '../../core/campaign/assessment.ts';
import { volatilityOf } from '../../core/campaign/decide-campaigns.ts';
import type { Desk, DeskAgent } from '../../core/desk.ts';
import type { Decision } from '../../core/events.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { CANDLE_VALUES } from '../../core/market/candle.ts';
import { widenAt } from '../../core/market/columns.ts';
import type { MarketStep } from '../../core/market/feed.ts';
import { markOf } from '../../core/market/marks.ts';
import { positionsOf } from '../../core/lots/lot.ts';
import { recordedPredictions } from '../../core/predictions/recorded.ts';
import type { Prediction } from '../../core/predictions/prediction.ts';
import { observeAgents } from '../../core/strategies/observe-agents.ts';
import type { AgentMemory } from '../../core/strategies/observe-agents.ts';
import type { GateCheck } from '../../core/risk/gate-statement.ts';
import type { WatchedHour, WatchedStep } from './watch-hour.ts';

/** JSON of the log: amounts as decimal text. */
type Json = Readonly<Record<string, unknown>>;

export type Conclusion =
  | 'ORDERED'
  | 'REFUSED'
  | 'ORDER_WORKING'
  | 'NOTHING_TO_EXIT'
  | 'WANTED_ALREADY'
  | 'NO_CANDLE'
  | 'WARM_UP'
  | 'NO_INDICATOR'
  | 'NO_PREDICTION'
  | 'NO_SIGNAL';

export type Story = Readonly<{
  /** `hour.step`, and the close that the step decided at. */
  at: string;
  closedAt: string;
  agent: string;
  symbol: MarketSymbol;
  conclusion: Conclusion;
  candle: Json | null;
  mark: Readonly<{ close: string; closedAt: string }> | null;
  /** What the strategy's memory said before the candle and after it, doubles as text; null where it says nothing by name. */
  indicators: Readonly<{ before: Json | null; after: Json | null }> | null;
  prediction: Json | null;
  campaign: Readonly<{ before: string; after: string; stateClass: string; moves: readonly Json[]; asked: readonly Json[] }> | null;
  position: Readonly<{ quantity: string }> | null;
  signals: readonly Json[];
  stops: readonly Json[];
  gates: readonly Readonly<{ code: string; outcome: string; limit: string; usage: string; asked: string }>[];
  refusals: readonly Json[];
  /** Placed in this step, each with its place as id. */
  orders: readonly Json[];
  /** What the venue said in this step of orders placed before. */
  answers: readonly Json[];
}>;

export const storiesOf = ({ desk, hour, steps }: WatchedHour): readonly Story[] =>
  steps.flatMap((step, index) => {
    const scene = { desk, step, predictions: predictionsIn(desk, step) };
    return desk.agents.flatMap((agent, at) => desk.symbols.map((symbol, place) => storyOf(scene, `${hour}.${index}`, { agent, at, symbol, place })));
  });

type Scene = Readonly<{ desk: Desk; step: WatchedStep; predictions: readonly ReadonlyMap<number, Prediction>[] }>;
type Who = Readonly<{ agent: DeskAgent; at: number; symbol: MarketSymbol; place: number }>;

/** Predictions of strategies are not logged: they are made again from the memory that the step found. */
const predictionsIn = (desk: Desk, { before, executed }: WatchedStep): Scene['predictions'] => {
  const { market, hour, facts } = executed.bucket;
  const own = observeAgents(desk, before.memories, { market, tradable: hour >= desk.manifest.tradeFromHour }, []).predictions;
  return desk.agents.map(({ agent, voice }, index) => (voice.kind === 'recorded' ? recordedPredictions(facts, agent.id, desk.indexOf) : own[index]!));
};

const storyOf = (scene: Scene, at: string, who: Who): Story => {
  const { desk, step } = scene;
  const { executed, before } = step;
  const { market } = executed.bucket;
  const decisions = jsonOf(executed.decisions.filter(isAbout(who)));
  const ofType = (...types: readonly string[]): readonly Json[] => decisions.filter(({ type }) => types.includes(String(type)));
  const known = new Set(before.orders.working.filter(order => order.agent === who.agent.agent.id && order.symbol === who.symbol).map(({ id }): string => id));
  const held = positionsOf(executed.state.lots).find(position => position.agent === who.agent.agent.id && position.symbol === who.symbol);
  const told = {
    at,
    closedAt: formatTime(market.closeMs),
    agent: who.agent.agent.id,
    symbol: who.symbol,
    candle: candleOf(market, who.place),
    mark: markIn(scene, who.place),
    indicators: indicatorsOf(step, who),
    prediction: jsonOrNull(scene.predictions[who.at]!.get(who.place)),
    campaign: campaignOf(scene, who, ofType),
    position: held === undefined ? null : { quantity: formatDecimal(held.quantity) },
    signals: ofType('signal_raised'),
    stops: ofType('stop_triggered'),
    gates: step.judged.filter(({ agent, symbol }) => agent === who.agent.agent.id && symbol === who.symbol).flatMap(({ checks }) => checks.map(shown)),
    refusals: ofType('order_refused'),
    orders: ofType('order_placed'),
    answers: jsonOf(executed.bucket.facts.filter(fact => 'orderId' in fact && known.has(fact.orderId))),
  };
  return { ...told, conclusion: conclusionOf(desk, scene, who, told) };
};

const isAbout =
  ({ agent, symbol }: Who) =>
  (decision: Decision): boolean =>
    'agent' in decision && 'symbol' in decision && decision.agent === agent.agent.id && decision.symbol === symbol;

const jsonOf = (values: readonly object[]): readonly Json[] => values.map(value => JSON.parse(canonicalText(value)) as Json);
const jsonOrNull = (value: object | undefined): Json | null => (value === undefined ? null : (JSON.parse(canonicalText(value)) as Json));

const shown = ({ code, outcome, limit, usage, asked }: GateCheck) => ({ code, outcome, limit: formatDecimal(limit), usage: formatDecimal(usage), asked: formatDecimal(asked) });

const candleOf = (market: MarketStep, place: number): Json | null => {
  const row = market.rows[place]!;
  if (row < 0) return null;
  const { columns } = market.series[place]!;
  return Object.fromEntries(CANDLE_VALUES.map(name => [name, formatDecimal(widenAt(columns[name], row))]));
};

const markIn = ({ desk, step }: Scene, place: number): Story['mark'] => {
  const { marks } = step.executed.state;
  const mark = markOf(marks, place);
  return mark === null ? null : { close: formatDecimal(mark), closedAt: formatTime(timeMs((marks.slot[place]! + 1) * desk.timeframeMs)) };
};

const indicatorsOf = ({ before, executed }: WatchedStep, { agent, at, place }: Who): Story['indicators'] => {
  const { voice, parameters, memorySize } = agent;
  if (voice.kind !== 'signals' || voice.strategy.indicators === undefined) return null;
  const { indicators } = voice.strategy;
  const valuesIn = ({ numbers }: AgentMemory): Json | null => {
    const values = indicators(numbers, place * memorySize, parameters);
    return values === null ? null : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  };
  return { before: valuesIn(before.memories[at]!), after: valuesIn(executed.state.memories[at]!) };
};

type OfType = (...types: readonly string[]) => readonly Json[];

const campaignOf = ({ desk, step, predictions }: Scene, { agent, at, symbol, place }: Who, ofType: OfType): Story['campaign'] => {
  const campaigner = desk.campaigners.find(candidate => candidate.index === at);
  if (campaigner === undefined) return null;
  const { before, executed } = step;
  const profile = executed.state.risk.profile ?? desk.manifest.profile;
  const statusIn = (state: typeof before): string => state.campaigns.find(record => record.agent === agent.agent.id && record.symbol === symbol)?.campaign.status ?? 'FLAT';
  const sigma = volatilityOf({ profile, returns: executed.state.returns }, place);
  const stateClass = classify(predictions[at]!.get(place) ?? null, { sigma, policy: profile.campaign!, roundTripCost: campaigner.roundTripCosts[place]! });
  return { before: statusIn(before), after: statusIn(executed.state), stateClass, moves: ofType('campaign_moved'), asked: ofType('campaign_asked') };
};

type Told = Omit<Story, 'conclusion'>;

const conclusionOf = (desk: Desk, { step, predictions }: Scene, who: Who, told: Told): Conclusion => {
  if (told.orders.length > 0) return 'ORDERED';
  if (told.refusals.length > 0) return 'REFUSED';
  if (told.signals.length > 0) return told.signals.some(({ action }) => action === 'exit') && told.position === null ? 'NOTHING_TO_EXIT' : 'WANTED_ALREADY';
  if (step.executed.state.orders.working.some(({ agent, symbol }) => agent === told.agent && symbol === told.symbol)) return 'ORDER_WORKING';
  if (told.candle === null && who.agent.voice.kind !== 'recorded') return 'NO_CANDLE';
  if (step.executed.bucket.hour < desk.manifest.tradeFromHour) return 'WARM_UP';
  if (told.indicators !== null && told.indicators.after === null) return 'NO_INDICATOR';
  if (who.agent.voice.kind !== 'signals' && !predictions[who.at]!.has(who.place)) return 'NO_PREDICTION';
  return 'NO_SIGNAL';
};
