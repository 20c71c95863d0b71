/**
 * Slack: an order without a collar is reserved at the mark, and an open above the mark would clip its fill. Free cash
 * that no entry of a step asked for backs such orders, in proportion. It never backs an order that is being cancelled.
 */
import { prorate } from '../kernel/rounding.ts';
import { addMoney, minOf, money, subtractMoney } from '../kernel/units.ts';
import type { Money } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import { withProgress } from '../risk/order-progress.ts';
import { feeReserve } from '../venue/fees.ts';
import type { WorkingOrder } from './order.ts';

/** Nothing but cash bounds what a fill of it may cost. */
const isOpenEnded = (order: WorkingOrder): boolean => order.side === 'BUY' && order.orderType === 'MARKET' && order.collarPrice === null;

/** The working orders reserved at their marks alone, so that entries of this step come before slack given earlier. */
export const withoutSlack = (desk: Desk, working: readonly WorkingOrder[]): readonly WorkingOrder[] =>
  working.map(order => {
    if (!isOpenEnded(order)) return order;
    const instrument = desk.instruments[desk.indexOf.get(order.symbol)!]!;
    const atMark = addMoney(order.reservedExposure, feeReserve(desk.manifest.costs.fees, instrument, order.reservedExposure));
    return order.reserved > atMark ? withProgress(order, { reserved: atMark }) : order;
  });

/** All of `free` shared among the open-ended orders, in proportion to what each has reserved; the last takes the rest. */
export const withSlack = (free: Money, working: readonly WorkingOrder[]): readonly WorkingOrder[] => {
  const isBacked = (order: WorkingOrder): boolean => isOpenEnded(order) && order.cancelReason === null && order.reserved > 0n;
  let rest = working.filter(isBacked).reduce((sum, order) => sum + order.reserved, 0n);
  let left = free;
  return working.map(order => {
    if (!isBacked(order) || left <= 0n) return order;
    const slack = minOf(left, prorate(left, order.reserved, rest));
    rest -= order.reserved;
    left = subtractMoney(left, slack);
    return withProgress(order, { reserved: money(order.reserved + slack) });
  });
};
