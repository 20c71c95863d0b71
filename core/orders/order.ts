/**
 * The orders slice: working orders, what is still wanted, stops that trail, and what a recorded venue may yet come back to.
 * An order lives one hour; a wanted intent outlives its orders. It decides nothing; what may follow what is order-status.ts.
 */
import type { Fraction, HourUtc, MarketSymbol, Money, Price, Quantity } from '../kernel/units.ts';
import type { OrderEnd, Side } from '../events.ts';
import type { OrderId } from '../log.ts';
import type { TimeInForce } from '../manifest.ts';
import type { Approved } from '../risk/approved.ts';

/** An ended order and a trade are remembered this long; what is reported later is caught where facts are taken in. */
export const MEMORY_HOURS = 720;

export type WorkingStatus = 'NEW' | 'ACKNOWLEDGED' | 'PARTIALLY_FILLED';
export type OrderStatus = WorkingStatus | OrderEnd;

/** What the venue accepts. Made by core/risk/approve-order.ts alone. */
export type WorkingOrder = Approved &
  Readonly<{
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
    status: WorkingStatus;
    /** Set once a cancel was asked for; the venue answers at the next step. */
    cancelReason: string | null;
  }>;

/** An order that a recorded venue ended, and may still report on. */
export type EndedOrder = Readonly<{
  id: OrderId;
  agent: string;
  symbol: MarketSymbol;
  side: Side;
  quantity: Quantity;
  filled: Quantity;
  status: OrderEnd;
  endedStep: number;
}>;

/** A fill that was booked, or that belonged to no order of ours. `content` is all it said but its time. */
export type KnownTrade = Readonly<{ tradeId: string; content: string; step: number }>;

/** An intent that outlives its orders. At most one per agent and symbol. */
export type Wanted =
  | Readonly<{
      want: 'long';
      agent: string;
      symbol: MarketSymbol;
      reason: string;
      attempts: number;
      /** What is still to be bought; null until first granted. */
      quantity: Quantity | null;
      /** Of what the agent's sizing asks for. */
      fraction: Fraction;
      /** To the expected exit, before costs; null where nothing was predicted. */
      expectedReturn: Fraction | null;
    }>
  /** `quantity` is what is still to be sold. */
  | Readonly<{ want: 'less'; agent: string; symbol: MarketSymbol; reason: string; attempts: number; quantity: Quantity }>
  | Readonly<{ want: 'flat'; agent: string; symbol: MarketSymbol; reason: string; attempts: number }>;

export type Reduction = Exclude<Wanted, { want: 'long' }>;

/** The level of a trailing stop. */
export type TrailingStop = Readonly<{ agent: string; symbol: MarketSymbol; level: Price }>;

/**
 * Working orders stand in order of placement, wanted intents in order of first wish, stops in order of the oldest lot they
 * guard, ended orders and trades in order of report. `ended` and `trades` are empty for a simulated venue.
 */
export type Orders = Readonly<{
  ended: readonly EndedOrder[];
  stops: readonly TrailingStop[];
  trades: readonly KnownTrade[];
  wanted: readonly Wanted[];
  working: readonly WorkingOrder[];
}>;

export const NO_ORDERS: Orders = { ended: [], stops: [], trades: [], wanted: [], working: [] };

export const remainingOf = (order: Pick<WorkingOrder, 'quantity' | 'filled'>): Quantity => (order.quantity - order.filled) as Quantity;

/** Cash that working orders have set aside. */
export const reservedCash = (orders: Orders): Money => {
  let sum = 0n;
  for (const order of orders.working) sum += order.reserved;
  return sum as Money;
};

/** Where the decisions of a step stand. `absolute` is hour × steps an hour + step. */
export type Place = Readonly<{ hour: HourUtc; step: number; absolute: number }>;

type Pair = Readonly<{ agent: string; symbol: MarketSymbol }>;

export const isSamePair =
  ({ agent, symbol }: Pair) =>
  (other: Pair): boolean =>
    other.symbol === symbol && other.agent === agent;
