/** Facts and decisions as canonical bytes, and fills in columns. */
import { sql } from 'drizzle-orm';
import { check, foreignKey, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { amount, bytea, count, eventColumns, eventKey, keyOf, knownRetention, milliseconds, refers, stepKey, tb } from './columns.ts';
import type { EventKey } from './columns.ts';
import { hourStep } from './hours.ts';
import { marketFact } from './market-data.ts';
import { inbox } from './runs.ts';

export const fact = tb.table(
  'fact',
  {
    ...eventColumns(),
    type: text('type').notNull(),
    atMs: milliseconds('at_ms').notNull(),
    bytes: bytea('bytes').notNull(),
    marketDigest: bytea('market_digest').references(() => marketFact.digest),
    inboxId: count('inbox_id'),
  },
  table => [
    keyOf(eventKey(table)),
    refers(stepKey(table), stepKey(hourStep)),
    foreignKey({ columns: [table.runId, table.inboxId], foreignColumns: [inbox.runId, inbox.id] }),
    uniqueIndex('fact_consumes_a_command_once').on(table.runId, table.inboxId, table.retention).where(sql`inbox_id IS NOT NULL`),
    knownRetention(),
    check('seq', sql`seq >= 0`),
    check(
      'type',
      sql`type IN ('market', 'candle_late', 'candle_revised', 'order_acknowledged', 'order_rejected', 'order_filled', 'order_cancelled', 'order_expired', 'operator')`,
    ),
    check('market_has_content', sql`(type = 'market') = (market_digest IS NOT NULL)`),
    check('commands_are_operators', sql`inbox_id IS NULL OR type = 'operator'`),
  ],
);

export const venueTrade = tb.table(
  'venue_trade',
  {
    ...eventColumns(),
    tradeId: text('trade_id').notNull(),
    orderId: text('order_id').notNull(),
    quantity: amount('quantity').notNull(),
    price: amount('price').notNull(),
    fee: amount('fee').notNull(),
    feeAsset: text('fee_asset').notNull(),
    feeValue: amount('fee_value').notNull(),
    liquidity: text('liquidity').notNull(),
  },
  table => [
    keyOf(eventKey(table)),
    refers(eventKey(table), eventKey(fact)),
    unique('venue_trade_once').on(table.retention, table.runId, table.tradeId),
    knownRetention(),
    check('liquidity', sql`liquidity IN ('MAKER', 'TAKER')`),
    check('amounts', sql`quantity + price + fee + fee_value <> 'NaN'`),
  ],
);

export const decision = tb.table(
  'decision',
  { ...eventColumns(), type: text('type').notNull(), bytes: bytea('bytes').notNull() },
  table => [
    keyOf(eventKey(table)),
    refers(stepKey(table), stepKey(hourStep)),
    knownRetention(),
    check('seq', sql`seq >= 0`),
    check(
      'type',
      sql`type IN ('signal_raised', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'lot_opened', 'lot_matched', 'ledger_posted', 'risk_changed', 'operator_refused')`,
    ),
  ],
);

/** What every table that mirrors a kind of decision has: the decision's key, and a reference to it. */
export const mirrorsDecision = (table: EventKey) => [keyOf(eventKey(table)), refers(eventKey(table), eventKey(decision)), knownRetention()];
