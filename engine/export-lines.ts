/**
 * The lines of one entry, lot by lot. They are the sealed postings split over the lots they belong to; under another lot
 * method than FIFO other lots give their cost and entry fees, and only the accounts that say so differ.
 */
import type { Account, EntryKind, LedgerPosted } from '../core/events.ts';
import { assert } from '../core/kernel/assert.ts';
import { baseOf } from '../core/kernel/units.ts';
import type { Asset, Money, TimeMs } from '../core/kernel/units.ts';
import type { HeldLot, LotMethod } from '../core/lots/methods.ts';
import { assetOf, unitsOf } from './export-entries.ts';
import type { LotEvent } from './export-entries.ts';
import type { DerivedEntry, OwnedPiece } from './export-lots.ts';

/** The lot that a line belongs to. */
export type LineLot = Readonly<{
  /** Its id, or `average` for a pool. */
  id: string;
  asset: Asset;
  agent: string;
  /** Null for a pool. */
  acquired: TimeMs | null;
  /** Units that left before they came. */
  owed: boolean;
  /** What was paid or received for it, where the line opens it. */
  opens: Money | null;
}>;

export type EntryLine = Readonly<{
  account: Account;
  asset: Asset;
  amount: bigint;
  /** Null in accounts that are not kept by lot, and for units that a venue kept back. */
  lot: LineLot | null;
  /** Place of the sealed match or release that the line is part of; null under another method than FIFO. */
  match: string | null;
}>;

export type Terms = Readonly<{ quote: Asset; method: LotMethod }>;

/** Accounts in which a method differs from the sealed books; in units, and in all else, it does not. */
export const BY_METHOD: ReadonlySet<Account> = new Set<Account>(['cost', 'deferred_fees', 'fees', 'result', 'transfers', 'rounding']);

/** Where the cost goes of units that leave without a sale. */
const RELEASED_TO: Readonly<Partial<Record<EntryKind, Account>>> = { transfer_out: 'transfers', rounding: 'rounding' };

/** Money first, then units in pairs, lot by lot; lines of nothing are left out. */
export const linesOf = (derived: DerivedEntry, terms: Terms): readonly EntryLine[] => {
  const byLot = [...derived.pieces.flatMap(piece => linesOfPiece(piece, terms.quote)), ...derived.opened.flatMap(lot => linesOfOpening(lot, terms.quote))];
  const money = [...byLot.filter(({ asset }) => asset === terms.quote), ...besideLots(derived, terms)];
  const lines = [...money, ...byLot.filter(({ asset }) => asset !== terms.quote), ...keptBack(derived, terms)].filter(({ amount }) => amount !== 0n);
  assertBalanced(lines);
  return inOrder(lines, terms.quote);
};

const poolOr = (lot: HeldLot): LineLot => {
  const isPool = lot.id === null;
  return { id: lot.id ?? 'average', asset: baseOf(lot.symbol), agent: lot.agent, acquired: isPool ? null : lot.acquiredMs, owed: lot.quantity < 0n, opens: null };
};

/** A lot brings its units, cost and fee into the books. */
const linesOfOpening = (held: HeldLot, quote: Asset): readonly EntryLine[] => {
  const lot = poolOr(held);
  return lotLines({ cost: held.cost, deferred: held.fee, units: held.quantity }, { lot: { ...lot, opens: held.cost }, match: null }, quote);
};

/** What leaves a lot takes its share along; what covers an owed lot takes away what it brought. */
const linesOfPiece = ({ lot, covers, quantity, cost, entryFee, sale, match }: OwnedPiece, quote: Asset): readonly EntryLine[] =>
  covers
    ? lotLines({ cost: sale?.proceeds ?? 0n, deferred: -(sale?.exitFee ?? 0n), units: quantity }, { lot: poolOr(lot), match }, quote)
    : lotLines({ cost: -cost, deferred: -entryFee, units: -quantity }, { lot: poolOr(lot), match }, quote);

type LotAmounts = Readonly<{ cost: bigint; deferred: bigint; units: bigint }>;

const lotLines = ({ cost, deferred, units }: LotAmounts, { lot, match }: Readonly<{ lot: LineLot; match: string | null }>, quote: Asset): readonly EntryLine[] => [
  { account: 'cost', asset: quote, amount: cost, lot, match },
  { account: 'deferred_fees', asset: quote, amount: deferred, lot, match },
  { account: 'position', asset: lot.asset, amount: units, lot, match },
  { account: 'trading', asset: lot.asset, amount: -units, lot, match },
];

const amountIn = ({ postings }: LedgerPosted, account: Account, asset: Asset): bigint =>
  postings.find(posting => posting.account === account && posting.asset === asset)?.amount ?? 0n;

type Booked = Readonly<{ result: bigint; fees: bigint; released: bigint; freed: bigint }>;
type Part = Readonly<{ covers: boolean; cost: bigint; entryFee: bigint; sale: Readonly<{ proceeds: bigint; exitFee: bigint }> | null }>;

/** What pieces put into accounts beside those of lots: of sales, of units that left without one, and of such that came later. */
const bookedBy = (parts: readonly Part[]): Booked => {
  let [result, fees, released, freed] = [0n, 0n, 0n, 0n];
  for (const { covers, cost, entryFee, sale } of parts) {
    if (sale !== null) [result, fees] = [result + cost - sale.proceeds, fees + entryFee + sale.exitFee];
    else if (covers) freed += cost + entryFee;
    else released += cost + entryFee;
  }
  return { result, fees, released, freed };
};

/** How far a method lies from the sealed books in each. */
const differenceOf = ({ lots, pieces }: DerivedEntry): Booked => {
  const sealed = lots.flatMap((lot): readonly Part[] => {
    if (!('covers' in lot)) return [];
    const { event, covers } = lot;
    return [{ covers, cost: event.cost, entryFee: event.entryFee, sale: event.type === 'lot_matched' ? event : null }];
  });
  const [ours, theirs] = [bookedBy(pieces), bookedBy(sealed)];
  return { result: ours.result - theirs.result, fees: ours.fees - theirs.fees, released: ours.released - theirs.released, freed: ours.freed - theirs.freed };
};

/** The postings in quote that no lot carries, and a fee that a lot bears by another entry than its own. */
const besideLots = (derived: DerivedEntry, { quote, method }: Terms): readonly EntryLine[] => {
  const { event } = derived.entry;
  const more = differenceOf(derived);
  const releasedTo = RELEASED_TO[event.kind];
  assert(releasedTo !== undefined || more.released === 0n || event.kind === 'rename', 'Units leave without a sale by a transfer, a renaming or rounding.');
  const line = (account: Account, amount: bigint): EntryLine => ({ account, asset: quote, amount, lot: null, match: null });
  const own = event.postings.filter(({ account, asset }) => asset === quote && account !== 'cost' && account !== 'deferred_fees').map(({ account, amount }) => line(account, amount));
  const deferred = amountIn(event, 'deferred_fees', quote) - sealedDeferral(derived.lots);
  assert(deferred === 0n || derived.bearer !== null, 'A fee is borne by the lot that its fact brought.');
  const bearer = derived.bearer === null ? [] : [{ ...line('deferred_fees', deferred), lot: bearerLot(derived, method) }];
  return [...own, line('fees', more.fees), line('result', more.result), line('transfers', more.freed), ...(releasedTo === undefined ? [] : [line(releasedTo, more.released)]), ...bearer];
};

/** What the sealed lots of an entry did to deferred fees. */
const sealedDeferral = (lots: readonly LotEvent[]): bigint =>
  lots.reduce((sum, lot) => {
    const { event } = lot;
    if (event.type === 'lot_opened') return sum + event.fee;
    if ('covers' in lot && lot.covers) return sum - (event.type === 'lot_matched' ? event.exitFee : 0n);
    return sum - event.entryFee;
  }, 0n);

const bearerLot = ({ bearer }: DerivedEntry, method: LotMethod): LineLot => {
  const { id, symbol, agent, acquiredMs } = bearer!.event;
  const isPool = method === 'average';
  return { id: isPool ? 'average' : id, asset: baseOf(symbol), agent, acquired: isPool ? null : acquiredMs, owed: false, opens: null };
};

/** Units that a venue kept of what it received for us: they come and go without a lot. */
const keptBack = ({ entry, lots }: DerivedEntry, { quote }: Terms): readonly EntryLine[] =>
  entry.event.postings
    .filter(({ asset }) => asset !== quote)
    .map(({ account, asset, amount }) => {
      const inLots = lots.filter(lot => assetOf(lot) === asset).reduce((sum, lot) => sum + unitsOf(lot), 0n);
      const moved = account === 'position' ? inLots : account === 'trading' ? -inLots : 0n;
      return { account, asset, amount: amount - moved, lot: null, match: null };
    });

/** Lines of one account, asset and lot are one line; money first. */
const inOrder = (lines: readonly EntryLine[], quote: Asset): readonly EntryLine[] => {
  const merged: EntryLine[] = [];
  for (const line of lines) {
    const at = merged.findIndex(({ account, asset, lot }) => account === line.account && asset === line.asset && lot?.id === line.lot?.id && lot?.asset === line.lot?.asset);
    if (at < 0) merged.push(line);
    else merged[at] = { ...merged[at]!, amount: merged[at]!.amount + line.amount, match: merged[at]!.match ?? line.match };
  }
  const rank = ({ asset, account }: EntryLine): number => (asset === quote ? MONEY_ORDER.indexOf(account) : MONEY_ORDER.length);
  return merged.filter(({ amount }) => amount !== 0n).sort((left, right) => rank(left) - rank(right));
};

/** What moved the money stands before what it moved. */
const MONEY_ORDER: readonly Account[] = ['cash', 'clearing', 'deposits', 'withdrawals', 'transfers', 'cost', 'deferred_fees', 'fees', 'funding', 'income', 'result', 'rounding', 'position', 'trading'];

const assertBalanced = (lines: readonly EntryLine[]): void => {
  const left = new Map<Asset, bigint>();
  for (const { asset, amount } of lines) left.set(asset, (left.get(asset) ?? 0n) + amount);
  assert([...left.values()].every(amount => amount === 0n), 'The lines of an entry sum to zero in every asset.');
};
