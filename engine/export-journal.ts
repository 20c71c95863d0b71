/**
 * A run as a journal that other programs can add up: its entries with their lines and the balances they leave, and at the
 * end what every account holds. It knows no program's syntax; the writers beside it spell it out.
 */
import type { Account } from '../core/events.ts';
import type { Desk } from '../core/desk.ts';
import { assert } from '../core/kernel/assert.ts';
import { baseOf } from '../core/kernel/units.ts';
import type { Asset, Digest, HourUtc, Price } from '../core/kernel/units.ts';
import type { LotMethod } from '../core/lots/methods.ts';
import { balanceOf, QUOTE_ACCOUNTS, UNIT_ACCOUNTS } from '../core/ledger/ledger.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import { dayOf } from './export-days.ts';
import { BY_METHOD, linesOf } from './export-lines.ts';
import type { EntryLine, LineLot } from './export-lines.ts';
import type { DerivedEntry } from './export-lots.ts';

/** What a journal says of itself before its first entry. */
export type JournalHeading = Readonly<{
  run: string;
  method: LotMethod;
  genesis: Digest;
  head: Digest;
  fromHour: HourUtc;
  throughHour: HourUtc;
  firstDay: number;
  quote: Asset;
  /** Traded assets, in the order of the universe. */
  assets: readonly Asset[];
}>;

/** `leaves` is what there is after the line: in its account and lot, and in the account. */
export type JournalLine = EntryLine & Readonly<{ leaves: Readonly<{ inLot: bigint; inAccount: bigint }> }>;
/** `begins` are lots that no entry before has named, `owes` assets of which units are owed for the first time. */
export type JournalEntry = Readonly<{ day: number; derived: DerivedEntry; lines: readonly JournalLine[]; begins: readonly LineLot[]; owes: readonly Asset[] }>;
/** What an account holds of an asset; units owed stand apart from units held. */
export type Holding = Readonly<{ account: Account; asset: Asset; owed: boolean; amount: bigint }>;

/** After the last entry: every account and asset of the chart, zeros included, and the last marks. */
export type JournalClosing = Readonly<{ day: number; holdings: readonly Holding[]; marks: readonly Readonly<{ asset: Asset; mark: Price }>[]; quote: Asset }>;

/** Spells a journal in the syntax of one program, line by line. */
export type JournalWriter = Readonly<{
  opening: (heading: JournalHeading) => readonly string[];
  entry: (entry: JournalEntry) => readonly string[];
  closing: (closing: JournalClosing) => readonly string[];
}>;

/** Units are held or owed; money is only ever held. */
const SIDED: readonly Account[] = ['position', 'trading'];

export type JournalBuilder = Readonly<{
  add: (derived: DerivedEntry) => JournalEntry;
  closing: (ledger: Ledger) => readonly Holding[];
}>;

/** Adds entries up as they come. `closing` holds the sum against the sealed ledger. */
export const journalOf = ({ manifest: { quote }, symbols }: Desk, method: LotMethod): JournalBuilder => {
  const [inLots, inAccounts, named] = [sums(), sums(), new Set<string>()];
  let day = -Infinity;
  const leavesOf = ({ account, asset, amount, lot }: EntryLine): JournalLine['leaves'] => ({
    inLot: lot === null ? 0n : inLots.add(`${account} ${asset} ${lot.asset} ${lot.id}`, amount),
    inAccount: inAccounts.add(cellOf(account, asset, lot?.owed === true), amount),
  });
  const isNew = (name: string): boolean => !named.has(name) && named.add(name).has(name);
  return {
    add: derived => {
      // A fill at the end of a step is booked before the money of its beginning, and the dates of a journal never go back.
      day = Math.max(day, dayOf(derived.time));
      const lines = linesOf(derived, { quote, method }).map(line => ({ ...line, leaves: leavesOf(line) }));
      const begins = lines.flatMap(({ lot }) => (lot !== null && isNew(`${lot.asset} ${lot.id}`) ? [lot] : []));
      const owes = begins.flatMap(({ asset, owed }) => (owed && isNew(`${asset} owed`) ? [asset] : []));
      return { day, derived, lines, begins, owes };
    },
    closing: ledger => {
      const cells = [...QUOTE_ACCOUNTS.map(account => ({ account, asset: quote })), ...symbols.map(baseOf).flatMap(asset => UNIT_ACCOUNTS.map(account => ({ account, asset })))];
      const holdings = cells.flatMap(({ account, asset }): readonly Holding[] => {
        const held = { account, asset, owed: false, amount: inAccounts.take(cellOf(account, asset, false)) };
        const owed = { ...held, owed: true, amount: inAccounts.take(cellOf(account, asset, true)) };
        const sealed = method === 'fifo' || asset !== quote || !BY_METHOD.has(account);
        assert(!sealed || held.amount + owed.amount === balanceOf(ledger, account, asset), 'A journal ends with the balances of the ledger.');
        return asset !== quote && SIDED.includes(account) && inAccounts.wasThere(cellOf(account, asset, true)) ? [held, owed] : [held];
      });
      assert(inAccounts.isEmpty(), 'Every account of a journal is in the chart.');
      return holdings;
    },
  };
};

const cellOf = (account: Account, asset: Asset, owed: boolean): string => `${account} ${asset}${owed && SIDED.includes(account) ? ' owed' : ''}`;

type Sums = Readonly<{ add: (key: string, amount: bigint) => bigint; take: (key: string) => bigint; wasThere: (key: string) => boolean; isEmpty: () => boolean }>;

/** Sums by key; one that comes to nothing is forgotten, but not that it was there. */
const sums = (): Sums => {
  const byKey = new Map<string, bigint>();
  const seen = new Set<string>();
  const add = (key: string, amount: bigint): bigint => {
    const after = (byKey.get(key) ?? 0n) + amount;
    if (after === 0n) byKey.delete(key);
    else byKey.set(key, after);
    seen.add(key);
    return after;
  };
  const take = (key: string): bigint => {
    const amount = byKey.get(key) ?? 0n;
    byKey.delete(key);
    return amount;
  };
  return { add, take, wasThere: (key: string) => seen.has(key), isEmpty: () => byKey.size === 0 };
};
