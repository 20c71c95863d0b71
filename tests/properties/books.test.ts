/** The books after every step, added up anew from nothing but the log: postings, lots, results, value and what came in. */
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../core/desk.ts';
import type { LotMatched, LotOpened, Posting } from '../../core/events.ts';
import { baseOf, ONE_E18 } from '../../core/kernel/units.ts';
import { balancesOf, QUOTE_ACCOUNTS } from '../../core/ledger/ledger.ts';
import { forEveryRun, only, quotientEven, ranOf, tracedSteps } from './drawn-runs.ts';
import type { Traced } from './drawn-runs.ts';

/** Sums by key; a key never added to stands at zero. */
type Sums = Map<string, bigint>;

const of = (sums: Sums, key: string): bigint => sums.get(key) ?? 0n;
const add = (sums: Sums, key: string, amount: bigint): void => void sums.set(key, of(sums, key) + amount);

type Books = Readonly<{ accounts: Sums; opened: Map<string, LotOpened>; matched: Map<string, LotMatched[]> }>;

const account = ({ account: name, asset }: Pick<Posting, 'account' | 'asset'>): string => `${name} ${asset}`;

/** Books the log of one step, each entry balanced by itself. */
const book = ({ accounts, opened, matched }: Books, { decisions }: Traced): void => {
  for (const { postings } of only(decisions, 'ledger_posted')) {
    const perAsset: Sums = new Map();
    for (const posting of postings) {
      expect(posting.amount).not.toBe(0n);
      add(perAsset, posting.asset, posting.amount);
      add(accounts, account(posting), posting.amount);
    }
    expect([...perAsset.values()].every(left => left === 0n), 'an entry balances in every asset').toBe(true);
  }
  for (const lot of only(decisions, 'lot_opened')) opened.set(lot.id, lot);
  for (const match of only(decisions, 'lot_matched')) matched.set(match.lotId, [...(matched.get(match.lotId) ?? []), match]);
};

const total = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** What was opened is what was matched plus what is left, to the last unit, for quantity, cost and fee. */
const checkLots = ({ opened, matched }: Books, { after }: Traced): void => {
  const left = new Map(after.lots.map(lot => [lot.id as string, lot]));
  for (const [id, lot] of opened) {
    const pieces = matched.get(id) ?? [];
    const rest = left.get(id);
    expect(lot.quantity).toBe(total(pieces.map(piece => piece.quantity)) + (rest?.quantity ?? 0n));
    expect(lot.cost).toBe(total(pieces.map(piece => piece.cost)) + (rest?.cost ?? 0n));
    expect(lot.fee).toBe(total(pieces.map(piece => piece.entryFee)) + (rest?.fee ?? 0n));
    left.delete(id);
  }
  expect([...left.keys()], 'no lot was never opened').toEqual([]);
  expect(after.lots.every(({ quantity, cost, fee }) => quantity > 0n && cost >= 0n && fee >= 0n), 'lots are never negative').toBe(true);
};

const checkBalances = (desk: Desk, { accounts }: Books, { after }: Traced): void => {
  const { quote } = desk.manifest;
  for (const balance of balancesOf(after.ledger)) expect({ ...balance, amount: of(accounts, account(balance)) }).toEqual(balance);
  for (const name of QUOTE_ACCOUNTS)
    expect(of(accounts, `${name} ${quote}`)).toBe(balancesOf(after.ledger).find(balance => balance.account === name && balance.asset === quote)?.amount ?? 0n);
  expect(of(accounts, `cost ${quote}`)).toBe(total(after.lots.map(lot => lot.cost)));
  expect(of(accounts, `deferred_fees ${quote}`)).toBe(total(after.lots.map(lot => lot.fee)));
  for (const symbol of desk.symbols) {
    const base = baseOf(symbol);
    const held = total(after.lots.filter(lot => lot.symbol === symbol).map(lot => lot.quantity));
    expect(of(accounts, `position ${base}`), `lots and position of ${symbol}`).toBe(held);
    expect(held + of(accounts, `trading ${base}`) + of(accounts, `fees ${base}`)).toBe(0n);
  }
};

/** What open lots gained since they were bought, fees included; without a mark a lot is worth its cost. */
const unrealised = (desk: Desk, { after: { lots, marks } }: Traced): bigint =>
  total(
    lots.map(({ symbol, quantity, cost, fee }) => {
      const index = desk.indexOf.get(symbol)!;
      const worth = marks.slot[index]! < 0 ? cost : quotientEven(quantity * marks.mantissa[index]! * 10n ** BigInt(18 - marks.scale[index]!), ONE_E18);
      return worth - cost - fee;
    }),
  );

/** Deposits and withdrawals an operator was not refused. */
const moneyMoved = ({ bucket, decisions }: Traced): bigint => {
  const refused = new Set(only(decisions, 'operator_refused').map(({ key }) => key));
  let moved = 0n;
  for (const fact of bucket.facts) {
    if (fact.type !== 'operator' || refused.has(fact.key)) continue;
    if (fact.command === 'deposit') moved += fact.amount;
    if (fact.command === 'withdraw') moved -= fact.amount;
  }
  return moved;
};

/** Cash and the basis of holdings a run opens with; a basis is rounded up. */
const openingMoney = (desk: Desk): bigint => total(desk.manifest.openingBalances.map(({ quantity, unitCost }) => (quantity * unitCost + ONE_E18 - 1n) / ONE_E18));

describe('books', () => {
  it('adds up after every step: entries, lots, results, value', () => {
    const seen = { matches: 0, stockFees: 0, baseFees: 0, moved: 0 };
    forEveryRun(28, drawn => {
      const { desk } = drawn;
      const { quote } = desk.manifest;
      const books: Books = { accounts: new Map(), opened: new Map(), matched: new Map() };
      let broughtIn = openingMoney(desk);
      let realised = 0n;
      for (const step of tracedSteps(desk, ranOf(drawn))) {
        book(books, step);
        const moved = moneyMoved(step);
        broughtIn += moved;
        if (moved !== 0n) seen.moved += 1;
        realised += total(only(step.decisions, 'lot_matched').map(({ result }) => result));
        const owners = (['deposits', 'transfers', 'withdrawals'] as const).map(name => of(books.accounts, `${name} ${quote}`));
        expect(-total(owners), 'what the owner brought is what came in').toBe(broughtIn);
        expect(realised, 'results are result and fees').toBe(-of(books.accounts, `result ${quote}`) - of(books.accounts, `fees ${quote}`));
        expect(broughtIn + realised + unrealised(desk, step), 'what came in and what was gained is the value').toBe(step.valuation.value);
        if (step.decisions.length === 0) continue;
        checkLots(books, step);
        checkBalances(desk, books, step);
      }
      for (const match of [...books.matched.values()].flat()) {
        expect(match.result).toBe(match.proceeds - match.exitFee - match.cost - match.entryFee);
        seen.matches += 1;
        if (match.paidFee) seen.stockFees += 1;
      }
      for (const key of books.accounts.keys()) if (key.startsWith('fees ') && key !== `fees ${quote}`) seen.baseFees += 1;
    });
    expect(Object.entries(seen).filter(([, times]) => times < 4), 'what these runs hardly ever did').toEqual([]);
  });
});
