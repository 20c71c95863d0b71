/**
 * What there is to change in a store: its tables, columns and keys by the catalogue, and which of them specs/hashing.md lists
 * as in no hash.
 */
import { readFileSync } from 'node:fs';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { CONSUMED_UNTIL_MS, LAST_STEP } from './small-store.ts';

export type StoredColumn = Readonly<{ table: string; column: string; type: string; nullable: boolean; inKey: boolean }>;
/** `key` is the primary key; `columns` are all of them, in order. */
export type StoredTable = Readonly<{ name: string; key: readonly string[]; columns: readonly StoredColumn[] }>;

const COLUMNS = `
  SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable,
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS "inKey",
    (SELECT array_position(i.indkey::smallint[], a.attnum) FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS place
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  ORDER BY c.relname, a.attnum`;

export const readStoredTables = async (client: StoreClient): Promise<readonly StoredTable[]> => {
  const { rows } = await client.query<StoredColumn & Readonly<{ place: number | null }>>(COLUMNS);
  return [...Map.groupBy(rows, ({ table }) => table)].map(([name, found]) => ({
    name,
    key: found.filter(({ place }) => place !== null).sort((left, right) => left.place! - right.place!).map(({ column }) => column),
    columns: found.map(({ table, column, type, nullable, inKey }) => ({ table, column, type, nullable, inKey })),
  }));
};

const PAGE = new URL('../../specs/hashing.md', import.meta.url);

/** `table` or `table.column` of what the page lists as cache or provenance; a bare name after `table.column` may be one more column. */
export const inNoHash = (tables: readonly StoredTable[]): ReadonlySet<string> => {
  const page = readFileSync(PAGE, 'utf8');
  const lists = page.slice(page.indexOf('**Cache**'), page.indexOf('## 15.'));
  const columns = tables.flatMap(table => table.columns);
  const listed = new Set<string>();
  let table = '';
  for (const [, name] of lists.matchAll(/`([a-z_]+(?:\.[a-z_]+)?)`/g)) {
    const isMore = columns.some(one => one.table === table && one.column === name);
    if (name!.includes('.')) table = name!.split('.')[0]!;
    listed.add(isMore ? `${table}.${name}` : name!);
  }
  return listed;
};

/** Of some tables and columns only these rows are covered by a hash: candles that were consumed, steps that closed their hour, commands that a fact came of. */
const COVERED_ROWS: Readonly<Record<string, string>> = {
  candle: `revision = 0 AND open_ms < ${CONSUMED_UNTIL_MS}`,
  inbox: 'EXISTS (SELECT FROM tb.fact WHERE fact.run_id = inbox.run_id AND fact.inbox_id = inbox.id)',
  market_fact: 'EXISTS (SELECT FROM tb.fact WHERE fact.market_digest = market_fact.digest)',
  account: 'EXISTS (SELECT FROM tb.run WHERE run.account_id = account.id)',
  'hour_step.ingest_through': `step = ${LAST_STEP}`,
  'hour_step.inbox_through': `step = ${LAST_STEP}`,
  'hour_step.executed_ms': `step = ${LAST_STEP}`,
};

/** The condition for rows whose column, or which as a whole, some hash covers; null where none does. */
export const coveredRows = (free: ReadonlySet<string>, table: string, column: string | null): string | null => {
  const name = `${table}.${column}`;
  const conditions = [COVERED_ROWS[table], COVERED_ROWS[name]].filter(one => one !== undefined);
  const isFree = free.has(table) || (column !== null && free.has(name));
  return isFree && COVERED_ROWS[name] === undefined ? null : conditions.length === 0 ? 'true' : conditions.join(' AND ');
};
