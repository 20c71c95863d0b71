/**
 * Brings a database to the schema of today: makes it in an empty one, migrates an older store, and touches nothing that
 * is not ours. Everything happens in one transaction, so there is never half a schema.
 */
import { latestVersion, pendingAfter } from './migrations.ts';
import type { Migration } from './migrations.ts';
import { readSchemaFiles } from './schema-files.ts';
import type { SchemaFiles } from './schema-files.ts';

/** What is needed of a connection: text without values may hold several statements. */
export type SqlClient = { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };

/** `foreign` names what was found in a database that is neither empty nor a store; `newer` the version it has. */
export type Applied =
  | 'created'
  | 'current'
  | 'migrated'
  | Readonly<{ kind: 'foreign'; found: readonly string[] }>
  | Readonly<{ kind: 'newer'; version: number }>;

/**
 * As the owner of the store, outside a transaction. `nowMs` is recorded as the time of creation or migration. Safe
 * against another process doing the same at the same moment. Throws what the database throws, with all undone.
 */
export const applySchema = (client: SqlClient, nowMs: number): Promise<Applied> => applySchemaFiles(client, nowMs, readSchemaFiles());

export const applySchemaFiles = async (client: SqlClient, nowMs: number, files: SchemaFiles): Promise<Applied> => {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock(${LOCK_KEY})`);
    const applied = await applyUnderLock(client, nowMs, files);
    await client.query('COMMIT');
    return applied;
  } catch (error) {
    // The connection may be gone, and with it the transaction; the first error is the one to tell.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
};

/** The ASCII of `tb:store` as one number: whoever changes the schema of a database holds this lock of it. */
const LOCK_KEY = '8386329723666395749';

const applyUnderLock = async (client: SqlClient, nowMs: number, files: SchemaFiles): Promise<Applied> => {
  const version = await storedVersion(client);
  const latest = latestVersion(files.migrations);
  if (version === null) {
    const found = await foreignObjects(client);
    if (found.length > 0) return { kind: 'foreign', found };
    await client.query(files.bootstrap);
    await record(client, files.migrations, nowMs);
    await client.query('INSERT INTO tb.store (id, created_ms) VALUES (gen_random_uuid(), $1)', [nowMs]);
    return 'created';
  }
  if (version > latest) return { kind: 'newer', version };
  const pending = pendingAfter(files.migrations, version);
  for (const migration of pending) await client.query(migration.sql);
  await record(client, pending, nowMs);
  return pending.length > 0 ? 'migrated' : 'current';
};

const record = async (client: SqlClient, migrations: readonly Migration[], nowMs: number): Promise<void> => {
  for (const { version, name, sha256 } of migrations) {
    const values = [version, name, sha256, nowMs];
    await client.query(`INSERT INTO tb.schema_version (version, name, sha256, applied_ms) VALUES ($1, $2, decode($3, 'hex'), $4)`, values);
  }
};

/** Null where there is no table of versions, or an empty one: then whatever is there was not made by us. */
const storedVersion = async (client: SqlClient): Promise<number | null> => {
  const { rows: tables } = await client.query(`
    SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'tb' AND c.relname = 'schema_version' AND c.relkind = 'r'`);
  if (tables.length === 0) return null;
  const { rows } = await client.query('SELECT max(version) AS version FROM tb.schema_version');
  return (rows as readonly Readonly<{ version: number | null }>[])[0]!.version;
};

/** Everything a person made in this database: relations, functions, schemas. What an extension brought is nobody's data. */
const FOREIGN_OBJECTS = `
  WITH made (catalog, oid, schema, name) AS (
    SELECT 'pg_class'::regclass, oid, relnamespace, relname FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, proname || '()' FROM pg_catalog.pg_proc
    UNION ALL SELECT 'pg_namespace'::regclass, oid, oid, '' FROM pg_catalog.pg_namespace WHERE nspname <> 'public'
  )
  SELECT rtrim(n.nspname || '.' || m.name, '.') AS found
  FROM made m JOIN pg_catalog.pg_namespace n ON n.oid = m.schema
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = m.catalog AND d.objid = m.oid AND d.deptype = 'e')
  ORDER BY 1 LIMIT 20`;

const foreignObjects = async (client: SqlClient): Promise<readonly string[]> => {
  const { rows } = await client.query(FOREIGN_OBJECTS);
  return (rows as readonly Readonly<{ found: string }>[]).map(row => row.found);
};
