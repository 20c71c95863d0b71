/** A run by its id, as signed logs name it. */
import type pg from 'pg';
import { findRun } from './runs.ts';
import type { StoredRun } from './runs.ts';

export const findRunById = async (client: pg.ClientBase, id: string): Promise<StoredRun | null> => {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM tb.run WHERE id = $1', [id]);
  return rows[0] === undefined ? null : findRun(client, rows[0].name);
};
