/**
 * Puts the rows of a backup into a store that is being made, as they were: no trigger judges or derives anything on the way.
 * The triggers are on again before the caller commits, references are checked, and balances are added up anew.
 */
import type pg from 'pg';
import { copyInSql, quoted } from './backup-tables.ts';
import type { BackupSequence, BackupTable } from './backup-tables.ts';
import { copyIn } from './copy.ts';

const RELATIONS = `SELECT c.relname AS name FROM pg_catalog.pg_class c WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relispartition, c.relname`;

const TRIGGERS = `
  SELECT c.relname AS table, t.tgname AS trigger FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = 'tb'::regnamespace AND NOT t.tgisinternal ORDER BY c.relispartition, c.relname COLLATE "C", t.tgname`;

/** References stay on; what is off is what checks whole statements of an executor, and what keeps rows from being changed. */
export const switchTriggersOff = async (client: pg.ClientBase): Promise<void> => {
  for (const { name } of (await client.query<{ name: string }>(RELATIONS)).rows) await client.query(`ALTER TABLE tb.${quoted(name)} DISABLE TRIGGER USER`);
};

/** On in every session, as they were made. What is still to be checked of references is checked first. */
export const switchTriggersOn = async (client: pg.ClientBase): Promise<void> => {
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { table, trigger } of (await client.query<{ table: string; trigger: string }>(TRIGGERS)).rows) await client.query(`ALTER TABLE tb.${quoted(table)} ENABLE ALWAYS TRIGGER ${quoted(trigger)}`);
};

/** Returns how many rows the lines brought. */
export const loadLines = (client: pg.ClientBase, table: BackupTable, lines: Uint8Array): Promise<number> => copyIn(client, copyInSql(table), [lines]);

/** Numbers that the database draws go on where they did. */
export const setSequences = async (client: pg.ClientBase, sequences: readonly BackupSequence[]): Promise<void> => {
  for (const { table, column, last } of sequences) await client.query('SELECT setval(pg_get_serial_sequence($1, $2), $3)', [table, column, last]);
};

/** What the triggers keep row by row, in one go, for runs of a condition: cash of every run, and what agents hold in runs that are kept. */
export const balancesOf = (condition: string): string => `
  SELECT run_id, '' AS agent, '' AS symbol, sum(amount) AS amount, 0::numeric AS cost FROM tb.posting WHERE account = 'cash' AND (${condition}) GROUP BY run_id
  UNION ALL
  SELECT run_id, agent, symbol, sum(quantity), sum(cost) FROM (
    SELECT run_id, agent, symbol, quantity, cost FROM tb.lot WHERE retention = 'kept'
    UNION ALL
    SELECT given.run_id, lot.agent, lot.symbol, -sign(lot.quantity) * given.quantity, -sign(lot.quantity) * given.cost
    FROM (SELECT run_id, lot_id, quantity, cost FROM tb.lot_match WHERE retention = 'kept' UNION ALL SELECT run_id, lot_id, quantity, cost FROM tb.lot_release WHERE retention = 'kept') AS given
    JOIN tb.lot ON lot.run_id = given.run_id AND lot.lot_id = given.lot_id AND lot.retention = 'kept') AS moved
  WHERE ${condition} GROUP BY run_id, agent, symbol`;

/** In the schema of today, whose triggers would have kept them. */
export const rebuildBalances = async (client: pg.ClientBase): Promise<void> => {
  await client.query('DELETE FROM tb_cache.balance');
  await client.query(`INSERT INTO tb_cache.balance (run_id, agent, symbol, amount, cost) ${balancesOf('true')}`);
};

/** After a load the planner knows nothing of the tables, and may read whole ones for a few rows. */
export const gatherStatistics = async (client: pg.ClientBase): Promise<void> => {
  for (const { name } of (await client.query<{ name: string }>(RELATIONS)).rows) await client.query(`ANALYZE tb.${quoted(name)}`);
};

export type LossCommand = Readonly<{ runId: string; key: string; actor: string; reason: string; receivedMs: number }>;

/** The desk is halted with its next hour, and why is sealed with it: hours that were signed are lost. */
export const haltForLoss = async (client: pg.ClientBase, { runId, key, actor, reason, receivedMs }: LossCommand): Promise<void> => {
  await client.query(`INSERT INTO tb.inbox (run_id, key, command, amount, profile, at_ms, actor, reason, received_ms) VALUES ($1, $2, 'halt', NULL, NULL, NULL, $3, $4, $5)`, [runId, key, actor, reason, receivedMs]);
};
