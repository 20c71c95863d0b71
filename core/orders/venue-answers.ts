/**
 * What the venue reported, applied to working orders. A fill that happened is always booked; an order that ends tells
 * why, and leaves its intent wanted, satisfied or spent. An answer of the simulated venue that cannot be is a bug.
 */
import { assert } from '../kernel/assert.ts';
import { addQuantity, maxOf, money, quantity, quoteOf, subtractMoney } from '../kernel/units.ts';
import { notionalUp, prorate } from '../kernel/rounding.ts';
import type { MarketSymbol, Money, Quantity } from '../kernel/units.ts';
import type { Decision, OrderEnd, Side } from '../events.ts';
import { isVenueFact } from '../log.ts';
import type { AccountFact, Fact, OrderFilledFact, OrderId, VenueFact } from '../log.ts';
import { withProgress } from '../risk/order-progress.ts';
import type { OrderProgress } from '../risk/order-progress.ts';
import { STATUS_EDGES } from './order-status.ts';
import type { Report } from './order-status.ts';
import type { Orders, Wanted, WorkingOrder, WorkingStatus } from './order.ts';
import { isSamePair, remainingOf } from './order.ts';

/** Whose a fill is. */
export type FilledOrder = Readonly<{ id: OrderId; agent: string; symbol: MarketSymbol; side: Side }>;

/** A fill beside the order it belongs to, for lots and ledger. */
export type BookedFill = Readonly<{ fact: OrderFilledFact; order: FilledOrder }>;

/** `strays` is what a recorded venue did on the account beyond what our orders could. */
export type AnsweredOrders = Readonly<{ orders: Orders; fills: readonly BookedFill[]; strays: readonly AccountFact[] }>;

const NOTHING: readonly never[] = [];

/** The orders after the answers of the simulated venue. `attempts` is how often one intent to enter may be ordered. */
export const applySimulatedAnswers = (before: Orders, facts: readonly Fact[], attempts: number, log: Decision[]): AnsweredOrders => {
  if (before.working.length === 0) {
    assert(!facts.some(isVenueFact), 'The venue answers only orders that work.');
    return { orders: before, fills: NOTHING, strays: NOTHING };
  }
  let orders = before;
  const fills: BookedFill[] = [];
  for (const fact of facts) {
    if (!isVenueFact(fact)) continue;
    const order = orders.working.find(({ id }) => id === fact.orderId);
    assert(order !== undefined, 'The venue answers an order that works.');
    const { to, kind } = STATUS_EDGES[order.status][reportOf(order, fact)];
    assert(kind === 'ordinary', `The simulated venue moves an order from ${order.status} as venues do.`);
    if (fact.type === 'order_filled') {
      assert(spentOn(order, fact) <= order.reserved, 'No fill costs more than was reserved for it.');
      fills.push({ fact, order });
    }
    orders = applyAnswer(orders, { order, fact, to, attempts }, log);
  }
  return { orders, fills, strays: NOTHING };
};

/** What a fact says of an order: a fill is measured against what is left of it. */
export const reportOf = (order: Pick<WorkingOrder, 'quantity' | 'filled'>, fact: VenueFact): Report => {
  switch (fact.type) {
    case 'order_acknowledged':
      return 'acknowledged';
    case 'order_rejected':
      return 'rejected';
    case 'order_cancelled':
      return 'cancelled';
    case 'order_expired':
      return 'expired';
    case 'order_filled': {
      const rest = remainingOf(order) - fact.quantity;
      return rest > 0n ? 'filled_part' : rest === 0n ? 'filled_whole' : 'filled_over';
    }
  }
};

/** What a fill takes out of the reservation of a BUY; nothing for a SELL. */
export const spentOn = ({ side, symbol }: Pick<WorkingOrder, 'side' | 'symbol'>, fact: OrderFilledFact): Money =>
  side === 'SELL' ? money(0n) : money(notionalUp(fact.quantity, fact.price) + (fact.feeAsset === quoteOf(symbol) ? fact.fee : 0n));

type Answer = Readonly<{ order: WorkingOrder; fact: VenueFact; to: WorkingStatus | OrderEnd; attempts: number }>;

/** Moves a working order to the status the table names, and with it its reservation and its wish. */
export const applyAnswer = (orders: Orders, { order, fact, to, attempts }: Answer, log: Decision[]): Orders => {
  const progress = fact.type === 'order_filled' ? progressBy(order, fact) : {};
  const wanted = fact.type === 'order_filled' ? wantedAfterFill(orders.wanted, order, fact.quantity) : orders.wanted;
  switch (to) {
    case 'NEW':
    case 'ACKNOWLEDGED':
    case 'PARTIALLY_FILLED':
      return { ...orders, wanted, working: orders.working.map(candidate => (candidate === order ? withProgress(order, { ...progress, status: to }) : candidate)) };
    case 'FILLED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'EXPIRED': {
      const reason = 'reason' in fact ? fact.reason : to;
      log.push({ filled: progress.filled ?? order.filled, orderId: order.id, reason, status: to, symbol: order.symbol, type: 'order_closed' });
      return {
        ...orders,
        wanted: wanted.filter(wish => !isOver(wish, order, { status: to, reason, attempts })),
        working: orders.working.filter(candidate => candidate !== order),
      };
    }
  }
};

/** A fill spends its cost from the reservation and its share of the exposure. */
const progressBy = (order: WorkingOrder, fact: OrderFilledFact): OrderProgress => {
  const filled = addQuantity(order.filled, fact.quantity);
  if (order.side === 'SELL') return { filled };
  const exposure = prorate(order.reservedExposure, fact.quantity, remainingOf(order));
  return {
    filled,
    reserved: maxOf(subtractMoney(order.reserved, spentOn(order, fact)), money(0n)),
    reservedExposure: subtractMoney(order.reservedExposure, exposure),
  };
};

/** What was bought or sold is no longer wanted; a wish for a quantity is over when nothing of it is left. */
export const wantedAfterFill = (wanted: readonly Wanted[], order: FilledOrder, filled: Quantity): readonly Wanted[] => {
  const at = wanted.findIndex(isSamePair(order));
  const wish = wanted[at];
  if (wish?.want !== (order.side === 'BUY' ? 'long' : 'less') || wish.quantity === null) return wanted;
  const left = quantity(wish.quantity - filled);
  return left > 0n ? wanted.with(at, { ...wish, quantity: left }) : wanted.toSpliced(at, 1);
};

type Ending = Readonly<{ status: OrderEnd; reason: string; attempts: number }>;

/**
 * An entry is over when filled, when its reservation is spent, when it was cancelled, or after its last try; a reduction
 * when it is sold, which a fill or the orders decider sees.
 */
const isOver = (wish: Wanted, order: WorkingOrder, { status, reason, attempts }: Ending): boolean => {
  if (wish.want !== 'long' || order.side !== 'BUY' || !isSamePair(order)(wish)) return false;
  // A wish raised while an older order was still being cancelled has no order of its own yet.
  if (wish.attempts === 0) return false;
  return status === 'FILLED' || status === 'CANCELLED' || reason === 'RESERVATION' || wish.attempts >= attempts;
};
