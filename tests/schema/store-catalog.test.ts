/** Everything that an owner can take off, or put into, the schema of a store has a finding of its own; what protects nothing has none. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../adapters/store/finding.ts';
import { compareCatalogs } from '../../adapters/store/verify-schema.ts';
import { EXPECTED_CATALOG, readExpectedCatalog } from '../../schema/schema-files.ts';
import { expectedCatalogText, readStoreCatalog } from '../../schema/store-catalog.ts';
import { emptyStore } from './stores.ts';
import type { Store } from './stores.ts';

let store: Store;

beforeAll(async () => {
  store = await emptyStore();
});
afterAll(() => store.close());

/** What is found after SQL by the owner, which is undone afterwards. */
const after = async (sql: string): Promise<readonly Finding[]> => {
  await store.owner.query('BEGIN');
  try {
    await store.owner.query(sql);
    const findings: Finding[] = [];
    compareCatalogs({ expected: readExpectedCatalog(), actual: await readStoreCatalog(store.owner) }, finding => void findings.push(finding));
    return findings;
  } finally {
    await store.owner.query('ROLLBACK');
  }
};

/** `table key: expected -> actual`, which say nothing where there is nothing. */
const told = async (sql: string): Promise<readonly string[]> => (await after(sql)).map(({ table, key, expected, actual }) => `${table} ${key}: ${expected ?? 'nothing'} -> ${actual ?? 'nothing'}`);

describe('the expected catalogue', () => {
  it('is what the bootstrap makes', async () => {
    // Out of date? node tools/validate-schema/main.ts --write-spec
    expect(readFileSync(EXPECTED_CATALOG, 'utf8')).toBe(expectedCatalogText(await readStoreCatalog(store.owner)));
  });

  it('names no role but the application and no database, and leaves the search path as it was', async () => {
    const login = (await store.owner.query<{ login: string }>('SELECT current_user AS login')).rows[0]!.login;
    expect(Object.values(readExpectedCatalog()).flat().filter(line => line.startsWith('owner') || (line.startsWith('grants') && !line.includes(' tb_app: ')) || line.includes(` ${login}:`))).toEqual([]);
    await store.owner.query(`SET search_path = tb, public`);
    await readStoreCatalog(store.owner);
    expect((await store.owner.query('SHOW search_path')).rows).toEqual([{ search_path: 'tb, public' }]);
    await store.owner.query('RESET search_path');
  });
});

describe('every change of the schema is named', () => {
  it.each([
    ['an emptied trigger function', `CREATE OR REPLACE FUNCTION tb.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`, /^schema function tb\.refuse_change\(\) definition: line \d: .+ -> line \d: .+$/],
    ['a function whose body says the same of nothing', `CREATE OR REPLACE FUNCTION tb.check_first_hour() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`, /^schema function tb\.check_first_hour\(\) definition: /],
    ['a dropped check', 'ALTER TABLE tb.ingest DROP CONSTRAINT ingest_added_check', /^ingest constraint: CHECK \(.*added.*\) -> nothing$/],
    ['a check of another bound', 'ALTER TABLE tb.account ADD CHECK (created_ms > 5)', 'account constraint: nothing -> CHECK ((created_ms > 5))'],
    ['a dropped unique key', 'ALTER TABLE tb.run DROP CONSTRAINT run_name_key', /^run constraint: UNIQUE \(name\) -> nothing$/],
    ['a dropped reference', 'ALTER TABLE tb.lot_kept DROP CONSTRAINT lot_kept_retention_run_id_hour_step_seq_fkey', /^lot_kept constraint: FOREIGN KEY \(retention, run_id, hour, step, seq\) REFERENCES tb\..+ -> nothing$/],
    ['a dropped index', 'DROP INDEX tb.lot_match_by_lot', /^lot_match index: CREATE INDEX ON tb\.lot_match USING btree .+ -> nothing$/],
    ['an index more', 'CREATE UNIQUE INDEX odd ON tb.account (created_ms)', 'account index: nothing -> CREATE UNIQUE INDEX ON tb.account USING btree (created_ms)'],
    ['a rewrite rule', 'CREATE RULE hush AS ON INSERT TO tb.inbox DO INSTEAD NOTHING', /^inbox rule hush: nothing -> CREATE RULE hush AS\s+ON INSERT TO tb\.inbox DO INSTEAD NOTHING;$/],
    ['another default', `ALTER TABLE tb.run ALTER COLUMN keep SET DEFAULT 'summary'`, /^run column keep: text COLLATE C NOT NULL -> text COLLATE C NOT NULL DEFAULT 'summary'::text$/],
    ['another type', 'ALTER TABLE tb.schema_version ALTER COLUMN applied_ms TYPE numeric', 'schema_version column applied_ms: bigint NOT NULL -> numeric NOT NULL'],
    ['a column that may be null', 'ALTER TABLE tb.store ALTER COLUMN created_ms DROP NOT NULL', 'store column created_ms: bigint NOT NULL -> bigint'],
    ['a column more', 'ALTER TABLE tb.account ADD COLUMN note text', 'account column note: nothing -> text COLLATE default'],
    ['a trigger of one partition switched off', 'ALTER TABLE tb.fact_kept DISABLE TRIGGER refuse_update', /^fact_kept trigger refuse_update: ALWAYS .+ -> DISABLED .+$/],
    ['a trigger for some sessions only', 'ALTER TABLE tb.run ENABLE TRIGGER refuse_update', /^run trigger refuse_update: ALWAYS .+ -> ORIGIN .+$/],
    ['a dropped trigger', 'DROP TRIGGER refuse_update ON tb.ingest', /^ingest trigger refuse_update: ALWAYS CREATE TRIGGER refuse_update .+ -> nothing$/],
    ['a trigger more', `CREATE TRIGGER mirror AFTER INSERT ON tb.inbox FOR EACH ROW EXECUTE FUNCTION tb.refuse_change()`, /^inbox trigger mirror: nothing -> ORIGIN CREATE TRIGGER mirror /],
    ['row level security', 'ALTER TABLE tb.run_tombstone ENABLE ROW LEVEL SECURITY', 'run_tombstone table: plain -> plain, row security on'],
    ['a policy', 'CREATE POLICY hide ON tb.run_tombstone USING (false)', 'run_tombstone policy hide: nothing -> permissive for * using false check true'],
    ['rights to change', 'GRANT UPDATE, DELETE ON tb.run TO tb_app', 'run grants tb_app: INSERT, SELECT -> DELETE, INSERT, SELECT, UPDATE'],
    ['rights to one column', 'GRANT UPDATE (name) ON tb.run TO tb_app', 'run grants on column name tb_app: nothing -> UPDATE'],
    ['rights for everybody', 'GRANT INSERT ON tb.inbox TO PUBLIC', 'inbox grants PUBLIC: nothing -> INSERT'],
    ['rights that were taken away', 'REVOKE INSERT ON tb.inbox FROM tb_app', 'inbox grants tb_app: INSERT, SELECT -> SELECT'],
    ['rights to make things', 'GRANT CREATE ON SCHEMA tb TO tb_app', 'schema schema tb grants tb_app: USAGE -> CREATE, USAGE'],
    ['rows in no log', 'ALTER TABLE tb_cache.candle_chunk SET UNLOGGED', 'candle_chunk table: plain -> plain, not logged'],
    ['a sequence that begins again', 'ALTER TABLE tb.ingest ALTER COLUMN id SET CYCLE', /^schema sequence tb\.ingest_id_seq sequence: bigint from 1 .+ -> .+, begins again$/],
    ['a table more', 'CREATE TABLE tb.extra (id int)', 'extra table: nothing -> table: plain'],
    ['a view more', 'CREATE VIEW tb.seen AS SELECT 1 AS one', 'seen table: nothing -> table: a view'],
    ['a partition more', `CREATE TABLE tb.fact_rest PARTITION OF tb.fact DEFAULT`, 'fact_rest table: nothing -> table: plain, child of tb.fact DEFAULT'],
    ['a child by inheritance', `CREATE TABLE public.heir () INHERITS (tb.account)`, 'account child public.heir: nothing -> inherits'],
    ['a function more', `CREATE FUNCTION tb.backdoor() RETURNS int LANGUAGE sql AS 'SELECT 1'`, 'schema function tb.backdoor(): nothing -> CREATE OR REPLACE FUNCTION tb.backdoor()'],
    ['a type more', `CREATE TYPE tb.mood AS ENUM ('calm')`, 'schema type tb.mood: nothing -> object: type'],
    ['a table less', 'DROP TABLE tb_cache.snapshot', 'snapshot table: table: plain -> nothing'],
    ['a function less', 'DROP FUNCTION tb.refuse_change() CASCADE', /^schema function tb\.refuse_change\(\): CREATE OR REPLACE FUNCTION tb\.refuse_change\(\) -> nothing$/],
  ])('%s', async (_, sql, expected) => {
    const findings = await after(sql);
    expect(new Set(findings.map(({ code, column }) => `${code} ${String(column)}`))).toEqual(new Set(['SCHEMA_DIFFERS null']));
    expect(await told(sql)).toContainEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('in one place each, and only there', async () => {
    expect(await told(`CREATE OR REPLACE FUNCTION tb.check_first_hour() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`)).toHaveLength(1);
    expect(await told('ALTER TABLE tb.run DROP CONSTRAINT run_name_key; CREATE TABLE tb.extra (id int PRIMARY KEY)')).toEqual(['extra table: nothing -> table: plain', 'run constraint: UNIQUE (name) -> nothing']);
  });

  it('but not what protects nothing: comments, names, a reader of its own', async () => {
    expect(await told(`COMMENT ON TABLE tb.run IS 'mine'; ALTER INDEX tb.lot_match_by_lot RENAME TO by_lot; ALTER TABLE tb.run RENAME CONSTRAINT run_name_key TO one_name`)).toEqual([]);
    expect(await told(`GRANT USAGE ON SCHEMA tb TO pg_monitor; GRANT SELECT ON tb.run TO pg_monitor`)).toEqual([]);
    expect(await told('GRANT INSERT ON tb.run TO pg_monitor')).toEqual(['run grants pg_monitor: nothing -> INSERT']);
  });
});
