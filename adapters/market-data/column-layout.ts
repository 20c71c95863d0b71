/**
 * Which columns of a typed table hold a candle, told by their names as in a header of CSV, and whether their types can.
 * It refuses types that have lost digits or never said which zone their times are of; it never reads a value.
 */
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { columnsOfHeader, headerNames } from './file-layout.ts';
import type { FileLayout, MarketFileFormat } from './file-layout.ts';
import { MarketFileError } from './market-file-error.ts';

/** `moment` is a time of a known zone, `local` one of none; `unread` says what the type is instead. */
export type ColumnHolds = 'number' | 'text' | 'moment' | 'local' | 'day' | Readonly<{ unread: string }>;
export type TypedColumn = Readonly<{ name: string; holds: ColumnHolds }>;

export type ColumnLayout = Readonly<{
  layout: FileLayout;
  /** The columns to read, in the order of the fields of a line: the time is the first. */
  columns: readonly number[];
}>;

const KINDS: Readonly<Record<Exclude<ColumnHolds, object>, string>> = {
  number: 'numbers', text: 'text', moment: 'times', local: 'times of no zone', day: 'dates',
};

const called = (holds: ColumnHolds): string => (typeof holds === 'object' ? holds.unread : KINDS[holds]);

type Wanted = Readonly<{ role: string; allowed: readonly ColumnHolds[] }>;

const TIME: Wanted = { role: 'time', allowed: ['number', 'text', 'moment', 'local', 'day'] };
const VALUE: Wanted = { role: 'value', allowed: ['number', 'text'] };
const COUNT: Wanted = { role: 'count', allowed: ['number'] };
const SYMBOL: Wanted = { role: 'symbol', allowed: ['text'] };

const whyNot = ({ name, holds }: TypedColumn, { role, allowed }: Wanted, isUtc: boolean): readonly [reason: string, hint: string] | null => {
  if (!allowed.includes(holds)) return [`column ${name} holds ${called(holds)}, and a ${role} is none`, 'Write the column as text, decimals, doubles or whole numbers.'];
  if (holds === 'local' && !isUtc) return [`column ${name} holds times of no zone`, `Give them one (in pandas: .dt.tz_localize("UTC")), or call the column ${name}_utc if they are UTC.`];
  return null;
};

type Request = Readonly<{ path: string; format: MarketFileFormat; symbol: MarketSymbol }>;

/** Throws MarketFileError for a table without the columns of a candle, with one twice, or of types that cannot hold one. */
export const layoutOfColumns = ({ path, format, symbol }: Request, table: readonly TypedColumn[]): ColumnLayout => {
  const refuse = (reason: string, hint: string): MarketFileError => new MarketFileError({ file: path, line: null, reason, hint });
  const read = columnsOfHeader(headerNames(table.map(({ name }) => name)), symbol);
  if (!read.ok) throw refuse(`${read.why.replace('the header', 'the table')}: ${table.map(({ name }) => name).join(', ')}`, 'Name the columns as plain has them: ts_utc, open, high, low, close, volume. An index of pandas is no column: reset_index() makes it one.');
  const { time, open, high, low, close, volume, trades, symbol: market } = read.columns;
  const columns = [time, open, high, low, close, volume, ...(trades === null ? [] : [trades]), ...(market === null ? [] : [market])];
  const wanted = [TIME, VALUE, VALUE, VALUE, VALUE, VALUE, ...(trades === null ? [] : [COUNT]), ...(market === null ? [] : [SYMBOL])];
  for (const [index, column] of columns.entries()) {
    const refusal = whyNot(table[column]!, wanted[index]!, read.timeIsUtc);
    if (refusal !== null) throw refuse(refusal[0], refusal[1]);
  }
  const tradesAt = trades === null ? null : 6;
  const layout: FileLayout = {
    format,
    firstCandleLine: 1,
    columnCount: columns.length,
    columns: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, trades: tradesAt, symbol: market === null ? null : columns.length - 1 },
    timeIsUtc: read.timeIsUtc,
  };
  return { layout, columns };
};

/** Texts of columns as lines, field beside field. */
export const linesOfColumns = (columns: readonly (readonly string[])[]): readonly string[] => {
  const [first, ...others] = columns;
  return first!.map((text, row) => {
    let line = text;
    for (const column of others) line += `,${column[row]!}`;
    return line;
  });
};
