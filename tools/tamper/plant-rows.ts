/** Whole rows: each one deleted, put in a second time under the next free key, or in the place of the next. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { hoursOf, keyParts, literal } from './plant.ts';
import type { KeyValues, Plant } from './plant.ts';
import { coveredRows, inNoHash } from './stored-columns.ts';
import type { StoredTable } from './stored-columns.ts';
import { at, readStoredRows, sameRow } from './stored-rows.ts';
import type { StoredRow } from './stored-rows.ts';

/**
 * Rows that count up by the last column of their key. What is found by its content or its name has no place to stand in twice,
 * and one more revision of a candle is one that no run has consumed.
 */
const COUNTED_BY: ReadonlySet<string> = new Set(['hour', 'step', 'seq', 'ordinal', 'through_hour']);

const APART = 1_000_000;

export const rowPlants = async (client: StoreClient, tables: readonly StoredTable[]): Promise<readonly Plant[]> => {
  const free = inNoHash(tables);
  const plants: Plant[] = [];
  for (const table of tables) {
    const where = coveredRows(free, table.name, null);
    if (where === null) continue;
    const rows = await readStoredRows(client, table, where);
    plants.push(...rows.map(row => deleted(table, row)));
    if (COUNTED_BY.has(table.key.at(-1)!)) plants.push(...rows.map(row => duplicated(table, row, rows)));
    else if (table.name !== 'candle') continue;
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1];
      if (next !== undefined && next.run === row.run && (await isOther(client, table, [row, next]))) plants.push(swapped(table, row, next));
    }
  }
  return plants;
};

/** A candle that is not there is called for without a revision. */
const placeOf = (table: StoredTable, ...keys: readonly KeyValues[]): Plant['place'] => ({
  table: table.name,
  column: null,
  keys: keys.flatMap(key => [keyParts(table.key, key), ...(table.name === 'candle' ? [keyParts(['open_ms'], key)] : [])]),
  hours: hoursOf(...keys),
});

/** Runs are looked at together where it is a run that is gone. */
const deleted = (table: StoredTable, row: StoredRow): Plant => ({
  kind: 'row deleted',
  what: `${table.name} ${keyParts(table.key, row.key).join(' ')}`,
  sql: [`DELETE FROM tb.${table.name} WHERE ${at(row)}`],
  run: table.name === 'run' ? null : row.run,
  place: placeOf(table, row.key),
  ...(table.name === 'run' ? { evidence: true } : {}),
});

const duplicated = (table: StoredTable, row: StoredRow, rows: readonly StoredRow[]): Plant => {
  const last = table.key.at(-1)!;
  const group = table.key.slice(0, -1);
  const beside = rows.filter(other => group.every(column => other.key[column] === row.key[column]));
  const free = Math.max(...beside.map(({ key }) => Number(key[last]))) + 1;
  const columns = table.columns.map(({ column }) => column);
  const values = columns.map(column => (column === last ? String(free) : column)).join(', ');
  return {
    kind: 'row duplicated',
    what: `${table.name} ${keyParts(table.key, row.key).join(' ')} as ${last}=${free}`,
    sql: [`INSERT INTO tb.${table.name} (${columns.join(', ')}) SELECT ${values} FROM tb.${table.name} WHERE ${at(row)}`],
    run: row.run,
    // Of two equal rows beside each other either may be called the one too many.
    place: placeOf(table, { ...row.key, [last]: String(free) }, row.key),
  };
};

/** Each row gets the key of the other, by way of a key that no row has. */
const swapped = (table: StoredTable, left: StoredRow, right: StoredRow): Plant => {
  const last = table.key.at(-1)!;
  const setKey = (values: KeyValues): string => table.key.map(column => `${column} = ${literal(values[column] ?? null)}`).join(', ');
  const aside = { ...left.key, [last]: String(Number(left.key[last]) + APART) };
  return {
    kind: 'rows swapped',
    what: `${table.name} ${keyParts(table.key, left.key).join(' ')} and ${keyParts(table.key, right.key).join(' ')}`,
    sql: [
      `UPDATE tb.${table.name} SET ${setKey(aside)} WHERE ${at(left)}`,
      `UPDATE tb.${table.name} SET ${setKey(left.key)} WHERE ${at(right)}`,
      `UPDATE tb.${table.name} SET ${setKey(right.key)} WHERE ${sameRow(table.key, { ...left, key: aside })}`,
    ],
    run: left.run,
    place: placeOf(table, left.key, right.key),
  };
};

/** Two rows that say the same but for their keys are none the other for being swapped; what is in no hash says nothing. */
const isOther = async (client: StoreClient, table: StoredTable, pair: readonly [StoredRow, StoredRow]): Promise<boolean> => {
  const free = inNoHash([table]);
  const told = table.columns.filter(({ column }) => !table.key.includes(column) && !free.has(`${table.name}.${column}`)).map(({ column }) => `${column}::text`);
  const shown = await Promise.all(pair.map(async row => JSON.stringify((await client.query(`SELECT ARRAY[${told.join(', ')}] AS told FROM tb.${table.name} WHERE ${at(row)}`)).rows)));
  return shown[0] !== shown[1];
};
