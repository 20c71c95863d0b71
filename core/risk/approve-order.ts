/**
 * The only maker of orders: it turns what a gate granted into the order that is logged and the one that works. Nothing
 * else has the type a venue accepts, and a grant that no gate made stops the desk.
 */
import { money, quantity } from '../kernel/units.ts';
import type { MarketSymbol, Money } from '../kernel/units.ts';
import type { OrderPlaced } from '../events.ts';
import type { OrderId } from '../log.ts';
import type { EntryOrder } from '../manifest.ts';
import type { WorkingOrder } from '../orders/order.ts';
import type { Grant } from './gate.ts';
import type { ExitGrant } from './gate-exit.ts';
import { assertGranted } from './grants.ts';

/** Where and for what an order is placed. `step` is absolute. */
export type Placement = Readonly<{ id: OrderId; step: number; attempt: number; reason: string }>;

export type ApprovedOrder = Readonly<{ placed: OrderPlaced; working: WorkingOrder }>;

/** Who buys what, how, and the cash set aside: what the gate reserved, and slack where there is some. */
export type Buyer = Readonly<{ agent: string; symbol: MarketSymbol; how: EntryOrder; reserved: Money }>;

export const approveEntry = (grant: Grant, { agent, symbol, how, reserved }: Buyer, placement: Placement): ApprovedOrder => {
  assertGranted(grant);
  const placed: Unapproved<OrderPlaced> = {
    agent,
    attempt: placement.attempt,
    collarPrice: grant.collarPrice,
    costGate: grant.costGate,
    id: placement.id,
    limitPrice: grant.limitPrice,
    mark: grant.mark,
    orderType: how.type,
    postOnly: how.type === 'LIMIT' && how.postOnly,
    quantity: grant.quantity,
    reason: placement.reason,
    reduceOnly: false,
    reserved,
    side: 'BUY',
    symbol,
    timeInForce: how.type === 'LIMIT' ? how.timeInForce : 'HOUR',
    type: 'order_placed',
    volatility: grant.volatility,
  };
  return approved(placed, { step: placement.step, reservedExposure: grant.reservedExposure });
};

/** A MARKET order that only reduces. */
export const approveExit = (grant: ExitGrant, placement: Placement): ApprovedOrder => {
  assertGranted(grant);
  const placed: Unapproved<OrderPlaced> = {
    agent: grant.agent,
    attempt: placement.attempt,
    collarPrice: null,
    costGate: null,
    id: placement.id,
    limitPrice: null,
    mark: grant.mark,
    orderType: 'MARKET',
    postOnly: false,
    quantity: grant.quantity,
    reason: placement.reason,
    reduceOnly: true,
    reserved: money(0n),
    side: 'SELL',
    symbol: grant.symbol,
    timeInForce: 'HOUR',
    type: 'order_placed',
    volatility: null,
  };
  return approved(placed, { step: placement.step, reservedExposure: money(0n) });
};

/** Without the mark, which is no key. */
type Unapproved<Order> = Omit<Order, never>;

const approved = (placed: Unapproved<OrderPlaced>, { step, reservedExposure }: Readonly<{ step: number; reservedExposure: Money }>): ApprovedOrder => {
  const working: Unapproved<WorkingOrder> = {
    id: placed.id,
    agent: placed.agent,
    symbol: placed.symbol,
    side: placed.side,
    orderType: placed.orderType,
    timeInForce: placed.timeInForce,
    postOnly: placed.postOnly,
    quantity: placed.quantity,
    filled: quantity(0n),
    limitPrice: placed.limitPrice,
    collarPrice: placed.collarPrice,
    reserved: placed.reserved,
    reservedExposure,
    placedStep: step,
    status: 'NEW',
    cancelReason: null,
  };
  return { placed: placed as OrderPlaced, working: working as WorkingOrder };
};
