/**
 * Typed rows against the bytes they stand beside. The lines that a table must have are compared with what the server
 * prints as bytes, a stretch at once; only where they differ is it taken apart by lines and columns.
 */
import type pg from 'pg';
import { MIRROR_COLUMNS, MIRROR_TABLES } from '../../schema/wire/mirror-tables.ts';
import type { MirrorTable } from '../../schema/wire/mirror-tables.ts';
import { copyOut, visitRows } from './copy.ts';
import { fieldOfCopy } from './copy-text.ts';
import type { Report } from './finding.ts';
import type { Lines as ExpectedLines } from './verify-lines.ts';

export type TypedTable = MirrorTable | 'outbox';

/** Every typed table and its columns after the key of the event. */
const TYPED_COLUMNS: Readonly<Record<TypedTable, readonly string[]>> = {
  ...(Object.fromEntries(MIRROR_TABLES.map((table): [MirrorTable, readonly string[]] => [table, MIRROR_COLUMNS[table].map(({ name }) => name)])) as Record<MirrorTable, readonly string[]>),
  outbox: ['kind', 'client_order_id'],
};

export const TYPED_TABLES = Object.keys(TYPED_COLUMNS) as readonly TypedTable[];

const EVENT_KEY = ['hour', 'step', 'seq'] as const;

/** The ordinal completes the key of a posting; of every other typed row the event's key is the key. */
const keyColumns = (table: TypedTable): readonly string[] => (table === 'posting' ? [...EVENT_KEY, 'ordinal'] : EVENT_KEY);

const columnsOf = (table: TypedTable): readonly string[] => [...EVENT_KEY, ...TYPED_COLUMNS[table]];

/** Compares the rows of one table in a stretch of a run with the lines expected, both in order of their keys. */
export const verifyTypedRows = async (client: pg.ClientBase, { table, where }: Readonly<{ table: TypedTable; where: string }>, expected: ExpectedLines | null, report: Report): Promise<void> => {
  const wanted = expected === null ? NOTHING : expected.bytes.subarray(0, expected.length);
  const sql = `COPY (SELECT ${columnsOf(table).join(', ')} FROM tb.${table} WHERE ${where} ORDER BY ${keyColumns(table).join(', ')}) TO STDOUT`;
  let [compared, isSame] = [0, true];
  await visitRows(client, sql, (bytes, from, to) => {
    for (let at = from; isSame && at < to; at += 1, compared += 1) isSame = bytes[at] === wanted[compared];
  });
  if (isSame && compared === wanted.length) return;
  const stored: Buffer[] = [];
  for await (const chunk of copyOut(client, sql)) stored.push(chunk);
  reportDifferences(table, { expected: linesIn(wanted), stored: linesIn(Buffer.concat(stored)) }, report);
};

const NOTHING = Buffer.alloc(0);

const linesIn = (bytes: Buffer): readonly string[] => {
  const text = bytes.toString('utf8');
  return text === '' ? [] : text.slice(0, -1).split('\n');
};

type Lines = Readonly<{ expected: readonly string[]; stored: readonly string[] }>;

const reportDifferences = (table: TypedTable, { expected, stored }: Lines, report: Report): void => {
  const keyLength = keyColumns(table).length;
  const byKey = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> =>
    new Map(lines.map(line => line.split('\t')).map(fields => [fields.slice(0, keyLength).join('\t'), fields]));
  const [wanted, found] = [byKey(expected), byKey(stored)];
  for (const [key, fields] of wanted) {
    const actual = found.get(key);
    if (actual === undefined) report({ code: 'ROW_MISSING', table, key: shownKey(table, key), column: null, expected: shownRow(table, fields), actual: null });
    else reportColumns(table, key, { fields, actual }, report);
  }
  for (const [key, fields] of found) {
    if (!wanted.has(key)) report({ code: 'ROW_UNEXPECTED', table, key: shownKey(table, key), column: null, expected: null, actual: shownRow(table, fields) });
  }
};

const reportColumns = (table: TypedTable, key: string, { fields, actual }: Readonly<{ fields: readonly string[]; actual: readonly string[] }>, report: Report): void => {
  columnsOf(table).forEach((column, index) => {
    if (fields[index] === actual[index]) return;
    report({ code: 'COLUMN_DIFFERS', table, key: shownKey(table, key), column, expected: shownField(table, index, fields[index]), actual: shownField(table, index, actual[index]) });
  });
};

const shownRow = (table: TypedTable, fields: readonly string[]): string => fields.map((field, index) => shownField(table, index, field) ?? '-').join(' ');

/** Amounts are compared as the server prints them and shown as everywhere else: without the zeros that end a fraction. */
const shownField = (table: TypedTable, index: number, field: string | undefined): string | null => {
  const value = field === undefined ? null : fieldOfCopy(field);
  return value !== null && isAmount(table, index) && value.includes('.') ? value.replace(/\.?0+$/, '') : value;
};

const isAmount = (table: TypedTable, index: number): boolean => table !== 'outbox' && MIRROR_COLUMNS[table][index - EVENT_KEY.length]?.type === 'numeric';

const shownKey = (table: TypedTable, key: string): string => {
  const values = key.split('\t');
  return keyColumns(table).map((column, index) => `${column}=${values[index]}`).join(' ');
};
