/**
 * The ledger slice: one balance per account and asset, moved only by entries whose postings sum to zero in every
 * asset. A debit is positive. The trial balance of an hour is the digest of this slice.
 */
import { assert } from '../kernel/assert.ts';
import { CONTENT_AT, contentOf, copyOfLeaf, leafBytes, leafBytesOf } from '../kernel/leaf-bytes.ts';
import { byCodeUnit } from '../kernel/order.ts';
import { baseOf, money } from '../kernel/units.ts';
import type { Asset, MarketSymbol, Money } from '../kernel/units.ts';
import type { Account, Posting } from '../events.ts';

/** Accounts kept in the quote currency, and accounts kept in units of each traded asset, in the order of their cells. */
export const QUOTE_ACCOUNTS: readonly Account[] = [
  'cash',
  'clearing',
  'cost',
  'deferred_fees',
  'deposits',
  'fees',
  'funding',
  'income',
  'result',
  'rounding',
  'transfers',
  'withdrawals',
];
export const UNIT_ACCOUNTS: readonly Account[] = ['fees', 'position', 'trading'];

/** Which cell holds which balance: fixed by quote and universe for the whole run. */
export type Chart = Readonly<{ quote: Asset; assets: readonly Asset[]; firstCellOf: ReadonlyMap<Asset, number>; cells: number }>;

/**
 * Content: a two's complement int128, little-endian, per cell: the quote's accounts, then three for each base asset. `cash`
 * is what its cell says: it is asked for several times a step.
 */
export type Ledger = Readonly<{ chart: Chart; bytes: Uint8Array; words: BigUint64Array; cash: Money }>;

export type Balance = Readonly<{ account: Account; asset: Asset; amount: bigint }>;

export const chartOf = (quote: Asset, symbols: readonly MarketSymbol[]): Chart => {
  const assets = symbols.map(baseOf);
  const firstCellOf = new Map(assets.map((asset, index) => [asset, QUOTE_ACCOUNTS.length + UNIT_ACCOUNTS.length * index]));
  return { quote, assets, firstCellOf, cells: QUOTE_ACCOUNTS.length + UNIT_ACCOUNTS.length * assets.length };
};

const BYTES_PER_CELL = 16;

const wordsOf = (chart: Chart, bytes: Uint8Array): BigUint64Array => new BigUint64Array(bytes.buffer, bytes.byteOffset + CONTENT_AT, 2 * chart.cells);

const ledgerOf = (chart: Chart, bytes: Uint8Array): Ledger => {
  const words = wordsOf(chart, bytes);
  return { chart, bytes, words, cash: money(amountAt(words, CASH_CELL)) };
};

export const emptyLedger = (chart: Chart): Ledger => ledgerOf(chart, leafBytes(BYTES_PER_CELL * chart.cells));
export const ledgerOfContent = (content: Uint8Array, chart: Chart): Ledger => ledgerOf(chart, leafBytesOf(content));
export const ledgerContent = (ledger: Ledger): Uint8Array => contentOf(ledger.bytes);

const cellOf = (chart: Chart, account: Account, asset: Asset): number => {
  if (asset === chart.quote) {
    const at = QUOTE_ACCOUNTS.indexOf(account);
    assert(at >= 0, 'Positions and trading are kept in traded assets.');
    return at;
  }
  const first = chart.firstCellOf.get(asset);
  const at = UNIT_ACCOUNTS.indexOf(account);
  assert(first !== undefined && at >= 0, 'Money accounts are kept in the quote, and units in an asset of the universe.');
  return first + at;
};

const CASH_CELL = QUOTE_ACCOUNTS.indexOf('cash');

const amountAt = (words: BigUint64Array, cell: number): bigint => (BigInt.asIntN(64, words[2 * cell + 1]!) << 64n) + words[2 * cell]!;

/** The ledger after one entry. */
export const posted = (before: Ledger, postings: readonly Posting[]): Ledger => {
  assertBalanced(postings);
  const { chart } = before;
  const bytes = copyOfLeaf(before.bytes);
  const words = wordsOf(chart, bytes);
  let { cash } = before;
  for (const { account, asset, amount } of postings) {
    const cell = cellOf(chart, account, asset);
    const balance = cell === CASH_CELL ? money(cash + amount) : amountAt(words, cell) + amount;
    words[2 * cell] = BigInt.asUintN(64, balance);
    words[2 * cell + 1] = BigInt.asUintN(64, balance >> 64n);
    if (cell === CASH_CELL) cash = money(balance);
  }
  return { chart, bytes, words, cash };
};

const assertBalanced = (postings: readonly Posting[]): void => {
  assert(postings.length >= 2, 'An entry has at least two postings.');
  for (let first = 0; first < postings.length; first += 1) {
    const { asset } = postings[first]!;
    if (hasBefore(postings, first, asset)) continue;
    let sum = 0n;
    for (const posting of postings) if (posting.asset === asset) sum += posting.amount;
    assert(sum === 0n, 'The postings of an entry sum to zero in every asset.');
  }
};

const hasBefore = (postings: readonly Posting[], end: number, asset: Asset): boolean => {
  for (let index = 0; index < end; index += 1) if (postings[index]!.asset === asset) return true;
  return false;
};

export const balanceOf = (ledger: Ledger, account: Account, asset: Asset): bigint => amountAt(ledger.words, cellOf(ledger.chart, account, asset));

export const cashOf = (ledger: Ledger): Money => ledger.cash;

/** Every balance that is not zero, ascending by account, then asset: the trial balance for people and other programs. */
export const balancesOf = (ledger: Ledger): readonly Balance[] => {
  const { quote, assets } = ledger.chart;
  const pairs = [
    ...QUOTE_ACCOUNTS.map(account => ({ account, asset: quote })),
    ...assets.flatMap(asset => UNIT_ACCOUNTS.map(account => ({ account, asset }))),
  ];
  return pairs
    .map(({ account, asset }) => ({ account, asset, amount: balanceOf(ledger, account, asset) }))
    .filter(({ amount }) => amount !== 0n)
    .sort((left, right) => byCodeUnit(left.account, right.account) || byCodeUnit(left.asset, right.asset));
};
