import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../adapters/store/connection.ts';
import { applySchema, applySchemaFiles } from '../../schema/apply.ts';
import { migrationsOf } from '../../schema/migrations.ts';
import { readSchemaFiles } from '../../schema/schema-files.ts';
import { emptyDatabase, NOW_MS, refusalOf } from './stores.ts';
import type { Store } from './stores.ts';

const open: Store[] = [];

const fileOf = (version: number, name: string): string => `${String(version).padStart(4, '0')}_${name}.sql`;

const database = async (): Promise<Store> => {
  const made = await emptyDatabase();
  open.push(made);
  return made;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});

const schemasOf = async ({ owner }: Store): Promise<readonly string[]> =>
  (await owner.query<{ nspname: string }>(`SELECT nspname FROM pg_namespace WHERE nspname IN ('tb', 'tb_cache') ORDER BY 1`)).rows.map(row => row.nspname);

describe('applying the schema', () => {
  it('makes a store of an empty database, once', async () => {
    const { owner } = await database();
    expect(await applySchema(owner, NOW_MS)).toBe('created');
    expect(await applySchema(owner, NOW_MS + 5)).toBe('current');
    const stores = await owner.query('SELECT created_ms FROM tb.store');
    expect(stores.rows).toEqual([{ created_ms: NOW_MS }]);
    const versions = await owner.query(`SELECT version, name, encode(sha256, 'hex') AS sha256, applied_ms FROM tb.schema_version`);
    const { migrations } = readSchemaFiles();
    expect(versions.rows).toEqual(migrations.map(({ version, name, sha256 }) => ({ version, name, sha256, applied_ms: NOW_MS })));
  });

  it('lets two processes ask at the same moment', async () => {
    const store = await database();
    const second = await connect(store.database.address, 'owner');
    try {
      const outcomes = await Promise.all([applySchema(store.owner, NOW_MS), applySchema(second, NOW_MS)]);
      expect([...outcomes].map(String).sort()).toEqual(['created', 'current']);
    } finally {
      await second.end();
    }
  });

  it('makes two databases of one server at the same moment', async () => {
    const [left, right] = [await database(), await database()];
    expect(await Promise.all([applySchema(left.owner, NOW_MS), applySchema(right.owner, NOW_MS)])).toEqual(['created', 'created']);
  });

  it.each([
    ['a table', 'CREATE TABLE public.users (id int)', ['public.users']],
    ['a view of a schema', 'CREATE SCHEMA app; CREATE VIEW app.one AS SELECT 1 AS one', ['app', 'app.one']],
    ['a function', `CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`, ['public.f()']],
    ['a sequence', 'CREATE SEQUENCE public.numbers', ['public.numbers']],
    ['a schema tb of somebody else', 'CREATE SCHEMA tb; CREATE TABLE tb.fact (id int)', ['tb', 'tb.fact']],
    ['a table of versions without any', 'CREATE SCHEMA tb; CREATE TABLE tb.schema_version (version int)', ['tb', 'tb.schema_version']],
  ])('touches nothing in a database that holds %s', async (_, statements, found) => {
    const store = await database();
    await store.owner.query(statements);
    const before = await schemasOf(store);
    expect(await applySchema(store.owner, NOW_MS)).toEqual({ kind: 'foreign', found });
    expect(await schemasOf(store)).toEqual(before);
  });

  it('leaves a newer store alone', async () => {
    const { owner } = await database();
    await applySchema(owner, NOW_MS);
    await owner.query(`INSERT INTO tb.schema_version VALUES (99, 'from the future', sha256(''), 0)`);
    expect(await applySchema(owner, NOW_MS)).toEqual({ kind: 'newer', version: 99 });
  });

  it('undoes everything when the schema cannot be made', async () => {
    const store = await database();
    const files = readSchemaFiles();
    expect(await refusalOf(applySchemaFiles(store.owner, NOW_MS, { ...files, bootstrap: `${files.bootstrap}; SELECT 1 / 0` }))).toBe('22012');
    expect(await schemasOf(store)).toEqual([]);
    expect(await applySchema(store.owner, NOW_MS)).toBe('created');
  });

  it('undoes every pending migration when one of them fails', async () => {
    const { owner } = await database();
    await applySchema(owner, NOW_MS);
    const files = readSchemaFiles();
    const landed = files.migrations.map(({ version, name, sql }) => ({ file: fileOf(version, name), text: sql }));
    const pending = [{ file: fileOf(landed.length + 1, 'good'), text: 'CREATE TABLE tb.good (id int)' }, { file: fileOf(landed.length + 2, 'bad'), text: 'SELECT 1 / 0' }];
    const migrations = migrationsOf([...landed, ...pending]);
    expect(await refusalOf(applySchemaFiles(owner, NOW_MS, { bootstrap: files.bootstrap, migrations }))).toBe('22012');
    expect((await owner.query(`SELECT to_regclass('tb.good') AS good, (SELECT max(version) FROM tb.schema_version) AS version`)).rows).toEqual([{ good: null, version: landed.length }]);
  });

  it('is not for the application', async () => {
    const store = await database();
    expect(await refusalOf(applySchema(store.app, NOW_MS))).toBe('42501');
  });
});
