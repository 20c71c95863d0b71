/**
 * Tables of a run for spreadsheets and tax programs: its fills, and its disposals matched with lots by a chosen method.
 * Amounts are exact decimals, times ISO 8601 UTC; nothing is rounded for display.
 */
import { formatDecimal } from '../core/kernel/decimal.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { formatTime } from '../core/kernel/hours.ts';
import { baseOf, quoteOf } from '../core/kernel/units.ts';
import type { TimeMs } from '../core/kernel/units.ts';
import type { LotMethod } from '../core/lots/methods.ts';
import { dayOf } from './export-days.ts';
import { entryReader } from './export-entries.ts';
import type { BookedEntry, BookedFact } from './export-entries.ts';
import { lotDeriver } from './export-lots.ts';
import type { DerivedEntry, OwnedPiece } from './export-lots.ts';

/** A cell as RFC 4180 quotes it: only where it has to be. */
export const csvCell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The head comes with the first row, so a table without rows has no line at all. */
async function* csvLines<Column extends string>(columns: readonly Column[], rows: AsyncIterable<Readonly<Record<Column, string>>>): AsyncGenerator<string, void, void> {
  let begun = false;
  for await (const row of rows) {
    if (!begun) yield columns.join(',');
    begun = true;
    yield columns.map(column => csvCell(row[column])).join(',');
  }
}

const FILL_COLUMNS = ['time', 'symbol', 'side', 'quantity', 'price', 'fee', 'feeAsset', 'feeValue', 'liquidity', 'agent', 'orderId', 'tradeId', 'factId', 'factHash'] as const;

/** Every fill of a run, in the order in which they were booked. */
export const fillTable = (hours: AsyncIterable<ExecutedHour>): AsyncGenerator<string, void, void> => csvLines(FILL_COLUMNS, fillRows(hours));

async function* fillRows(hours: AsyncIterable<ExecutedHour>): AsyncGenerator<Record<(typeof FILL_COLUMNS)[number], string>, void, void> {
  const entriesOf = entryReader();
  for await (const hour of hours) {
    // A trade may be several entries, and not all of them stand together.
    const told = new Set<string>();
    for (const booked of entriesOf(hour)) {
      const { fact } = booked;
      if (fact === null || told.has(fact.id)) continue;
      told.add(fact.id);
      const row = fillRow(booked, fact.event);
      if (row !== null) yield { ...row, factId: fact.id, factHash: fact.hash };
    }
  }
}

/** Null for a fact that is no trade. Only an order of ours knows whether it made or took. */
const fillRow = ({ entry, lots }: BookedEntry, fact: BookedFact): Record<Exclude<(typeof FILL_COLUMNS)[number], 'factId' | 'factHash'>, string> | null => {
  if (fact.type !== 'order_filled' && fact.type !== 'account_traded') return null;
  const { quantity, price, fee, feeAsset, feeValue, atMs } = fact;
  const amounts = { quantity: formatDecimal(quantity), price: formatDecimal(price), fee: formatDecimal(fee), feeAsset, feeValue: formatDecimal(feeValue) };
  const { agent, symbol } = lots[0]!.event;
  return fact.type === 'order_filled'
    ? { time: formatTime(atMs), symbol, side: entry.event.kind === 'buy' ? 'BUY' : 'SELL', ...amounts, liquidity: fact.liquidity, agent, orderId: fact.orderId, tradeId: fact.tradeId }
    : { time: formatTime(atMs), symbol: fact.symbol, side: fact.side, ...amounts, liquidity: '', agent, orderId: '', tradeId: fact.id };
};

const TAX_LOT_COLUMNS = [
  'acquired', 'disposed', 'asset', 'currency', 'quantity', 'proceeds', 'basis', 'fees', 'gain', 'holdingDays', 'lots', 'kind', 'agent',
  'acquiredId', 'acquiredHash', 'disposedId', 'disposedHash', 'orderId', 'tradeId',
] as const;
type TaxLotRow = Record<(typeof TAX_LOT_COLUMNS)[number], string>;

/** Every disposal of a run, a row for each lot it consumed; fees paid in kind are disposals too. */
export const taxLotTable = (hours: AsyncIterable<ExecutedHour>, method: LotMethod): AsyncGenerator<string, void, void> => csvLines(TAX_LOT_COLUMNS, taxLotRows(hours, method));

async function* taxLotRows(hours: AsyncIterable<ExecutedHour>, method: LotMethod): AsyncGenerator<TaxLotRow, void, void> {
  const [entriesOf, derive] = [entryReader(), lotDeriver(method)];
  for await (const hour of hours) {
    for (const booked of entriesOf(hour)) {
      const derived = derive(booked);
      for (const piece of derived.pieces) if (piece.sale !== null) yield taxLotRow(derived, piece, { ...piece.sale, method });
    }
  }
}

type End = Readonly<{ time: TimeMs | null; id: string; hash: string }>;

/** Where units came in. Units that were owed came with this very entry, long after they had been sold. */
const acquiredEnd = ({ time, entry }: DerivedEntry, { covers, origin, lot }: OwnedPiece): End => {
  if (covers) return { time, id: entry.id, hash: entry.hash };
  return origin === null ? { time: null, id: '', hash: '' } : { time: lot.acquiredMs, id: lot.id!, hash: origin.hash };
};

type Sold = NonNullable<OwnedPiece['sale']> & Readonly<{ method: LotMethod }>;

/** Basis includes the fees of buying, proceeds are net of the fees of selling; `fees` are both, already in those two. */
const taxLotRow = (derived: DerivedEntry, piece: OwnedPiece, { proceeds, exitFee, result, method }: Sold): TaxLotRow => {
  const { covers, origin, lot, quantity, cost, entryFee } = piece;
  const disposal = covers ? origin!.booked : derived;
  const { event: fact } = disposal.fact!;
  const acquired = acquiredEnd(derived, piece);
  return {
    acquired: acquired.time === null ? '' : formatTime(acquired.time), disposed: formatTime(disposal.time), asset: baseOf(lot.symbol), currency: quoteOf(lot.symbol),
    quantity: formatDecimal(quantity), proceeds: formatDecimal(proceeds - exitFee), basis: formatDecimal(cost + entryFee), fees: formatDecimal(entryFee + exitFee),
    gain: formatDecimal(result), holdingDays: acquired.time === null ? '' : String(dayOf(disposal.time) - dayOf(acquired.time)), lots: method, kind: disposal.entry.event.kind,
    agent: disposal.lots[0]!.event.agent, acquiredId: acquired.id, acquiredHash: acquired.hash, disposedId: disposal.entry.id, disposedHash: disposal.entry.hash,
    orderId: fact.type === 'order_filled' ? fact.orderId : '', tradeId: disposal.entry.event.reference,
  };
};
