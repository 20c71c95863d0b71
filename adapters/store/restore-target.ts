/**
 * Where a backup is restored to: a database in which there is nothing, or a store in which nothing has been stored yet. From
 * the first change to the last commit it carries a mark for which every command refuses it, so that half of a store is never
 * taken for a whole one.
 */
import type pg from 'pg';
import { ensureAppRole } from './server/roles.ts';
import { StoreError } from './store-error.ts';
import { inTransaction } from './transaction.ts';

/** `occupied` names what is there; `unfinished` is what a restore left that was killed or found a difference. */
type RestoreTarget = Readonly<{ kind: 'empty' | 'unfinished' }> | Readonly<{ kind: 'occupied'; found: readonly string[] }>;

/** Its name is what whoever meets it is told: a database that holds it is not empty and no store. */
const MARK = 'tb_restore_unfinished';
const MARK_TABLE = 'run tb restore again';

/** The lock under which schemas of stores are made, and one of our own that is held as long as a restore goes on. */
const SCHEMA_LOCK = '8386329723666395749';
const RESTORE_LOCK = '8386329723666395750';

const MARKED = `SELECT FROM pg_catalog.pg_namespace WHERE nspname = '${MARK}'`;

/** Whether a restore into this database was interrupted, or ended over a difference. */
export const isRestoreUnfinished = async (client: pg.ClientBase): Promise<boolean> => (await client.query(MARKED)).rows.length > 0;

/** What a command says that finds the mark in place of a store. */
export const unfinishedRestore = (): StoreError =>
  new StoreError('schema_version', {
    message: `There is no store yet: a restore into it was interrupted, or refused what it loaded, and left its mark (${MARK}: ${MARK_TABLE}).`,
    hint: 'Go on with tb restore FILE and the same --store: it begins anew. For an empty store instead, name another folder or database.',
  });

/** Relations of anybody else, the mark's and the store's own left out. */
const FOREIGN = `
  SELECT n.nspname || '.' || c.relname AS found FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tb', 'tb_cache', '${MARK}')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 1 LIMIT 5`;

const OWN_TABLES = `
  SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tb' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT IN ('schema_version', 'store') ORDER BY 1`;

/** What is there, looked at as the owner. */
const readRestoreTarget = async (client: pg.ClientBase): Promise<RestoreTarget> => {
  if (await isRestoreUnfinished(client)) return { kind: 'unfinished' };
  const foreign = (await client.query<{ found: string }>(FOREIGN)).rows.map(({ found }) => found);
  if (foreign.length > 0) return { kind: 'occupied', found: foreign };
  const found: string[] = [];
  for (const { name } of (await client.query<{ name: string }>(OWN_TABLES)).rows) {
    if ((await client.query(`SELECT FROM tb."${name}" LIMIT 1`)).rows.length > 0) found.push(`tb.${name}`);
  }
  return found.length > 0 ? { kind: 'occupied', found } : { kind: 'empty' };
};

/**
 * Marks the target, after which no command takes it for a store, and takes away the store without content that may be there.
 * Throws StoreError (locked) where another restore works on it, and what `refuse` throws for one that is occupied.
 */
export const markTarget = async (client: pg.Client, nowMs: number, refuse: (found: readonly string[]) => Error): Promise<void> => {
  const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${RESTORE_LOCK}) AS locked`);
  if (rows[0]?.locked !== true) throw new StoreError('locked', { message: 'Another restore works on this store.', hint: 'Wait for it to end, or stop it; then run the command again.' });
  await ensureAppRole(client);
  await inTransaction(client, async () => {
    await client.query(`SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`);
    const target = await readRestoreTarget(client);
    if (target.kind === 'occupied') throw refuse(target.found);
    await client.query(`DROP SCHEMA IF EXISTS tb_cache CASCADE; DROP SCHEMA IF EXISTS tb CASCADE; DROP SCHEMA IF EXISTS ${MARK} CASCADE`);
    await client.query(`CREATE SCHEMA ${MARK}; CREATE TABLE ${MARK}."${MARK_TABLE}" (since_ms bigint NOT NULL); INSERT INTO ${MARK}."${MARK_TABLE}" VALUES (${Math.trunc(nowMs)})`);
  });
};

/** Inside the transaction that completes the store: with its commit the mark is gone and the store is there. */
export const unmarkTarget = async (client: pg.ClientBase): Promise<void> => {
  await client.query(`SET LOCAL client_min_messages = warning; DROP SCHEMA ${MARK} CASCADE`);
};
