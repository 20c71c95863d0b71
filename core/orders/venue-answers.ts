/**
 * What the venue reported, applied to working orders. A fill that happened is always booked; an order that ends tells
 * why, and leaves its intent wanted, satisfied or spent.
 */
import { assert } from '../kernel/assert.ts';
import { addQuantity, subtractQuantity } from '../kernel/units.ts';
import { notionalUp, prorate } from '../kernel/rounding.ts';
import type { Money, Quantity } from '../kernel/units.ts';
import type { Decision, OrderEnd } from '../events.ts';
import type { Fact, OrderFilledFact, OrderId } from '../log.ts';
import type { Orders, Wanted, WorkingOrder } from './order.ts';
import { ENTRY_ATTEMPTS_MAX, remainingOf } from './order.ts';

/** A fill beside the order it belongs to, for lots and ledger. */
export type BookedFill = Readonly<{ fact: OrderFilledFact; order: WorkingOrder }>;

export type AnsweredOrders = Readonly<{ orders: Orders; fills: readonly BookedFill[] }>;

type OrderFact = Extract<Fact, { orderId: OrderId }>;

const isOrderFact = (fact: Fact): fact is OrderFact => 'orderId' in fact;

export const applyVenueAnswers = (before: Orders, facts: readonly Fact[], log: Decision[]): AnsweredOrders => {
  if (before.working.length === 0) {
    assert(!facts.some(isOrderFact), 'The venue answers only orders that work.');
    return { orders: before, fills: [] };
  }
  let orders = before;
  const fills: BookedFill[] = [];
  for (const fact of facts) {
    if (!isOrderFact(fact)) continue;
    const order = orders.working.find(candidate => candidate.id === fact.orderId);
    assert(order !== undefined, 'The venue answers an order that works.');
    if (fact.type === 'order_filled') fills.push({ fact, order });
    orders = applyAnswer(orders, order, fact, log);
  }
  return { orders, fills };
};

const applyAnswer = (orders: Orders, order: WorkingOrder, fact: OrderFact, log: Decision[]): Orders => {
  switch (fact.type) {
    case 'order_acknowledged':
      return replaced(orders, order, { ...order, acknowledged: true });
    case 'order_filled':
      return filled(orders, order, fact, log);
    case 'order_rejected':
      return closed(orders, order, { status: 'REJECTED', reason: fact.reason }, log);
    case 'order_cancelled':
      return closed(orders, order, { status: 'CANCELLED', reason: fact.reason }, log);
    case 'order_expired':
      return closed(orders, order, { status: 'EXPIRED', reason: fact.reason }, log);
  }
};

const filled = (orders: Orders, order: WorkingOrder, fact: OrderFilledFact, log: Decision[]): Orders => {
  const total = addQuantity(order.filled, fact.quantity);
  assert(total <= order.quantity, 'An order never fills beyond its size.');
  const after: WorkingOrder = { ...order, acknowledged: true, filled: total, ...reservationAfter(order, fact) };
  const wanted = order.side === 'BUY' ? boughtTowards(orders.wanted, order, fact.quantity) : orders.wanted;
  const next = replaced({ ...orders, wanted }, order, after);
  return remainingOf(after) > 0n ? next : closed(next, after, { status: 'FILLED', reason: 'FILLED' }, log);
};

/** A fill spends its cost from the reservation and its share of the exposure. */
const reservationAfter = (order: WorkingOrder, fact: OrderFilledFact): Pick<WorkingOrder, 'reserved' | 'reservedExposure'> => {
  if (order.side === 'SELL') return { reserved: order.reserved, reservedExposure: order.reservedExposure };
  const feeInQuote = fact.feeAsset === order.symbol.slice(order.symbol.indexOf('/') + 1) ? fact.fee : 0n;
  const spent = notionalUp(fact.quantity, fact.price) + feeInQuote;
  assert(spent <= order.reserved, 'No fill costs more than was reserved for it.');
  const exposure = prorate(order.reservedExposure, fact.quantity, remainingOf(order));
  return { reserved: (order.reserved - spent) as Money, reservedExposure: (order.reservedExposure - exposure) as Money };
};

const boughtTowards = (wanted: readonly Wanted[], order: WorkingOrder, bought: Quantity): readonly Wanted[] =>
  wanted.map(wish => {
    if (wish.want !== 'long' || wish.agent !== order.agent || wish.symbol !== order.symbol || wish.quantity === null) return wish;
    return { ...wish, quantity: subtractQuantity(wish.quantity, bought) };
  });

type Ending = Readonly<{ status: OrderEnd; reason: string }>;

const closed = (orders: Orders, order: WorkingOrder, { status, reason }: Ending, log: Decision[]): Orders => {
  log.push({ filled: order.filled, orderId: order.id, reason, status, symbol: order.symbol, type: 'order_closed' });
  return {
    working: orders.working.filter(candidate => candidate.id !== order.id),
    wanted: orders.wanted.filter(wish => !isOver(wish, order, { status, reason })),
  };
};

/**
 * An entry is over when filled, when its reservation is spent, when we cancelled it, or after six tries; an exit only
 * when the position is flat, which the orders decider sees.
 */
const isOver = (wish: Wanted, order: WorkingOrder, { status, reason }: Ending): boolean => {
  if (wish.want !== 'long' || order.side !== 'BUY' || wish.agent !== order.agent || wish.symbol !== order.symbol) return false;
  // A wish raised while an older order was still being cancelled has no order of its own yet.
  if (wish.attempts === 0) return false;
  return status === 'FILLED' || status === 'CANCELLED' || reason === 'RESERVATION' || wish.attempts >= ENTRY_ATTEMPTS_MAX;
};

const replaced = (orders: Orders, order: WorkingOrder, after: WorkingOrder): Orders => ({
  ...orders,
  working: orders.working.map(candidate => (candidate.id === order.id ? after : candidate)),
});
