/** What runs leave behind: trades and summaries, messages to a venue, and the caches. */
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { amount, bytea, count, eventColumns, eventKey, hourKey, keyOf, knownRetention, milliseconds, refers, runColumns, tb, tbCache } from './columns.ts';
import { mirrorsDecision } from './events.ts';
import { hourRecord } from './hours.ts';
import { run } from './runs.ts';

export const trade = tb.table(
  'trade',
  {
    ...runColumns(),
    ordinal: integer('ordinal').notNull(),
    entryHour: integer('entry_hour').notNull(),
    exitHour: integer('exit_hour').notNull(),
    agent: text('agent').notNull(),
    symbol: text('symbol').notNull(),
    quantity: amount('quantity').notNull(),
    cost: amount('cost').notNull(),
    entryFee: amount('entry_fee').notNull(),
    proceeds: amount('proceeds').notNull(),
    exitFee: amount('exit_fee').notNull(),
    result: amount('result').notNull(),
    lotId: text('lot_id').notNull(),
    orderId: text('order_id').notNull(),
    tradeId: text('trade_id').notNull(),
  },
  table => [
    keyOf([table.retention, table.runId, table.ordinal]),
    refers([table.retention, table.runId], [run.retention, run.id]),
    knownRetention(),
    check('ordinal', sql`ordinal >= 0`),
    check('quantity', sql`quantity > 0`),
    check('cost', sql`cost >= 0`),
    check('exit_after_entry', sql`exit_hour >= entry_hour`),
    check('amounts', sql`quantity + cost + entry_fee + proceeds + exit_fee <> 'NaN'`),
    check('trade_result_is_proceeds_less_cost_and_fees', sql`result = proceeds - exit_fee - cost - entry_fee`),
  ],
);

export const runSummary = tb.table(
  'run_summary',
  { ...runColumns(), throughHour: integer('through_hour').notNull(), bytes: bytea('bytes').notNull() },
  table => [
    keyOf([table.retention, table.runId, table.throughHour]),
    refers([table.retention, table.runId, table.throughHour], hourKey(hourRecord)),
    knownRetention(),
  ],
);

export const outbox = tb.table(
  'outbox',
  { ...eventColumns(), kind: text('kind').notNull(), clientOrderId: text('client_order_id').notNull() },
  table => [...mirrorsDecision(table), check('kind', sql`kind IN ('place', 'cancel')`), check('client_order_id', sql`client_order_id <> ''`)],
);

export const outboxEvent = tb.table(
  'outbox_event',
  {
    id: count('id').primaryKey().generatedByDefaultAsIdentity(),
    ...eventColumns(),
    event: text('event').notNull(),
    atMs: milliseconds('at_ms').notNull(),
  },
  table => [
    refers(eventKey(table), eventKey(outbox)),
    index('outbox_event_by_message').on(table.retention, table.runId, table.hour, table.step, table.seq),
    check('event', sql`event IN ('sent', 'answered')`),
  ],
);

export const snapshot = tbCache.table(
  'snapshot',
  { runId: uuid('run_id').notNull(), hour: integer('hour').notNull(), digest: bytea('digest').notNull(), bytes: bytea('bytes').notNull() },
  table => [primaryKey({ columns: [table.runId, table.hour] }), check('digest', sql`octet_length(digest) = 32`)],
);

/** Written by triggers alone. */
export const balance = tbCache.table(
  'balance',
  { runId: uuid('run_id').notNull(), agent: text('agent').notNull(), symbol: text('symbol').notNull(), amount: amount('amount').notNull(), cost: amount('cost').notNull() },
  table => [primaryKey({ columns: [table.runId, table.agent, table.symbol] })],
);

export const candleChunk = tbCache.table(
  'candle_chunk',
  {
    seriesId: integer('series_id').notNull(),
    chunk: integer('chunk').notNull(),
    ingestThrough: count('ingest_through').notNull(),
    rows: integer('rows').notNull(),
    payload: bytea('payload').notNull(),
    sha256: bytea('sha256').notNull(),
  },
  table => [
    primaryKey({ columns: [table.seriesId, table.chunk] }),
    check('rows', sql`rows >= 0`),
    check('sha256', sql`octet_length(sha256) = 32`),
  ],
);
