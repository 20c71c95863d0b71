/** Signs of what a run lost: rows beyond the end of its log, what else the store did since, and whether it was dropped on purpose. */
import type pg from 'pg';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { StoredRun } from './runs.ts';
import { TYPED_TABLES } from './verify-mirrors.ts';

/** Whether the store has a tombstone of the run: it was a backtest, and was dropped. */
export const isDropped = async (client: pg.ClientBase, runId: string): Promise<boolean> =>
  (await client.query('SELECT FROM tb.run_tombstone WHERE run_id = $1', [runId])).rows.length > 0;

/** The tables that have rows of the run in hours after its last envelope; the hour that is open has them too. */
export const tablesBeyond = async (client: pg.ClientBase, run: StoredRun, last: HourUtc): Promise<readonly string[]> => {
  const beyond: string[] = [];
  const look = async (table: string, from: number): Promise<void> => {
    const { rows } = await client.query(`SELECT FROM tb.${table} WHERE retention = $1 AND run_id = $2 AND hour > $3 LIMIT 1`, [run.retention, run.id, from]);
    if (rows.length > 0) beyond.push(table);
  };
  await look('hour_record', last);
  for (const table of ['hour_step', 'fact', 'decision', ...TYPED_TABLES]) await look(table, last + 1);
  const snapshots = await client.query('SELECT FROM tb_cache.snapshot WHERE run_id = $1 AND hour > $2 LIMIT 1', [run.id, last]);
  return snapshots.rows.length > 0 ? [...beyond, 'snapshot'] : beyond;
};

const WRITTEN_BETWEEN = `
  SELECT EXISTS (SELECT FROM tb.ingest WHERE received_ms BETWEEN $1 AND $2) OR EXISTS (SELECT FROM tb.inbox WHERE received_ms BETWEEN $1 AND $2)
    OR EXISTS (SELECT FROM tb.run WHERE created_ms BETWEEN $1 AND $2) OR EXISTS (SELECT FROM tb.run_tombstone WHERE dropped_ms BETWEEN $1 AND $2)
    OR EXISTS (SELECT FROM tb.hour_step WHERE executed_ms BETWEEN $1 AND $2) AS found`;

/** Whether anything in the store was written between two moments: a store that was put back to the first has nothing of it. */
export const wroteBetween = async (client: pg.ClientBase, { afterMs, untilMs }: Readonly<{ afterMs: number; untilMs: number }>): Promise<boolean> =>
  (await client.query<{ found: boolean }>(WRITTEN_BETWEEN, [afterMs + 1, untilMs])).rows[0]!.found;
