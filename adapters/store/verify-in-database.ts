/** Runs the verification that is written in SQL, inside the database: its functions are made for one connection and end with it. */
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { Digest } from '../../core/kernel/units.ts';

const FUNCTIONS = new URL('../../schema/verification/verify_run.sql', import.meta.url);

/** What does not hold, by the database's own reckoning. */
export type DatabaseFinding = Readonly<{ code: string; table: string; hour: number; expected: string | null; actual: string | null }>;
export type DatabaseVerdict = Readonly<{ findings: readonly DatabaseFinding[]; root: Digest }>;

/** A connection on which the functions have been made. It must not be in a transaction that may not write. */
export const installVerification = async (client: pg.ClientBase): Promise<void> => {
  await client.query('DROP FUNCTION IF EXISTS pg_temp.tb_envelope_root(uuid), pg_temp.tb_verify_run(uuid), pg_temp.tb_holes(int[], int, int), pg_temp.tb_json(bytea), pg_temp.tb_root(bytea[])');
  await client.query(readFileSync(FUNCTIONS, 'utf8'));
};

/** What the database says of a run. */
export const verifyInside = async (client: pg.ClientBase, runId: string): Promise<DatabaseVerdict> => {
  const { rows: findings } = await client.query<DatabaseFinding>('SELECT code, table_name AS "table", hour, expected, actual FROM pg_temp.tb_verify_run($1)', [runId]);
  const { rows } = await client.query<{ root: Digest }>(`SELECT encode(pg_temp.tb_envelope_root($1), 'hex') AS root`, [runId]);
  return { findings, root: rows[0]!.root };
};
