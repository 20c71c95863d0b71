/** Steps, sealed hours and their envelopes. Partitions, and the triggers on all of these, are the database's alone. */
import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, count, hourColumns, hourKey, keyOf, knownRetention, milliseconds, refers, stepColumns, stepKey, tb } from './columns.ts';
import { run } from './runs.ts';

export const hourStep = tb.table(
  'hour_step',
  {
    ...stepColumns(),
    facts: integer('facts').notNull(),
    decisions: integer('decisions').notNull(),
    stateDigest: bytea('state_digest').notNull(),
    ingestThrough: count('ingest_through').notNull(),
    inboxThrough: count('inbox_through').notNull(),
    executedMs: milliseconds('executed_ms').notNull(),
  },
  table => [
    keyOf(stepKey(table)),
    refers([table.retention, table.runId], [run.retention, run.id]),
    knownRetention(),
    check('step', sql`step >= 0`),
    check('facts', sql`facts >= 0`),
    check('decisions', sql`decisions >= 0`),
    check('state_digest', sql`octet_length(state_digest) = 32`),
    check('ingest_through', sql`ingest_through >= 0`),
    check('inbox_through', sql`inbox_through >= 0`),
  ],
);

export const hourRecord = tb.table(
  'hour_record',
  {
    ...hourColumns(),
    prevHour: integer('prev_hour'),
    prevHash: bytea('prev_hash').notNull(),
    hash: bytea('hash').notNull(),
    record: bytea('record').notNull(),
    equity: amount('equity'),
  },
  table => [
    keyOf(hourKey(table)),
    unique('hour_record_hash').on(table.retention, table.runId, table.hour, table.hash),
    foreignKey({
      columns: [table.retention, table.runId, table.prevHour, table.prevHash],
      foreignColumns: [table.retention, table.runId, table.hour, table.hash],
    }),
    refers([table.retention, table.runId], [run.retention, run.id]),
    index('hour_record_by_previous').on(table.prevHour, table.runId, table.retention),
    knownRetention(),
    check('prev_hash', sql`octet_length(prev_hash) = 32`),
    check('equity', sql`equity <> 'NaN'`),
    check('hours_are_contiguous', sql`prev_hour = hour - 1`),
    check('hour_hash_is_of_its_record', sql`hash = sha256('\\x00'::bytea || record)`),
  ],
);

export const envelope = tb.table(
  'envelope',
  { ...hourColumns(), prevHash: bytea('prev_hash').notNull(), hash: bytea('hash').notNull(), bytes: bytea('bytes').notNull() },
  table => [
    keyOf(hourKey(table)),
    refers([table.retention, table.runId], [run.retention, run.id]),
    knownRetention(),
    check('prev_hash', sql`octet_length(prev_hash) = 32`),
    check('envelope_hash_is_of_its_bytes', sql`hash = sha256('\\x00'::bytea || bytes)`),
  ],
);
