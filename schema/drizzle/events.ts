/** Facts and decisions as canonical bytes, and fills in columns. */
import { sql } from 'drizzle-orm';
import { check, foreignKey, index, text, uniqueIndex } from 'drizzle-orm/pg-core';
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
      sql`type IN ('market', 'candle_late', 'candle_revised', 'order_acknowledged', 'order_rejected', 'order_filled', 'order_cancelled', 'order_expired', 'account_traded', 'account_transferred', 'account_rewarded', 'account_charged', 'asset_renamed', 'venue_error', 'fault_reported', 'operator', 'prediction')`,
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
    index('decision_of_risk').on(table.runId, table.hour, table.step, table.seq).where(sql`type IN ('review_required', 'review_closed', 'profile_changed')`),
    check(
      'type',
      sql`type IN ('signal_raised', 'campaign_moved', 'campaign_asked', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'stop_triggered', 'venue_conflict', 'lot_opened', 'lot_matched', 'lot_released', 'ledger_posted', 'balance_overdrawn', 'risk_changed', 'review_required', 'review_closed', 'tier_changed', 'kill_tripped', 'passive_breach', 'protection_raised', 'profile_changed', 'operator_refused')`,
    ),
  ],
);

/** What every table that mirrors a kind of decision has: the decision's key, and a reference to it. */
export const mirrorsDecision = (table: EventKey) => [keyOf(eventKey(table)), refers(eventKey(table), eventKey(decision)), knownRetention()];
