import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalog } from '../../schema/catalog.ts';
import type { Catalog } from '../../schema/catalog.ts';
import { populate } from '../../tools/validate-schema/populate.ts';
import { emptyStore, refusalOf } from './stores.ts';
import type { Store } from './stores.ts';

const NOT_ALLOWED = '42501';
const APPEND_ONLY = '23001';

let store: Store;
let catalog: Catalog;

beforeAll(async () => {
  store = await emptyStore();
  await populate(store.database);
  catalog = await readCatalog(store.owner);
});
afterAll(() => store.close());

const authority = (): readonly string[] => Object.keys(catalog.tables).filter(name => name.startsWith('tb.'));
const filled = async (): Promise<readonly string[]> => {
  const names: string[] = [];
  for (const name of authority()) if ((await store.owner.query(`SELECT FROM ${name} LIMIT 1`)).rowCount === 1) names.push(name);
  return names;
};
const anyColumn = (table: string): string => Object.keys(catalog.tables[table]!.columns)[0]!;

/** `table statement: answer` for whatever was answered otherwise. */
const answeredOtherwise = async (answer: string, statements: readonly string[], client: Store['owner']): Promise<readonly string[]> => {
  const others: string[] = [];
  for (const statement of statements) {
    const refusal = await refusalOf(client.query(statement));
    if (refusal !== answer) others.push(`${statement}: ${refusal}`);
  }
  return others;
};

describe('the authority only grows', () => {
  it('has a row in every table to be tried on', async () => {
    const names = await filled();
    const tables = authority().filter(name => catalog.tables[name]!.kind !== 'partition');
    expect(tables.filter(name => !names.includes(name))).toEqual([]);
  });

  it('for its owner: no row of any table or partition can be changed', async () => {
    const statements = (await filled()).map(name => `UPDATE ${name} SET ${anyColumn(name)} = ${anyColumn(name)}`);
    expect(await answeredOtherwise(APPEND_ONLY, statements, store.owner)).toEqual([]);
  });

  it('for its owner: no row can be deleted', async () => {
    expect(await answeredOtherwise(APPEND_ONLY, (await filled()).map(name => `DELETE FROM ${name}`), store.owner)).toEqual([]);
  });

  it('for its owner: no table or partition can be emptied', async () => {
    expect(await answeredOtherwise(APPEND_ONLY, authority().map(name => `TRUNCATE ${name} CASCADE`), store.owner)).toEqual([]);
  });

  it('for its owner: an upsert is a change as well', async () => {
    const upsert = `INSERT INTO tb.instrument SELECT * FROM tb.instrument LIMIT 1 ON CONFLICT (symbol) DO UPDATE SET base = excluded.base`;
    expect(await refusalOf(store.owner.query(upsert))).toBe(APPEND_ONLY);
    const merge = `MERGE INTO tb.instrument i USING (SELECT 'AUR/USD' AS symbol) s ON i.symbol = s.symbol WHEN MATCHED THEN DELETE`;
    expect(await refusalOf(store.owner.query(merge))).toBe(APPEND_ONLY);
  });

  it('for a session that skips ordinary triggers', async () => {
    // Only a superuser may ask for that; where the owner is none, it is refused at once.
    const asReplica = `SET LOCAL session_replication_role = replica; DELETE FROM tb.fact`;
    expect([APPEND_ONLY, NOT_ALLOWED]).toContain(await refusalOf(store.owner.query(asReplica)));
  });

  it.each(['UPDATE', 'DELETE', 'TRUNCATE', 'ALTER', 'DROP', 'DISABLE'] as const)('for the application: %s is not its right', async verb => {
    const statementOf = {
      UPDATE: (name: string) => `UPDATE ${name} SET ${anyColumn(name)} = ${anyColumn(name)}`,
      DELETE: (name: string) => `DELETE FROM ${name}`,
      TRUNCATE: (name: string) => `TRUNCATE ${name}`,
      ALTER: (name: string) => `ALTER TABLE ${name} ADD COLUMN more int`,
      DROP: (name: string) => `DROP TABLE ${name} CASCADE`,
      DISABLE: (name: string) => `ALTER TABLE ${name} DISABLE TRIGGER ALL`,
    }[verb];
    expect(await answeredOtherwise(NOT_ALLOWED, authority().map(statementOf), store.app)).toEqual([]);
  });

  it('for the application: rows enter through tables only', async () => {
    const partitions = authority().filter(name => catalog.tables[name]!.kind === 'partition');
    expect(await answeredOtherwise(NOT_ALLOWED, partitions.map(name => `INSERT INTO ${name} SELECT * FROM ${name} LIMIT 0`), store.app)).toEqual([]);
    const tables = authority().filter(name => catalog.tables[name]!.kind !== 'partition');
    expect(await answeredOtherwise('accepted', tables.map(name => `INSERT INTO ${name} SELECT * FROM ${name} LIMIT 0`), store.app)).toEqual([]);
  });

  it('for the application: nothing else may be made, set or called', async () => {
    const statements = [
      'CREATE TABLE tb.more (id int)',
      'CREATE TABLE tb_cache.more (id int)',
      'CREATE SCHEMA more',
      `SELECT setval('tb.ingest_id_seq', 1)`,
      `SELECT tb.drop_backtest((SELECT id FROM tb.run LIMIT 1), 'mine', 0)`,
      'GRANT DELETE ON tb.fact TO tb_app',
      'CREATE TRIGGER mine BEFORE INSERT ON tb.fact FOR EACH ROW EXECUTE FUNCTION tb.refuse_change()',
    ];
    expect((await answeredOtherwise(NOT_ALLOWED, statements, store.app)).filter(other => !other.startsWith('GRANT'))).toEqual([]);
    expect(catalog.tables['tb.fact']!.grants).toEqual(['tb_app: INSERT, SELECT']);
  });

  it('but the cache may be deleted by the application', async () => {
    await store.app.query('BEGIN');
    expect((await store.app.query('DELETE FROM tb_cache.snapshot')).rowCount).toBeGreaterThan(0);
    expect((await store.app.query('DELETE FROM tb_cache.candle_chunk')).rowCount).toBeGreaterThan(0);
    await store.app.query('ROLLBACK');
    expect(await refusalOf(store.app.query('UPDATE tb_cache.snapshot SET hour = 0'))).toBe(NOT_ALLOWED);
    expect(await refusalOf(store.app.query('TRUNCATE tb_cache.snapshot'))).toBe(NOT_ALLOWED);
  });
});

describe('dropping a backtest', () => {
  const idOf = async (name: string): Promise<string> => (await store.owner.query<{ id: string }>('SELECT id FROM tb.run WHERE name = $1', [name])).rows[0]!.id;

  it('is refused for a paper run', async () => {
    const dropped = store.owner.query('SELECT tb.drop_backtest($1, $2, 0)', [await idOf('paper-hourly'), 'by mistake']);
    expect(await refusalOf(dropped)).toBe('23514 only_backtests_are_dropped');
  });

  it('is refused for a run that is not there, and without a reason', async () => {
    expect(await refusalOf(store.owner.query(`SELECT tb.drop_backtest('00000000-0000-4000-8000-000000000009', 'gone', 0)`))).toBe('P0002');
    const silent = store.owner.query(`SELECT tb.drop_backtest($1, '', 0)`, [await idOf('backtest-full')]);
    expect(await refusalOf(silent)).toBe('23514 run_tombstone_reason_check');
  });

  it('takes a tombstone of the run itself', async () => {
    const forged = `INSERT INTO tb.run_tombstone SELECT id, name, sha256('other'), NULL, 0, 0, 'forged' FROM tb.run WHERE name = 'backtest-full'`;
    expect(await refusalOf(store.app.query(forged))).toBe('23514 only_backtests_are_dropped');
  });

  it('deletes every row of the run, no other, and leaves its tombstone', async () => {
    const id = await idOf('backtest-full');
    const head = (await store.owner.query(`SELECT hash, hour FROM tb.hour_record WHERE run_id = $1 ORDER BY hour DESC LIMIT 1`, [id])).rows[0] as { hash: Buffer; hour: number };
    const others = async () => (await store.owner.query('SELECT count(*) AS decisions FROM tb.decision WHERE run_id <> $1', [id])).rows;
    const before = await others();
    await store.owner.query('BEGIN');
    await store.owner.query('SELECT tb.drop_backtest($1, $2, 7)', [id, 'no longer needed']);
    const left = await store.owner.query('SELECT name, head, hours, dropped_ms, reason FROM tb.run_tombstone WHERE run_id = $1', [id]);
    expect(left.rows).toEqual([{ name: 'backtest-full', head: head.hash, hours: 48, dropped_ms: 7, reason: 'no longer needed' }]);
    expect(await others()).toEqual(before);
    for (const name of authority().filter(table => catalog.tables[table]!.columns['run_id'] !== undefined && table !== 'tb.run_tombstone')) {
      expect([name, (await store.owner.query(`SELECT FROM ${name} WHERE run_id = $1`, [id])).rowCount]).toEqual([name, 0]);
    }
    expect((await store.owner.query('SELECT FROM tb.run WHERE id = $1', [id])).rowCount).toBe(0);
    await store.owner.query('ROLLBACK');
  });
});
