/**
 * The schema that a store has against the one that its version stands for: the migrations that made it, and the triggers
 * that keep history from being changed. A store whose locks were taken off says so before anything in it is read.
 */
import type pg from 'pg';
import { compareColumn } from './finding.ts';
import type { Report } from './finding.ts';

/** What a migration of this tb is called and hashes to. */
export type KnownMigration = Readonly<{ version: number; name: string; sha256: string }>;

/** Compares the recorded migrations with those of this tb. */
export const verifyMigrations = async (client: pg.ClientBase, known: readonly KnownMigration[], report: Report): Promise<void> => {
  const { rows } = await client.query<KnownMigration>(`SELECT version, name, encode(sha256, 'hex') AS sha256 FROM tb.schema_version ORDER BY version`);
  const at = (version: number) => ({ table: 'schema_version', key: `version=${version}`, code: 'SCHEMA_DIFFERS' }) as const;
  for (const { version, name, sha256 } of known) {
    const stored = rows.find(row => row.version === version);
    if (stored === undefined) report({ ...at(version), column: null, expected: `the migration ${name}`, actual: null });
    else {
      compareColumn(report, { ...at(version), column: 'name' }, { expected: name, actual: stored.name });
      compareColumn(report, { ...at(version), column: 'sha256' }, { expected: sha256, actual: stored.sha256 });
    }
  }
  for (const { version, name } of rows) if (known.every(one => one.version !== version)) report({ ...at(version), column: null, expected: null, actual: `the migration ${name}` });
};

/** Row triggers before UPDATE and DELETE, and the statement's before TRUNCATE, each on in every session. */
const UNGUARDED = `
  SELECT c.relname AS "table", array_to_string(ARRAY(
    SELECT word FROM (VALUES ('UPDATE', 'refuse_change', 19), ('DELETE', 'refuse_delete', 11), ('TRUNCATE', 'refuse_change', 34)) AS wanted (word, function, kind)
    WHERE NOT EXISTS (
      SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
      WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgqual IS NULL AND p.proname = wanted.function AND t.tgtype = wanted.kind)
  ), ', ') AS allowed
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tb' AND c.relkind IN ('r', 'p') ORDER BY c.relname`;

const SWITCHED_OFF = `
  SELECT c.relname AS "table", t.tgname AS trigger FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tb' AND NOT t.tgisinternal AND t.tgenabled <> 'A' ORDER BY c.relname, t.tgname`;

/** Every table must refuse changes, whoever makes them; the names of tables and triggers are the catalogue's. */
export const verifyGuards = async (client: pg.ClientBase, report: Report): Promise<void> => {
  const unguarded = await client.query<{ table: string; allowed: string }>(UNGUARDED);
  for (const { table, allowed } of unguarded.rows) {
    if (allowed !== '') report({ code: 'SCHEMA_DIFFERS', table, key: 'triggers', column: null, expected: 'UPDATE, DELETE and TRUNCATE refused', actual: `${allowed} allowed` });
  }
  const off = await client.query<{ table: string; trigger: string }>(SWITCHED_OFF);
  for (const { table, trigger } of off.rows) report({ code: 'SCHEMA_DIFFERS', table, key: `trigger=${trigger}`, column: null, expected: 'a trigger that is always on', actual: 'switched off, or on in some sessions only' });
};
