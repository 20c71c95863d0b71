/** Runs, what is left of dropped ones, and the commands that wait for them. */
import { sql } from 'drizzle-orm';
import { check, integer, text, unique, uuid } from 'drizzle-orm/pg-core';
import { amount, bytea, count, knownRetention, milliseconds, tb } from './columns.ts';
import { account } from './reference.ts';

export const run = tb.table(
  'run',
  {
    id: uuid('id').primaryKey(),
    retention: text('retention').notNull(),
    name: text('name').notNull(),
    mode: text('mode').notNull(),
    accountId: text('account_id').notNull().references(() => account.id),
    manifest: bytea('manifest').notNull(),
    genesis: bytea('genesis').notNull(),
    startHour: integer('start_hour').notNull(),
    keep: text('keep').notNull(),
    vintageIngestId: count('vintage_ingest_id').notNull(),
    strategySource: bytea('strategy_source'),
    createdMs: milliseconds('created_ms').notNull(),
  },
  table => [
    unique('run_name').on(table.name),
    unique('run_in_partition').on(table.retention, table.id),
    knownRetention(),
    check('name', sql`name <> ''`),
    check('mode', sql`mode IN ('backtest', 'paper', 'live', 'import')`),
    check('keep', sql`keep IN ('summary', 'full')`),
    check('vintage_ingest_id', sql`vintage_ingest_id >= 0`),
    check('run_genesis_is_the_manifest', sql`genesis = sha256(manifest)`),
    check('run_retention_follows_mode', sql`(retention = 'backtest') = (mode IN ('backtest', 'import'))`),
    check('run_outside_backtest_is_kept_in_full', sql`mode = 'backtest' OR keep = 'full'`),
  ],
);

export const runTombstone = tb.table(
  'run_tombstone',
  {
    runId: uuid('run_id').primaryKey(),
    name: text('name').notNull(),
    genesis: bytea('genesis').notNull(),
    head: bytea('head'),
    hours: integer('hours').notNull(),
    droppedMs: milliseconds('dropped_ms').notNull(),
    reason: text('reason').notNull(),
  },
  () => [
    check('genesis', sql`octet_length(genesis) = 32`),
    check('head', sql`octet_length(head) = 32`),
    check('hours', sql`hours >= 0`),
    check('reason', sql`reason <> ''`),
    check('head_of_hours', sql`(head IS NULL) = (hours = 0)`),
  ],
);

export const inbox = tb.table(
  'inbox',
  {
    id: count('id').primaryKey().generatedByDefaultAsIdentity(),
    runId: uuid('run_id').notNull().references(() => run.id),
    key: text('key').notNull(),
    command: text('command').notNull(),
    amount: amount('amount'),
    atMs: milliseconds('at_ms'),
    actor: text('actor').notNull(),
    reason: text('reason').notNull(),
    receivedMs: milliseconds('received_ms').notNull(),
    profile: text('profile'),
  },
  table => [
    unique('inbox_key').on(table.runId, table.key),
    unique('inbox_of_run').on(table.runId, table.id),
    check('key', sql`key <> ''`),
    check('command', sql`command IN ('kill', 'halt', 'resume', 'flatten', 'cancel', 'deposit', 'withdraw', 'profile')`),
    check('amount', sql`amount > 0 AND amount <> 'NaN'`),
    check('profile_where_it_changes', sql`(command = 'profile') = (profile IS NOT NULL)`),
    check('amount_where_money_moves', sql`(command IN ('deposit', 'withdraw')) = (amount IS NOT NULL)`),
  ],
);
