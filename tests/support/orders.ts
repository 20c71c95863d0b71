/** Orders and wishes as tests write them. What no gate approved is given the mark of approval here, which shipped code may not do. */
import { decimal } from '../../core/kernel/decimal.ts';
import { fraction, marketSymbol, money, quantity } from '../../core/kernel/units.ts';
import type { OrderPlaced } from '../../core/events.ts';
import type { OrderId } from '../../core/log.ts';
import { NO_ORDERS } from '../../core/orders/order.ts';
import type { Orders, Wanted, WorkingOrder } from '../../core/orders/order.ts';

type Unapproved<Order> = Omit<Order, never>;

const PLAIN: Unapproved<WorkingOrder> = {
  id: '1.0.0' as OrderId,
  agent: 'main',
  symbol: marketSymbol('BTC/USD'),
  side: 'BUY',
  orderType: 'MARKET',
  timeInForce: 'HOUR',
  postOnly: false,
  quantity: quantity(decimal('10')),
  filled: quantity(0n),
  limitPrice: null,
  collarPrice: null,
  reserved: money(0n),
  reservedExposure: money(0n),
  placedStep: 0,
  status: 'NEW',
  cancelReason: null,
};

/** A new MARKET order of main to buy ten BTC, but for what is given. */
export const workingOrder = (terms: Partial<Unapproved<WorkingOrder>> = {}): WorkingOrder => ({ ...PLAIN, ...terms }) as WorkingOrder;

/** A copy of an order with other terms. */
export const altered = (order: WorkingOrder, terms: Partial<Unapproved<WorkingOrder>>): WorkingOrder => ({ ...order, ...terms }) as WorkingOrder;

/** A decision no gate made. */
export const placedOrder = (terms: Unapproved<OrderPlaced>): OrderPlaced => terms as OrderPlaced;

export const ordersOf = (parts: Partial<Orders>): Orders => ({ ...NO_ORDERS, ...parts });

type Long = Extract<Wanted, { want: 'long' }>;

/** A wish of main for all that its sizing asks of BTC, not granted yet, but for what is given. */
export const longWish = (terms: Partial<Long> = {}): Long => ({
  want: 'long',
  agent: 'main',
  symbol: marketSymbol('BTC/USD'),
  reason: 'R',
  attempts: 0,
  quantity: null,
  fraction: fraction(decimal('1')),
  expectedReturn: null,
  ...terms,
});
