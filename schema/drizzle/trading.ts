/** Decisions of trading in columns: wishes, orders and how they ended, changes of risk. */
import { sql } from 'drizzle-orm';
import { boolean, check, integer, text, unique } from 'drizzle-orm/pg-core';
import { amount, eventColumns, refers, tb } from './columns.ts';
import { mirrorsDecision } from './events.ts';

export const signal = tb.table(
  'signal',
  {
    ...eventColumns(),
    agent: text('agent').notNull(),
    symbol: text('symbol').notNull(),
    action: text('action').notNull(),
    reason: text('reason').notNull(),
    evidence: text('evidence').notNull(),
  },
  table => [...mirrorsDecision(table), check('action', sql`action IN ('enter', 'exit')`)],
);

export const orderPlaced = tb.table(
  'order_placed',
  {
    ...eventColumns(),
    orderId: text('order_id').notNull(),
    agent: text('agent').notNull(),
    symbol: text('symbol').notNull(),
    side: text('side').notNull(),
    orderType: text('order_type').notNull(),
    timeInForce: text('time_in_force').notNull(),
    postOnly: boolean('post_only').notNull(),
    reduceOnly: boolean('reduce_only').notNull(),
    quantity: amount('quantity').notNull(),
    limitPrice: amount('limit_price'),
    collarPrice: amount('collar_price'),
    mark: amount('mark').notNull(),
    reserved: amount('reserved').notNull(),
    attempt: integer('attempt').notNull(),
    reason: text('reason').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    unique('order_placed_once').on(table.orderId, table.runId),
    unique('order_placed_for_its_agent').on(table.orderId, table.runId, table.agent, table.symbol),
    check('side', sql`side IN ('BUY', 'SELL')`),
    check('order_type', sql`order_type IN ('MARKET', 'LIMIT')`),
    check('time_in_force', sql`time_in_force IN ('HOUR', 'IOC', 'FOK')`),
    check('quantity', sql`quantity > 0`),
    check('limit_price', sql`limit_price > 0 AND limit_price <> 'NaN'`),
    check('collar_price', sql`collar_price > 0 AND collar_price <> 'NaN'`),
    check('mark', sql`mark > 0`),
    check('attempt', sql`attempt >= 1`),
    check('amounts', sql`quantity + mark + reserved <> 'NaN'`),
    check('order_id_is_its_key', sql`order_id = hour || '.' || step || '.' || seq`),
    check('only_limit_orders_have_a_limit', sql`(order_type = 'LIMIT') = (limit_price IS NOT NULL)`),
    check('only_limit_orders_are_post_only', sql`NOT post_only OR order_type = 'LIMIT'`),
    check('a_buy_reserves_what_it_may_cost', sql`side <> 'BUY' OR (reserved > 0 AND NOT reduce_only)`),
    check('a_sell_only_reduces_and_reserves_nothing', sql`side <> 'SELL' OR (reserved = 0 AND reduce_only AND collar_price IS NULL)`),
  ],
);

export const orderRefused = tb.table(
  'order_refused',
  {
    ...eventColumns(),
    agent: text('agent').notNull(),
    symbol: text('symbol').notNull(),
    side: text('side').notNull(),
    attempt: integer('attempt').notNull(),
    code: text('code').notNull(),
    violations: text('violations').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    check('side', sql`side IN ('BUY', 'SELL')`),
    check('attempt', sql`attempt >= 0`),
    check(
      'code',
      sql`code IN ('WARM_UP', 'EXIT_IN_PROGRESS', 'ALREADY_HELD', 'KILLED', 'HALTED', 'REVIEW_OPEN', 'INSTRUMENT_NOT_TRADABLE', 'NON_POSITIVE_VALUE', 'MARK_MISSING', 'MARK_STALE', 'DATA_MISSING', 'BOOK_STALE', 'BOOK_CROSSED', 'SPREAD_TOO_WIDE', 'FAT_FINGER', 'COOLDOWN', 'LOSING_EXITS', 'SYMBOL_LOCKED', 'DAILY_LOSS', 'ORDER_RATE', 'POSITION_COUNT', 'COST_GATE', 'PASSIVE_BREACH', 'INSUFFICIENT_CASH', 'TOTAL_CAP', 'QUOTE_CAP', 'CLUSTER_CAP', 'PER_POSITION_CAP', 'DEPTH_INSUFFICIENT', 'NO_VOLUME', 'BELOW_LOT', 'BELOW_MINIMUM', 'NOTHING_UNRESERVED', 'DUST')`,
    ),
  ],
);

export const cancelRequested = tb.table(
  'cancel_requested',
  { ...eventColumns(), orderId: text('order_id').notNull(), symbol: text('symbol').notNull(), reason: text('reason').notNull() },
  table => mirrorsDecision(table),
);

export const orderClosed = tb.table(
  'order_closed',
  {
    ...eventColumns(),
    orderId: text('order_id').notNull(),
    symbol: text('symbol').notNull(),
    status: text('status').notNull(),
    filled: amount('filled').notNull(),
    reason: text('reason').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    unique('order_closed_once').on(table.retention, table.runId, table.orderId),
    refers([table.runId, table.orderId], [orderPlaced.runId, orderPlaced.orderId]),
    check('status', sql`status IN ('FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED')`),
    check('filled', sql`filled >= 0 AND filled <> 'NaN'`),
  ],
);

export const riskChange = tb.table(
  'risk_change',
  {
    ...eventColumns(),
    fromStatus: text('from_status').notNull(),
    toStatus: text('to_status').notNull(),
    actor: text('actor').notNull(),
    reason: text('reason').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    check('from_status', sql`from_status IN ('ACTIVE', 'HALTED', 'KILLED')`),
    check('to_status', sql`to_status IN ('ACTIVE', 'HALTED', 'KILLED')`),
    check('changes', sql`from_status <> to_status`),
  ],
);

export const operatorRefused = tb.table(
  'operator_refused',
  {
    ...eventColumns(),
    command: text('command').notNull(),
    key: text('key').notNull(),
    code: text('code').notNull(),
    limitAmount: amount('limit_amount').notNull(),
    asked: amount('asked').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    check('code', sql`code IN ('INSUFFICIENT_FREE_CASH', 'NOTHING_TO_CANCEL', 'NOTHING_HELD', 'NOT_HALTED', 'PROFILE_UNCHANGED', 'PROFILE_REFUSED')`),
    check('amounts', sql`limit_amount + asked <> 'NaN'`),
  ],
);
