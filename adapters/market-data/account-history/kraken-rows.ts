/**
 * The lines of Kraken's ledgers.csv as typed rows: who moved how much of what, and what was there afterwards. Staked and
 * earning variants of an asset (DOT.S, ETH2, XBT.M) are the asset itself, kept apart by their code for the balance alone.
 */
import { parseDecimal } from '../../../core/kernel/decimal.ts';
import type { Asset, TimeMs } from '../../../core/kernel/units.ts';
import { assetOfKrakenName } from '../kraken-names.ts';
import { cellReader } from './csv-rows.ts';
import type { CsvFile, CsvRow } from './csv-rows.ts';
import type { LineProblem, Place } from './history-event.ts';

export type LedgerRow = Readonly<{
  place: Place;
  txid: string;
  refid: string;
  atMs: TimeMs;
  type: string;
  subtype: string;
  asset: Asset;
  /** Code and wallet: what the balance is of. */
  pot: string;
  /** What came, negative for what went. The fee goes on top; it is negative where one is given back. */
  amount: bigint;
  fee: bigint;
  balance: bigint;
  /** The last place that the line writes: amounts are rounded to it. */
  unit: bigint;
}>;

export type LedgerRows = Readonly<{ rows: readonly LedgerRow[]; problems: readonly LineProblem[]; pending: number }>;

/** Credits that pay Kraken's own fees: no asset, and in no balance of money. */
const FEE_CREDITS = new Set(['KFEE', 'FEE']);

/** DOT.S, DOT28.S, USD.M, EUR.HOLD: the asset staked, bonded for so many days, earning or on hold. */
const VARIANT = /^(.+?)(?:03|04|07|10|14|21|28)?\.[A-Z]+$/;

/** The usual ticker of a Kraken asset code in any of its variants. */
const assetOfKrakenCode = (code: string): Asset => {
  const base = VARIANT.exec(code.toUpperCase())?.[1] ?? code;
  return assetOfKrakenName(base.toUpperCase() === 'ETH2' ? 'ETH' : base);
};

/** Rows in the order of the files, each once. Lines without a txid were pending and never came to anything, or stand again below. */
export const ledgerRows = (files: readonly CsvFile[]): LedgerRows => {
  const read = new Map<string, LedgerRow>();
  const wrong = files.flatMap(({ problems }) => problems);
  let pending = 0;
  for (const row of files.flatMap(({ rows }) => rows)) {
    if (row.cell('txid') === '') {
      pending += 1;
      continue;
    }
    const typed = ledgerRow(row);
    if ('reason' in typed) wrong.push(typed);
    else if (!FEE_CREDITS.has(typed.asset)) {
      const known = read.get(typed.txid);
      if (known === undefined) read.set(typed.txid, typed);
      else if (!isSame(known, typed)) wrong.push({ ...typed.place, field: 'txid', reason: `${typed.txid} stands at ${known.place.file}:${known.place.line} with other contents` });
    }
  }
  return { rows: [...read.values()], problems: wrong, pending };
};

/** Exports of overlapping periods tell some rows twice. */
const isSame = (left: LedgerRow, right: LedgerRow): boolean =>
  (Object.keys(left) as (keyof LedgerRow)[]).every(field => field === 'place' || left[field] === right[field]);

const ledgerRow = (row: CsvRow): LedgerRow | LineProblem => {
  const cells = cellReader(row);
  const code = row.cell('asset').toUpperCase();
  const typed: LedgerRow = {
    place: row.place,
    txid: row.cell('txid'),
    refid: row.cell('refid'),
    atMs: cells.time('time', true),
    type: row.cell('type').toLowerCase(),
    subtype: row.cell('subtype').toLowerCase(),
    asset: cells.asset('asset', assetOfKrakenCode),
    pot: `${code} ${row.cell('wallet')}`,
    amount: cells.amount('amount', 'any'),
    fee: cells.amount('fee', 'any'),
    balance: cells.amount('balance', 'any'),
    unit: 10n ** BigInt(18 - Math.max(...['amount', 'fee', 'balance'].map(column => decimalsOf(row.cell(column))))),
  };
  if (typed.refid === '') cells.fail('refid', 'is empty');
  return cells.problem() ?? typed;
};

const decimalsOf = (text: string): number => (parseDecimal(text.replace(/^[+-]/, '')) === null ? 0 : (text.split('.')[1]?.length ?? 0));
