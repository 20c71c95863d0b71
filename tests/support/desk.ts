/** Desks and runs for tests: a manifest from the few things a test is about, executed hour by hour in memory. */
import type { Bucket, OutsideFact } from '../../core/bucket.ts';
import { openDesk } from '../../core/desk.ts';
import type { Desk } from '../../core/desk.ts';
import type { Decision, DecisionType } from '../../core/events.ts';
import { beginRun, executeHour } from '../../core/execute.ts';
import type { ExecutedHour, Progress } from '../../core/execute.ts';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { asset, bps, fraction, hourUtc, marketSymbol, money, price, quantity, ratePpm, timeMs } from '../../core/kernel/units.ts';
import type { Fact, OperatorCommand, OperatorFact } from '../../core/log.ts';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../../core/manifest.ts';
import type { Agent, CostModel, EntryOrder, Fees, Instrument, Manifest, Sizing, Slippage } from '../../core/manifest.ts';
import { feedOf } from '../../core/market/feed.ts';
import type { Feed } from '../../core/market/feed.ts';
import { PROFILES } from '../../core/profile.ts';
import type { RunProfile } from '../../core/profile.ts';
import { clusterOf } from '../../core/risk/clusters.ts';
import { findStrategy } from '../../core/strategies/registry.ts';
import type { Strategy } from '../../core/strategies/strategy.ts';
import { columnsOf } from './market.ts';
import type { SlotCandle } from './market.ts';

export const START = hourUtc(500_000);

/** Trading rules of a test market; steps as decimal text. */
export type Rules = Partial<Omit<Instrument, 'symbol' | 'tick' | 'lot' | 'minNotional'> & Readonly<{ tick: string; lot: string; minNotional: string }>>;

export const instrument = (symbol: string, { tick = '0.00000001', lot = '0.00000001', minNotional = '0', ...rest }: Rules = {}): Instrument => ({
  symbol: marketSymbol(symbol),
  tick: price(decimal(tick)),
  lot: quantity(decimal(lot)),
  minNotional: money(decimal(minNotional)),
  baseDecimals: 8,
  quoteDecimals: 8,
  halfSpreadBps: bps(15),
  absent: 'missing',
  cluster: clusterOf(marketSymbol(symbol)),
  ...rest,
});

export const feesOf = (makerPpm: number, takerPpm: number, paidIn: 'quote' | 'received' | Readonly<{ third: string }> = 'quote'): Fees => ({
  name: 'test',
  makerPpm: ratePpm(makerPpm),
  takerPpm: ratePpm(takerPpm),
  asset: typeof paidIn === 'string' ? paidIn : { third: asset(paidIn.third) },
});

const NO_FEES = feesOf(0, 0);
const NO_SLIPPAGE: Slippage = { kind: 'constant', bps: bps(0) };
export const FREE: CostModel = { fees: NO_FEES, slippage: NO_SLIPPAGE, participation: null };
export const KRAKEN_COSTS: CostModel = {
  fees: feesOf(2_500, 4_000),
  slippage: { kind: 'spread_impact', impactBps: bps(20) },
  participation: fraction(decimal('0.025')),
};

export const byQuantity = (text: string): Sizing => ({ kind: 'quantity', quantity: quantity(decimal(text)) });
export const byNotional = (text: string): Sizing => ({ kind: 'notional', notional: money(decimal(text)) });
export const byFraction = (text: string): Sizing => ({ kind: 'fraction', fraction: fraction(decimal(text)) });
export const MARKET: EntryOrder = { type: 'MARKET' };
export const limitEntry = (offset: number, rest: Partial<Extract<EntryOrder, { type: 'LIMIT' }>> = {}): EntryOrder => ({
  type: 'LIMIT',
  offsetBps: bps(offset),
  postOnly: false,
  timeInForce: 'HOUR',
  ...rest,
});

export const agentOf = (strategy: string, sizing: Sizing, rest: Partial<Agent> = {}): Agent => ({
  id: 'main',
  strategy,
  strategyDigest: null,
  parameters: {},
  sizing,
  entry: MARKET,
  stop: null,
  ...rest,
});

export type Opening = Readonly<{
  universe: readonly Instrument[];
  agents: readonly Agent[];
  cash?: string;
  /** Asset, quantity, cost per unit. */
  holdings?: readonly (readonly [string, string, string])[];
  costs?: CostModel;
  profile?: RunProfile;
  timeframe?: Manifest['timeframe'];
  warmUpHours?: number;
  venue?: Manifest['venue'];
}>;

export const manifestOf = (opening: Opening): Manifest => ({
  version: 1,
  semantics: SEMANTICS_VERSION,
  encoding: ENCODING_VERSION,
  startHour: START,
  tradeFromHour: hourUtc(START + (opening.warmUpHours ?? 0)),
  timeframe: opening.timeframe ?? '1h',
  quote: asset('USD'),
  openingBalances: [['USD', opening.cash ?? '10000', '1'] as const, ...(opening.holdings ?? [])].map(([held, amount, cost]) => ({
    asset: asset(held),
    quantity: quantity(decimal(amount)),
    unitCost: price(decimal(cost)),
  })),
  agents: opening.agents,
  profile: opening.profile ?? PROFILES.research,
  universe: opening.universe,
  venue: opening.venue ?? 'simulated',
  costs: opening.costs ?? FREE,
});

/** What a scripted agent signals: per symbol of the universe, by the number of its candle from 0. */
export type Script = readonly Readonly<Record<number, 'enter' | 'exit'>>[];

const scripted = (script: Script): Strategy => ({
  id: 'scripted',
  summary: 'Signals what a test says.',
  parameters: [],
  contradiction: () => null,
  lookbackBars: () => 0,
  memorySize: () => 1,
  observe: (memory, at) => {
    const candle = memory[at]!;
    memory[at] = candle + 1;
    const action = script[at]?.[candle];
    return action === undefined ? null : { action, reason: 'SCRIPT', evidence: {} };
  },
});

export const deskOf = (opening: Opening, scripts: readonly Script[] = []): Desk =>
  openDesk(
    manifestOf(opening),
    opening.agents.map((agent, index) => (agent.strategy === 'scripted' ? scripted(scripts[index]!) : findStrategy(agent.strategy)!)),
  );

export const feedFor = (desk: Desk, candles: readonly (readonly SlotCandle[])[]): Feed =>
  feedOf(
    desk.symbols,
    desk.manifest.timeframe,
    candles.map((series, index) => columnsOf(desk.symbols[index]!, desk.manifest.timeframe, series)),
  );

/** What the outside adds, by hours from the start and step. */
export type Outside = Readonly<Record<string, readonly OutsideFact[]>>;

export type Ran = Readonly<{ hours: readonly ExecutedHour[]; after: Progress }>;

export const runHours = (desk: Desk, candles: readonly (readonly SlotCandle[])[], hours: number, outside: Outside = {}): Ran =>
  continueHours(desk, beginRun(desk), { feed: feedFor(desk, candles), hours, outside });

export const continueHours = (
  desk: Desk,
  before: Progress,
  { feed, hours, outside = {} }: Readonly<{ feed: Feed; hours: number; outside?: Outside }>,
): Ran => {
  const executed: ExecutedHour[] = [];
  let after = before;
  for (let count = 0; count < hours; count += 1) {
    const hour = after.hour - desk.manifest.startHour;
    const made = executeHour(desk, after, feed, step => outside[step === 0 ? hour : `${hour}.${step}`] ?? []);
    executed.push(made);
    ({ after } = made);
  }
  return { hours: executed, after };
};

export type Placed<Event> = Readonly<{ hour: number; step: number; event: Event }>;

const placedOf = <Event>(ran: Ran, eventsOf: (step: Readonly<{ bucket: Bucket; decisions: readonly Decision[] }>) => readonly Event[]): readonly Placed<Event>[] =>
  ran.hours.flatMap(({ steps, sealed }) => steps.flatMap((step, index) => eventsOf(step).map(event => ({ hour: sealed.hour - START, step: index, event }))));

/** Every decision of one type, with its hour from the start. */
export const decisionsOf = <Type extends DecisionType>(ran: Ran, type: Type): readonly Placed<Extract<Decision, { type: Type }>>[] =>
  placedOf(ran, ({ decisions }) => decisions.filter((decision): decision is Extract<Decision, { type: Type }> => decision.type === type));

export const factsOf = <Type extends Fact['type']>(ran: Ran, type: Type): readonly Placed<Extract<Fact, { type: Type }>>[] =>
  placedOf(ran, ({ bucket }) => bucket.facts.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type));

export const hashesOf = (ran: Ran): readonly string[] => ran.hours.map(({ sealed }) => sealed.hash);

/** An operator's command, half an hour into an hour counted from the start. */
export const operatorFact = (hour: number, command: OperatorCommand, key = 'k1'): OperatorFact => ({
  type: 'operator',
  atMs: timeMs((START + hour) * 3_600_000 + 1_800_000),
  key,
  actor: 'operator',
  reason: 'test',
  ...command,
});

export const moneyOf = (text: string) => money(decimal(text));

const lineOf = (event: Decision | Fact): string | null => {
  switch (event.type) {
    case 'order_placed': {
      const price = event.limitPrice === null ? '' : ` at ${formatDecimal(event.limitPrice)}`;
      return `${event.side} ${event.agent} ${event.symbol} ${formatDecimal(event.quantity)}${price} try ${event.attempt}`;
    }
    case 'order_filled':
      return `filled ${formatDecimal(event.quantity)} at ${formatDecimal(event.price)}`;
    case 'order_closed':
      return event.status === 'FILLED' ? null : `${event.status} ${event.symbol} ${event.reason}`;
    case 'order_refused':
      return `refused ${event.side} ${event.agent} ${event.symbol} ${event.violations.map(({ code }) => code).join(' ')} try ${event.attempt}`;
    case 'cancel_requested':
      return `cancel ${event.symbol} ${event.reason}`;
    case 'stop_triggered':
      return `stop ${event.symbol} ${event.kind} at ${formatDecimal(event.level)}, low ${formatDecimal(event.low)}`;
    case 'campaign_moved':
      return `${event.symbol} ${event.from} to ${event.to} ${event.reason}`;
    case 'campaign_asked':
      return `asks ${event.ask} ${formatDecimal(event.fraction)} ${event.symbol} ${event.reason}`;
    case 'operator_refused':
      return `refused ${event.command} ${event.code}`;
    case 'risk_changed':
      return `${event.from} to ${event.to}`;
    default:
      return null;
  }
};

/** What happened to orders, a line an event, each with its hour and, where there are several, its step. */
export const storyOf = (ran: Ran): readonly string[] =>
  ran.hours.flatMap(({ steps, sealed }) =>
    steps.flatMap(({ bucket, decisions }, step) => {
      const place = `${sealed.hour - START}${steps.length === 1 ? '' : `.${step}`}`;
      return [...bucket.facts, ...decisions].flatMap(event => {
        const line = lineOf(event);
        return line === null ? [] : [`${place} ${line}`];
      });
    }),
  );
