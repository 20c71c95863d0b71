/**
 * What a real venue reported, in whatever order and however often. What happened is booked, once; what contradicts our
 * books is a venue_conflict with a severity. Nothing a venue can say stops the desk, and nothing is dropped unsaid.
 */
import { canonicalText } from '../kernel/canonical.ts';
import { decimal, formatDecimal } from '../kernel/decimal.ts';
import { notionalUp } from '../kernel/rounding.ts';
import { addQuantity } from '../kernel/units.ts';
import type { Asset, MarketSymbol, Money } from '../kernel/units.ts';
import type { Decision, Severity, VenueConflictCode } from '../events.ts';
import { isVenueFact } from '../log.ts';
import type { Fact, OrderFilledFact, VenueFact } from '../log.ts';
import type { Lots } from '../lots/lot.ts';
import { bookRecorded, isKeptBack } from './book-recorded.ts';
import { isWorking, STATUS_EDGES } from './order-status.ts';
import type { EndedOrder, KnownTrade, Orders, OrderStatus, WorkingOrder } from './order.ts';
import { MEMORY_HOURS } from './order.ts';
import { applyAnswer, reportOf, spentOn, wantedAfterFill } from './venue-answers.ts';
import type { AnsweredOrders, FilledOrder } from './venue-answers.ts';

/** `step` is absolute, `lots` are those before its fills, `symbols` the universe, `attempts` how often one intent to enter may be ordered. */
export type Recording = Readonly<{ step: number; stepsPerHour: number; lots: Lots; symbols: readonly MarketSymbol[]; attempts: number }>;

/** The orders after the answers of a recorded venue. */
export const applyRecordedAnswers = (before: Orders, recording: Recording, facts: readonly Fact[], log: Decision[]): AnsweredOrders => {
  let answered: AnsweredOrders = { orders: forgotten(before, recording), fills: [], strays: [] };
  for (const fact of facts) if (isVenueFact(fact)) answered = applyFact(answered, recording, fact, log);
  return answered;
};

/** Ended orders and trades leave the state after 30 days. Both stand in order of report, so the oldest tells. */
const forgotten = (orders: Orders, { step, stepsPerHour }: Recording): Orders => {
  const oldest = step - MEMORY_HOURS * stepsPerHour;
  const isStale = (orders.ended[0]?.endedStep ?? oldest) < oldest || (orders.trades[0]?.step ?? oldest) < oldest;
  if (!isStale) return orders;
  return { ...orders, ended: orders.ended.filter(({ endedStep }) => endedStep >= oldest), trades: orders.trades.filter(trade => trade.step >= oldest) };
};

const applyFact = (before: AnsweredOrders, recording: Recording, fact: VenueFact, log: Decision[]): AnsweredOrders => {
  const { orders } = before;
  const working = orders.working.find(({ id }) => id === fact.orderId);
  const ended = working === undefined ? orders.ended.findLast(({ id }) => id === fact.orderId) : undefined;
  const order = working ?? ended ?? null;
  const say = saying(fact, order?.symbol ?? null, log);
  const taken = fact.type === 'order_filled' ? takeTrade(orders, { order, fact, recording, say }) : orders;
  if (taken === null) return before;
  if (working !== undefined) return answerWorking({ ...before, orders: taken }, { order: working, fact, recording, say }, log);
  if (ended !== undefined) return answerEnded({ ...before, orders: taken }, { order: ended, fact, recording, say });
  say('UNKNOWN_ORDER', SEVERITY_OF_UNKNOWN[fact.type], 'an order of ours', wordsOf(fact));
  return { ...before, orders: taken };
};

type Say = (code: VenueConflictCode, severity: Severity, expected: string, actual: string) => void;

const saying =
  (fact: VenueFact, symbol: MarketSymbol | null, log: Decision[]): Say =>
  (code, severity, expected, actual) =>
    log.push({ actual, code, expected, orderId: fact.orderId, severity, symbol, tradeId: fact.type === 'order_filled' ? fact.tradeId : null, type: 'venue_conflict' });

/** What a fill of an unknown order moved is not in the books; an order that rests may yet. */
const SEVERITY_OF_UNKNOWN: Readonly<Record<VenueFact['type'], Severity>> = {
  order_filled: 'CRITICAL',
  order_acknowledged: 'HIGH',
  order_rejected: 'LOW',
  order_cancelled: 'LOW',
  order_expired: 'LOW',
};

/** All that a venue says of a trade but its time. What the fee was worth is our own reckoning. */
const contentOf = ({ orderId, quantity, price, fee, feeAsset, liquidity }: OrderFilledFact): string =>
  canonicalText([orderId, quantity, price, fee, feeAsset, liquidity]);

const wordsOf = (fact: VenueFact): string => (fact.type === 'order_filled' ? contentOf(fact) : canonicalText('reason' in fact ? [fact.type, fact.reason] : [fact.type]));

/** The orders with a trade taken note of; null where it must not be booked: it is known, or it is no trade at all. */
const takeTrade = (orders: Orders, { order, fact, recording, say }: ReportedFill<FilledOrder | null>): Orders | null => {
  const content = contentOf(fact);
  const known = orders.trades.find(({ tradeId }) => tradeId === fact.tradeId);
  if (known !== undefined) {
    const isSame = known.content === content;
    say(isSame ? 'TRADE_REPEATED' : 'TRADE_CHANGED', isSame ? 'LOW' : 'CRITICAL', known.content, content);
    return null;
  }
  if (isNoTrade(fact) || (order !== null && isKeptBack(order, fact) && fact.fee >= fact.quantity)) {
    say('INVALID_FILL', 'CRITICAL', 'a quantity and a price above zero, and a fee below them', content);
    return null;
  }
  const trade: KnownTrade = { content, step: recording.step, tradeId: fact.tradeId };
  return { ...orders, trades: [...orders.trades, trade] };
};

/** Ten trillion, of units or of money: a report beyond is a slip of the decimal point, and would pass what amounts can hold. */
const FILL_AMOUNT_MAX = decimal('10000000000000');

const isNoTrade = ({ quantity, price, fee, feeValue }: OrderFilledFact): boolean =>
  quantity <= 0n ||
  price <= 0n ||
  fee < 0n ||
  feeValue < 0n ||
  [quantity, price, fee, feeValue].some(amount => amount > FILL_AMOUNT_MAX) ||
  notionalUp(quantity, price) > FILL_AMOUNT_MAX;

type Reported<Order> = Readonly<{ order: Order; fact: VenueFact; recording: Recording; say: Say }>;
type ReportedFill<Order> = Reported<Order> & Readonly<{ fact: OrderFilledFact }>;

const answerWorking = (before: AnsweredOrders, { order, fact, recording, say }: Reported<WorkingOrder>, log: Decision[]): AnsweredOrders => {
  const { to, kind } = STATUS_EDGES[order.status][reportOf(order, fact)];
  if (kind === 'late') return before;
  if (kind === 'odd') sayOdd(order, fact, say);
  const booked = fact.type === 'order_filled' ? withFill(before, { order, fact, recording, say }) : before;
  if (fact.type === 'order_filled' && spentOn(order, fact) > order.reserved) {
    say('OVER_RESERVATION', 'HIGH', formatDecimal(order.reserved), formatDecimal(spentOn(order, fact)));
  }
  const orders = applyAnswer(before.orders, { order, fact, to, attempts: recording.attempts }, log);
  if (isWorking(to)) return { ...booked, orders };
  const filled = fact.type === 'order_filled' ? addQuantity(order.filled, fact.quantity) : order.filled;
  return { ...booked, orders: { ...orders, ended: [...orders.ended, endedOf(order, { filled, status: to, endedStep: recording.step })] } };
};

const endedOf = ({ id, agent, symbol, side, quantity }: WorkingOrder, end: Pick<EndedOrder, 'filled' | 'status' | 'endedStep'>): EndedOrder => ({
  id,
  agent,
  symbol,
  side,
  quantity,
  ...end,
});

const answerEnded = (before: AnsweredOrders, { order, fact, recording, say }: Reported<EndedOrder>): AnsweredOrders => {
  const { to, kind } = STATUS_EDGES[order.status][reportOf(order, fact)];
  if (kind === 'refuted') sayRefuted(order.status, fact, say);
  if (kind !== 'odd' || fact.type !== 'order_filled' || isWorking(to)) return before;
  sayOdd(order, fact, say);
  const { orders } = before;
  const after: EndedOrder = { ...order, filled: addQuantity(order.filled, fact.quantity), status: to };
  return {
    orders: {
      ...orders,
      ended: orders.ended.map(candidate => (candidate === order ? after : candidate)),
      wanted: wantedAfterFill(orders.wanted, order, fact.quantity),
    },
    ...withFill(before, { order, fact, recording, say }),
  };
};

const sayOdd = (order: WorkingOrder | EndedOrder, fact: VenueFact, say: Say): void => {
  if (fact.type !== 'order_filled') return say('END_CONTRADICTED', order.filled > 0n ? 'MEDIUM' : 'LOW', order.status, wordsOf(fact));
  const total = addQuantity(order.filled, fact.quantity);
  if (total > order.quantity) return say('OVERFILL', 'CRITICAL', formatDecimal(order.quantity), formatDecimal(total));
  say('FILL_AFTER_END', order.status === 'REJECTED' ? 'HIGH' : 'MEDIUM', order.status, wordsOf(fact));
};

const sayRefuted = (status: OrderStatus, fact: VenueFact, say: Say): void => {
  if (fact.type === 'order_acknowledged') return say('ALIVE_AFTER_END', 'HIGH', status, wordsOf(fact));
  say('END_CONTRADICTED', status === 'FILLED' ? 'MEDIUM' : 'LOW', status, wordsOf(fact));
};

/** The books with one fill more; what they did not have of it is said aloud. */
const withFill = ({ fills, strays }: AnsweredOrders, { order, fact, recording, say }: ReportedFill<FilledOrder>): Pick<AnsweredOrders, 'fills' | 'strays'> => {
  const booked = bookRecorded(order, fact, { lots: recording.lots, fills, symbols: recording.symbols });
  if (booked.oversold !== null) say('SOLD_MORE_THAN_HELD', 'CRITICAL', formatDecimal(booked.oversold), formatDecimal(fact.quantity));
  if (!booked.isFeeBooked) say('FEE_NOT_BOOKED', 'CRITICAL', 'a fee in an asset of the run', contentOf(fact));
  return { fills: booked.fill === null ? fills : [...fills, booked.fill], strays: [...strays, ...booked.strays] };
};

/** Says that fills have spent more cash than there is; they are booked all the same. */
export const tellOverdrawn = (cash: Readonly<{ before: Money; after: Money }>, { fills }: AnsweredOrders, quote: Asset, log: Decision[]): void => {
  const last = fills.at(-1);
  if (last === undefined || cash.after >= 0n || cash.after >= cash.before) return;
  log.push({ asset: quote, balance: cash.after, reference: last.fact.tradeId, severity: 'CRITICAL', type: 'balance_overdrawn' });
};
