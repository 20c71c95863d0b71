/** The rows of a table with their keys as text, in the order of the key, and whose run each is of. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { KeyValues } from './plant.ts';
import type { StoredTable } from './stored-columns.ts';

/** `run` is the name of the run that the row is of, null for what belongs to none or to all. */
export type StoredRow = Readonly<{ place: string; part: number; run: string | null; key: KeyValues }>;

/** The name of a run that looks at the row, as SQL: its own, or one that consumed what all runs share. */
export const runOf = ({ name, columns }: StoredTable): string => {
  if (columns.some(({ column }) => column === 'run_id')) return `(SELECT run.name FROM tb.run WHERE run.id = ${name}.run_id)`;
  switch (name) {
    case 'run':
      return 'run.name';
    case 'candle':
      return `(SELECT min(run.name) FROM tb.run JOIN tb.series ON series.id = candle.series_id WHERE position('"' || series.symbol || '"' IN convert_from(run.manifest, 'UTF8')) > 0)`;
    case 'market_fact':
      return '(SELECT min(run.name) FROM tb.fact JOIN tb.run ON run.id = fact.run_id WHERE fact.market_digest = market_fact.digest)';
    default:
      return 'NULL';
  }
};

export const readStoredRows = async (client: StoreClient, table: StoredTable, where: string): Promise<readonly StoredRow[]> => {
  const keys = table.key.map(column => `'${column}', ${table.name}.${column}::text`).join(', ');
  const { rows } = await client.query<StoredRow>(
    `SELECT ${table.name}.ctid::text AS place, ${table.name}.tableoid::int AS part, ${runOf(table)} AS run, jsonb_build_object(${keys}) AS key
     FROM tb.${table.name} WHERE ${where} ORDER BY ${table.key.map(column => `${table.name}.${column}`).join(', ')}`,
  );
  return rows;
};

/** The row as it lies, whatever its key says now. */
export const at = ({ place, part }: Pick<StoredRow, 'place' | 'part'>): string => `ctid = '${place}'::tid AND tableoid = ${part}`;

export const sameRow = (key: readonly string[], { key: values }: StoredRow): string => key.map(column => `${column} = '${(values[column] ?? '').replaceAll("'", "''")}'`).join(' AND ');
