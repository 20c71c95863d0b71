/**
 * Facts about the account become lots and entries: trades without an order of ours, transfers, rewards, charges and
 * renamings. What happened at a venue is booked even when it hurts; a balance that falls below nothing is told as such.
 */
import { assert } from '../kernel/assert.ts';
import { baseOf, money, quantity, quoteOf } from '../kernel/units.ts';
import type { Asset, MarketSymbol, Money, Quantity } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import type { Account, Decision, EntryKind, Posting } from '../events.ts';
import { balanceOf } from '../ledger/ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { costOfReleased, movedEntry } from '../ledger/moved-entry.ts';
import { post, posting } from '../ledger/post.ts';
import { isAccountFact } from '../log.ts';
import type { AccountChargedFact, AccountFact, AccountRewardedFact, AccountTradedFact, AccountTransferredFact, AssetRenamedFact, Fact } from '../log.ts';
import { worthAtMark } from '../market/marks.ts';
import type { Marks } from '../market/marks.ts';
import type { Numbering } from './book-fills.ts';
import { TREASURY } from './lot.ts';
import type { Lots } from './lot.ts';
import { bringUnits, disposeOfUnits, NO_MOVES, releaseUnits, renameUnits } from './move-units.ts';
import type { Because, LotMoves, Moved } from './move-units.ts';

export type AccountBooks = Readonly<{ lots: Lots; ledger: Ledger }>;

/** `flow` is outside money, and units transferred at their worth; `symbols` are of the holdings that a fact moved. */
export type BookedAccount = AccountBooks & Readonly<{ happened: boolean; flow: Money; symbols: ReadonlySet<MarketSymbol> }>;

type Context = Readonly<{ desk: Desk; marks: Marks; numbering: Numbering }>;

const NO_SYMBOLS: ReadonlySet<MarketSymbol> = new Set();

/** The books after the step's facts about the account, in their order. */
export const bookAccount = (before: AccountBooks, facts: readonly Fact[], context: Context, log: Decision[]): BookedAccount => {
  // Nearly every step brings the market and nothing else.
  if (!facts.some(isAccountFact)) return { ...before, happened: false, flow: money(0n), symbols: NO_SYMBOLS };
  let books: AccountBooks = before;
  let flow = 0n;
  const symbols = new Set<MarketSymbol>();
  for (const fact of facts) {
    if (!isAccountFact(fact)) continue;
    const booking = newBooking(books, { ...context, because: { numbering: context.numbering, log, id: fact.id, atMs: fact.atMs } });
    flow += bookFact(booking, fact);
    for (const asset of assetsOf(fact)) {
      tellOverdrawn({ asset, before: books.ledger, after: booking.ledger() }, fact, context, log);
      if (asset !== booking.quote) symbols.add(booking.symbolOf(asset));
    }
    books = { lots: booking.lots(), ledger: booking.ledger() };
  }
  return { ...books, happened: true, flow: money(flow), symbols };
};

/** The books of one fact while it is booked: lots first, then its entries. */
type Booking = Readonly<{
  quote: Asset;
  because: Because;
  lots: () => Lots;
  ledger: () => Ledger;
  symbolOf: (asset: Asset) => MarketSymbol;
  worthOf: (symbol: MarketSymbol, units: Quantity) => Money | null;
  /** Moves lots and says what moved. */
  move: (how: (lots: Lots) => Moved) => LotMoves;
  enter: (kind: EntryKind, moves: LotMoves, own: readonly Posting[]) => void;
}>;

const newBooking = (books: AccountBooks, { desk, marks, because }: Context & Readonly<{ because: Because }>): Booking => {
  const { quote } = desk.manifest;
  let { lots, ledger } = books;
  return {
    quote,
    because,
    lots: () => lots,
    ledger: () => ledger,
    symbolOf: asset => {
      const symbol = desk.symbols.find(candidate => baseOf(candidate) === asset);
      assert(symbol !== undefined, 'An asset of the account is priced by a symbol of the universe.');
      return symbol;
    },
    worthOf: (symbol, units) => worthAtMark(marks, desk.indexOf.get(symbol)!, units),
    move: how => {
      const moved = how(lots);
      ({ lots } = moved);
      return moved.moves;
    },
    enter: (kind, moves, own) => {
      ledger = post(ledger, movedEntry({ kind, reference: because.id, moves, own }, quote), because.log);
    },
  };
};

/** Books one fact; returns the outside money that came with it, negative where it went. */
const bookFact = (booking: Booking, fact: AccountFact): bigint => {
  switch (fact.type) {
    case 'account_traded':
      bookTrade(booking, fact);
      return 0n;
    case 'account_transferred':
      return fact.asset === booking.quote ? bookMoney(booking, fact) : bookTransfer(booking, fact);
    case 'account_rewarded':
      bookReward(booking, fact);
      return 0n;
    case 'account_charged':
      bookCharge(booking, fact);
      return 0n;
    case 'asset_renamed':
      bookRenaming(booking, fact);
      return 0n;
  }
};

const assetsOf = (fact: AccountFact): readonly Asset[] => {
  switch (fact.type) {
    case 'account_traded':
      return [...new Set([baseOf(fact.symbol), quoteOf(fact.symbol), fact.feeAsset])];
    case 'account_transferred':
    case 'account_rewarded':
    case 'account_charged':
      return [fact.asset];
    case 'asset_renamed':
      return [fact.from, fact.to];
  }
};

type Balances = Readonly<{ asset: Asset; before: Ledger; after: Ledger }>;

const tellOverdrawn = ({ asset, before, after }: Balances, fact: AccountFact, { desk }: Context, log: Decision[]): void => {
  const account: Account = asset === desk.manifest.quote ? 'cash' : 'position';
  const balance = balanceOf(after, account, asset);
  if (balance >= 0n || balance >= balanceOf(before, account, asset)) return;
  log.push({ asset, balance, reference: fact.id, severity: 'CRITICAL', type: 'balance_overdrawn' });
};

/** What changed hands: an asset and how many units of it. */
type Leg = Readonly<{ asset: Asset; quantity: Quantity }>;

const legsOf = ({ symbol, side, quantity: units, amount }: AccountTradedFact): Readonly<{ given: Leg; received: Leg }> => {
  const [base, counter] = [
    { asset: baseOf(symbol), quantity: units },
    { asset: quoteOf(symbol), quantity: amount },
  ];
  return side === 'BUY' ? { given: counter, received: base } : { given: base, received: counter };
};

/**
 * A trade disposes of what was given and acquires what was received, money apart; both at the trade's value. Between two
 * assets the value passes through clearing. A fee in what was received cuts it; one in another asset is a disposal of
 * that asset, whose value then pays the fee. The fee is borne by what was acquired, else by the sale.
 */
const bookTrade = (booking: Booking, fact: AccountTradedFact): void => {
  const { quote, because } = booking;
  const { given, received } = legsOf(fact);
  const { value, fee, feeAsset, feeValue } = fact;
  const cutsReceived = feeAsset === received.asset && feeAsset !== quote;
  const inKind = fee > 0n && feeAsset !== quote && !cutsReceived;
  const sells = given.asset !== quote;
  const buys = received.asset !== quote;
  assert(sells || buys, 'A trade has an asset beside the quote.');
  assert((sells && buys) || value === (fact.amount as bigint), 'Money is worth itself.');
  assert(fee === 0n ? feeValue === 0n : feeAsset !== quote || feeValue === (fee as bigint), 'A fee in money is worth itself, and no fee is worth nothing.');
  const exitFee = buys ? money(0n) : feeValue;
  const sold = sells ? booking.move(lots => disposeOfUnits(lots, { symbol: booking.symbolOf(given.asset), quantity: given.quantity, proceeds: value, exitFee, paidFee: false }, because)) : null;
  const paid = inKind ? booking.move(lots => disposeOfUnits(lots, { symbol: booking.symbolOf(feeAsset), quantity: fee, proceeds: feeValue, exitFee: money(0n), paidFee: true }, because)) : null;
  const kept = quantity(received.quantity - (cutsReceived ? fee : 0n));
  const entryFee = cutsReceived ? money(0n) : feeValue;
  const bought = buys && kept > 0n ? booking.move(lots => bringUnits(lots, { symbol: booking.symbolOf(received.asset), agent: TREASURY, quantity: kept, cost: value, fee: entryFee, acquiredMs: fact.atMs }, because)) : null;
  assert(!buys || bought !== null, 'A fee never takes all that was received.');

  const feeCash = feeAsset === quote ? fee : 0n;
  const feeCleared = inKind ? feeValue : 0n;
  if (sold !== null) {
    const own = buys ? [posting('clearing', quote, value)] : [posting('cash', quote, value - feeCash), posting('clearing', quote, -feeCleared)];
    booking.enter('sell', sold, own);
  }
  if (paid !== null) booking.enter('fee', paid, [posting('clearing', quote, feeValue)]);
  if (bought === null) return;
  const cash = sells ? -feeCash : -(value + feeCash);
  booking.enter('buy', bought, [
    posting('cash', quote, cash),
    posting('clearing', quote, -(feeCleared + (sells ? value : 0n))),
    ...(cutsReceived ? unitsKeptBack(received.asset, fee) : []),
  ]);
  if (cutsReceived) booking.enter('fee', NO_MOVES, unitsPaid(received.asset, fee));
};

/** Units that a venue received for us and kept: in with the purchase, and out again as its fee. */
const unitsKeptBack = (asset: Asset, units: bigint): readonly Posting[] => [posting('position', asset, units), posting('trading', asset, -units)];
const unitsPaid = (asset: Asset, units: bigint): readonly Posting[] => [posting('fees', asset, units), posting('position', asset, -units)];

const bookMoney = (booking: Booking, fact: AccountTransferredFact): bigint => {
  const { quote } = booking;
  const isIn = fact.direction === 'in';
  assert(!isIn || fact.basis === (fact.quantity as bigint), 'Money is its own basis.');
  const amount = isIn ? fact.quantity : -fact.quantity;
  booking.enter(isIn ? 'deposit' : 'withdrawal', NO_MOVES, [posting('cash', quote, amount), posting(isIn ? 'deposits' : 'withdrawals', quote, -amount)]);
  return amount;
};

const bookTransfer = (booking: Booking, fact: AccountTransferredFact): bigint => {
  const { quote, because } = booking;
  const symbol = booking.symbolOf(fact.asset);
  if (fact.direction === 'out') {
    const moves = booking.move(lots => releaseUnits(lots, symbol, fact.quantity, because));
    booking.enter('transfer_out', moves, [posting('transfers', quote, costOfReleased(moves.released))]);
    return -(booking.worthOf(symbol, fact.quantity) ?? moves.released.reduce((sum, { cost }) => sum + cost, 0n));
  }
  const { basis, acquiredMs } = fact;
  const moves = booking.move(lots => bringUnits(lots, { symbol, agent: TREASURY, quantity: fact.quantity, cost: basis, fee: money(0n), acquiredMs }, because));
  booking.enter('transfer_in', moves, [posting('transfers', quote, -basis)]);
  return booking.worthOf(symbol, fact.quantity) ?? basis;
};

const REWARD_KINDS: Readonly<Record<AccountRewardedFact['purpose'], EntryKind>> = { income: 'reward', funding: 'funding', rounding: 'rounding' };

/** What came for nothing is worth its value, and cost that much: income spent at once on what was received. */
const bookReward = (booking: Booking, { purpose, asset, quantity: units, fee, value, atMs }: AccountRewardedFact): void => {
  const { quote, because } = booking;
  const kind = REWARD_KINDS[purpose];
  if (asset === quote) {
    assert(value === units - fee, 'Money is worth itself.');
    booking.enter(kind, NO_MOVES, [posting('cash', quote, units - fee), posting('fees', quote, fee), posting(purpose, quote, -units)]);
    return;
  }
  const kept = quantity(units - fee);
  assert(kept > 0n, 'A fee never takes all that was received.');
  const moves = booking.move(lots => bringUnits(lots, { symbol: booking.symbolOf(asset), agent: TREASURY, quantity: kept, cost: value, fee: money(0n), acquiredMs: atMs }, because));
  booking.enter(kind, moves, [posting(purpose, quote, -value), ...unitsKeptBack(asset, fee)]);
  booking.enter('fee', NO_MOVES, unitsPaid(asset, fee));
};

const CHARGE_KINDS: Readonly<Record<AccountChargedFact['purpose'], EntryKind>> = { fees: 'fee', funding: 'funding', rounding: 'rounding' };

/** A charge in another asset than the quote is a disposal of it at its value; what rounding took was never sold. */
const bookCharge = (booking: Booking, { purpose, asset, quantity: units, value }: AccountChargedFact): void => {
  const { quote, because } = booking;
  const kind = CHARGE_KINDS[purpose];
  if (asset === quote) {
    assert(value === (units as bigint), 'Money is worth itself.');
    booking.enter(kind, NO_MOVES, [posting('cash', quote, -units), posting(purpose, quote, units)]);
    return;
  }
  const symbol = booking.symbolOf(asset);
  if (purpose === 'rounding') {
    const moves = booking.move(lots => releaseUnits(lots, symbol, units, because));
    booking.enter(kind, moves, [posting('rounding', quote, costOfReleased(moves.released))]);
    return;
  }
  const moves = booking.move(lots => disposeOfUnits(lots, { symbol, quantity: units, proceeds: value, exitFee: money(0n), paidFee: true }, because));
  booking.enter(kind, moves, [posting(purpose, quote, value)]);
};

const bookRenaming = (booking: Booking, { from, to, quantity: renamed, received }: AssetRenamedFact): void => {
  const names = { from: booking.symbolOf(from), to: booking.symbolOf(to) };
  const moves = booking.move(lots => renameUnits(lots, { ...names, quantity: renamed, received }, booking.because));
  booking.enter('rename', moves, []);
};
