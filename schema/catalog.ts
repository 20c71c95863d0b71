/**
 * What a database says about its own schema, as one plain object: tables, columns, constraints, indexes, triggers,
 * grants, functions, comments. Two catalogs are compared value by value; names of constraints do not count, what they
 * demand does.
 */
import { byCodeUnit } from '../core/kernel/order.ts';
import type { SqlClient } from './apply.ts';

export type ColumnEntry = Readonly<{
  position: number;
  type: string;
  collation: string;
  nullable: boolean;
  default: string;
  identity: string;
  comment: string;
}>;

export type TableEntry = Readonly<{
  kind: 'table' | 'partitioned' | 'partition';
  /** How it is partitioned, or which part of which table it is. */
  partition: string;
  comment: string;
  columns: Readonly<Record<string, ColumnEntry>>;
  /** Definitions of keys, references and checks, in order of code unit. A partition lists only its own. */
  constraints: readonly string[];
  indexes: readonly string[];
  triggers: readonly string[];
  grants: readonly string[];
}>;

export type Catalog = Readonly<{
  schemas: Readonly<Record<string, Readonly<{ comment: string; grants: readonly string[] }>>>;
  tables: Readonly<Record<string, TableEntry>>;
  functions: Readonly<Record<string, Readonly<{ definition: string; comment: string; grants: readonly string[] }>>>;
  sequences: Readonly<Record<string, Readonly<{ grants: readonly string[] }>>>;
}>;

/** Reads the schemas tb and tb_cache. Outside a transaction. */
export const readCatalog = async (client: SqlClient): Promise<Catalog> => {
  await client.query('BEGIN READ ONLY');
  try {
    // Without a search path every name in a definition is written in full.
    await client.query(`SET LOCAL search_path = ''`);
    return {
      schemas: keyed(await rowsOf(client, SCHEMAS)),
      tables: await readTables(client),
      functions: keyed(await rowsOf(client, FUNCTIONS)),
      sequences: keyed(await rowsOf(client, SEQUENCES)),
    };
  } finally {
    await client.query('ROLLBACK');
  }
};

type Named<Entry> = Readonly<{ name: string; entry: Entry }>;
type OfTable = Readonly<{ table: string; text: string }>;

const rowsOf = async <Row>(client: SqlClient, text: string): Promise<readonly Row[]> => (await client.query(text)).rows as readonly Row[];

const keyed = <Entry>(rows: readonly Named<Entry>[]): Readonly<Record<string, Entry>> =>
  Object.fromEntries([...rows].sort((left, right) => byCodeUnit(left.name, right.name)).map(({ name, entry }) => [name, entry]));

type TableRow = Named<Pick<TableEntry, 'kind' | 'partition' | 'comment' | 'grants'>>;
type ColumnRow = Named<ColumnEntry> & Readonly<{ table: string }>;

const readTables = async (client: SqlClient): Promise<Catalog['tables']> => {
  const tables = await rowsOf<TableRow>(client, RELATIONS);
  const columns = grouped(await rowsOf<ColumnRow>(client, COLUMNS));
  const constraints = grouped(await rowsOf<OfTable>(client, CONSTRAINTS));
  const indexes = grouped(await rowsOf<OfTable>(client, INDEXES));
  const triggers = grouped(await rowsOf<OfTable>(client, TRIGGERS));
  return keyed(
    tables.map(({ name, entry }) => ({
      name,
      entry: {
        ...entry,
        columns: keyed(columns.get(name) ?? []),
        constraints: texts(constraints.get(name)),
        indexes: texts(indexes.get(name)),
        triggers: texts(triggers.get(name)),
      },
    })),
  );
};

const grouped = <Row extends Readonly<{ table: string }>>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.table, [...(groups.get(row.table) ?? []), row]);
  return groups;
};

const texts = (rows: readonly OfTable[] | undefined): readonly string[] => (rows ?? []).map(row => row.text).sort(byCodeUnit);

/** What anybody but the owner may do, as `role: RIGHT, RIGHT`. */
const grantsOf = (acl: string, owner: string, kind: string): string => `
  coalesce((SELECT jsonb_agg(g.grants ORDER BY g.grants COLLATE "C") FROM (
    SELECT coalesce(r.rolname, 'PUBLIC') || ': ' || string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type COLLATE "C") AS grants
    FROM aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> ${owner} GROUP BY r.rolname) g), '[]')`;

const OURS = `n.nspname IN ('tb', 'tb_cache')`;
const NAME = `n.nspname || '.' || c.relname`;
const FROM_RELATIONS = `FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const SCHEMAS = `
  SELECT n.nspname AS name, jsonb_build_object('comment', coalesce(obj_description(n.oid, 'pg_namespace'), ''),
    'grants', ${grantsOf('n.nspacl', 'n.nspowner', 'n')}) AS entry
  FROM pg_catalog.pg_namespace n WHERE ${OURS}`;

const RELATIONS = `
  SELECT ${NAME} AS name, jsonb_build_object(
    'kind', CASE WHEN c.relispartition THEN 'partition' WHEN c.relkind = 'p' THEN 'partitioned' ELSE 'table' END,
    'partition', coalesce(pg_get_partkeydef(c.oid), (SELECT i.inhparent::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid)
      FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid), ''),
    'comment', coalesce(obj_description(c.oid, 'pg_class'), ''),
    'grants', ${grantsOf('c.relacl', 'c.relowner', 'r')}) AS entry
  ${FROM_RELATIONS} WHERE ${OURS} AND c.relkind IN ('r', 'p')`;

const COLUMNS = `
  SELECT ${NAME} AS table, a.attname AS name, jsonb_build_object(
    'position', row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
    'type', format_type(a.atttypid, a.atttypmod),
    'collation', coalesce((SELECT l.collname FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation), ''),
    'nullable', NOT a.attnotnull,
    'default', coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
    'identity', a.attidentity,
    'comment', coalesce(col_description(c.oid, a.attnum), '')) AS entry
  ${FROM_RELATIONS}
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE ${OURS} AND c.relkind IN ('r', 'p')`;

/** NOT NULL is told by the column: only newer servers count it among the constraints. */
const CONSTRAINTS = `
  SELECT ${NAME} AS table, pg_get_constraintdef(k.oid) AS text
  ${FROM_RELATIONS} JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
  WHERE ${OURS} AND k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND NOT (k.contype = 'c' AND k.coninhcount > 0)`;

/** Indexes of their own: those that hold up a constraint, or belong to the index of a partitioned table, are told there. */
const INDEXES = `
  SELECT ${NAME} AS table, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') AS text
  ${FROM_RELATIONS} JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
  WHERE ${OURS} AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)`;

const TRIGGERS = `
  SELECT ${NAME} AS table, CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'O' THEN 'ORIGIN ' WHEN 'R' THEN 'REPLICA ' ELSE 'DISABLED ' END
    || pg_get_triggerdef(t.oid) AS text
  ${FROM_RELATIONS} JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
  WHERE ${OURS} AND NOT t.tgisinternal`;

const FUNCTIONS = `
  SELECT p.oid::regprocedure::text AS name, jsonb_build_object('definition', pg_get_functiondef(p.oid),
    'comment', coalesce(obj_description(p.oid, 'pg_proc'), ''), 'grants', ${grantsOf('p.proacl', 'p.proowner', 'f')}) AS entry
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS} AND p.prokind IN ('f', 'p')`;

const SEQUENCES = `
  SELECT ${NAME} AS name, jsonb_build_object('grants', ${grantsOf('c.relacl', 'c.relowner', 's')}) AS entry
  ${FROM_RELATIONS} WHERE ${OURS} AND c.relkind = 'S'`;
