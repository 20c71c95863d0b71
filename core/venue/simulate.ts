/**
 * The simulated venue: resting orders and the candles of one step in, venue facts out, of the same kinds an exchange
 * reports. It decides nothing for the desk; the desk only ever sees its facts.
 */
import { notionalDown, notionalUp } from '../kernel/rounding.ts';
import { addQuantity, baseOf, quantity, subtractQuantity } from '../kernel/units.ts';
import type { MarketSymbol, Quantity, TimeMs } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import type { VenueFact } from '../log.ts';
import type { Instrument } from '../manifest.ts';
import type { MarketStep } from '../market/feed.ts';
import { remainingOf } from '../orders/order.ts';
import type { WorkingOrder } from '../orders/order.ts';
import { feeOf } from './fees.ts';
import type { FeeStock } from './fees.ts';
import { meet } from './fill.ts';
import type { Meeting } from './fill.ts';

const NONE = quantity(0n);

type Fill = Extract<Meeting, { kind: 'fill' }>;
type Exchange = Readonly<{ desk: Desk; market: MarketStep; step: number }>;

/**
 * What the venue answers in one step, orders served in order of placement. `step` is absolute; `stock` is what the
 * account holds of a third fee asset at the mark known before the step.
 */
export const simulateVenue = (exchange: Exchange, working: readonly WorkingOrder[], stock: FeeStock | null): readonly VenueFact[] => {
  const facts: VenueFact[] = [];
  let left = stock;
  // Without a limit of participation nobody asks what is left of a candle.
  const taken = exchange.desk.manifest.costs.participation === null ? null : new Map<MarketSymbol, Quantity>();
  for (const order of working) {
    const answers = answer(exchange, order, { stock: left, taken: taken?.get(order.symbol) ?? NONE });
    for (const fact of answers) {
      if (fact.type === 'order_filled') taken?.set(order.symbol, addQuantity(taken.get(order.symbol) ?? NONE, fact.quantity));
      // A BUY of the stock's own asset pays from what it bought.
      const ownPurchase = left !== null && order.side === 'BUY' && baseOf(order.symbol) === left.asset;
      if (left !== null && !ownPurchase && fact.type === 'order_filled' && fact.feeAsset === left.asset) {
        left = { ...left, quantity: subtractQuantity(left.quantity, fact.fee) };
      }
      facts.push(fact);
    }
  }
  return facts;
};

/** What earlier orders of the step have left: of the stock that pays fees, and how much of the candle they took. */
type Left = Readonly<{ stock: FeeStock | null; taken: Quantity }>;

const answer = (exchange: Exchange, order: WorkingOrder, { stock, taken }: Left): readonly VenueFact[] => {
  const { market, desk, step } = exchange;
  const { openMs, closeMs } = market;
  const orderId = order.id;
  if (order.cancelReason !== null) return [{ atMs: openMs, orderId, reason: order.cancelReason, type: 'order_cancelled' }];
  const index = desk.indexOf.get(order.symbol)!;
  const row = market.rows[index]!;
  const last = step >= order.placedStep + desk.stepsPerHour;
  const instrument = desk.instruments[index]!;
  const meeting = row < 0 ? null : meet({ order, candle: { columns: market.series[index]!.columns, row }, instrument, costs: desk.manifest.costs, taken });
  if (meeting?.kind === 'reject') return [{ atMs: openMs, orderId, reason: meeting.reason, type: 'order_rejected' }];
  const end = endReason(order, meeting, last);
  const facts: VenueFact[] = [];
  if (end === null && order.status === 'NEW' && !fillsWhole(order, meeting)) facts.push({ atMs: openMs, orderId, type: 'order_acknowledged' });
  if (meeting?.kind === 'fill') facts.push(filledFact({ ...exchange, instrument, order, stock }, meeting));
  if (end !== null) facts.push({ atMs: closeMs, orderId, reason: end, type: 'order_expired' });
  return facts;
};

const fillsWhole = (order: WorkingOrder, meeting: Meeting | null): boolean =>
  meeting?.kind === 'fill' && meeting.quantity === remainingOf(order);

/** Why an order ends after this step without being filled whole; null when it filled or stays. */
const endReason = (order: WorkingOrder, meeting: Meeting | null, last: boolean): string | null => {
  if (meeting === null) return last || order.timeInForce !== 'HOUR' ? 'NO_CANDLE' : null;
  if (meeting.kind === 'reject') return null;
  if (meeting.kind === 'fill') {
    if (meeting.clippedBy === null) return null;
    return last || order.timeInForce !== 'HOUR' || meeting.clippedBy === 'RESERVATION' ? meeting.clippedBy : null;
  }
  return last || order.timeInForce !== 'HOUR' || meeting.reason === 'RESERVATION' ? meeting.reason : null;
};

type Counterpart = Exchange & Readonly<{ instrument: Instrument; order: WorkingOrder; stock: FeeStock | null }>;

const filledFact = ({ desk, market, step, instrument, order, stock }: Counterpart, fill: Fill): VenueFact => {
  const { fees } = desk.manifest.costs;
  const { side } = order;
  const notional = side === 'BUY' ? notionalUp(fill.quantity, fill.price) : notionalDown(fill.quantity, fill.price);
  const filled = { side, quantity: fill.quantity, price: fill.price, notional, liquidity: fill.liquidity };
  const fee = feeOf(fees, instrument, filled, stock);
  const atMs: TimeMs = fill.moment === 'open' ? market.openMs : market.closeMs;
  return {
    atMs,
    fee: fee.quantity,
    feeAsset: fee.asset,
    feeValue: fee.value,
    liquidity: fill.liquidity,
    orderId: order.id,
    price: fill.price,
    quantity: fill.quantity,
    tradeId: `${order.id}/${step - order.placedStep}`,
    type: 'order_filled',
  };
};
