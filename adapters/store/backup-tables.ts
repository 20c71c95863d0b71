/**
 * What makes up a store, by the catalogue of its database: tables in an order in which each comes after those it refers
 * to, with columns and key. A table that a later schema adds is a part of every backup without a word here.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';

/** `name` is `schema.table`; `where` picks the rows that a backup keeps, all of them where it is null. */
export type BackupTable = Readonly<{ name: string; columns: readonly string[]; key: readonly string[]; where: string | null }>;

/** Where a column of numbers that the database draws goes on. */
export type BackupSequence = Readonly<{ table: string; column: string; last: number }>;

type FoundTable = Readonly<{ name: string; columns: readonly string[]; key: readonly string[]; after: readonly string[] }>;

const TABLES = `
  SELECT n.nspname || '.' || c.relname AS name,
    ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns,
    ARRAY(SELECT a.attname::text FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place) AS key,
    ARRAY(SELECT DISTINCT m.nspname || '.' || r.relname FROM pg_constraint f
      JOIN pg_class r ON r.oid = coalesce(pg_partition_root(f.confrelid)::oid, f.confrelid) JOIN pg_namespace m ON m.oid = r.relnamespace
      WHERE f.contype = 'f' AND coalesce(pg_partition_root(f.conrelid)::oid, f.conrelid) = c.oid AND r.oid <> c.oid) AS after
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tb' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname COLLATE "C"`;

/** A run that goes on resumes from its latest state instead of from its first hour; every other cache is made again. */
const SNAPSHOTS: BackupTable = {
  name: 'tb_cache.snapshot',
  columns: ['run_id', 'hour', 'digest', 'bytes'],
  key: ['run_id', 'hour'],
  where: `run_id IN (SELECT id FROM tb.run WHERE retention = 'kept') AND hour = (SELECT max(latest.hour) FROM tb_cache.snapshot AS latest WHERE latest.run_id = snapshot.run_id)`,
};

/** Everything that is authoritative, and what saves a run from starting over. */
export const readBackupTables = async (client: pg.ClientBase): Promise<readonly BackupTable[]> => {
  const { rows } = await client.query<FoundTable>(TABLES);
  const ordered: FoundTable[] = [];
  for (let left = rows; left.length > 0; ) {
    const ready = left.filter(({ after }) => after.every(name => ordered.some(one => one.name === name)));
    assert(ready.length > 0, 'Tables do not refer to each other in a ring.');
    ordered.push(...ready);
    left = left.filter(table => !ready.includes(table));
  }
  return [...ordered.map(({ name, columns, key }) => ({ name, columns, key, where: null })), SNAPSHOTS];
};

const SEQUENCES = `
  SELECT n.nspname || '.' || c.relname AS table, a.attname::text AS column, pg_sequence_last_value(s.objid) AS last
  FROM pg_depend s JOIN pg_class q ON q.oid = s.objid AND q.relkind = 'S'
  JOIN pg_class c ON c.oid = s.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = s.refobjsubid
  WHERE s.classid = 'pg_class'::regclass AND s.deptype = 'i' AND n.nspname = 'tb' AND pg_sequence_last_value(s.objid) IS NOT NULL
  ORDER BY c.relname COLLATE "C"`;

export const readBackupSequences = async (client: pg.ClientBase): Promise<readonly BackupSequence[]> => (await client.query<BackupSequence>(SEQUENCES)).rows;

export const quoted = (name: string): string => name.split('.').map(part => `"${part.replaceAll('"', '""')}"`).join('.');

/** Every row in the order of its key, a line each: what a table's digest is taken over. */
export const copyOutSql = ({ name, columns, key, where }: BackupTable): string =>
  `COPY (SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(name)}${where === null ? '' : ` WHERE ${where}`} ORDER BY ${key.map(quoted).join(', ')}) TO STDOUT`;

export const copyInSql = ({ name, columns }: BackupTable): string => `COPY ${quoted(name)} (${columns.map(quoted).join(', ')}) FROM STDIN`;

const SIZE = `SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint AS bytes FROM pg_class c WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind = 'r'`;

/** About how much there is to read; it decides about a bar and nothing else. */
export const storedBytes = async (client: pg.ClientBase): Promise<number> => (await client.query<{ bytes: number }>(SIZE)).rows[0]!.bytes;
