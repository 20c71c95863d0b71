/**
 * Entries of what happened on the account: whatever lots gave and took is posted by one rule, and beside it stands what
 * the event itself says (cash, income, a transfer). It never balances an entry by itself; the ledger checks that it does.
 */
import { byCodeUnit } from '../kernel/order.ts';
import { baseOf } from '../kernel/units.ts';
import type { Asset, MarketSymbol } from '../kernel/units.ts';
import type { EntryKind, LotMatched, LotReleased, Posting } from '../events.ts';
import type { LotMoves } from '../lots/move-units.ts';
import { entry, posting } from './post.ts';
import type { Entry } from './post.ts';

export type EventEntry = Readonly<{
  kind: EntryKind;
  reference: string;
  moves: LotMoves;
  /** What the event says beside the lots. */
  own: readonly Posting[];
}>;

/** One posting for each account and asset, by account, then asset. */
export const movedEntry = ({ kind, reference, moves, own }: EventEntry, quote: Asset): Entry =>
  entry(kind, reference, merged([...own, ...moneyPostings(moves, quote), ...unitPostings(moves)]));

/** Cost and entry fee of units that left without a sale. */
export const costOfReleased = (released: readonly LotReleased[]): bigint => sumOf(released, ({ cost, entryFee }) => cost + entryFee);

const sumOf = <Item>(items: readonly Item[], amountOf: (item: Item) => bigint): bigint => items.reduce((sum, item) => sum + amountOf(item), 0n);

/** Lots carry their cost and fee until they leave; what a disposal brought less its cost is result, both its fees are fees. */
const moneyPostings = ({ opened, matched, covered, released, freed }: LotMoves, quote: Asset): readonly Posting[] => {
  const disposals = [...matched, ...covered];
  const cost = sumOf(opened, lot => lot.cost) - sumOf(matched, match => match.cost) - sumOf(released, piece => piece.cost) + sumOf(covered, match => match.proceeds);
  const deferred = sumOf(opened, lot => lot.fee) - sumOf(matched, match => match.entryFee) - sumOf(released, piece => piece.entryFee) - sumOf(covered, match => match.exitFee);
  return [
    posting('cost', quote, cost),
    posting('deferred_fees', quote, deferred),
    posting('fees', quote, sumOf(disposals, match => match.entryFee + match.exitFee)),
    posting('result', quote, sumOf(disposals, match => match.cost - match.proceeds)),
    posting('transfers', quote, costOfReleased(freed)),
  ];
};

/** Units in and out of positions, and their other side. What covers an owed lot comes in. */
const unitPostings = ({ opened, matched, covered, released, freed }: LotMoves): readonly Posting[] => [
  ...opened.flatMap(({ symbol, quantity }) => unitsIn(symbol, quantity)),
  ...[...matched, ...released].flatMap(({ symbol, quantity }: LotMatched | LotReleased) => unitsIn(symbol, -quantity)),
  ...[...covered, ...freed].flatMap(({ symbol, quantity }: LotMatched | LotReleased) => unitsIn(symbol, quantity)),
];

const unitsIn = (symbol: MarketSymbol, units: bigint): readonly Posting[] => [
  posting('position', baseOf(symbol), units),
  posting('trading', baseOf(symbol), -units),
];

const merged = (postings: readonly Posting[]): readonly Posting[] => {
  const sums: Posting[] = [];
  for (const made of postings) {
    const at = sums.findIndex(({ account, asset }) => account === made.account && asset === made.asset);
    if (at < 0) sums.push(made);
    else sums[at] = posting(made.account, made.asset, sums[at]!.amount + made.amount);
  }
  return sums.sort((left, right) => byCodeUnit(left.account, right.account) || byCodeUnit(left.asset, right.asset));
};
