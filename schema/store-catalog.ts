/**
 * Everything a database says of the schemas of a store that could protect what is in it, or stop doing so, as sorted lines
 * for each object: one form whatever server, role or database it was read from. Comments and names of keys do not count.
 */
import { byCodeUnit } from '../core/kernel/order.ts';
import type { SqlClient } from './apply.ts';
import type { StoreCatalog } from './schema-files.ts';

/** As it is kept in a file. */
export const expectedCatalogText = (catalog: StoreCatalog): string => `${JSON.stringify(catalog, null, 1)}\n`;

type Line = Readonly<{ object: string; line: string }>;

/** Reads the schemas tb and tb_cache, in whatever transaction the connection is. */
export const readStoreCatalog = async (client: SqlClient): Promise<StoreCatalog> => {
  const before = (await rowsOf<Readonly<{ path: string }>>(client, `SELECT current_setting('search_path') AS path`))[0]!.path;
  // Without a search path every name in a definition is written in full.
  await client.query(`SELECT set_config('search_path', '', false)`);
  try {
    const lines = await rowsOf<Line>(client, [SCHEMAS, RELATIONS, COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS, RULES, POLICIES, FUNCTIONS, SEQUENCES, OTHERS].join('\nUNION ALL\n'));
    return byObject(lines);
  } finally {
    await client.query(`SELECT set_config('search_path', $1, false)`, [before]).catch(() => undefined);
  }
};

const rowsOf = async <Row>(client: SqlClient, text: string): Promise<readonly Row[]> => (await client.query(text)).rows as readonly Row[];

const byObject = (lines: readonly Line[]): StoreCatalog => {
  const objects = new Map<string, string[]>();
  for (const { object, line } of lines) {
    const known = objects.get(object);
    if (known === undefined) objects.set(object, [line]);
    else known.push(line);
  }
  return Object.fromEntries([...objects].sort(([left], [right]) => byCodeUnit(left, right)).map(([object, found]) => [object, found.sort(byCodeUnit)]));
};

/**
 * Rights as `grants ROLE: RIGHT, RIGHT`. Reading is not protected, so who else may read is their business, and what a newer
 * server calls MAINTAIN changes no row; the owner, who may do everything, is told by whether it is the store's.
 */
const grantsOf = ({ object, acl, owner, kind, from }: Readonly<{ object: string; acl: string; owner: string; kind: string; from: string }>): string => `
  SELECT object, 'grants ' || role || ': ' || string_agg(privilege, ', ' ORDER BY privilege COLLATE "C") FROM (
    SELECT ${object} AS object, coalesce(r.rolname::text, 'PUBLIC') AS role, a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege
    ${from}, LATERAL aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> ${owner} AND a.privilege_type <> 'MAINTAIN' AND (r.rolname IS NOT DISTINCT FROM 'tb_app' OR r.rolname IS NULL OR a.privilege_type NOT IN ('SELECT', 'USAGE'))
  ) granted GROUP BY object, role`;

const OWNER = `(SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'tb')`;
const OURS = `n.nspname IN ('tb', 'tb_cache')`;
const NAME = `n.nspname || '.' || c.relname`;
const FROM_RELATIONS = `FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND ${OURS}`;
const FROM_FUNCTIONS = `FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace AND ${OURS}`;
const FUNCTION_NAME = `'function ' || p.oid::regprocedure::text`;
const FROM_SCHEMAS = `FROM (SELECT * FROM pg_catalog.pg_namespace n WHERE ${OURS}) n`;

const ownerOf = (object: string, owner: string, from: string): string => `
  SELECT ${object}, 'owner: ' || ${owner}::regrole ${from} WHERE ${owner} <> ${OWNER}`;

const SCHEMAS = `
  SELECT 'schema ' || n.nspname AS object, 'schema' AS line ${FROM_SCHEMAS}
  UNION ALL ${ownerOf(`'schema ' || n.nspname`, 'n.nspowner', FROM_SCHEMAS)}
  UNION ALL ${grantsOf({ object: `'schema ' || n.nspname`, acl: 'n.nspacl', owner: 'n.nspowner', kind: 'n', from: FROM_SCHEMAS })}`;

const FROM_TABLES = `FROM (SELECT c.*, n.nspname ${FROM_RELATIONS} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')) c`;
const TABLE_NAME = `c.nspname || '.' || c.relname`;

/** Flags of a table for which the server would pass over its triggers, or keep its rows in no log, count as what it is. */
const RELATIONS = `
  SELECT ${NAME}, 'table: ' || CASE c.relkind WHEN 'r' THEN 'plain' WHEN 'p' THEN 'partitioned by ' || pg_get_partkeydef(c.oid) WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' ELSE 'foreign' END
    || coalesce((SELECT ', child of ' || i.inhparent::regclass || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), '') FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid), '')
    || CASE WHEN c.relpersistence = 'p' THEN '' ELSE ', not logged' END
    || CASE WHEN c.relrowsecurity OR c.relforcerowsecurity THEN ', row security on' ELSE '' END
    || CASE WHEN NOT c.relhastriggers AND EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid) THEN ', triggers passed over' ELSE '' END
    || CASE WHEN c.relchecks <> (SELECT count(*) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c') THEN ', checks passed over' ELSE '' END
  ${FROM_RELATIONS} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  UNION ALL SELECT ${NAME}, 'view: ' || pg_get_viewdef(c.oid) ${FROM_RELATIONS} WHERE c.relkind IN ('v', 'm')
  UNION ALL SELECT i.inhparent::regclass::text, 'child ' || i.inhrelid::regclass || ': inherits'
  ${FROM_RELATIONS} JOIN pg_catalog.pg_inherits i ON i.inhparent = c.oid JOIN pg_catalog.pg_class h ON h.oid = i.inhrelid WHERE c.relkind IN ('r', 'p', 'f') AND h.relnamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN ('tb', 'tb_cache'))
  UNION ALL ${ownerOf(TABLE_NAME, 'c.relowner', FROM_TABLES)}
  UNION ALL ${grantsOf({ object: TABLE_NAME, acl: 'c.relacl', owner: 'c.relowner', kind: 'r', from: FROM_TABLES })}`;

const FROM_COLUMNS = `${FROM_RELATIONS} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;

const COLUMNS = `
  SELECT ${NAME}, 'column ' || a.attname || ': ' || format_type(a.atttypid, a.atttypmod)
    || coalesce((SELECT ' COLLATE ' || l.collname FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation), '') || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
    || CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' ELSE '' END
    || coalesce(CASE WHEN a.attgenerated = '' THEN ' DEFAULT ' ELSE ' GENERATED ' END || pg_get_expr(d.adbin, d.adrelid), '')
  ${FROM_COLUMNS} LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  UNION ALL SELECT ${NAME}, 'grants on column ' || a.attname || ' ' || coalesce(r.rolname::text, 'PUBLIC') || ': ' || g.privilege_type
  ${FROM_COLUMNS}, LATERAL aclexplode(a.attacl) g LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee WHERE g.privilege_type <> 'SELECT' AND g.grantee <> c.relowner`;

/** NOT NULL is told by the column: only newer servers count it among the constraints. */
const CONSTRAINTS = `
  SELECT ${NAME}, 'constraint: ' || pg_get_constraintdef(k.oid)
  ${FROM_RELATIONS} JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
  WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND NOT (k.contype = 'c' AND k.coninhcount > 0)`;

/** Those that hold up a constraint, or belong to the index of a partitioned table, are told there unless they do not work. */
const INDEXES = `
  SELECT ${NAME}, 'index: ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^(CREATE (UNIQUE )?INDEX) .*? ON (ONLY )?', '\\1 ON ') || CASE WHEN i.indisvalid AND i.indisready AND i.indislive THEN '' ELSE ' INVALID' END
  ${FROM_RELATIONS} JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
  WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
    OR (NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid))`;

/** The server's own triggers stand for references, which tell of them; they are on in every session that is no replica's. */
const TRIGGERS = `
  SELECT ${NAME}, 'trigger ' || t.tgname || ': ' || CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'O' THEN 'ORIGIN ' WHEN 'R' THEN 'REPLICA ' ELSE 'DISABLED ' END || pg_get_triggerdef(t.oid)
  ${FROM_RELATIONS} JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal
  UNION ALL SELECT ${NAME}, 'reference ' || coalesce(k.conname::text, t.tgname::text) || ': switched off'
  ${FROM_RELATIONS} JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint WHERE t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')`;

const RULES = `
  SELECT ${NAME}, 'rule ' || u.rulename || ': ' || pg_get_ruledef(u.oid)
  ${FROM_RELATIONS} JOIN pg_catalog.pg_rewrite u ON u.ev_class = c.oid WHERE NOT (c.relkind IN ('v', 'm') AND u.rulename = '_RETURN')`;

const POLICIES = `
  SELECT ${NAME}, 'policy ' || y.polname || ': ' || CASE WHEN y.polpermissive THEN 'permissive' ELSE 'restrictive' END || ' for ' || y.polcmd::text || ' using ' || coalesce(pg_get_expr(y.polqual, y.polrelid), 'true') || ' check ' || coalesce(pg_get_expr(y.polwithcheck, y.polrelid), 'true')
  ${FROM_RELATIONS} JOIN pg_catalog.pg_policy y ON y.polrelid = c.oid`;

const FUNCTIONS = `
  SELECT ${FUNCTION_NAME}, 'definition: ' || CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) ELSE 'an aggregate or a window function' END ${FROM_FUNCTIONS}
  UNION ALL ${ownerOf(FUNCTION_NAME, 'p.proowner', FROM_FUNCTIONS)}
  UNION ALL ${grantsOf({ object: FUNCTION_NAME, acl: 'p.proacl', owner: 'p.proowner', kind: 'f', from: FROM_FUNCTIONS })}`;

const FROM_SEQUENCES = `${FROM_RELATIONS} JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid`;

const SEQUENCES = `
  SELECT 'sequence ' || ${NAME}, 'sequence: ' || format_type(q.seqtypid, NULL) || ' from ' || q.seqstart || ' by ' || q.seqincrement || ' within ' || q.seqmin || ' and ' || q.seqmax || CASE WHEN q.seqcycle THEN ', begins again' ELSE '' END ${FROM_SEQUENCES}
  UNION ALL ${ownerOf(`'sequence ' || ${NAME}`, 'c.relowner', FROM_SEQUENCES)}
  UNION ALL ${grantsOf({ object: `'sequence ' || ${NAME}`, acl: 'c.relacl', owner: 'c.relowner', kind: 's', from: FROM_SEQUENCES })}`;

/** Whatever else depends on one of the schemas: types, operators, collations, standing orders of rights. */
const OTHERS = `
  SELECT DISTINCT d.kind || ' ' || d.identity, 'object: ' || d.kind FROM (
    SELECT o.type AS kind, o.identity FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_namespace n ON e.refclassid = 'pg_catalog.pg_namespace'::regclass AND e.refobjid = n.oid AND ${OURS},
      LATERAL pg_identify_object(e.classid, e.objid, e.objsubid) o
    WHERE e.classid <> 'pg_catalog.pg_proc'::regclass
      AND NOT (e.classid = 'pg_catalog.pg_class'::regclass AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = e.objid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I', 't')))
  ) d`;
