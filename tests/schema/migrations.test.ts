import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../adapters/store/schema-version.ts';
import { applySchema, applySchemaFiles } from '../../schema/apply.ts';
import { readCatalog } from '../../schema/catalog.ts';
import { differencesBetween } from '../../schema/differences.ts';
import { latestVersion, migrationsOf, pendingAfter } from '../../schema/migrations.ts';
import { readSchemaFiles } from '../../schema/schema-files.ts';
import type { SchemaFiles } from '../../schema/schema-files.ts';
import { emptyDatabase, NOW_MS } from './stores.ts';

/** SHA-256 of every landed migration. A landed migration never changes: stores have been made with it. */
const LANDED = {
  base: 'ce12b3436b138854bedbe76cbbe88edeaeeb7e627bf5e0a78cd8d5115d349f2d',
  books_and_risk: '0f52aeaf3e27d2de30b44c7c3772fdb22863e6204b3518708f64884925ac75f0',
  market_data: 'db44e038766dc469709af00463cb8c3e06ae6a1739ffdb1b39eb92227f38efe6',
};

const BASE = { file: '0001_base.sql', text: 'SELECT 1' };

describe('the list of migrations', () => {
  it('is in order of version, whatever order the files come in', () => {
    const migrations = migrationsOf([{ file: '0002_more.sql', text: 'SELECT 2' }, BASE]);
    expect(migrations.map(({ version, name, sql }) => [version, name, sql])).toEqual([[1, 'base', 'SELECT 1'], [2, 'more', 'SELECT 2']]);
    expect(latestVersion(migrations)).toBe(2);
  });

  it('knows what a store still needs', () => {
    const migrations = migrationsOf([BASE, { file: '0002_more.sql', text: 'SELECT 2' }]);
    expect(pendingAfter(migrations, 0).map(({ version }) => version)).toEqual([1, 2]);
    expect(pendingAfter(migrations, 1).map(({ version }) => version)).toEqual([2]);
    expect(pendingAfter(migrations, 2)).toEqual([]);
  });

  it.each([
    ['a gap', [BASE, { file: '0003_later.sql', text: '' }], 'later has number 3 in place 2'],
    ['a number twice', [BASE, { file: '0001_again.sql', text: '' }], 'has number 1 in place 2'],
    ['a name of another form', [{ file: 'base.sql', text: '' }], 'not base.sql'],
    ['nothing', [], 'at least one migration'],
  ])('refuses %s', (_, files, message) => {
    expect(() => migrationsOf(files)).toThrow(message);
  });

  it('leaves landed migrations as they were', () => {
    const { migrations } = readSchemaFiles();
    expect(Object.fromEntries(migrations.map(({ name, sha256 }) => [name, sha256]))).toEqual(LANDED);
  });

  it('leads to the version that the store expects', () => {
    expect(latestVersion(readSchemaFiles().migrations)).toBe(SCHEMA_VERSION);
  });
});

/** What the next version could be: a column, a table with its rights and triggers, and a check less. */
const NEXT = `
  ALTER TABLE tb.ingest ADD COLUMN note text COLLATE "C";
  COMMENT ON COLUMN tb.ingest.note IS 'What was said about it.';
  CREATE TABLE tb.remark (id bigint PRIMARY KEY, text text COLLATE "C" NOT NULL);
  CREATE TRIGGER refuse_update BEFORE UPDATE ON tb.remark FOR EACH ROW EXECUTE FUNCTION tb.refuse_change();
  ALTER TABLE tb.remark ENABLE ALWAYS TRIGGER refuse_update;
  GRANT SELECT, INSERT ON tb.remark TO tb_app;
  ALTER TABLE tb.instrument DROP CONSTRAINT instrument_base_check;`;

const V1_RUN = `'kept', '10000000-0000-4000-8000-000000000001'`;
const BOOKS_OF_VERSION_1 = `
  INSERT INTO tb.account VALUES ('spot', 'SPOT_CASH', 0);
  INSERT INTO tb.run VALUES ('10000000-0000-4000-8000-000000000001', 'kept', 'old', 'paper', 'spot', 'm', sha256('m'), 100, 'full', 0, NULL, 0);
  INSERT INTO tb.hour_step VALUES (${V1_RUN}, 100, 0, 0, 2, sha256('s'), 0, 0, 0);
  INSERT INTO tb.decision VALUES (${V1_RUN}, 100, 0, 0, 'lot_opened', '{}'), (${V1_RUN}, 100, 0, 1, 'ledger_posted', '{}');
  INSERT INTO tb.lot VALUES (${V1_RUN}, 100, 0, 0, '100.0.0', 'treasury', 'A/USD', 2, 20, 0, NULL, NULL);
  INSERT INTO tb.ledger_entry VALUES (${V1_RUN}, 100, 0, 1, 'opening', 'opening');
  INSERT INTO tb.posting VALUES (${V1_RUN}, 100, 0, 1, 0, 'capital', 'USD', -20), (${V1_RUN}, 100, 0, 1, 1, 'cash', 'USD', 20);`;

const filesWithNext = (bootstrap: string): SchemaFiles => {
  const files = readSchemaFiles();
  const sources = files.migrations.map(({ version, name, sql }) => ({ file: `${String(version).padStart(4, '0')}_${name}.sql`, text: sql }));
  return { bootstrap, migrations: migrationsOf([...sources, { file: `${String(SCHEMA_VERSION + 1).padStart(4, '0')}_remarks.sql`, text: NEXT }]) };
};

describe('bootstrap and migrations', () => {
  it('lead to the same schema', async () => {
    const [left, right] = [await emptyDatabase(), await emptyDatabase()];
    try {
      await applySchema(left.owner, NOW_MS);
      for (const { sql } of readSchemaFiles().migrations) await right.owner.query(sql);
      expect(differencesBetween(await readCatalog(left.owner), await readCatalog(right.owner))).toEqual([]);
    } finally {
      await Promise.all([left.close(), right.close()]);
    }
  });

  it('still do when a store of this version meets the next one', async () => {
    const [older, fresh] = [await emptyDatabase(), await emptyDatabase()];
    const next = filesWithNext(readSchemaFiles().bootstrap + NEXT);
    try {
      expect(await applySchema(older.owner, NOW_MS)).toBe('created');
      await older.owner.query(`INSERT INTO tb.instrument VALUES ('BTC/USD', 'BTC', 'USD')`);
      expect(await applySchemaFiles(older.owner, NOW_MS + 1, next)).toBe('migrated');
      expect(await applySchemaFiles(older.owner, NOW_MS + 2, next)).toBe('current');
      expect(await applySchemaFiles(fresh.owner, NOW_MS, next)).toBe('created');
      expect(differencesBetween(await readCatalog(older.owner), await readCatalog(fresh.owner))).toEqual([]);
      const versions = await older.owner.query('SELECT version, name, applied_ms FROM tb.schema_version ORDER BY version');
      expect(versions.rows).toEqual([
        { version: 1, name: 'base', applied_ms: NOW_MS },
        { version: 2, name: 'books_and_risk', applied_ms: NOW_MS },
        { version: 3, name: 'market_data', applied_ms: NOW_MS },
        { version: 4, name: 'remarks', applied_ms: NOW_MS + 1 },
      ]);
      expect((await older.owner.query('SELECT symbol FROM tb.instrument')).rows).toEqual([{ symbol: 'BTC/USD' }]);
    } finally {
      await Promise.all([older.close(), fresh.close()]);
    }
  });

  it('keep the lots of a store of version 1, acquired in the hour that booked them', async () => {
    const [older, fresh] = [await emptyDatabase(), await emptyDatabase()];
    const [base] = readSchemaFiles().migrations;
    try {
      expect(await applySchemaFiles(older.owner, NOW_MS, { bootstrap: base!.sql, migrations: [base!] })).toBe('created');
      await older.owner.query(BOOKS_OF_VERSION_1);
      expect(await applySchema(older.owner, NOW_MS + 1)).toBe('migrated');
      expect((await older.owner.query('SELECT lot_id, quantity, acquired_ms, trade_id FROM tb.lot')).rows).toEqual([
        { lot_id: '100.0.0', quantity: '2.000000000000000000', acquired_ms: 360_000_000, trade_id: null },
      ]);
      expect((await older.owner.query('SELECT kind, account FROM tb.ledger_entry JOIN tb.posting USING (retention, run_id, hour, step, seq)')).rows).toEqual([
        { kind: 'opening', account: 'capital' },
        { kind: 'opening', account: 'cash' },
      ]);
      await expect(older.owner.query('UPDATE tb.lot SET acquired_ms = 0')).rejects.toThrow('append-only');
      await applySchema(fresh.owner, NOW_MS);
      expect(differencesBetween(await readCatalog(older.owner), await readCatalog(fresh.owner))).toEqual([]);
    } finally {
      await Promise.all([older.close(), fresh.close()]);
    }
  });

  it('are told apart when the bootstrap changes and no migration does', async () => {
    const [left, right] = [await emptyDatabase(), await emptyDatabase()];
    try {
      const files = readSchemaFiles();
      await applySchemaFiles(left.owner, NOW_MS, { ...files, bootstrap: files.bootstrap + NEXT });
      for (const { sql } of files.migrations) await right.owner.query(sql);
      const paths = differencesBetween(await readCatalog(left.owner), await readCatalog(right.owner)).map(({ path }) => path);
      expect(paths).toEqual(['tables > tb.ingest > columns > note', 'tables > tb.instrument > constraints', 'tables > tb.remark']);
    } finally {
      await Promise.all([left.close(), right.close()]);
    }
  });
});
