/**
 * A history in columns of our own: one line for each trade, deposit, withdrawal, transfer, reward, charge or renaming, for
 * opening lots, and for what another file leaves out. specs/import.md says what each type of line needs.
 */
import { basename } from 'node:path';
import { asset, marketSymbol, money, price, quantity } from '../../../core/kernel/units.ts';
import type { Asset, TimeMs } from '../../../core/kernel/units.ts';
import { cellReader, columnKey } from './csv-rows.ts';
import type { CellReader, CsvFile, CsvRow } from './csv-rows.ts';
import type { HistoryEvent, LineProblem, OpeningEvent, Place, StatedValue, TransferEvent } from './history-event.ts';

const GENERIC_TYPES = [
  'trade', 'buy', 'sell', 'deposit', 'withdrawal', 'transfer-in', 'transfer-out', 'reward', 'fee', 'funding', 'rounding', 'rename', 'opening', 'value',
] as const;
type GenericType = (typeof GENERIC_TYPES)[number];

const COLUMNS = [
  'time', 'time_utc', 'type', 'id', 'symbol', 'side', 'price', 'quantity', 'amount', 'value', 'fee', 'fee_asset', 'fee_value', 'asset', 'basis', 'acquired', 'to_asset', 'received', 'note',
] as const;

export type GenericHistory = Readonly<{
  events: readonly HistoryEvent[];
  openings: readonly OpeningEvent[];
  values: readonly StatedValue[];
  problems: readonly LineProblem[];
}>;

type Line = Readonly<{ event: HistoryEvent } | { opening: OpeningEvent } | { value: StatedValue }>;

export const genericHistory = ({ path, columns, rows, problems }: CsvFile, quote: Asset): GenericHistory => {
  const unknown = columns.find(name => !COLUMNS.some(known => columnKey(known) === columnKey(name)));
  const wrong: LineProblem[] = [...problems];
  if (unknown !== undefined) wrong.push({ file: path, line: 1, field: unknown, reason: `is no column of a history; columns are ${COLUMNS.join(', ')}` });
  const lines = rows.flatMap(row => {
    const line = lineOf(row, { quote, hasUtc: columns.some(name => columnKey(name) === 'timeutc') });
    if (!('reason' in line)) return [line];
    wrong.push(line);
    return [];
  });
  return {
    events: lines.flatMap(line => ('event' in line ? [line.event] : [])),
    openings: lines.flatMap(line => ('opening' in line ? [line.opening] : [])),
    values: lines.flatMap(line => ('value' in line ? [line.value] : [])),
    problems: wrong,
  };
};

type Context = Readonly<{ quote: Asset; hasUtc: boolean }>;

const lineOf = (row: CsvRow, context: Context): Line | LineProblem => {
  const cells = cellReader(row);
  const type = row.cell('type') === '' ? 'trade' : cells.oneOf('type', GENERIC_TYPES);
  const id = row.cell('id') === '' ? `${basename(row.place.file)} line ${row.place.line}` : row.cell('id');
  const line = typedLine(type, { cells, place: row.place, id, atMs: TIMELESS.includes(type) ? (0 as TimeMs) : timeOf(cells, context), quote: context.quote });
  if (TIMELESS.includes(type) && type === 'value' && row.cell('id') === '') cells.fail('id', 'is empty: it names the line that the value is of');
  return cells.problem() ?? line;
};

/** What needs no time: an opening counts from the first hour, a value belongs to another line. */
const TIMELESS: readonly GenericType[] = ['opening', 'value'];

/** A column that is named after UTC needs no offset in its cells. */
const timeOf = (cells: CellReader, { hasUtc }: Context): TimeMs => (hasUtc && cells.text('time') === '' ? cells.time('time_utc', true) : cells.time('time', false));

type Cells = Readonly<{ cells: CellReader; place: Place; id: string; atMs: TimeMs; quote: Asset }>;

const upper = (code: string): Asset => asset(code.toUpperCase());

const typedLine = (type: GenericType, line: Cells): Line => {
  const { cells, place, id } = line;
  switch (type) {
    case 'trade':
    case 'buy':
    case 'sell':
      return { event: tradeOf(line, type === 'trade' ? cells.oneOf('side', ['buy', 'sell']) : type) };
    case 'deposit':
    case 'transfer-in':
      return { event: { ...transferOf(line, 'in'), atMs: line.atMs } };
    case 'withdrawal':
    case 'transfer-out':
      return { event: { ...transferOf(line, 'out'), atMs: line.atMs } };
    case 'opening':
      return { opening: transferOf(line, 'in') };
    case 'reward':
      return { event: rewardOf(line) };
    case 'fee':
      return { event: { ...head(line), kind: 'charge', purpose: 'fees', asset: heldOf(line), quantity: quantity(cells.amount('quantity', 'positive')), value: moneyOf(cells, 'value') } };
    case 'funding':
    case 'rounding':
      return { event: signedOf(line, type) };
    case 'rename':
      return { event: { ...head(line), kind: 'rename', from: heldOf(line), to: cells.asset('to_asset', upper), quantity: quantity(cells.amount('quantity', 'positive')), received: quantity(cells.amount('received', 'positive')) } };
    case 'value':
      return { value: { place, id, value: money(cells.amount('value', 'not-negative')) } };
  }
};

const head = ({ place, id, atMs }: Cells) => ({ place, id, atMs, alias: null });

/** Without an asset a line is about money. */
const heldOf = ({ cells, quote }: Cells): Asset => (cells.text('asset') === '' ? quote : cells.asset('asset', upper));

const moneyOf = (cells: CellReader, column: string) => {
  const amount = cells.amountOrNull(column);
  if (amount !== null && amount < 0n) cells.fail(column, 'is negative');
  return amount === null ? null : money(amount);
};

const SYMBOL = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/i;

const tradeOf = (line: Cells, side: 'buy' | 'sell'): HistoryEvent => {
  const { cells } = line;
  const symbol = cells.text('symbol').toUpperCase();
  if (!SYMBOL.test(symbol)) cells.fail('symbol', symbol === '' ? 'is empty' : `${JSON.stringify(symbol)} is not BASE/QUOTE, such as BTC/USD`);
  const [base, counter] = symbol.split('/');
  if (base === counter) cells.fail('symbol', `${symbol} trades an asset against itself`);
  const [unit, amount] = [cells.amountOrNull('price'), cells.amountOrNull('amount')];
  if (unit === null && amount === null) cells.fail('price', 'is empty, and so is amount: one of them is needed');
  if (unit !== null && unit <= 0n) cells.fail('price', 'is not above zero');
  if (amount !== null && amount < 0n) cells.fail('amount', 'is negative');
  const fee = cells.amount('fee', 'optional');
  return {
    ...head(line),
    kind: 'trade',
    symbol: marketSymbol(symbol),
    side: side === 'buy' ? 'BUY' : 'SELL',
    quantity: quantity(cells.amount('quantity', 'positive')),
    price: unit === null ? null : price(unit),
    amount: amount === null ? null : quantity(amount),
    value: moneyOf(cells, 'value'),
    fee: quantity(fee),
    feeAsset: fee === 0n ? null : cells.text('fee_asset') === '' ? asset(counter ?? '') : cells.asset('fee_asset', upper),
    feeValue: moneyOf(cells, 'fee_value'),
  };
};

const transferOf = (line: Cells, direction: 'in' | 'out'): Omit<TransferEvent, 'atMs'> => {
  const { cells, place, id } = line;
  const acquired = cells.text('acquired');
  return {
    place,
    id,
    alias: null,
    kind: 'transfer',
    direction,
    asset: heldOf(line),
    quantity: quantity(cells.amount('quantity', 'positive')),
    basis: direction === 'in' ? moneyOf(cells, 'basis') : null,
    // A date without a time of day is the beginning of that day, UTC.
    acquiredMs: direction === 'in' && acquired !== '' ? cells.time('acquired', /^\d{4}-\d{2}-\d{2}$/.test(acquired)) : null,
  };
};

const rewardOf = (line: Cells): HistoryEvent => {
  const { cells } = line;
  const [units, fee] = [cells.amount('quantity', 'positive'), cells.amount('fee', 'optional')];
  const held = heldOf(line);
  if (cells.text('fee_asset') !== '' && cells.asset('fee_asset', upper) !== held) cells.fail('fee_asset', 'is not what was received; write a fee in another asset as a line of its own');
  if (fee >= units && units > 0n) cells.fail('fee', 'is not less than what was received');
  return { ...head(line), kind: 'reward', purpose: 'income', asset: held, quantity: quantity(units), fee: quantity(fee), value: moneyOf(cells, 'value') };
};

/** What was received, or with a minus what was paid. */
const signedOf = (line: Cells, purpose: 'funding' | 'rounding'): HistoryEvent => {
  const { cells } = line;
  const units = cells.amount('quantity', 'any');
  if (units === 0n) cells.fail('quantity', 'is zero');
  const told = { ...head(line), purpose, asset: heldOf(line), value: moneyOf(cells, 'value') } as const;
  return units > 0n ? { ...told, kind: 'reward', quantity: quantity(units), fee: quantity(0n) } : { ...told, kind: 'charge', quantity: quantity(-units) };
};
