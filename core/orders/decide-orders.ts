/**
 * From intents to orders: reductions first and past every entry gate, then entries in their rank, each through the one
 * gate, each seeing what the one before reserved. One order per agent and symbol at one close.
 */
import { maxOf, quantity } from '../kernel/units.ts';
import type { MarketSymbol, Quantity } from '../kernel/units.ts';
import type { Decision } from '../events.ts';
import type { Fact, OrderId } from '../log.ts';
import { idOf } from '../lots/book-fills.ts';
import { heldBy } from '../lots/lot.ts';
import type { MarketStep } from '../market/feed.ts';
import { approveExit } from '../risk/approve-order.ts';
import { beingSold, gateExit, unreservedOf } from '../risk/gate-exit.ts';
import { isDust } from '../risk/gate-view.ts';
import type { GateView } from '../risk/gate-view.ts';
import { standingCode } from '../risk/risk-standing.ts';
import { byPrecedence } from './intent.ts';
import type { Intent } from './intent.ts';
import { isSamePair } from './order.ts';
import type { Orders, Place, Reduction, Wanted, WorkingOrder } from './order.ts';
import { placeEntries } from './place-entries.ts';
import type { Witness } from '../witness.ts';
import { judgeStops } from './stops.ts';
import { afterIntent, askedToCancel, dropOver, isOrderCommand, obeyOperator } from './wishes.ts';

export type OrderInputs = Readonly<{
  view: GateView;
  place: Place;
  tradable: boolean;
  market: MarketStep;
  intents: readonly Intent[];
  facts: readonly Fact[];
  witness?: Witness | null;
}>;

export const decideOrders = (inputs: OrderInputs, log: Decision[]): Orders => {
  const { view, place, facts, market, tradable, witness = null } = inputs;
  if (isIdle(inputs)) return view.orders;
  const instructed = obeyOperator({ ...view, orders: dropOver(view, log) }, facts, log);
  const judged = view.desk.stops.length === 0 ? null : judgeStops({ view, orders: instructed, market }, log);
  const intents = byPrecedence(judged === null ? inputs.intents : [...judged.intents, ...inputs.intents]);
  const wishing = { view: { ...view, orders: instructed }, tradable };
  const wanted = intents.reduce((wishes, intent) => afterIntent(wishing, wishes, intent, log), instructed.wanted);
  const cancelled = requestCancels(view, { ...instructed, stops: judged === null ? instructed.stops : judged.stops, wanted }, log);
  const exited = placeExits(view, cancelled, place, log);
  const placed = view.risk.placed + exited.working.length - cancelled.working.length;
  return placeEntries({ ...view, risk: { ...view.risk, placed } }, exited, { place, witness }, log);
};

const isIdle = ({ view, intents, facts }: OrderInputs): boolean => {
  const { desk, lots, orders } = view;
  const isGuarding = desk.stops.length > 0 && (lots.length > 0 || orders.stops.length > 0);
  return intents.length === 0 && orders.wanted.length === 0 && orders.working.length === 0 && !isGuarding && !facts.some(isOrderCommand);
};

/** A working BUY that is no longer wanted, or that a halt, a kill or an open review forbids, is cancelled first. */
const requestCancels = ({ risk }: GateView, orders: Orders, log: Decision[]): Orders => {
  const stopped = standingCode(risk.standing);
  const working = orders.working.map(order => {
    if (order.side !== 'BUY' || order.cancelReason !== null) return order;
    const wish = orders.wanted.find(isSamePair(order));
    return askedToCancel(order, stopped ?? (wish === undefined ? 'WITHDRAWN' : wish.want === 'long' ? null : 'OPPOSITE_INTENT'), log);
  });
  return { ...orders, working };
};

/** Every reduction that is not wholly under way sells what is left of it; one that nothing is left of is over. */
const placeExits = (view: GateView, before: Orders, place: Place, log: Decision[]): Orders => {
  const working = [...before.working];
  const wanted: Wanted[] = [];
  for (const wish of before.wanted) {
    const kept = wish.want === 'long' ? wish : afterSelling({ ...view, orders: { ...before, working } }, wish, { place, working }, log);
    if (kept !== null) wanted.push(kept);
  }
  return { ...before, working, wanted };
};

type Placing = Readonly<{ place: Place; working: WorkingOrder[] }>;

/** The wish after its order, if it needs one; null when it is over. Dust is said once, when nothing works any more. */
const afterSelling = (view: GateView, wish: Reduction, { place, working }: Placing, log: Decision[]): Reduction | null => {
  const { agent, symbol } = wish;
  const isUnderWay = working.some(isSamePair(wish));
  if (heldBy(view.lots, agent, symbol) <= 0n) return isUnderWay ? wish : null;
  if (isUnderWay && !hasMoreToSell(view, wish)) return wish;
  const answer = gateExit(view, { agent, symbol, quantity: askedBy(view, wish) });
  const attempt = wish.attempts + 1;
  if (answer.granted === null) {
    log.push({ agent, attempt, side: 'SELL', symbol, type: 'order_refused', violations: answer.violations });
    return null;
  }
  const { hour, step, absolute } = place;
  const order = approveExit(answer.granted, { id: idOf({ hour, step }, log.length) as OrderId, step: absolute, attempt, reason: wish.reason });
  log.push(order.placed);
  working.push(order.working);
  return { ...wish, attempts: attempt };
};

/** Whether another order beside those that work would sell more than dust. */
const hasMoreToSell = (view: GateView, wish: Reduction): boolean => {
  const asked = askedBy(view, wish);
  const free = unreservedOf(view, wish.agent, wish.symbol);
  const more = asked === null || asked > free ? free : asked;
  return more > 0n && !isDust(view, view.desk.indexOf.get(wish.symbol)!, more);
};

/** Null asks for all: to be flat, or because what would be left is dust. */
const askedBy = (view: GateView, wish: Reduction): Quantity | null => {
  if (wish.want === 'flat') return null;
  const { agent, symbol } = wish;
  const asked = maxOf(quantity(wish.quantity - beingSold(view.orders, agent, symbol)), quantity(0n));
  return asked > 0n && leavesDust(view, { agent, symbol, asked }) ? null : asked;
};

const leavesDust = (view: GateView, { agent, symbol, asked }: Readonly<{ agent: string; symbol: MarketSymbol; asked: Quantity }>): boolean =>
  isDust(view, view.desk.indexOf.get(symbol)!, quantity(unreservedOf(view, agent, symbol) - asked));
