/**
 * From signals to orders: exits first and past every entry gate, then entries in the order of a hash that favours
 * nobody, each through the one gate, each seeing what the one before reserved.
 */
import { sha256Hex } from '../kernel/digest.ts';
import { byCodeUnit } from '../kernel/order.ts';
import { floorToStep } from '../kernel/rounding.ts';
import { money } from '../kernel/units.ts';
import type { HourUtc, MarketSymbol, Money, Quantity } from '../kernel/units.ts';
import type { CancelRequested, Decision, OrderPlaced, RefusalCode, SignalRaised } from '../events.ts';
import type { Fact, OrderId } from '../log.ts';
import { freeCash, gateEntry, isDust } from '../risk/gate.ts';
import type { EntryWish, GateView, Grant } from '../risk/gate.ts';
import { heldBy, positionsOf, TREASURY } from '../lots/lot.ts';
import { idOf } from '../lots/book-fills.ts';
import { markOf } from '../market/marks.ts';
import { workingOrderOf } from './order.ts';
import type { Orders, Wanted, WorkingOrder } from './order.ts';
import { withoutSlack, withSlack } from './slack.ts';

export type OrderInputs = Readonly<{
  view: GateView;
  hour: HourUtc;
  step: number;
  tradable: boolean;
  signals: readonly SignalRaised[];
  facts: readonly Fact[];
}>;

export const decideOrders = (inputs: OrderInputs, log: Decision[]): Orders => {
  if (isIdle(inputs)) return inputs.view.orders;
  const instructed = obeyOperator(inputs, dropFlat(inputs.view, log), log);
  const wanted = inputs.signals.reduce((wishes, signal) => afterSignal(inputs, wishes, signal, log), instructed.wanted);
  const cancelled = requestCancels(inputs, { ...instructed, wanted }, log);
  const exited = placeExits(inputs, cancelled, log);
  return placeEntries(inputs, exited, log);
};

const isIdle = ({ view, signals, facts }: OrderInputs): boolean =>
  signals.length === 0 && view.orders.wanted.length === 0 && view.orders.working.length === 0 && !facts.some(isOrderCommand);

const isOrderCommand = (fact: Fact): boolean => fact.type === 'operator' && (fact.command === 'flatten' || fact.command === 'cancel');

/** An exit whose position is gone, or down to dust, is over, so that an entry may follow at the same close. */
const dropFlat = (view: GateView, log: Decision[]): Orders => {
  const { orders, lots, desk } = view;
  const over = new Set<Wanted>();
  for (const wish of orders.wanted) {
    if (wish.want !== 'flat' || orders.working.some(isSame(wish.agent, wish.symbol))) continue;
    const held = heldBy(lots, wish.agent, wish.symbol);
    if (held > 0n && !isDust(view, desk.indexOf.get(wish.symbol)!, held)) continue;
    if (held > 0n) refuseDust(view, wish, held, log);
    over.add(wish);
  }
  return over.size === 0 ? orders : { ...orders, wanted: orders.wanted.filter(wish => !over.has(wish)) };
};

const refuseDust = ({ desk }: GateView, { agent, symbol, attempts }: Wanted, held: Quantity, log: Decision[]): void => {
  const { minNotional } = desk.instruments[desk.indexOf.get(symbol)!]!;
  const dust = { code: 'DUST', severity: 'LOW', limit: minNotional, usage: held, asked: held } as const;
  log.push({ agent, attempt: attempts + 1, side: 'SELL', symbol, type: 'order_refused', violations: [dust] });
};

/** `cancel` drops every wish and order; `flatten` wants every position of every agent flat. */
const obeyOperator = ({ view, facts }: OrderInputs, before: Orders, log: Decision[]): Orders => {
  let orders = before;
  for (const fact of facts) {
    if (fact.type !== 'operator' || !isOrderCommand(fact)) continue;
    const positions = positionsOf(view.lots).filter(({ agent }) => agent !== TREASURY);
    const idle = orders.working.length === 0 && orders.wanted.length === 0;
    const refusedCode = fact.command === 'cancel' ? (idle ? 'NOTHING_TO_CANCEL' : null) : positions.length === 0 && idle ? 'NOTHING_HELD' : null;
    if (refusedCode !== null) {
      log.push({ asked: 0n, code: refusedCode, command: fact.command, key: fact.key, limit: 0n, type: 'operator_refused' });
      continue;
    }
    const working = orders.working.map(order => askedToCancel(order, fact.command === 'cancel' || order.side === 'BUY' ? `OPERATOR: ${fact.reason}` : null, log));
    const wanted: readonly Wanted[] =
      fact.command === 'cancel' ? [] : positions.map(({ agent, symbol }) => ({ want: 'flat', agent, symbol, reason: 'OPERATOR_FLATTEN', attempts: 0 }));
    orders = { working, wanted };
  }
  return orders;
};

const askedToCancel = (order: WorkingOrder, reason: string | null, log: Decision[]): WorkingOrder => {
  if (reason === null || order.cancelReason !== null) return order;
  const request: CancelRequested = { orderId: order.id, reason, symbol: order.symbol, type: 'cancel_requested' };
  log.push(request);
  return { ...order, cancelReason: reason };
};

const isSame = (agent: string, symbol: MarketSymbol) => (other: Readonly<{ agent: string; symbol: MarketSymbol }>): boolean =>
  other.agent === agent && other.symbol === symbol;

/** What is wanted after one signal. An exit outranks an entry; an entry waits for nothing and is refused instead. */
const afterSignal = (inputs: OrderInputs, wanted: readonly Wanted[], signal: SignalRaised, log: Decision[]): readonly Wanted[] => {
  const { view, tradable } = inputs;
  const { agent, symbol, reason } = signal;
  const index = view.desk.indexOf.get(symbol)!;
  const existing = wanted.find(isSame(agent, symbol));
  const held = heldBy(view.lots, agent, symbol);
  if (signal.action === 'exit') {
    const working = view.orders.working.some(isSame(agent, symbol));
    if (existing?.want === 'flat' || (!working && (held === 0n || isDust(view, index, held)))) {
      return existing?.want === 'long' ? wanted.filter(wish => wish !== existing) : wanted;
    }
    return [...wanted.filter(wish => wish !== existing), { want: 'flat', agent, symbol, reason, attempts: 0 }];
  }
  if (existing?.want === 'long') return wanted;
  const code = refusedOutright({ tradable, exiting: existing !== undefined, held: held > 0n && !isDust(view, index, held) });
  if (code === null) return [...wanted, { want: 'long', agent, symbol, reason, attempts: 0, quantity: null }];
  refuse({ agent, symbol, attempt: 1 }, [{ code, severity: 'LOW', limit: 0n, usage: held, asked: 0n }], log);
  return wanted;
};

const refusedOutright = (now: Readonly<{ tradable: boolean; exiting: boolean; held: boolean }>): RefusalCode | null =>
  !now.tradable ? 'WARM_UP' : now.exiting ? 'EXIT_IN_PROGRESS' : now.held ? 'ALREADY_HELD' : null;

type Asked = Readonly<{ agent: string; symbol: MarketSymbol; attempt: number }>;
type Violations = Extract<Decision, { type: 'order_refused' }>['violations'];

const refuse = (asked: Asked, violations: Violations, log: Decision[]): void => {
  log.push({ ...asked, side: 'BUY', type: 'order_refused', violations });
};

/** A working BUY that is no longer wanted, or that a halt or kill forbids, is cancelled first. */
const requestCancels = ({ view }: OrderInputs, orders: Orders, log: Decision[]): Orders => {
  const stopped = view.risk.status === 'ACTIVE' ? null : view.risk.status;
  const working = orders.working.map(order => {
    if (order.side !== 'BUY') return order;
    const opposite = orders.wanted.some(wish => wish.want === 'flat' && isSame(order.agent, order.symbol)(wish));
    return askedToCancel(order, stopped ?? (opposite ? 'OPPOSITE_INTENT' : null), log);
  });
  return { ...orders, working };
};

const placeExits = (inputs: OrderInputs, before: Orders, log: Decision[]): Orders => {
  const working = [...before.working];
  const wanted: Wanted[] = [];
  for (const wish of before.wanted) {
    if (wish.want === 'long') {
      wanted.push(wish);
      continue;
    }
    const same = working.filter(isSame(wish.agent, wish.symbol));
    if (same.some(order => order.side === 'SELL')) {
      wanted.push(wish);
      continue;
    }
    const exit = exitOf(inputs, wish, same.length > 0, log);
    if (exit !== null) working.push(exit);
    if (exit !== null) wanted.push({ ...wish, attempts: wish.attempts + 1 });
    else if (same.length > 0) wanted.push(wish);
  }
  return { working, wanted };
};

/** Sells whole lots of all that is held; null when nothing, or only dust, is left to sell. Dust is said once, when no BUY works any more. */
const exitOf = ({ view, hour, step }: OrderInputs, wish: Wanted, buying: boolean, log: Decision[]): WorkingOrder | null => {
  const { agent, symbol } = wish;
  const index = view.desk.indexOf.get(symbol)!;
  const held = heldBy(view.lots, agent, symbol);
  if (held === 0n) return null;
  const instrument = view.desk.instruments[index]!;
  if (isDust(view, index, held)) {
    if (!buying) refuseDust(view, wish, held, log);
    return null;
  }
  const placed: OrderPlaced = {
    agent,
    attempt: wish.attempts + 1,
    collarPrice: null,
    id: idOf({ hour, step }, log.length) as OrderId,
    limitPrice: null,
    mark: markOf(view.marks, index)!,
    orderType: 'MARKET',
    postOnly: false,
    quantity: floorToStep(held, instrument.lot),
    reason: wish.reason,
    reduceOnly: true,
    reserved: money(0n),
    side: 'SELL',
    symbol,
    timeInForce: 'HOUR',
    type: 'order_placed',
  };
  log.push(placed);
  return workingOrderOf(placed, absoluteStep(view, { hour, step }), money(0n));
};

const absoluteStep = (view: GateView, { hour, step }: Readonly<{ hour: HourUtc; step: number }>): number =>
  hour * view.desk.stepsPerHour + step;

type Granted = Readonly<{ entry: EntryWish; grant: Grant; attempt: number }>;

const placeEntries = (inputs: OrderInputs, before: Orders, log: Decision[]): Orders => {
  const due = dueEntries(inputs, before);
  if (due.length === 0) return before;
  const granted: Granted[] = [];
  const ended = new Set<Wanted>();
  let orders: Orders = { ...before, working: withoutSlack(inputs.view.desk, before.working) };
  for (const entry of due) {
    const attempt = entry.wish.attempts + 1;
    const answer = gateEntry({ ...inputs.view, orders }, entry);
    if (answer.granted === null) {
      refuse({ agent: entry.wish.agent, symbol: entry.wish.symbol, attempt }, answer.violations, log);
      ended.add(entry.wish);
      continue;
    }
    granted.push({ entry, grant: answer.granted, attempt });
    // A placeholder reserves for the gates of the entries that follow; the real order is placed once its slack is known.
    orders = { ...orders, working: [...orders.working, placeholder(inputs, entry, answer.granted)] };
  }
  const backed = withSlack(freeCash(inputs.view.valuation.cash, orders), orders.working);
  const already = before.working.length;
  const placed = granted.map((grant, at) => placeEntry(inputs, grant, backed[already + at]!.reserved, log));
  const wanted = before.wanted.filter(wish => !ended.has(wish)).map(wish => afterPlacing(wish, granted));
  return { working: [...backed.slice(0, already), ...placed], wanted };
};

/** Entries without a working order, ranked by SHA-256(genesis, hour, symbol) so that no alphabet decides who gets cash. */
const dueEntries = ({ view, hour }: OrderInputs, orders: Orders): readonly EntryWish[] => {
  const due: EntryWish[] = [];
  for (const wish of orders.wanted) {
    if (wish.want !== 'long' || orders.working.some(isSame(wish.agent, wish.symbol))) continue;
    const agent = view.desk.agents.find(candidate => candidate.agent.id === wish.agent)!;
    due.push({ agent, index: view.desk.indexOf.get(wish.symbol)!, wish });
  }
  if (due.length < 2) return due;
  const rank = new Map(due.map(entry => [entry, sha256Hex(`${view.desk.genesis}:${hour}:${entry.wish.symbol}`)]));
  return due.sort((left, right) => byCodeUnit(rank.get(left)!, rank.get(right)!) || byCodeUnit(left.wish.agent, right.wish.agent));
};

const orderPlaced = ({ hour, step }: OrderInputs, { entry, grant, attempt }: Granted, seq: number): OrderPlaced => {
  const { entry: how } = entry.agent.agent;
  return {
    agent: entry.wish.agent,
    attempt,
    collarPrice: grant.collarPrice,
    id: idOf({ hour, step }, seq) as OrderId,
    limitPrice: grant.limitPrice,
    mark: grant.mark,
    orderType: how.type,
    postOnly: how.type === 'LIMIT' && how.postOnly,
    quantity: grant.quantity,
    reason: entry.wish.reason,
    reduceOnly: false,
    reserved: grant.reserved,
    side: 'BUY',
    symbol: entry.wish.symbol,
    timeInForce: how.type === 'LIMIT' ? how.timeInForce : 'HOUR',
    type: 'order_placed',
  };
};

const placeholder = (inputs: OrderInputs, entry: EntryWish, grant: Grant): WorkingOrder =>
  workingOrderOf(orderPlaced(inputs, { entry, grant, attempt: 0 }, -1), 0, grant.reservedExposure);

const placeEntry = (inputs: OrderInputs, granted: Granted, reserved: Money, log: Decision[]): WorkingOrder => {
  const placed = orderPlaced(inputs, { ...granted, grant: { ...granted.grant, reserved } }, log.length);
  log.push(placed);
  return workingOrderOf(placed, absoluteStep(inputs.view, inputs), granted.grant.reservedExposure);
};

const afterPlacing = (wish: Wanted, granted: readonly Granted[]): Wanted => {
  const made = granted.find(({ entry }) => entry.wish === wish);
  if (made === undefined || wish.want !== 'long') return wish;
  const quantity: Quantity = wish.quantity ?? made.grant.quantity;
  return { ...wish, attempts: made.attempt, quantity };
};
