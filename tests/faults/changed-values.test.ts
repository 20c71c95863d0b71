/**
 * Whoever can write to the database, past triggers and constraints, changes one stored value: `verify` or `replay-window`
 * names it. Every column of every table is tried but those that specs/hashing.md lists as in no hash, so a new column
 * without protection fails here.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { listRuns } from '../../adapters/store/runs.ts';
import { replayRun } from '../../engine/replay-run.ts';
import { verifyStore } from '../../engine/verify-store.ts';
import { populate } from '../../tools/validate-schema/populate.ts';
import { disarm, livelyCandles, plainFile, plainLine, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

/** A resting order lets an opposite signal cancel it. */
const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --timeframe 5m --from 2024-03-01T01:00:00Z --warmup 1 --entry limit:40bps';
const START = slotAt('2024-03-01T00:00:00Z', '5m');

let store: ScratchDatabase;
/** What the runs of the first store have no row of: the books of accounts, and balances below nothing. */
let accounts: ScratchDatabase;

beforeAll(async () => {
  accounts = await scratchStore();
  await populate(accounts);
  store = await scratchStore();
  const [aaa, bbb] = [livelyCandles(START, 12 * 8, 121), livelyCandles(START, 12 * 8, 122)];
  await store.write('aaa.csv', plainFile('5m', aaa.filter((_, index) => index !== 30)));
  await store.write('late.csv', plainFile('5m', [aaa[29]!, aaa[30]!]) + plainLine('5m', { slot: aaa[31]!.slot, values: { ...aaa[31]!.values, close: aaa[31]!.values.low } }));
  await store.write('bbb.csv', plainFile('5m', bbb));
  await store.json('import aaa.csv --symbol AAA/USD --timeframe 5m');
  await store.json('import bbb.csv --symbol BBB/USD --timeframe 5m');
  await store.json(`backtest ${RUN} --to 2024-03-01T07:00:00Z --run past`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('execute-hour --run desk --through 2024-03-01T03:00:00Z');
  await store.json('import late.csv --symbol AAA/USD --timeframe 5m');
  for (const order of ['deposit --amount 500', 'withdraw --amount 99999', 'halt']) await store.json(`operator ${order} --run desk --reason because`);
  await store.json('execute-hour --run desk');
  await store.write('smaller.json', JSON.stringify({ extends: 'balanced', name: 'smaller', version: 2, limits: { total: '40%' } }));
  await store.json('profile set --run desk --profile ./smaller.json --reason because');
  for (const order of ['resume', 'resume']) await store.json(`operator ${order} --run desk --reason because`);
  await store.json('execute-hour --run desk --through 2024-03-01T06:00:00Z');
});

type Column = Readonly<{ table: string; column: string; type: string; nullable: boolean; inKey: boolean }>;
/** `run` is the id of the run that the row is of, null for what belongs to none or to all. */
type Row = Readonly<{ place: string; part: number; run: string | null; value: string | null }>;

const COLUMNS = `
  SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable,
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey)) AS "inKey"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  ORDER BY c.relname, a.attnum`;

/** `table` or `table.column` of what the specification lists as cache or provenance; a bare name after `table.column` may be one more column. */
const inNoHash = (columns: readonly Column[]): ReadonlySet<string> => {
  const page = readFileSync(resolve(import.meta.dirname, '../../specs/hashing.md'), 'utf8');
  const lists = page.slice(page.indexOf('**Cache**'), page.indexOf('## 15.'));
  const listed = new Set<string>();
  let table = '';
  for (const [, name] of lists.matchAll(/`([a-z_]+(?:\.[a-z_]+)?)`/g)) {
    const isMore = columns.some(one => one.table === table && one.column === name);
    if (name!.includes('.')) table = name!.split('.')[0]!;
    listed.add(isMore ? `${table}.${name}` : name!);
  }
  return listed;
};

/** Of some columns only these rows are covered by a hash: candles that were consumed, and steps that closed their hour. */
const COVERED_ROWS: Readonly<Record<string, string>> = {
  candle: 'revision = 0 AND open_ms < 1709272800000',
  'hour_step.ingest_through': 'step = 11',
  'hour_step.inbox_through': 'step = 11',
  'hour_step.executed_ms': 'step = 11',
};

/**
 * What is named instead where only another place can tell: a row that lost its key by those that referred to it, a value by
 * its digest, and the hash of the last envelope by its bytes, for there is no later one to say which of the two was changed.
 */
const WITNESSES: Readonly<Record<string, string>> = {
  'run.id': 'envelope',
  'inbox.run_id': 'fact.inbox_id',
  'inbox.key': 'fact.inbox_id',
  'candle.series_id': 'ingest.added',
  'candle.open': 'candle.digest',
  'candle.high': 'candle.digest',
  'candle.low': 'candle.digest',
  'candle.close': 'candle.digest',
  'candle.volume': 'candle.digest',
  'envelope.hash': 'envelope.bytes',
};

/** Other values for the column, as SQL: one of its type that no row has, and nothing where that is allowed. */
const otherValues = ({ column, type, nullable, inKey }: Column, value: string | null): readonly string[] => {
  const nothing = nullable && value !== null ? ['NULL'] : [];
  switch (type) {
    case 'bytea':
      return [value === null ? `'\\x00'` : `set_byte(${column}, octet_length(${column}) - 1, get_byte(${column}, octet_length(${column}) - 1) # 1)`, ...nothing];
    case 'boolean':
      return [`NOT coalesce(${column}, false)`, ...nothing];
    case 'uuid':
      return [`'00000000-0000-4000-8000-000000000000'`, ...nothing];
    case 'text':
      // A partition is chosen by the retention, so only the two that exist can be written.
      if (column === 'retention') return [`CASE ${column} WHEN 'kept' THEN 'backtest' ELSE 'kept' END`];
      return [value === null ? `'x'` : `${column} || 'x'`, ...nothing];
    default:
      return [`coalesce(${column}, 0) + ${inKey ? 1_000_000 : 1}`, ...nothing];
  }
};

/** Of each run two rows, from the middle and the end of the table, with a value and, where there are such, without. */
const rowsOf = async (client: StoreClient, { table, column }: Column, columns: readonly Column[]): Promise<readonly Row[]> => {
  const names = columns.filter(one => one.table === table).map(one => one.column);
  const run = names.includes('run_id') ? 'run_id' : table === 'run' ? 'id' : `'every run'`;
  const covered = COVERED_ROWS[`${table}.${column}`] ?? COVERED_ROWS[table] ?? 'true';
  const { rows } = await client.query<Row>(
    `SELECT place, part, run, value FROM (
       SELECT ctid::text AS place, tableoid::int AS part, ${names.includes('run_id') ? 'run_id::text' : 'NULL'} AS run, ${column}::text AS value, row_number() OVER same AS nth, count(*) OVER (PARTITION BY ${run}, ${column} IS NULL) AS rows
       FROM tb.${table} WHERE ${covered} WINDOW same AS (PARTITION BY ${run}, ${column} IS NULL ORDER BY ctid)) AS numbered
     WHERE nth IN (rows, rows / 2) ORDER BY part, value IS NULL, nth`,
  );
  return rows;
};

const nothingDone = (): void => undefined;

/** Looks at one run, or at all. Null when verify names table and column (or the row), or replay an hour, event and field; else all that was said. */
const missedBy = async (client: StoreClient, { table, column }: Column, looked: string | null): Promise<string | null> => {
  const { findings } = await verifyStore(client, { run: looked, requireAnchor: false, onProgress: nothingDone });
  const places = findings.flatMap(finding => (finding.column === null ? [finding.table, `${finding.table}.${column}`] : [`${finding.table}.${finding.column}`]));
  if (places.includes(`${table}.${column}`) || places.includes(WITNESSES[`${table}.${column}`] ?? '-')) return null;
  const said = findings.map(finding => `${finding.code} ${finding.table}.${finding.column ?? '*'} ${finding.key}`);
  for (const run of (await listRuns(client)).filter(({ name }) => looked === null || name === looked)) {
    const { failures } = await replayRun(client, run, { fromHour: null, toHour: null, onProgress: nothingDone });
    if (failures.some(({ event, field }) => event !== null && field !== '')) return null;
    said.push(...failures.map(({ code, field }) => `${code} ${field}`));
  }
  return said.length === 0 ? 'nothing was said' : said.join('; ');
};

type Sweep = Readonly<{ tried: number; missed: readonly string[]; rowless: ReadonlySet<string> }>;

/** Changes every column, or those wanted, wherever the store has rows; `rowless` are the columns where it has none. */
const sweep = ({ address }: ScratchDatabase, wanted: ReadonlySet<string> | null): Promise<Sweep> =>
  withConnection(address, 'owner', async client => {
    const rowless = new Set<string>();
    const missed: string[] = [];
    let tried = 0;
    await client.query('BEGIN');
    await disarm(client);
    const { rows: columns } = await client.query<Column>(COLUMNS);
    const free = inNoHash(columns);
    const names = new Map((await listRuns(client)).map(({ id, name }) => [id, name]));
    for (const column of columns) {
      const name = `${column.table}.${column.column}`;
      if (wanted?.has(name) === false || ((free.has(column.table) || free.has(name)) && COVERED_ROWS[name] === undefined)) continue;
      const rows = await rowsOf(client, column, columns);
      if (rows.length === 0) rowless.add(name);
      for (const { place, part, run, value } of rows) {
        for (const other of otherValues(column, value)) {
          await client.query('SAVEPOINT untouched');
          await client.query(`UPDATE tb.${column.table} SET ${column.column} = ${other} WHERE ctid = $1::tid AND tableoid = $2::int`, [place, part]);
          const verdict = await missedBy(client, column, run === null ? null : names.get(run)!).catch((error: unknown) => `crashed: ${String(error)}`);
          await client.query('ROLLBACK TO untouched');
          if (verdict !== null) missed.push(`${name}, ${value?.slice(0, 40) ?? 'null'} to ${other}: ${verdict}`);
          tried += 1;
        }
      }
    }
    await client.query('ROLLBACK');
    return { tried, missed, rowless };
  });

test('a change of any stored value is named', async () => {
  const first = await sweep(store, null);
  const second = await sweep(accounts, first.rowless);
  expect([...first.missed, ...second.missed]).toEqual([]);
  // Every column had a row in one of the two.
  expect([...second.rowless]).toEqual([]);
  expect(first.tried + second.tried).toBeGreaterThan(600);
}, 600_000);
