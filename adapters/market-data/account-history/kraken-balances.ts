/**
 * Kraken's rows against the balances that they state: every row must lead from the balance before it to its own. Rows of one
 * second are put in the order in which they do; what is off by the last place that is written is rounding, and told as such.
 */
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { quantity } from '../../../core/kernel/units.ts';
import type { Asset, Quantity } from '../../../core/kernel/units.ts';
import type { ChargeEvent, LineProblem, Place, RewardEvent } from './history-event.ts';
import type { LedgerRow } from './kraken-rows.ts';

export type BalancedRows = Readonly<{
  rows: readonly LedgerRow[];
  /** By txid, what a balance has more or less than its row says. */
  roundings: ReadonlyMap<string, RewardEvent | ChargeEvent>;
  /** What was there before the first row, with the line that shows it. */
  openings: readonly Readonly<{ asset: Asset; quantity: Quantity; place: Place }>[];
  problems: readonly LineProblem[];
}>;

export const balancedRows = (rows: readonly LedgerRow[]): BalancedRows => {
  const ordered: LedgerRow[] = [];
  const roundings = new Map<string, RewardEvent | ChargeEvent>();
  const openings: BalancedRows['openings'][number][] = [];
  const problems: LineProblem[] = [];
  const balances = new Map<string, bigint>();
  for (const moment of Map.groupBy(byTime(rows), ({ atMs }) => atMs).values()) {
    const waiting = [...moment];
    while (waiting.length > 0) {
      const fitting = waiting.findIndex(row => isRounding(row, offBy(row, balances)));
      const [row] = waiting.splice(Math.max(fitting, 0), 1) as [LedgerRow];
      const off = offBy(row, balances);
      const before = row.balance - row.amount + row.fee;
      if (!balances.has(row.pot) && before !== 0n) openings.push({ asset: row.asset, quantity: quantity(before), place: row.place });
      if (fitting < 0) problems.push({ ...row.place, field: 'balance', reason: offText(row, off) });
      else if (off !== 0n) roundings.set(row.txid, roundingOf(row, off));
      balances.set(row.pot, row.balance);
      ordered.push(row);
    }
  }
  return { rows: ordered, roundings, openings, problems };
};

const isRounding = ({ unit }: LedgerRow, off: bigint): boolean => off <= unit && off >= -unit;

/** A stable sort: rows of one moment stay in the order of the file. */
const byTime = (rows: readonly LedgerRow[]): readonly LedgerRow[] => rows.toSorted((left, right) => left.atMs - right.atMs);

/** What the stated balance has more than the row leads to; nothing where no balance before it is known. */
const offBy = ({ pot, amount, fee, balance }: LedgerRow, balances: ReadonlyMap<string, bigint>): bigint => {
  const before = balances.get(pot);
  return before === undefined ? 0n : balance - (before + amount - fee);
};

const offText = ({ amount, fee, balance, asset }: LedgerRow, off: bigint): string =>
  `the balance is ${formatDecimal(balance)} ${asset}, and the one before with ${formatDecimal(amount)} and a fee of ${formatDecimal(fee)} makes ${formatDecimal(balance - off)}: lines are missing`;

const roundingOf = ({ place, txid, refid, atMs, asset }: LedgerRow, off: bigint): RewardEvent | ChargeEvent => {
  const told = { place, atMs, id: `${txid}/rounding`, alias: refid, purpose: 'rounding', asset } as const;
  return off > 0n
    ? { ...told, kind: 'reward', quantity: quantity(off), fee: quantity(0n), value: null }
    : { ...told, kind: 'charge', quantity: quantity(-off), value: null };
};
