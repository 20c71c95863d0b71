/**
 * How a recorded fill reaches the books: as the fill of its order as far as lots and fee stock allow, and beyond that as
 * what happened on the account. Every unit and every amount of it is booked, whatever the books thought there was.
 */
import { notionalDown } from '../kernel/rounding.ts';
import { baseOf, maxOf, money, quantity, quoteOf, subtractMoney, subtractQuantity } from '../kernel/units.ts';
import type { Asset, MarketSymbol, Quantity } from '../kernel/units.ts';
import type { AccountChargedFact, AccountFact, AccountTradedFact, OrderFilledFact } from '../log.ts';
import { TREASURY } from '../lots/lot.ts';
import type { Lots } from '../lots/lot.ts';
import type { BookedFill, FilledOrder } from './venue-answers.ts';

/** The books a fill meets: lots before the step, and the fills of the step so far. */
export type MetBooks = Readonly<{ lots: Lots; fills: readonly BookedFill[]; symbols: readonly MarketSymbol[] }>;

export type RecordedBooking = Readonly<{
  /** Null where nothing of it can be matched with lots. */
  fill: BookedFill | null;
  strays: readonly AccountFact[];
  /** What the order's agent held when it sold more than that; else null. */
  oversold: Quantity | null;
  /** A fee in an asset that the run has no market for is in no books. */
  isFeeBooked: boolean;
}>;

export const bookRecorded = (order: FilledOrder, reported: OrderFilledFact, books: MetBooks): RecordedBooking => {
  const { id, agent, symbol, side } = order;
  const { fact, charged, isFeeBooked } = withoutForeignFee(order, reported, books);
  const booking = { order: { id, agent, symbol, side }, fact };
  const strays: readonly AccountFact[] = charged === null ? [] : [charged];
  const held = side === 'SELL' ? heldAfter(books, order) : fact.quantity;
  if (fact.quantity <= held) return { fill: booking, strays, oversold: null, isFeeBooked };
  const own = held === 0n ? null : { ...fact, quantity: held };
  return { fill: own === null ? null : { ...booking, fact: own }, strays: [oversale(order, fact, own), ...strays], oversold: held, isFeeBooked };
};

/** The part of a sale that no lot stands for; the fee goes with the part that has one. */
const oversale = ({ symbol }: FilledOrder, fact: OrderFilledFact, own: OrderFilledFact | null): AccountTradedFact => {
  const proceeds = notionalDown(fact.quantity, fact.price);
  const rest = own === null ? proceeds : subtractMoney(proceeds, notionalDown(own.quantity, own.price));
  const fee = own === null ? { fee: fact.fee, feeAsset: fact.feeAsset, feeValue: fact.feeValue } : { fee: quantity(0n), feeAsset: quoteOf(symbol), feeValue: money(0n) };
  return {
    type: 'account_traded',
    atMs: fact.atMs,
    id: fact.tradeId,
    ordinal: 0,
    symbol,
    side: 'SELL',
    quantity: own === null ? fact.quantity : subtractQuantity(fact.quantity, own.quantity),
    price: fact.price,
    amount: quantity(rest),
    value: rest,
    ...fee,
  };
};

type Charged = Readonly<{ fact: OrderFilledFact; charged: AccountChargedFact | null; isFeeBooked: boolean }>;

/** A fee in a third asset is paid from the treasury's stock; where that does not cover it, it is charged to the account by itself. */
const withoutForeignFee = (order: FilledOrder, fact: OrderFilledFact, books: MetBooks): Charged => {
  const { fee, feeAsset, feeValue, atMs, tradeId } = fact;
  // What a fee in quote is worth is no question of marks.
  if (feeAsset === quoteOf(order.symbol)) return { fact: { ...fact, feeValue: money(fee) }, charged: null, isFeeBooked: true };
  // No fee is worth nothing, whatever was reported beside it.
  if (fee === 0n) return { fact: { ...fact, feeValue: money(0n) }, charged: null, isFeeBooked: true };
  if (isKeptBack(order, fact) || fee <= stockAfter(books, feeAsset)) return { fact, charged: null, isFeeBooked: true };
  const feeless: OrderFilledFact = { ...fact, fee: quantity(0n), feeAsset: quoteOf(order.symbol), feeValue: money(0n) };
  if (!books.symbols.some(symbol => baseOf(symbol) === feeAsset)) return { fact: feeless, charged: null, isFeeBooked: false };
  const charged: AccountChargedFact = { type: 'account_charged', atMs, id: tradeId, ordinal: 1, purpose: 'fees', asset: feeAsset, quantity: fee, value: feeValue };
  return { fact: feeless, charged, isFeeBooked: true };
};

/** Whether the fee of a purchase is cut from what was bought. */
export const isKeptBack = ({ side, symbol }: Pick<FilledOrder, 'side' | 'symbol'>, { feeAsset }: OrderFilledFact): boolean => side === 'BUY' && feeAsset === baseOf(symbol);

/** What an agent can sell after the fills of this step so far. */
const heldAfter = ({ lots, fills }: MetBooks, { agent, symbol }: FilledOrder): Quantity => {
  let held = 0n;
  for (const lot of lots) if (lot.agent === agent && lot.symbol === symbol) held += maxOf(lot.quantity, quantity(0n));
  for (const { fact, order } of fills) {
    if (order.agent !== agent || order.symbol !== symbol) continue;
    held += order.side === 'BUY' ? fact.quantity - (isKeptBack(order, fact) ? fact.fee : 0n) : -fact.quantity;
  }
  return quantity(held);
};

/** What the treasury can pay fees with after the fills of this step so far: its lots of the market that holds the oldest. */
const stockAfter = ({ lots, fills }: MetBooks, asset: Asset): Quantity => {
  const symbol = lots.find(lot => lot.agent === TREASURY && baseOf(lot.symbol) === asset)?.symbol;
  let stock = 0n;
  for (const lot of lots) if (lot.agent === TREASURY && lot.symbol === symbol) stock += maxOf(lot.quantity, quantity(0n));
  for (const { fact, order } of fills) if (fact.feeAsset === asset && asset !== quoteOf(order.symbol) && !isKeptBack(order, fact)) stock -= fact.fee;
  return quantity(stock);
};
