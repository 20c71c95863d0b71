/**
 * Whether every stored column is covered: one value of each is changed in a copy without constraints, and at least one
 * invariant must notice. Columns that none can cover are listed by name, with the reason.
 */
import type { Client } from 'pg';
import type { Catalog } from '../../schema/catalog.ts';
import { UNCOVERED } from './uncovered.ts';
import { findings, undone } from './validations.ts';
import type { Validation } from './validations.ts';

/** `values` are those that the column may have, where its check lists them. */
export type StoredColumn = Readonly<{ table: string; column: string; type: string; values: readonly string[] }>;

/** The columns of the authority that an invariant must cover; caches are deletable and left out. */
export const coveredColumns = ({ tables }: Catalog): readonly StoredColumn[] =>
  Object.entries(tables)
    .filter(([name, { kind }]) => name.startsWith('tb.') && kind !== 'partition')
    .flatMap(([table, { columns, constraints }]) => Object.entries(columns).map(([column, { type }]) => ({ table, column, type, values: valuesOf(column, constraints) })))
    .filter(({ table, column }) => UNCOVERED[`${table}.${column}`] === undefined);

const LISTED = /^CHECK \(\((\w+) = ANY \(ARRAY\[(.+)\]\)\)\)$/;

const valuesOf = (column: string, constraints: readonly string[]): readonly string[] => {
  const lists = constraints.flatMap(constraint => {
    const [, name, list = ''] = LISTED.exec(constraint) ?? [];
    return name === column ? [list] : [];
  });
  return lists.flatMap(list => [...list.matchAll(/'([^']+)'/g)].map(([, value]) => value!));
};

/** Names listed as uncovered that are no column. */
export const strayNames = ({ tables }: Catalog): readonly string[] =>
  Object.keys(UNCOVERED).filter(name => tables[name.slice(0, name.lastIndexOf('.'))]?.columns[name.slice(name.lastIndexOf('.') + 1)] === undefined);

/** What went unnoticed when a value of this column was changed; null when an invariant noticed. */
export const unnoticed = (client: Client, { table, column, type, values }: StoredColumn, { prelude, validations }: Readonly<{ prelude: string; validations: readonly Validation[] }>): Promise<string | null> =>
  undone(client, async () => {
    const { rowCount } = await client.query(`UPDATE ${table} SET ${column} = ${changed({ column, type, values })} WHERE (tableoid, ctid) = (${chosenRow(table, column)})`);
    if (rowCount !== 1) return `${table}.${column}: there is no row to change`;
    await client.query(prelude);
    const asked = validations.filter(({ sql, reads }) => reads === 'rows' && looksAt(sql, table));
    const noticed = (await findings(client, asked)).some(({ violations }) => violations > 0);
    return noticed ? null : `${table}.${column}: a changed value was noticed by none of ${asked.map(({ id }) => id).join(', ')}`;
  });

/** The same row of equal stores: one that has a value, of the hourly paper run where there is one. */
const chosenRow = (table: string, column: string): string => `
  SELECT t.tableoid, t.ctid FROM ${table} t LEFT JOIN tb.run named ON named.id::text = to_jsonb(t) ->> 'run_id'
  ORDER BY t.${column} IS NULL, named.name IS DISTINCT FROM 'paper-hourly', named.name, (to_jsonb(t) - 'run_id' - 'id')::text DESC LIMIT 1`;

/** An invariant that does not name a table, or what the prelude makes of it, cannot see it. */
const looksAt = (sql: string, table: string): boolean => {
  const name = table.slice('tb.'.length);
  return new RegExp(`\\b(tb|validation)\\.${name}\\b`).test(sql) || (['venue_trade', 'order_placed'].includes(name) && sql.includes('validation.fill'));
};

/** Another value of the type, and where the values are listed another of them: one outside the list would give itself away. */
const changed = ({ column, type, values }: Omit<StoredColumn, 'table'>): string => {
  if (values.length > 1) return `CASE ${column} ${values.map((value, index) => `WHEN '${value}' THEN '${values[(index + 1) % values.length]!}'`).join(' ')} END`;
  switch (type) {
    case 'text':
      return `coalesce(${column}, '') || 'x'`;
    case 'bytea':
      return `coalesce(set_byte(${column}, 0, get_byte(${column}, 0) # 1), '\\x00')`;
    case 'boolean':
      return `NOT ${column}`;
    case 'uuid':
      return `'00000000-0000-4000-8000-000000000002'`;
    default:
      return `coalesce(${column}, 0) + 1`;
  }
};
