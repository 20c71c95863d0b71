/**
 * Working orders and what is still wanted. An order lives one hour; a wanted intent outlives its orders: entries are
 * asked for again at most six times, exits until the position is flat.
 */
import type { MarketSymbol, Money, Price, Quantity } from '../kernel/units.ts';
import type { OrderPlaced, Side } from '../events.ts';
import type { OrderId } from '../log.ts';
import type { TimeInForce } from '../manifest.ts';

export const ENTRY_ATTEMPTS_MAX = 6;

export type WorkingOrder = Readonly<{
  id: OrderId;
  agent: string;
  symbol: MarketSymbol;
  side: Side;
  orderType: 'MARKET' | 'LIMIT';
  timeInForce: TimeInForce;
  postOnly: boolean;
  quantity: Quantity;
  filled: Quantity;
  limitPrice: Price | null;
  collarPrice: Price | null;
  /** What is left of the cash set aside for it. */
  reserved: Money;
  /** The exposure it may still add, at the price its cash was reserved at. */
  reservedExposure: Money;
  /** Absolute step (hour × steps an hour + step) at whose close it was placed. */
  placedStep: number;
  acknowledged: boolean;
  /** Set once a cancel was asked for; the venue answers at the next step. */
  cancelReason: string | null;
}>;

/** An intent that outlives its orders. `quantity` is what is still to be bought; null until first granted. */
export type Wanted =
  | Readonly<{ want: 'long'; agent: string; symbol: MarketSymbol; reason: string; attempts: number; quantity: Quantity | null }>
  | Readonly<{ want: 'flat'; agent: string; symbol: MarketSymbol; reason: string; attempts: number }>;

/** The orders slice. Working orders stand in order of placement, wanted intents in order of first wish. */
export type Orders = Readonly<{ working: readonly WorkingOrder[]; wanted: readonly Wanted[] }>;

export const NO_ORDERS: Orders = { working: [], wanted: [] };

export const remainingOf = (order: WorkingOrder): Quantity => (order.quantity - order.filled) as Quantity;

/** The working order that a placement begins. */
export const workingOrderOf = (placed: OrderPlaced, placedStep: number, reservedExposure: Money): WorkingOrder => ({
  id: placed.id,
  agent: placed.agent,
  symbol: placed.symbol,
  side: placed.side,
  orderType: placed.orderType,
  timeInForce: placed.timeInForce,
  postOnly: placed.postOnly,
  quantity: placed.quantity,
  filled: 0n as Quantity,
  limitPrice: placed.limitPrice,
  collarPrice: placed.collarPrice,
  reserved: placed.reserved,
  reservedExposure,
  placedStep,
  acknowledged: false,
  cancelReason: null,
});

/** Cash that working orders have set aside. */
export const reservedCash = (orders: Orders): Money => {
  let sum = 0n;
  for (const order of orders.working) sum += order.reserved;
  return sum as Money;
};
