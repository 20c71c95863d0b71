import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyIn, copyOut } from '../../adapters/store/copy.ts';
import { readCatalog } from '../../schema/catalog.ts';
import { populate } from '../../tools/validate-schema/populate.ts';
import { findings, readPrelude, readValidations, undone } from '../../tools/validate-schema/validations.ts';
import { emptyStore, refusalOf } from './stores.ts';
import type { Store } from './stores.ts';

let source: Store;
let target: Store;

beforeAll(async () => {
  source = await emptyStore();
  await populate(source.database);
  target = await emptyStore();
});
afterAll(() => Promise.all([source.close(), target.close()]));

/** Rows that constraints look up come before the rows that need them. Tombstones need a run that is there no more. */
const ORDER = [
  'instrument', 'instrument_rule', 'account', 'series', 'listing', 'universe', 'universe_member', 'ingest', 'candle', 'market_fact', 'book_top', 'run', 'inbox', 'hour_step', 'hour_record', 'envelope', 'fact', 'venue_trade', 'account_trade',
  'account_transfer', 'account_reward', 'account_charge', 'asset_renaming', 'decision',
  'risk_change', 'signal', 'cancel_requested', 'order_closed', 'lot', 'lot_match', 'lot_release', 'ledger_entry', 'posting', 'balance_overdrawn', 'order_placed', 'order_refused',
  'operator_refused', 'trade', 'run_summary',
  'outbox', 'outbox_event',
].map(name => `tb.${name}`);
const MADE_BY_THE_OWNER = ['tb.schema_version', 'tb.store', 'tb.run_tombstone'];
/** Filled while candles are. */
const BY_TRIGGER = ['tb.delivery'];
/** Filled while postings and lots are, and by nobody else. */
const KEPT_BY_TRIGGER = ['tb_cache.balance'];
const CACHE = ['tb_cache.snapshot', 'tb_cache.candle_chunk'];

describe('COPY by the application', () => {
  it('fills every table, the checks of whole statements looking on, and every invariant holds', async () => {
    const tables = Object.entries((await readCatalog(source.owner)).tables).filter(([, { kind }]) => kind !== 'partition');
    expect(tables.map(([name]) => name).sort()).toEqual([...ORDER, ...BY_TRIGGER, ...KEPT_BY_TRIGGER, ...MADE_BY_THE_OWNER, ...CACHE].sort());
    await target.app.query('BEGIN');
    for (const table of [...ORDER, ...CACHE]) {
      const rows = (await source.app.query(`SELECT FROM ${table}`)).rowCount;
      expect([table, rows]).not.toEqual([table, 0]);
      expect([table, await copyIn(target.app, `COPY ${table} FROM STDIN`, copyOut(source.app, `COPY (SELECT * FROM ${table} ORDER BY 1, 2) TO STDOUT`))]).toEqual([table, rows]);
    }
    await target.app.query('COMMIT');
    expect((await target.app.query('SELECT * FROM tb.delivery ORDER BY 1')).rows).toEqual((await source.app.query('SELECT * FROM tb.delivery ORDER BY 1')).rows);
    const found = await undone(target.owner, async () => {
      await target.owner.query(readPrelude());
      return findings(target.owner, readValidations());
    });
    expect(found.filter(({ violations }) => violations > 0)).toEqual([]);
  });

  it.each([...BY_TRIGGER, ...MADE_BY_THE_OWNER])('may fill %s as well', async table => {
    expect(await copyIn(target.app, `COPY ${table} FROM STDIN`, [])).toBe(0);
  });

  it.each(KEPT_BY_TRIGGER)('cannot write %s, which comes out equal all the same', async table => {
    expect(await refusalOf(copyIn(target.app, `COPY ${table} FROM STDIN`, []))).toBe('42501');
    expect(await refusalOf(target.app.query(`UPDATE ${table} SET amount = 1`))).toBe('42501');
    const rows = async (client: typeof source.app) => (await client.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)).rows;
    expect(await rows(target.app)).toEqual(await rows(source.app));
  });

  it('does not enter a partition', async () => {
    expect(await refusalOf(copyIn(target.app, 'COPY tb.posting_kept FROM STDIN', []))).toBe('42501');
  });
});

describe('a chain of many hours under COPY', () => {
  const RUN = '20000000-0000-4000-8000-000000000001';
  const HOURS = 5_000;

  /** Every hour names the one before; all arrive in one statement. */
  const CHAIN = `
    WITH RECURSIVE chain (hour, previous, hash) AS (
      SELECT 0, sha256('chain'), sha256('\\x00'::bytea || 'hour 0'::bytea)
      UNION ALL SELECT hour + 1, hash, sha256('\\x00'::bytea || convert_to('hour ' || hour + 1, 'UTF8')) FROM chain WHERE hour < ${HOURS - 1}
    )
    SELECT 'kept', '${RUN}', hour, CASE WHEN hour > 0 THEN hour - 1 END, previous, hash, convert_to('hour ' || hour, 'UTF8'), NULL FROM chain`;

  const copyChain = (select: string): Promise<number> => copyIn(target.app, 'COPY tb.hour_record FROM STDIN', copyOut(source.app, `COPY (${select}) TO STDOUT`));

  beforeAll(async () => {
    await target.app.query(`INSERT INTO tb.account VALUES ('chain', 'SPOT_CASH', 0)`);
    await target.app.query(`INSERT INTO tb.run VALUES ('${RUN}', 'kept', 'chain', 'paper', 'chain', 'chain', sha256('chain'), 0, 'full', 0, NULL, 0)`);
  });

  it('is refused when a link in the middle is broken', async () => {
    const broken = `SELECT * FROM (${CHAIN}) AS h (retention, run_id, hour, prev_hour, prev_hash, hash, record, equity) WHERE hour <> 2500`;
    expect(await refusalOf(copyChain(broken))).toBe('23503 hour_record_kept_retention_run_id_prev_hour_prev_hash_fkey');
    expect((await target.app.query('SELECT FROM tb.hour_record WHERE run_id = $1', [RUN])).rowCount).toBe(0);
  });

  it('is taken in any order of rows when it is whole', async () => {
    expect(await copyChain(`${CHAIN} ORDER BY hour DESC`)).toBe(HOURS);
  });

  it('lets one of two executors append the next hour', async () => {
    const next = (text: string): string => `
      INSERT INTO tb.hour_record SELECT retention, run_id, hour + 1, hour, hash, sha256('\\x00'::bytea || '${text}'::bytea), '${text}', NULL
      FROM tb.hour_record WHERE run_id = '${RUN}' ORDER BY hour DESC LIMIT 1`;
    expect(await refusalOf(target.app.query(next('mine')))).toBe('accepted');
    const late = next('theirs').replace('ORDER BY hour DESC', `AND hour = ${HOURS - 1} ORDER BY hour DESC`);
    expect(await refusalOf(target.owner.query(late))).toBe('23505 hour_record_kept_pkey');
  });
});
