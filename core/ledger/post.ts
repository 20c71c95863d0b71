/**
 * What is posted for what happened. Accounts: `cash` and `position` hold; `cost` carries what open positions cost and
 * `deferred_fees` their entry fees; `fees` and `result` are the outcome of what was closed; `trading` is the other
 * side of units bought and sold; `deposits`, `withdrawals` and `transfers` are what the owner put in or took out.
 */
import { baseOf } from '../kernel/units.ts';
import type { Asset, MarketSymbol, Money } from '../kernel/units.ts';
import type { Account, Decision, EntryKind, LedgerPosted, LotMatched, LotOpened, Posting } from '../events.ts';
import type { Booking } from '../lots/book-fills.ts';
import { posted } from './ledger.ts';
import type { Ledger } from './ledger.ts';

export type Entry = Omit<LedgerPosted, 'type'>;

export const posting = (account: Account, asset: Asset, amount: bigint): Posting => ({ account, amount, asset });

/** Reference of what a run opens with. */
export const OPENING = 'opening';

/** Drops postings of nothing, so that an entry says only what moved. */
export const entry = (kind: EntryKind, reference: string, postings: readonly Posting[]): Entry => ({
  kind,
  postings: postings.filter(({ amount }) => amount !== 0n),
  reference,
});

/** Posts an entry and logs it; an entry in which nothing moved is not posted. */
export const post = (ledger: Ledger, made: Entry, log: Decision[]): Ledger => {
  if (made.postings.length === 0) return ledger;
  log.push({ ...made, type: 'ledger_posted' });
  return posted(ledger, made.postings);
};

export const postBookings = (before: Ledger, bookings: readonly Booking[], quote: Asset, log: Decision[]): Ledger => {
  let ledger = before;
  for (const booking of bookings) {
    const { fact } = booking.fill;
    ledger = post(ledger, booking.opened === null ? saleEntry(booking, quote) : purchaseEntry(booking, booking.opened, quote), log);
    if (booking.feeMatched.length > 0) ledger = post(ledger, stockFeeEntry(booking.feeMatched, booking, quote), log);
    else if (fact.fee > 0n && fact.feeAsset !== quote) ledger = post(ledger, baseFeeEntry(booking), log);
  }
  return ledger;
};

/** Cash pays cost and fee; units come in from the trading account. A fee in base or stock is an entry of its own. */
const purchaseEntry = ({ fill }: Booking, { cost }: LotOpened, quote: Asset): Entry => {
  const { fact, order } = fill;
  const base = baseOf(order.symbol);
  const feePaid = fact.feeAsset === quote ? fact.fee : 0n;
  return entry('buy', fact.tradeId, [
    posting('cash', quote, -(cost + feePaid)),
    posting('cost', quote, cost),
    posting('deferred_fees', quote, feePaid),
    posting('position', base, fact.quantity),
    posting('trading', base, -fact.quantity),
  ]);
};

/** What the pieces of a disposal cost, carried as entry fees and brought, together. */
const totalsOf = (matches: readonly LotMatched[]): Readonly<{ cost: bigint; entryFee: bigint; proceeds: bigint }> => {
  if (matches.length === 1) return matches[0]!;
  const totals = { cost: 0n, entryFee: 0n, proceeds: 0n };
  for (const match of matches) {
    totals.cost += match.cost;
    totals.entryFee += match.entryFee;
    totals.proceeds += match.proceeds;
  }
  return totals;
};

/** Cost and entry fees leave their accounts, the gain before fees goes to result, and the fees of both ends to fees. */
const saleEntry = ({ fill, matched }: Booking, quote: Asset): Entry => {
  const { fact, order } = fill;
  const { cost, entryFee, proceeds } = totalsOf(matched);
  const feePaid = fact.feeAsset === quote ? fact.fee : 0n;
  const base = baseOf(order.symbol);
  return entry('sell', fact.tradeId, [
    posting('cash', quote, proceeds - feePaid),
    posting('cost', quote, -cost),
    posting('deferred_fees', quote, -entryFee),
    posting('fees', quote, entryFee + feePaid),
    posting('position', base, -fact.quantity),
    posting('result', quote, cost - proceeds),
    posting('trading', base, fact.quantity),
  ]);
};

/** Units kept back by the venue from what a BUY acquired. */
const baseFeeEntry = ({ fill }: Booking): Entry => {
  const { fact } = fill;
  return entry('fee', fact.tradeId, [posting('fees', fact.feeAsset, fact.fee), posting('position', fact.feeAsset, -fact.fee)]);
};

/**
 * A fee in a third asset is a disposal of it at its mark: its own gain goes to result, and the value paid to
 * deferred fees for a BUY or fees for a SELL.
 */
const stockFeeEntry = (matches: readonly LotMatched[], { fill, opened }: Booking, quote: Asset): Entry => {
  const { fact } = fill;
  const { cost, entryFee, proceeds: value } = totalsOf(matches);
  const bearer: Account = opened === null ? 'fees' : 'deferred_fees';
  const stockFees: readonly Posting[] = bearer === 'fees' ? [posting('fees', quote, value + entryFee)] : [posting('deferred_fees', quote, value), posting('fees', quote, entryFee)];
  return entry('fee', fact.tradeId, [
    posting('cost', quote, -cost),
    ...mergeDeferred(stockFees, quote, -entryFee),
    posting('position', fact.feeAsset, -fact.fee),
    posting('result', quote, cost - value),
    posting('trading', fact.feeAsset, fact.fee),
  ]);
};

/** One posting per account: the stock's own deferred entry fee joins the value it now pays. */
const mergeDeferred = (postings: readonly Posting[], quote: Asset, released: bigint): readonly Posting[] => {
  const deferred = postings.find(({ account }) => account === 'deferred_fees');
  const others = postings.filter(made => made !== deferred);
  return [posting('deferred_fees', quote, (deferred?.amount ?? 0n) + released), ...others];
};

/** Holdings that a run opens with come in with their basis, lot by lot. */
export const openingTransferEntry = (lots: readonly LotOpened[], quote: Asset): Entry => {
  const basis = lots.reduce((sum, lot) => sum + lot.cost, 0n);
  const units = lots.flatMap(({ symbol, quantity }) => unitsIn(symbol, quantity));
  return entry('transfer_in', OPENING, [posting('cost', quote, basis), posting('transfers', quote, -basis), ...units]);
};

const unitsIn = (symbol: MarketSymbol, quantity: bigint): readonly Posting[] => [
  posting('position', baseOf(symbol), quantity),
  posting('trading', baseOf(symbol), -quantity),
];

export const depositEntry = (amount: Money, key: string, quote: Asset): Entry =>
  entry('deposit', key, [posting('cash', quote, amount), posting('deposits', quote, -amount)]);

export const withdrawalEntry = (amount: Money, key: string, quote: Asset): Entry =>
  entry('withdrawal', key, [posting('cash', quote, -amount), posting('withdrawals', quote, amount)]);
