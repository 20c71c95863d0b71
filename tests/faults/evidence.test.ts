/**
 * Whoever owns the database does each thing that can be done to a log, past triggers and constraints, on a copy of a signed
 * store. Each has a name of its own in what verify says, and a place: table, key, column, or the hours.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import { hourUtc } from '../../core/kernel/units.ts';
import { readTrust } from '../../engine/evidence-places.ts';
import type { Failure } from '../../engine/failure-of-finding.ts';
import { verifyStore } from '../../engine/verify-store.ts';
import type { LocatedFinding, VerifyReport } from '../../engine/verify-store.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, copyOf, livelyCandles, onCopy, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12';
const CANDLES = livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 96, 131);
const START = slotAt('2024-03-01T00:00:00Z', '1h');
const LAST = slotAt('2024-03-03T12:00:00Z', '1h');

let store: ScratchDatabase;
/** A backup from before the last five hours. */
let backup: ScratchDatabase;
let home: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  store = await scratchStore();
  home = await scratchFolder();
  env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };
  await store.write('aaa.csv', plainFile('1h', CANDLES.slice(0, 80)));
  await store.write('more.csv', plainFile('1h', CANDLES.slice(70)));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json(`backtest ${RUN} --to 2024-03-03T00:00:00Z --run past --keep full`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('execute-hour --run desk --through 2024-03-03T02:00:00Z');
  await store.json('keys init', env);
  await store.json('checkpoint desk', env);
  await store.json('execute-hour --run desk --through 2024-03-03T07:00:00Z');
  backup = await copyOf(store);
  await store.json('import more.csv --symbol AAA/USD');
  await store.json('execute-hour --run desk --through 2024-03-03T12:00:00Z');
  await store.json('checkpoint desk', env);
  await store.json('checkpoint past', env);
  return () => backup.drop();
});

type Asked = Readonly<{ run?: string; full?: boolean }>;

const verifying = (client: StoreClient, { run, full = false }: Asked = {}): Promise<VerifyReport> =>
  verifyStore(client, {
    run: run ?? null, requireAnchor: false, full, onProgress: () => undefined,
    evidence: { folder: join(home, 'tb', 'checkpoints'), files: [], trusted: readTrust({ trust: [], keys: join(home, 'tb', 'keys') }), every: full },
  });

/** What verify says of the store after SQL by its owner, which is undone afterwards. */
const after = (sql: string, asked: Asked = { full: true }): Promise<readonly LocatedFinding[]> =>
  withConnection(store.address, 'owner', async client => {
    await client.query('BEGIN');
    try {
      await disarm(client);
      await client.query(sql);
      // The guards that were taken off to do it are another failure, told of below.
      return (await verifying(client, asked)).findings.filter(({ code, key }) => code !== 'SCHEMA_DIFFERS' || key.startsWith('version='));
    } finally {
      await client.query('ROLLBACK');
    }
  });

const OF_DESK = `run_id = (SELECT id FROM tb.run WHERE name = 'desk')`;
/** Runs a statement for every table that has rows of runs, `%s` being its name. */
const everywhere = (statement: string): string => `
  DO $$ DECLARE part text; BEGIN
    FOR part IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'hour' JOIN pg_attribute r ON r.attrelid = c.oid AND r.attname = 'run_id'
      WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition LOOP
      EXECUTE format('${statement.replaceAll("'", "''")}', part);
    END LOOP;
  END $$`;
const cutAfter = (hour: number): string => `${everywhere(`DELETE FROM tb.%I WHERE ${OF_DESK} AND hour > ${hour}`)}; DELETE FROM tb_cache.snapshot WHERE hour > ${hour}`;

const failures = (findings: readonly LocatedFinding[]): readonly Failure[] => [...new Set(findings.map(({ failure }) => failure))].sort();

/** The first hour of desk with at least so many decisions, and their number. */
const busyHour = (decisions: number): Promise<number> =>
  withConnection(store.address, 'owner', async client => (await client.query<{ hour: number }>(`SELECT hour FROM tb.hour_step WHERE ${OF_DESK} AND decisions >= $1 ORDER BY hour LIMIT 1`, [decisions])).rows[0]!.hour);

test('nothing is said of the store as it is', async () => {
  await withConnection(store.address, 'owner', async client => {
    expect(await verifying(client, { full: true })).toMatchObject({ status: 'CHAIN OK, ANCHORED', verified: true, anchored: true, findings: [], dropped: [] });
  });
});

describe('rows', () => {
  test('edited: its table, key and column', async () => {
    const hour = await busyHour(3);
    const findings = await after(`UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"type":"', '"type":"x'), 'UTF8') WHERE ${OF_DESK} AND hour = ${hour} AND seq = 0`);
    expect(findings).toContainEqual(expect.objectContaining({ failure: 'edited row', code: 'ROOT_DIFFERS', table: 'decision', key: `hour=${hour} step=0 seq=0`, column: 'bytes', run: 'desk' }));
    expect(failures(findings)).toEqual(['edited row']);
    expect(await after(`UPDATE tb.order_placed SET limit_price = 1 WHERE ${OF_DESK} AND hour = (SELECT min(hour) FROM tb.order_placed WHERE ${OF_DESK})`)).toEqual([expect.objectContaining({ failure: 'edited row', code: 'COLUMN_DIFFERS', table: 'order_placed', column: 'limit_price', expected: null, actual: '1' })]);
  });

  test('deleted: which', async () => {
    const hour = await busyHour(3);
    const findings = await after(`DELETE FROM tb.decision WHERE ${OF_DESK} AND hour = ${hour} AND seq = 1`);
    expect(findings).toContainEqual(expect.objectContaining({ failure: 'deleted row', code: 'ROW_MISSING', table: 'decision', key: `hour=${hour} step=0 seq=1` }));
    const records = await after(`DELETE FROM tb.hour_record WHERE ${OF_DESK} AND hour = ${hour}`);
    expect(records).toContainEqual(expect.objectContaining({ failure: 'deleted row', table: 'hour_record', key: `hour=${hour}` }));
  });

  test('inserted: which, also where the counts were made to fit', async () => {
    const hour = await busyHour(3);
    const findings = await after(`
      INSERT INTO tb.fact SELECT retention, run_id, hour, step, 1 + (SELECT max(seq) FROM tb.fact f WHERE f.run_id = fact.run_id AND f.hour = ${hour}), 'operator', at_ms,
        convert_to('{"actor":"eve","atMs":' || at_ms || ',"command":"halt","key":"k","reason":"r","type":"operator"}', 'UTF8'), NULL, NULL FROM tb.fact WHERE ${OF_DESK} AND hour = ${hour} AND seq = 0;
      UPDATE tb.hour_step SET facts = facts + 1 WHERE ${OF_DESK} AND hour = ${hour}`);
    expect(findings).toContainEqual(expect.objectContaining({ failure: 'inserted row', code: 'ROW_UNEXPECTED', table: 'fact', key: expect.stringMatching(new RegExp(`^hour=${hour} step=0 seq=\\d+$`)) as unknown }));
  });

  test('swapped, with every column that follows: which two', async () => {
    const hour = await busyHour(3);
    const move = (from: number, to: number): string => everywhere(`UPDATE tb.%I SET seq = ${to} WHERE ${OF_DESK} AND hour = ${hour} AND seq = ${from}`).replace("r.attname = 'run_id'", "r.attname = 'run_id' JOIN pg_attribute s ON s.attrelid = c.oid AND s.attname = 'seq'");
    const onlyDecisions = (sql: string): string => sql.replace('AND NOT c.relispartition', `AND NOT c.relispartition AND c.relname NOT IN ('fact', 'venue_trade')`);
    const findings = await after([move(0, 1000), move(2, 0), move(1000, 2)].map(onlyDecisions).join(';'));
    expect(findings).toContainEqual(expect.objectContaining({ failure: 'swapped rows', code: 'ROWS_SWAPPED', table: 'decision', key: `hour=${hour} step=0 seq=0`, expected: expect.stringContaining(`hour=${hour} step=0 seq=2`) as unknown }));
    expect(findings.filter(({ code }) => code === 'ROOT_DIFFERS')).toEqual([]);
  });
});

describe('the log as a whole', () => {
  const signed = { table: 'envelope', column: null, run: 'desk', expected: '62 envelopes, signed by operator' };

  test('its tail cut off, with traces of it left', async () => {
    const findings = await after(`DELETE FROM tb.hour_record WHERE ${OF_DESK} AND hour > ${LAST - 3}; DELETE FROM tb.envelope WHERE ${OF_DESK} AND hour > ${LAST - 3}`);
    expect(findings).toContainEqual(expect.objectContaining({ ...signed, failure: 'truncated tail', code: 'TAIL_TRUNCATED', key: `hour=${LAST - 2}..${LAST}`, actual: expect.stringMatching(/^59, and later rows in hour_step, fact, decision/) as unknown }));
  });

  test('its tail cut off without a trace, while the store went on', async () => {
    const findings = await after(`${cutAfter(LAST - 6)}`, { run: 'desk' });
    expect(findings).toEqual([expect.objectContaining({ ...signed, failure: 'truncated tail', code: 'TAIL_TRUNCATED', key: `hour=${LAST - 5}..${LAST}`, actual: '56, while the store went on after the last of them' })]);
  });

  test('a backup put back: rolled back, on the day it is put back', async () => {
    await withConnection(backup.address, 'owner', async client => {
      const { findings } = await verifying(client, { run: 'desk', full: true });
      expect(findings).toEqual([expect.objectContaining({ ...signed, failure: 'rolled-back store', code: 'STORE_ROLLED_BACK', key: `hour=${LAST - 4}..${LAST}`, actual: '57, and nothing in the store is later than the last of them' })]);
    });
  });

  test('a backup put back and gone on with: history forked, since the hour that the older checkpoint still covers', () =>
    onCopy(backup, async copy => {
      await copy.json('import more.csv --symbol AAA/USD');
      await copy.json('execute-hour --run desk --through 2024-03-03T13:00:00Z');
      await withConnection(copy.address, 'owner', async client => {
        const { findings, runs } = await verifying(client, { run: 'desk' });
        expect(findings).toEqual([expect.objectContaining({ failure: 'forked history', code: 'HISTORY_FORKED', table: 'envelope', column: 'hash', key: `hour=${slotAt('2024-03-03T03:00:00Z', '1h')}..${LAST}`, expected: expect.stringContaining('signed by operator over 62 envelopes') as unknown })]);
        expect(runs).toMatchObject([{ anchor: { size: 52, through: '2024-03-03T02:00:00Z' }, eventsFrom: '2024-03-03T03:00:00Z' }]);
      });
    }));

  test('signed under another name of the store: the name that it had, and nothing is executed beyond it', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const findings = await after(`UPDATE tb.store SET id = '${id}'`, { run: 'desk' });
    expect(findings).toEqual([expect.objectContaining({ failure: 'renamed store', code: 'STORE_RENAMED', table: 'store', key: 'run=desk', column: 'id', run: 'desk', actual: id, expected: expect.stringMatching(/^[0-9a-f-]{36}, under which operator signed 62 envelopes of the run \(.*0000000062\.checkpoint\)$/) as unknown })]);
    await onCopy(backup, async copy => {
      await asOwner(copy, async client => {
        await disarm(client);
        await client.query(`UPDATE tb.store SET id = '${id}'`);
      });
      expect(await copy.tb('verify --run desk --json', env)).toMatchObject({ exit: 5, out: expect.stringContaining('STORE_RENAMED') as unknown });
      await copy.json('import more.csv --symbol AAA/USD');
      expect(await copy.failure('execute-hour --run desk', env)).toMatchObject({ exit: 5, message: expect.stringContaining('The store is older than its checkpoint') as unknown });
    });
  });

  test('all of it gone, with its run', async () => {
    const gone = `${everywhere(`DELETE FROM tb.%I WHERE ${OF_DESK}`)}; DELETE FROM tb_cache.snapshot WHERE ${OF_DESK}`;
    const emptied = await after(gone, { run: 'desk' });
    expect(emptied).toContainEqual(expect.objectContaining({ failure: 'log gone', code: 'LOG_GONE', table: 'envelope', key: `hour=${START - 1}..${LAST}`, actual: 'none' }));
    const withRun = `${gone}; DELETE FROM tb_cache.balance WHERE ${OF_DESK}; DELETE FROM tb.run WHERE name = 'desk'`;
    const lost = expect.objectContaining({ failure: 'log gone', code: 'LOG_GONE', table: 'run', run: 'desk', actual: 'no such run', expected: '62 envelopes, signed by operator' }) as unknown;
    expect(await after(withRun)).toEqual([lost]);
    expect(await after(withRun, { run: 'desk' })).toEqual([lost]);
    expect(await after(withRun, { run: 'past' })).toEqual([]);
  });

  test('a paper run is not dropped by a tombstone that somebody wrote', async () => {
    const sql = `INSERT INTO tb.run_tombstone SELECT id, name, genesis, genesis, 61, 1, 'over' FROM tb.run WHERE name = 'desk'; ${everywhere(`DELETE FROM tb.%I WHERE ${OF_DESK}`)}; DELETE FROM tb.run WHERE name = 'desk'`;
    expect(await after(sql)).toContainEqual(expect.objectContaining({ code: 'LOG_GONE', run: 'desk' }));
  });

  test('a backtest that was dropped is named, and is no failure', () =>
    onCopy(store, async copy => {
      await copy.json('runs --drop past --reason over');
      const said = await copy.tb('verify', env);
      expect(said).toMatchObject({ exit: 0, out: expect.stringContaining('past was signed and then dropped') as unknown });
      expect(await copy.json('verify', env)).toMatchObject({ dropped: ['past'], status: 'CHAIN OK, ANCHORED' });
    }));
});

describe('who the run says it is', () => {
  test.each([
    ['mode', `UPDATE tb.run SET mode = 'live' WHERE name = 'desk'`, 'paper', 'live'],
    ['account_id', `UPDATE tb.run SET account_id = 'other' WHERE name = 'desk'`, 'paper', 'other'],
    ['name', `UPDATE tb.run SET name = 'better' WHERE name = 'desk'`, 'desk', 'better'],
  ])('another %s: relabelled', async (column, sql, expected, actual) => {
    const findings = await after(sql);
    expect(findings).toContainEqual(expect.objectContaining({ failure: 'relabelled run', code: 'COLUMN_DIFFERS', table: 'run', column, expected, actual }));
  });
});

describe('snapshots', () => {
  const latest = `${OF_DESK} AND hour = ${LAST}`;

  test('forged: a state that no hour was sealed with', async () => {
    expect(await after(`UPDATE tb_cache.snapshot SET bytes = set_byte(bytes, 8, get_byte(bytes, 8) # 1) WHERE ${latest}`)).toEqual([
      expect.objectContaining({ failure: 'forged snapshot', code: 'SNAPSHOT_FORGED', table: 'snapshot', key: `hour=${LAST}`, column: 'bytes' }),
    ]);
    expect(await after(`UPDATE tb_cache.snapshot SET bytes = '\\x00' WHERE ${latest}`)).toEqual([expect.objectContaining({ code: 'SNAPSHOT_FORGED', actual: 'bytes that hold no state' })]);
    expect(await after(`UPDATE tb_cache.snapshot SET digest = sha256('x') WHERE ${latest}`)).toEqual([expect.objectContaining({ code: 'SNAPSHOT_FORGED', column: 'digest' })]);
  });

  test('stale: the state of another hour, whose it is', async () => {
    const before = formatHour(hourUtc(LAST - 1));
    const sql = `UPDATE tb_cache.snapshot SET (digest, bytes) = (SELECT digest, bytes FROM tb_cache.snapshot s WHERE s.run_id = snapshot.run_id AND s.hour = ${LAST - 1}) WHERE ${latest}`;
    expect(await after(sql)).toEqual([expect.objectContaining({ failure: 'stale snapshot', code: 'SNAPSHOT_STALE', table: 'snapshot', key: `hour=${LAST}`, column: 'digest', actual: expect.stringContaining(`the state after ${before}`) as unknown })]);
    const bytes = `UPDATE tb_cache.snapshot SET bytes = (SELECT bytes FROM tb_cache.snapshot s WHERE s.run_id = snapshot.run_id AND s.hour = ${LAST - 1}) WHERE ${latest}`;
    expect(await after(bytes)).toEqual([expect.objectContaining({ code: 'SNAPSHOT_STALE', column: 'bytes' })]);
  });
});

describe('the schema', () => {
  test.each([
    ['another text of a migration', `UPDATE tb.schema_version SET sha256 = sha256('x') WHERE version = 1`, { key: 'version=1', column: 'sha256' }],
    ['another name', `UPDATE tb.schema_version SET name = 'x' WHERE version = 1`, { key: 'version=1', column: 'name', actual: 'x' }],
    ['a migration that nobody knows', `INSERT INTO tb.schema_version VALUES (99, 'backdoor', sha256('x'), 1)`, { key: 'version=99', column: null, actual: 'the migration backdoor' }],
  ])('%s: wrong schema, always', async (_, sql, expected) => {
    expect(await after(sql, {})).toEqual([expect.objectContaining({ failure: 'wrong schema', code: 'SCHEMA_DIFFERS', table: 'schema_version', ...expected })]);
  });

  test.each([
    ['ALTER TABLE tb.fact_kept DISABLE TRIGGER USER', { table: 'fact_kept', key: 'trigger refuse_delete', expected: expect.stringMatching(/^ALWAYS /) as unknown, actual: expect.stringMatching(/^DISABLED /) as unknown }],
    ['ALTER TABLE tb.envelope ENABLE TRIGGER USER', { table: 'envelope', key: 'trigger refuse_delete', actual: expect.stringMatching(/^ORIGIN /) as unknown }],
    ['DROP TRIGGER refuse_update ON tb.hour_record', { table: 'hour_record', key: 'trigger refuse_update', actual: null }],
    ['ALTER TABLE tb.run DROP CONSTRAINT run_name_key', { table: 'run', key: 'constraint', expected: 'UNIQUE (name)', actual: null }],
    [`CREATE RULE hush AS ON INSERT TO tb.inbox DO INSTEAD NOTHING`, { table: 'inbox', key: 'rule hush', expected: null }],
  ])('%s: guards that are off, with --full', (sql, finding) =>
    onCopy(store, copy =>
      asOwner(copy, async client => {
        await client.query(sql);
        const { findings, status } = await verifying(client, { full: true });
        expect(status).toBe('CHAIN BROKEN');
        expect(failures(findings)).toEqual(['wrong schema']);
        expect(findings[0]).toMatchObject({ code: 'SCHEMA_DIFFERS', column: null, ...finding });
        expect((await verifying(client)).findings).toEqual([]);
      }),
    ));
});

test('the schema: what is said of it ends with how to mend it', () =>
  onCopy(store, async copy => {
    await asOwner(copy, client => client.query(`CREATE OR REPLACE FUNCTION tb.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`));
    const said = await copy.tb('verify --full', env);
    expect(said).toMatchObject({ exit: 5, out: expect.stringMatching(/SCHEMA_DIFFERS table schema, key function tb\.refuse_change\(\) definition\n {2}expected {2}line \d: [^\n]+\n {2}actual {4}line \d: [^\n]+\n {2}failure {3}wrong schema\nThe schema is not the one that this tb makes\. .* tb backup .* tb restore/) as unknown });
  }));

describe('caches, with --full', () => {
  const forged = async (column: 'close' | 'digest'): Promise<string> => {
    const { rows } = await asOwner(store, client => client.query<{ payload: Buffer; count: number }>('SELECT payload, rows AS count FROM tb_cache.candle_chunk ORDER BY chunk LIMIT 1'));
    const { payload, count } = rows[0]!;
    const columns = Math.ceil((8 + payload.readUInt32LE(4)) / 8) * 8;
    const at = column === 'close' ? columns + 8 * 3 * count + 8 * 5 : payload.length - 1;
    payload.writeUInt8(payload.readUInt8(at) ^ 1, at);
    return `UPDATE tb_cache.candle_chunk SET payload = '\\x${payload.toString('hex')}', sha256 = sha256('\\x${payload.toString('hex')}') WHERE chunk = (SELECT min(chunk) FROM tb_cache.candle_chunk)`;
  };
  const ofChunk = { code: 'CACHE_DIFFERS', failure: 'forged cache', table: 'candle_chunk', run: null, key: expect.stringMatching(/^series=AAA\/USD 1h chunk=\d+$/) as unknown };

  test.each(['close', 'digest'] as const)('a chunk forged together with its own digest, in a %s: the candle', async column => {
    const sql = await forged(column);
    expect(await after(sql, {})).toEqual([]);
    const [finding, ...more] = await after(sql);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ ...ofChunk, column: 'payload' });
    const [expected, actual] = [finding!.expected!.split(' '), finding!.actual!.split(' ')];
    expect(expected.flatMap((word, index) => (word === actual[index] ? [] : [expected[index - 1]]))).toEqual([column]);
  });

  test.each([
    ['a digest that is not of the payload', `UPDATE tb_cache.candle_chunk SET sha256 = sha256('x')`, { column: 'sha256' }],
    ['a number of rows', `UPDATE tb_cache.candle_chunk SET rows = rows + 1`, { column: 'rows' }],
    ['bytes of nothing', `UPDATE tb_cache.candle_chunk SET payload = '\\x00', sha256 = sha256('\\x00')`, { column: 'payload', actual: 'bytes that are no such chunk' }],
    ['one of an import to come', `UPDATE tb_cache.candle_chunk SET ingest_through = 99`, { column: 'ingest_through', actual: '99' }],
  ])('%s', async (_, sql, finding) => {
    const one = sql.replace(/$/, ' WHERE chunk = (SELECT min(chunk) FROM tb_cache.candle_chunk)');
    expect(await after(one)).toEqual([expect.objectContaining({ ...ofChunk, ...finding })]);
  });

  test('a chunk of no series', async () => {
    expect(await after(`UPDATE tb_cache.candle_chunk SET series_id = 77`)).toContainEqual(expect.objectContaining({ code: 'ROW_UNEXPECTED', table: 'candle_chunk', key: expect.stringMatching(/^series_id=77 chunk=/) as unknown }));
  });

  test('balances: cash, what agents hold, and one of nothing', async () => {
    const ofDesk = { code: 'CACHE_DIFFERS', failure: 'forged cache', table: 'balance', run: 'desk' };
    const cash = await after(`UPDATE tb_cache.balance SET amount = amount + 1000 WHERE agent = '' AND ${OF_DESK}`);
    expect(cash).toEqual([expect.objectContaining({ ...ofDesk, column: 'amount', key: expect.stringMatching(/^run_id=[0-9a-f-]+ cash$/) as unknown })]);
    expect(Number(cash[0]!.actual) - Number(cash[0]!.expected)).toBeCloseTo(1000);
    expect(await after(`UPDATE tb_cache.balance SET cost = 7 WHERE agent <> ''`)).toContainEqual(expect.objectContaining({ ...ofDesk, column: 'cost', actual: '7', key: expect.stringMatching(/ agent=.+ symbol=AAA\/USD$/) as unknown }));
    expect(await after(`DELETE FROM tb_cache.balance WHERE agent = '' AND ${OF_DESK}`, { full: true, run: 'desk' })).toEqual([expect.objectContaining({ ...ofDesk, column: null, actual: null })]);
    expect(await after(`INSERT INTO tb_cache.balance SELECT id, 'ghost', 'AAA/USD', 3, 0 FROM tb.run WHERE name = 'desk'`)).toEqual([expect.objectContaining({ ...ofDesk, expected: null, actual: '3', key: expect.stringContaining(' agent=ghost ') as unknown })]);
  });
});

describe('what a checkpoint covers', () => {
  test('is taken from it as long as nobody asks for more: an event that was edited under it is found with --full', async () => {
    const hour = await busyHour(3);
    const sql = `UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"type":"', '"type":"x'), 'UTF8') WHERE ${OF_DESK} AND hour = ${hour} AND seq = 0`;
    expect(await after(sql, { run: 'desk' })).toEqual([]);
    expect(failures(await after(sql, { run: 'desk', full: true }))).toEqual(['edited row']);
  });

  test('but hours and envelopes are looked at always', async () => {
    const record = `UPDATE tb.hour_record SET record = convert_to(replace(convert_from(record, 'UTF8'), '"steps":1', '"steps":2'), 'UTF8') WHERE ${OF_DESK} AND hour = ${START + 5}`;
    expect(await after(record, { run: 'desk' })).toContainEqual(expect.objectContaining({ failure: 'edited row', table: 'hour_record', key: `hour=${START + 5}`, column: 'record' }));
    const envelope = `UPDATE tb.envelope SET hash = sha256('x') WHERE ${OF_DESK} AND hour = ${START + 5}`;
    const findings = await after(envelope, { run: 'desk' });
    expect(findings).toContainEqual(expect.objectContaining({ failure: 'edited row', table: 'envelope', key: `hour=${START + 5}`, column: 'hash' }));
    expect(failures(findings)).toEqual(['edited row', 'forked history']);
  });
});

test('a damaged store is not signed', () =>
  onCopy(store, async copy => {
    await asOwner(copy, async client => {
      await disarm(client);
      await client.query(`UPDATE tb.decision SET type = 'x' WHERE ${OF_DESK}`);
    });
    const said = await copy.tb('checkpoint desk --full --json', env);
    expect(said.exit).toBe(5);
    expect(JSON.parse(said.out)).toMatchObject({ status: 'NOT SIGNED', checkpoint: null, file: null, findings: expect.arrayContaining([expect.objectContaining({ table: 'decision', column: 'type' })]) as unknown });
    expect(await copy.tb('checkpoint desk --full --quiet', env)).toMatchObject({ exit: 5, out: '', err: 'warning Run desk does not verify, so nothing was signed.\n' });
  }));

test('a log that does not extend what was signed is not signed, and cannot be proved from', () =>
  onCopy(backup, async copy => {
    await copy.json('import more.csv --symbol AAA/USD');
    await copy.json('execute-hour --run desk --through 2024-03-03T13:00:00Z');
    expect((await copy.tb('checkpoint desk', env)).exit).toBe(5);
    expect(await copy.failure('prove --run desk fact:2024-03-02T00:00:00Z.0.0', env)).toMatchObject({ exit: 5, message: 'The log of run desk is not the one that was signed.' });
  }));

test('a signature that is false, in a file that somebody changed: its file', async () => {
  const [path] = [join(home, 'tb', 'checkpoints')];
  const { rows } = await asOwner(store, client => client.query<{ store: string; run: string }>(`SELECT store.id AS store, run.id AS run FROM tb.store, tb.run WHERE name = 'desk'`));
  const file = join(path, rows[0]!.store, rows[0]!.run, '0000000062.checkpoint');
  const original = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, original.replace('\n62\n', '\n61\n'));
    expect(await after('SELECT 1', { run: 'desk' })).toEqual([expect.objectContaining({ failure: 'bad signature', code: 'SIGNATURE_INVALID', table: 'checkpoint', key: file, column: 'signature' })]);
  } finally {
    writeFileSync(file, original);
  }
});

test('the cache of the tree is only a cache: damaged or gone, the same proof is made', async () => {
  const line = 'prove --run desk fact:2024-03-02T00:00:00Z.0.0';
  const proof = (await store.tb(line, env)).out;
  const { rows } = await asOwner(store, client => client.query<{ store: string; run: string }>(`SELECT store.id AS store, run.id AS run FROM tb.store, tb.run WHERE name = 'desk'`));
  const cache = join(home, 'tb', 'checkpoints', rows[0]!.store, rows[0]!.run, 'tree');
  writeFileSync(cache, Buffer.alloc(64, 7));
  expect((await store.tb(line, env)).out).toBe(proof);
  rmSync(cache);
  expect((await store.tb(line, env)).out).toBe(proof);
});
