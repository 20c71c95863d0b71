/**
 * A verifier must say nothing about a good run, and name table, key and column of whatever is changed in it: every
 * column of every table in turn, by somebody who may do anything to the database.
 */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendStep } from '../../../adapters/store/append-step.ts';
import { createRun, storedRunOf } from '../../../adapters/store/runs.ts';
import type { NewRun } from '../../../adapters/store/runs.ts';
import { verifyCandles, verifyRun } from '../../../adapters/store/verify.ts';
import type { Finding, FindingCode } from '../../../adapters/store/verify.ts';
import { openBacktest } from '../../../adapters/store/write-backtest.ts';
import { disarm } from '../../../tools/tamper/disarm.ts';
import { FIRST_MS, HOUR } from './candles.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';
import { addCommands, importMarket, newTinyRun, openingOf, START, tinySteps } from './tiny-run.ts';

let store: StoreDatabase;
let owner: pg.Client;
const paper: NewRun = newTinyRun('paper', { name: 'paper' });
const summary: NewRun = newTinyRun('backtest', { name: 'summary', keep: 'summary', vintageIngestId: 2 });

beforeAll(async () => {
  store = await storeDatabase();
  const [client, shared] = [await store.app(), await store.app()];
  const contents = await importMarket(client);
  await createRun(client, paper, openingOf(paper));
  for (const step of tinySteps(paper, contents, await addCommands(client, paper))) await appendStep(client, storedRunOf(paper), step);
  const writer = await openBacktest({ run: client, shared }, summary, openingOf(summary));
  await writer.append(tinySteps(summary, contents, {}).map(({ step, close }) => ({ steps: [step], close: close! })));
  await writer.finish('{"hours":4}');
  owner = await store.owner();
  // What a tamperer with the owner's login does first.
  await disarm(owner);
});
afterAll(() => store.close());

const findingsOf = async (name: string): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  await verifyRun(owner, name, finding => void findings.push(finding));
  await verifyCandles(owner, finding => void findings.push(finding));
  return findings;
};

/** What the verifier says of a change that is undone afterwards. */
const afterChange = async (sql: string, name = 'paper'): Promise<readonly Finding[]> => {
  await owner.query('BEGIN');
  try {
    const changed = await owner.query(sql);
    expect({ sql, rows: changed.rowCount }).toEqual({ sql, rows: 1 });
    return await findingsOf(name);
  } finally {
    await owner.query('ROLLBACK');
  }
};

test('a good run leaves nothing to say, and is counted', async () => {
  expect(await findingsOf('paper')).toEqual([]);
  expect(await findingsOf('summary')).toEqual([]);
  expect(await verifyRun(owner, 'paper', () => undefined)).toEqual({ hours: 4, facts: 11, decisions: 15, envelopes: 5 });
  expect(await verifyRun(owner, 'summary', () => undefined)).toEqual({ hours: 4, facts: 0, decisions: 0, envelopes: 5 });
  expect(await verifyCandles(owner, () => undefined)).toBe(8);
  expect(await verifyCandles(owner, () => undefined, { symbols: ['ETH/USD'], ingestAfter: 0 })).toBe(4);
});

type Column = Readonly<{ table: string; name: string; type: string }>;

const TABLES_OF_RUN = ['hour_step', 'hour_record', 'envelope', 'fact', 'venue_trade', 'decision', 'signal', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'lot', 'lot_match', 'ledger_entry', 'posting', 'risk_change', 'operator_refused', 'outbox'];
const KEYS: ReadonlySet<string> = new Set(['retention', 'run_id', 'hour', 'step', 'seq', 'ordinal']);

/** Listed as cache: covered by no hash, and derivable from nothing that is. */
const UNCOVERED: ReadonlySet<string> = new Set(['hour_record.equity']);

const changeOf = ({ name, type }: Column): string => {
  if (name === 'retention') return `'backtest'`;
  if (name === 'run_id') return `'00000000-0000-4000-8000-00000000dead'`;
  if (type === 'bytea') return `CASE WHEN ${name} IS NULL THEN '\\x00' ELSE set_byte(${name}, octet_length(${name}) / 2, get_byte(${name}, octet_length(${name}) / 2) # 1) END`;
  if (type === 'boolean') return `NOT ${name}`;
  if (type === 'text') return `coalesce(${name}, '') || 'x'`;
  return `coalesce(${name}, 0) + 7`;
};

/** The first row of the paper run in a table. */
const firstRow = (table: string): string => `(tableoid, ctid) = (SELECT tableoid, ctid FROM tb.${table} WHERE run_id = '${paper.id}' ORDER BY hour LIMIT 1)`;

const columnsOf = async (table: string): Promise<readonly Column[]> => {
  const { rows } = await owner.query<Readonly<{ name: string; type: string }>>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [`tb.${table}`],
  );
  return rows.map(({ name, type }) => ({ table, name, type }));
};

const hourOf = (key: string): number => Number(/hour=(\d+)/.exec(key)?.[1]);

describe.each(TABLES_OF_RUN)('in tb.%s', table => {
  test('every changed column is named, with its row', async () => {
    const first = (await owner.query<{ hour: number }>(`SELECT hour FROM tb.${table} WHERE ${firstRow(table)}`)).rows[0]!.hour;
    for (const column of await columnsOf(table)) {
      if (UNCOVERED.has(`${table}.${column.name}`)) continue;
      const findings = await afterChange(`UPDATE tb.${table} SET ${column.name} = ${changeOf(column)} WHERE ${firstRow(table)}`);
      const about = findings.filter(finding => finding.table === table && hourOf(finding.key) === first);
      const named = KEYS.has(column.name) ? about.some(({ code }) => code === 'ROW_MISSING') : about.some(finding => finding.column === column.name);
      expect({ column: column.name, named, findings }).toMatchObject({ column: column.name, named: true });
    }
  });

  test('a row that is gone is missed', async () => {
    const findings = await afterChange(`DELETE FROM tb.${table} WHERE ${firstRow(table)}`);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'ROW_MISSING', table }));
  });

  test('a row that nothing calls for is named', async () => {
    const columns = (await columnsOf(table)).map(({ name }) => name);
    const shifted = columns.map(name => (name === 'hour' ? 'hour + 100000' : name === 'hash' ? `sha256('x')` : ['order_id', 'lot_id', 'trade_id'].includes(name) ? `'other'` : name)).join(', ');
    const findings = await afterChange(`INSERT INTO tb.${table} (${columns.join(', ')}) SELECT ${shifted} FROM tb.${table} WHERE ${firstRow(table)}`);
    const [code, hour]: readonly [FindingCode, number] = table === 'hour_record' || table === 'envelope' ? ['ROW_MISSING', START + 4] : ['ROW_UNEXPECTED', START + 100_000];
    expect(findings.some(finding => finding.code === code && finding.table === table && hourOf(finding.key) >= hour)).toBe(true);
  });
});

const NORMAL = /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/;

test.each([
  ['venue_trade.price', `UPDATE tb.venue_trade SET price = 77.5 WHERE ${firstRow('venue_trade')}`, '77.5'],
  ['order_placed.quantity', `UPDATE tb.order_placed SET quantity = 100 WHERE ${firstRow('order_placed')}`, '100'],
  ['posting.amount', `UPDATE tb.posting SET amount = -0.10 WHERE ${firstRow('posting')}`, '-0.1'],
  ['inbox.amount', `UPDATE tb.inbox SET amount = 20 WHERE key = 'k-2'`, '20'],
])('%s is shown without the zeros that end a fraction', async (place, sql, actual) => {
  const [table, column] = place.split('.');
  const found = (await afterChange(sql)).filter(finding => finding.table === table);
  expect(found).toEqual([expect.objectContaining({ code: 'COLUMN_DIFFERS', column, actual, expected: expect.stringMatching(NORMAL) as unknown })]);
});

test('so is a row that is gone, and one that nothing calls for', async () => {
  const gone = (await afterChange(`DELETE FROM tb.posting WHERE ${firstRow('posting')}`)).find(({ table }) => table === 'posting');
  expect(gone).toMatchObject({ code: 'ROW_MISSING', actual: null, expected: expect.not.stringMatching(/\.\d*0( |$)/) as unknown });
  const strange = (await afterChange(`UPDATE tb.posting SET ordinal = 70 WHERE ${firstRow('posting')}`)).find(({ code }) => code === 'ROW_UNEXPECTED');
  expect(strange).toMatchObject({ table: 'posting', expected: null, actual: gone!.expected!.replace(/^(\d+ \d+ \d+) \d+/, '$1 70') });
});

type Named = Readonly<{ code: FindingCode; table: string; column: string | null }>;
type Change = readonly [what: string, sql: string, expected: Named];

const RUN_ROW = `WHERE id = '${paper.id}'`;
const CANDLE = `WHERE series_id = (SELECT id FROM tb.series WHERE symbol = 'BTC/USD') AND open_ms = ${FIRST_MS}`;
const differs = (table: string, column: string): Named => ({ code: 'COLUMN_DIFFERS', table, column });

test.each<Change>([
  ['run.id', `UPDATE tb.run SET id = '00000000-0000-4000-8000-00000000dead' ${RUN_ROW}`, { code: 'ROW_MISSING', table: 'envelope', column: null }],
  ['run.retention', `UPDATE tb.run SET retention = 'backtest' ${RUN_ROW}`, differs('run', 'retention')],
  ['run.mode', `UPDATE tb.run SET mode = 'live' ${RUN_ROW}`, differs('run', 'mode')],
  ['run.account_id', `UPDATE tb.run SET account_id = 'other' ${RUN_ROW}`, differs('run', 'account_id')],
  ['run.manifest', `UPDATE tb.run SET manifest = convert_to(replace(convert_from(manifest, 'UTF8'), '"fast":"12"', '"fast":"13"'), 'UTF8') ${RUN_ROW}`, { code: 'HASH_DIFFERS', table: 'run', column: 'manifest' }],
  ['run.manifest beyond reading', `UPDATE tb.run SET manifest = set_byte(manifest, 0, 0) ${RUN_ROW}`, { code: 'UNREADABLE', table: 'run', column: 'manifest' }],
  ['run.genesis', `UPDATE tb.run SET genesis = sha256('other') ${RUN_ROW}`, { code: 'HASH_DIFFERS', table: 'run', column: 'genesis' }],
  ['run.start_hour', `UPDATE tb.run SET start_hour = start_hour + 1 ${RUN_ROW}`, differs('run', 'start_hour')],
  ['run.keep', `UPDATE tb.run SET keep = 'summary' ${RUN_ROW}`, { code: 'ROW_UNEXPECTED', table: 'fact', column: null }],
  ['run.vintage_ingest_id', `UPDATE tb.run SET vintage_ingest_id = 9 ${RUN_ROW}`, differs('run', 'vintage_ingest_id')],
  ['run.strategy_source', `UPDATE tb.run SET strategy_source = 'export {}' ${RUN_ROW}`, differs('run', 'strategy_source')],
  ['run.created_ms', `UPDATE tb.run SET created_ms = created_ms + 1 ${RUN_ROW}`, differs('run', 'created_ms')],
  ['market_fact.bytes', `UPDATE tb.market_fact SET bytes = set_byte(bytes, 20, 65) WHERE digest = (SELECT market_digest FROM tb.fact WHERE run_id = '${paper.id}' ORDER BY hour LIMIT 1)`, { code: 'HASH_DIFFERS', table: 'market_fact', column: 'bytes' }],
  ['market_fact.digest', `UPDATE tb.market_fact SET digest = sha256('other') WHERE digest = (SELECT market_digest FROM tb.fact WHERE run_id = '${paper.id}' ORDER BY hour LIMIT 1)`, { code: 'ROW_MISSING', table: 'market_fact', column: 'digest' }],
  ['inbox.id', `UPDATE tb.inbox SET id = 99 WHERE key = 'k-1'`, differs('fact', 'inbox_id')],
  ['inbox.run_id', `UPDATE tb.inbox SET run_id = '${summary.id}' WHERE key = 'k-1'`, differs('fact', 'inbox_id')],
  ['inbox.key', `UPDATE tb.inbox SET key = 'k-9' WHERE key = 'k-1'`, differs('fact', 'inbox_id')],
  ['inbox.command', `UPDATE tb.inbox SET command = 'kill' WHERE key = 'k-1'`, differs('inbox', 'command')],
  ['inbox.amount', `UPDATE tb.inbox SET amount = 1 WHERE key = 'k-2'`, differs('inbox', 'amount')],
  ['inbox.actor', `UPDATE tb.inbox SET actor = 'eve' WHERE key = 'k-2'`, differs('inbox', 'actor')],
  ['inbox.reason', `UPDATE tb.inbox SET reason = 'loot' WHERE key = 'k-2'`, differs('inbox', 'reason')],
  ['candle.open_ms', `UPDATE tb.candle SET open_ms = open_ms + ${100 * HOUR} ${CANDLE}`, { code: 'ROW_MISSING', table: 'candle', column: 'digest' }],
  ['candle.open_ms inside the last hour that was consumed', `UPDATE tb.candle SET open_ms = (SELECT max(open_ms) FROM tb.candle) + 1000000 ${CANDLE}`, { code: 'ROW_MISSING', table: 'candle', column: 'digest' }],
  ['the time of a market fact, inside an hour', `UPDATE tb.fact SET bytes = set_byte(bytes, position('"atMs":'::bytea IN bytes) + 12, 55) WHERE run_id = '${paper.id}' AND type = 'market' AND hour = (SELECT max(hour) FROM tb.fact WHERE run_id = '${paper.id}')`, { code: 'ROOT_DIFFERS', table: 'fact', column: 'bytes' }],
  ['the time of a market fact, in another century', `UPDATE tb.fact SET bytes = set_byte(bytes, position('"atMs":'::bytea IN bytes) + 6, 57) WHERE run_id = '${paper.id}' AND type = 'market' AND hour = (SELECT min(hour) FROM tb.fact WHERE run_id = '${paper.id}')`, { code: 'ROOT_DIFFERS', table: 'fact', column: 'bytes' }],
  ['candle.series_id', `UPDATE tb.candle SET series_id = (SELECT id FROM tb.series WHERE symbol = 'ETH/USD'), revision = 2 ${CANDLE}`, { code: 'HASH_DIFFERS', table: 'candle', column: 'digest' }],
  ['candle.revision', `UPDATE tb.candle SET revision = 5 ${CANDLE}`, { code: 'ORDER_BROKEN', table: 'candle', column: 'revision' }],
  ['candle.open', `UPDATE tb.candle SET open = open + 1 ${CANDLE}`, { code: 'HASH_DIFFERS', table: 'candle', column: 'digest' }],
  ['candle.high', `UPDATE tb.candle SET high = high + 1 ${CANDLE}`, { code: 'HASH_DIFFERS', table: 'candle', column: 'digest' }],
  ['candle.low', `UPDATE tb.candle SET low = low - 1 ${CANDLE}`, { code: 'HASH_DIFFERS', table: 'candle', column: 'digest' }],
  ['candle.close', `UPDATE tb.candle SET close = close - 0.01 ${CANDLE}`, { code: 'HASH_DIFFERS', table: 'candle', column: 'digest' }],
  ['candle.volume', `UPDATE tb.candle SET volume = volume + 0.000000000000000001 ${CANDLE}`, { code: 'HASH_DIFFERS', table: 'candle', column: 'digest' }],
  ['candle.digest', `UPDATE tb.candle SET digest = sha256('other') ${CANDLE}`, differs('candle', 'digest')],
  ['candle.ingest_id', `UPDATE tb.candle SET ingest_id = 77 ${CANDLE}`, differs('candle', 'ingest_id')],
  ['candle.received_ms', `UPDATE tb.candle SET received_ms = received_ms + 1 ${CANDLE}`, differs('candle', 'received_ms')],
  ['a candle that is gone', `DELETE FROM tb.candle ${CANDLE}`, { code: 'ROW_MISSING', table: 'candle', column: 'digest' }],
  ['ingest.id', `UPDATE tb.ingest SET id = 77 WHERE id = 1`, differs('candle', 'ingest_id')],
  ['ingest.series_id', `UPDATE tb.ingest SET series_id = 77 WHERE id = 1`, differs('candle', 'ingest_id')],
  ['ingest.received_ms', `UPDATE tb.ingest SET received_ms = received_ms + 1 WHERE id = 1`, differs('candle', 'received_ms')],
  ['ingest.first_open_ms', `UPDATE tb.ingest SET first_open_ms = first_open_ms + 1 WHERE id = 1`, differs('ingest', 'first_open_ms')],
  ['ingest.last_open_ms', `UPDATE tb.ingest SET last_open_ms = last_open_ms - 1 WHERE id = 1`, differs('ingest', 'last_open_ms')],
  ['ingest.added', `UPDATE tb.ingest SET added = added + 1 WHERE id = 1`, { code: 'COUNT_DIFFERS', table: 'ingest', column: 'added' }],
  ['ingest.revisions', `UPDATE tb.ingest SET revisions = revisions + 1 WHERE id = 1`, { code: 'COUNT_DIFFERS', table: 'ingest', column: 'revisions' }],
])('%s is named', async (_, sql, expected) => {
  const findings = await afterChange(sql);
  expect(findings).toContainEqual(expect.objectContaining(expected));
});

test.each<Change>([
  ['run_summary.bytes', `UPDATE tb.run_summary SET bytes = '{"hours": 4}' WHERE run_id = '${summary.id}'`, { code: 'UNREADABLE', table: 'run_summary', column: 'bytes' }],
  ['run_summary.through_hour', `UPDATE tb.run_summary SET through_hour = through_hour + 1 WHERE run_id = '${summary.id}'`, { code: 'ROW_UNEXPECTED', table: 'run_summary', column: 'through_hour' }],
  ['trade.exit_hour', `UPDATE tb.trade SET exit_hour = exit_hour + 99 WHERE run_id = '${summary.id}'`, { code: 'ROW_UNEXPECTED', table: 'trade', column: null }],
  ['mode of a backtest', `UPDATE tb.run SET mode = 'paper' WHERE id = '${summary.id}'`, differs('run', 'mode')],
])('of a summary, %s is named', async (_, sql, expected) => {
  expect(await afterChange(sql, 'summary')).toContainEqual(expect.objectContaining(expected));
});

test('where hash and bytes disagree, the neighbours say which of them was changed', async () => {
  const at = `WHERE run_id = '${paper.id}' AND hour = ${START + 1}`;
  const codes = async (sql: string): Promise<readonly (string | null)[]> => (await afterChange(sql)).filter(({ code }) => code === 'HASH_DIFFERS').map(({ table, key, column }) => `${table} ${key} ${column}`);
  expect(await codes(`UPDATE tb.hour_record SET hash = sha256('other') ${at}`)).toEqual([`hour_record hour=${START + 1} hash`]);
  expect(await codes(`UPDATE tb.hour_record SET record = convert_to(replace(convert_from(record, 'UTF8'), '"steps":1', '"steps":2'), 'UTF8') ${at}`)).toEqual([`hour_record hour=${START + 1} record`]);
  expect(await codes(`UPDATE tb.envelope SET hash = sha256('other') ${at}`)).toEqual([`envelope hour=${START + 1} hash`]);
  expect(await codes(`UPDATE tb.envelope SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"mode":"paper"', '"mode":"live"'), 'UTF8') ${at}`)).toEqual([`envelope hour=${START + 1} bytes`]);
});

test('a decision rewritten with its typed row is still found by its root', async () => {
  await owner.query('BEGIN');
  await owner.query(`UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"limitPrice":"100"', '"limitPrice":"99"'), 'UTF8') WHERE run_id = '${paper.id}' AND type = 'order_placed' AND hour = ${START}`);
  await owner.query(`UPDATE tb.order_placed SET limit_price = 99 WHERE run_id = '${paper.id}' AND hour = ${START}`);
  const findings = await findingsOf('paper');
  await owner.query('ROLLBACK');
  expect(findings).toMatchObject([{ code: 'ROOT_DIFFERS', table: 'decision', key: `hour=${START}`, column: 'bytes' }]);
});

test('a mirror that differs is told with what it says and what it must say', async () => {
  expect(await afterChange(`UPDATE tb.posting SET amount = amount + 0.01 WHERE run_id = '${paper.id}' AND hour = ${START + 1} AND ordinal = 2`)).toEqual([
    { code: 'COLUMN_DIFFERS', table: 'posting', key: `hour=${START + 1} step=0 seq=2 ordinal=2`, column: 'amount', expected: '50.13', actual: '50.14' },
  ]);
});

test('an absurd hour does not make the check walk all hours up to it', async () => {
  const findings = await afterChange(`UPDATE tb.hour_record SET hour = 2000000000 WHERE run_id = '${paper.id}' AND hour = ${START + 3}`);
  expect(findings).toContainEqual(expect.objectContaining({ code: 'ROW_MISSING', table: 'hour_record', key: `hour=${START + 3}..1999999999` }));
});
