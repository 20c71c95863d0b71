/**
 * A CSV file with a header as rows of named cells. Column names count without case, spaces, dashes and underscores; what a
 * cell means is read elsewhere, and what is wrong with a line is collected, not thrown.
 */
import { parseDecimal } from '../../../core/kernel/decimal.ts';
import { asset } from '../../../core/kernel/units.ts';
import type { Asset, TimeMs } from '../../../core/kernel/units.ts';
import { MarketFileError } from '../market-file-error.ts';
import { readLineBlocks } from '../read-lines.ts';
import { timestampReader } from '../read-timestamp.ts';
import { splitFields } from '../split-fields.ts';
import { openMarketFile } from '../text-file.ts';
import type { LineProblem, Place } from './history-event.ts';

/** Cells by the name of their column; a column that the file has not, and an empty cell, are ''. */
export type CsvRow = Readonly<{ place: Place; cell: (column: string) => string }>;

/** `columns` are as written in the header, trimmed. */
export type CsvFile = Readonly<{ path: string; columns: readonly string[]; rows: readonly CsvRow[]; problems: readonly LineProblem[] }>;

export const columnKey = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** All lines of a file. Throws MarketFileError when it cannot be read or has no header. */
export const readCsv = async (path: string): Promise<CsvFile> => {
  const file = await openMarketFile(path);
  const lines: Readonly<{ line: number; text: string }>[] = [];
  try {
    for await (const { firstLine, lines: texts } of readLineBlocks(file)) texts.forEach((text, index) => lines.push({ line: firstLine + index, text }));
  } finally {
    await file.handle.close();
  }
  const [header, ...body] = lines.filter(({ text }) => text.trim() !== '');
  const columns = header === undefined ? null : splitFields(header.text);
  if (columns === null) throw new MarketFileError({ file: path, line: header?.line ?? null, reason: 'there is no header line', hint: 'The first line names the columns, separated by commas.' });
  return { path, columns: columns.map(name => name.trim()), ...rowsOf(path, columns.map(columnKey), body) };
};

const rowsOf = (path: string, keys: readonly string[], body: readonly Readonly<{ line: number; text: string }>[]): Pick<CsvFile, 'rows' | 'problems'> => {
  const rows: CsvRow[] = [];
  const problems: LineProblem[] = [];
  for (const { line, text } of body) {
    const place = { file: path, line };
    const fields = splitFields(text);
    if (fields === null) problems.push({ ...place, field: null, reason: 'a quote is opened and not closed' });
    else if (fields.length > keys.length) problems.push({ ...place, field: null, reason: `it has ${fields.length} fields, and the header names ${keys.length}` });
    else rows.push({ place, cell: column => (fields[keys.indexOf(columnKey(column))] ?? '').trim() });
  }
  return { rows, problems };
};

/** Reads cells into values; the first problem of a row is kept, and the rest of the row is read as if it had none. */
export type CellReader = Readonly<{
  text: (column: string) => string;
  /** Decimal text of at most 18 places; 0 where the cell is empty and may be. */
  amount: (column: string, rule: 'any' | 'positive' | 'not-negative' | 'optional') => bigint;
  amountOrNull: (column: string) => bigint | null;
  time: (column: string, isUtc: boolean) => TimeMs;
  asset: (column: string, nameOf: (code: string) => Asset) => Asset;
  oneOf: <Word extends string>(column: string, words: readonly Word[]) => Word;
  fail: (column: string | null, reason: string) => void;
  problem: () => LineProblem | null;
}>;

const ASSET = /^[A-Z0-9][A-Z0-9.]{0,19}$/i;
/** Twice this is still an amount that canonical text can hold. */
const AMOUNT_MAX = 10n ** 33n;

export const cellReader = ({ place, cell }: CsvRow): CellReader => {
  let problem: LineProblem | null = null;
  const fail = (column: string | null, reason: string): void => {
    problem ??= { ...place, field: column, reason };
  };
  const amountOrNull = (column: string): bigint | null => {
    const text = cell(column);
    if (text === '') return null;
    const amount = parseDecimal(text.startsWith('+') ? text.slice(1) : text.replace(/^-(0(?:\.0+)?)$/, '$1'));
    if (amount === null) fail(column, `${JSON.stringify(text)} is not a plain decimal of at most 18 places`);
    else if (amount > AMOUNT_MAX || amount < -AMOUNT_MAX) fail(column, `${text} is too large`);
    else return amount;
    return null;
  };
  return {
    text: column => cell(column),
    amountOrNull,
    amount: (column, rule) => {
      const amount = amountOrNull(column);
      if (amount === null && rule !== 'optional') fail(column, 'is empty');
      if (amount !== null && rule === 'positive' && amount <= 0n) fail(column, `${cell(column)} is not above zero`);
      if (amount !== null && (rule === 'not-negative' || rule === 'optional') && amount < 0n) fail(column, `${cell(column)} is negative`);
      return amount ?? 0n;
    },
    time: (column, isUtc) => {
      const read = timestampReader(isUtc)(cell(column));
      if (typeof read === 'number') return read;
      fail(column, read.replace(/^time /, ''));
      return 0 as TimeMs;
    },
    asset: (column, nameOf) => {
      const text = cell(column);
      if (!ASSET.test(text)) fail(column, text === '' ? 'is empty' : `${JSON.stringify(text)} is not an asset`);
      return ASSET.test(text) ? nameOf(text) : asset('');
    },
    oneOf: (column, words) => {
      const text = cell(column).toLowerCase();
      const word = words.find(known => known.toLowerCase() === text);
      if (word === undefined) fail(column, `${text === '' ? 'is empty' : `${JSON.stringify(cell(column))} is not known`}; it is one of ${words.join(', ')}`);
      return word ?? words[0]!;
    },
    fail,
    problem: () => problem,
  };
};
