/** Single values: of every column of every row another value of its type, and nothing where that is allowed. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { hoursOf, keyParts } from './plant.ts';
import type { KeyValues, Plant } from './plant.ts';
import { coveredRows, inNoHash } from './stored-columns.ts';
import type { StoredColumn, StoredTable } from './stored-columns.ts';
import { at, runOf } from './stored-rows.ts';

type ValueRow = Readonly<{ place: string; part: number; run: string | null; value: string | null; key: KeyValues }>;

/** `rows` is how many of each run: all, or one from the middle and one from the end, with a value and, where there are such, without. */
export type ValueScope = Readonly<{ tables: readonly StoredTable[]; rows: 'all' | 'two'; wanted: ReadonlySet<string> | null }>;

const KEY_MOVED = 1_000_000;

/** Other values for the column, as SQL: one of its type that no row has, and nothing where that is allowed. */
const otherValues = ({ column, type, nullable, inKey }: StoredColumn, value: string | null): readonly string[] => {
  const nothing = nullable && value !== null ? ['NULL'] : [];
  switch (type) {
    case 'bytea':
      return [value === null ? `'\\x00'` : `set_byte(${column}, octet_length(${column}) - 1, get_byte(${column}, octet_length(${column}) - 1) # 1)`, ...nothing];
    case 'boolean':
      return [`NOT coalesce(${column}, false)`, ...nothing];
    case 'uuid':
      return [`'00000000-0000-4000-8000-000000000000'`, ...nothing];
    case 'text':
      // A partition is chosen by the retention, so only the two that exist can be written.
      if (column === 'retention') return [`CASE ${column} WHEN 'kept' THEN 'backtest' ELSE 'kept' END`];
      return [value === null ? `'x'` : `${column} || 'x'`, ...nothing];
    default:
      return [`coalesce(${column}, 0) + ${inKey ? KEY_MOVED : 1}`, ...nothing];
  }
};

const rowsOf = async (client: StoreClient, { table, column }: Readonly<{ table: StoredTable; column: string }>, { where, rows: scope }: Readonly<{ where: string; rows: ValueScope['rows'] }>): Promise<readonly ValueRow[]> => {
  const names = table.columns.map(one => one.column);
  const run = names.includes('run_id') ? 'run_id' : table.name === 'run' ? 'id' : `'every run'`;
  const keys = table.key.map(name => `'${name}', ${name}::text`).join(', ');
  const { rows } = await client.query<ValueRow>(
    // A run that is called or found otherwise is looked for among all.
    `SELECT place, part, run, value, key FROM (
       SELECT ctid::text AS place, tableoid::int AS part, ${table.name === 'run' ? 'NULL' : runOf(table)} AS run, ${column}::text AS value, jsonb_build_object(${keys}) AS key,
         row_number() OVER same AS nth, count(*) OVER (PARTITION BY ${run}, ${column} IS NULL) AS rows
       FROM tb.${table.name} WHERE ${where} WINDOW same AS (PARTITION BY ${run}, ${column} IS NULL ORDER BY ctid)) AS numbered
     WHERE ${scope === 'all' ? 'true' : 'nth IN (rows, rows / 2)'} ORDER BY part, value IS NULL, nth`,
  );
  return rows;
};

/** What a key column says after the change, where it is told by arithmetic or by its text. */
const moved = ({ column, type, inKey }: StoredColumn, { key }: ValueRow): KeyValues => {
  const value = key[column];
  if (value === undefined || value === null) return key;
  if (type === 'text') return { ...key, [column]: `${value}x` };
  if (type === 'uuid') return { ...key, [column]: '00000000-0000-4000-8000-000000000000' };
  if (type === 'bytea') return { ...key, [column]: `${value.slice(0, -2)}${(Number.parseInt(value.slice(-2), 16) ^ 1).toString(16).padStart(2, '0')}` };
  return { ...key, [column]: String(Number(value) + (inKey ? KEY_MOVED : 1)) };
};

const plantsIn = (table: StoredTable, column: StoredColumn, row: ValueRow): readonly Plant[] =>
  otherValues(column, row.value).map(other => {
    const after = moved(column, row);
    return {
      kind: 'value changed',
      what: `${table.name}.${column.column}, ${keyParts(table.key, row.key).join(' ')}, ${row.value?.slice(0, 40) ?? 'null'} to ${other}`,
      sql: [`UPDATE tb.${table.name} SET ${column.column} = ${other} WHERE ${at(row)}`],
      run: row.run,
      place: { table: table.name, column: column.column, keys: [keyParts(table.key, row.key), keyParts(table.key, after)], hours: hoursOf(row.key, after) },
      ...partOf(column, row),
    };
  });

/** What an hour's row says is looked at by the check of that hour, unless it now says that it is of another. Of some the whole is asked all the same. */
const partOf = ({ inKey, column }: StoredColumn, { key, place }: ValueRow): Pick<Plant, 'part'> => {
  const hour = key['hour'];
  const isWhole = inKey || column === 'retention' || hour === undefined || hour === null || place.endsWith('7)');
  return isWhole ? {} : { part: { hour: Number(hour) } };
};

/** `rowless` are the columns that some hash covers and that have no row here. */
export type ValuePlants = Readonly<{ plants: readonly Plant[]; rowless: ReadonlySet<string> }>;

/** Changes of every column that some hash covers, or of those wanted. */
export const valuePlants = async (client: StoreClient, { tables, rows, wanted }: ValueScope): Promise<ValuePlants> => {
  const free = inNoHash(tables);
  const plants: Plant[] = [];
  const rowless = new Set<string>();
  for (const table of tables) {
    for (const column of table.columns) {
      const name = `${table.name}.${column.column}`;
      const where = coveredRows(free, table.name, column.column);
      if (where === null || wanted?.has(name) === false) continue;
      const found = await rowsOf(client, { table, column: column.column }, { where, rows });
      if (found.length === 0) rowless.add(name);
      for (const row of found) plants.push(...plantsIn(table, column, row));
    }
  }
  return { plants, rowless };
};

/** Two rows of each column that the page lists as in no hash: what is said of them is told apart. */
export const freePlants = async (client: StoreClient, tables: readonly StoredTable[]): Promise<readonly Plant[]> => {
  const free = inNoHash(tables);
  const plants: Plant[] = [];
  for (const table of tables) {
    for (const column of table.columns) {
      if (coveredRows(free, table.name, column.column) !== null) continue;
      for (const row of await rowsOf(client, { table, column: column.column }, { where: 'true', rows: 'two' })) plants.push(...plantsIn(table, column, row).map(plant => ({ ...plant, kind: 'in no hash' as const, run: null })));
    }
  }
  return plants;
};
