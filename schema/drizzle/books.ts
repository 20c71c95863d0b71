/** Decisions of the books in columns: lots, what they gave, ledger entries and postings. */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { amount, eventColumns, eventKey, keyOf, knownRetention, milliseconds, refers, tb } from './columns.ts';
import { mirrorsDecision } from './events.ts';
import { orderPlaced } from './trading.ts';

export const lot = tb.table(
  'lot',
  {
    ...eventColumns(),
    lotId: text('lot_id').notNull(),
    agent: text('agent').notNull(),
    symbol: text('symbol').notNull(),
    quantity: amount('quantity').notNull(),
    cost: amount('cost').notNull(),
    fee: amount('fee').notNull(),
    orderId: text('order_id'),
    tradeId: text('trade_id'),
    acquiredMs: milliseconds('acquired_ms').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    unique('lot_once').on(table.lotId, table.runId),
    refers([table.runId, table.orderId, table.agent, table.symbol], [orderPlaced.runId, orderPlaced.orderId, orderPlaced.agent, orderPlaced.symbol]),
    uniqueIndex('lot_of_a_fill_is_one').on(table.tradeId, table.runId, table.retention).where(sql`order_id IS NOT NULL`),
    check('amounts', sql`quantity + cost + fee <> 'NaN'`),
    check('lot_id_is_its_key', sql`lot_id = hour || '.' || step || '.' || seq`),
    check(
      'only_units_of_the_account_are_owed',
      sql`(quantity > 0 AND cost >= 0) OR (quantity < 0 AND cost <= 0 AND order_id IS NULL AND trade_id IS NOT NULL)`,
    ),
    check('a_lot_of_an_order_names_its_fill', sql`order_id IS NULL OR trade_id IS NOT NULL`),
  ],
);

export const lotMatch = tb.table(
  'lot_match',
  {
    ...eventColumns(),
    lotId: text('lot_id').notNull(),
    agent: text('agent').notNull(),
    symbol: text('symbol').notNull(),
    quantity: amount('quantity').notNull(),
    cost: amount('cost').notNull(),
    entryFee: amount('entry_fee').notNull(),
    proceeds: amount('proceeds').notNull(),
    exitFee: amount('exit_fee').notNull(),
    result: amount('result').notNull(),
    orderId: text('order_id'),
    tradeId: text('trade_id').notNull(),
    paidFee: boolean('paid_fee').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    refers([table.runId, table.lotId], [lot.runId, lot.lotId]),
    refers([table.runId, table.orderId], [orderPlaced.runId, orderPlaced.orderId]),
    index('lot_match_by_lot').on(table.lotId, table.runId, table.retention),
    check('quantity', sql`quantity > 0`),
    check('cost', sql`cost >= 0`),
    check('amounts', sql`quantity + cost + entry_fee + proceeds + exit_fee <> 'NaN'`),
    check('result_is_proceeds_less_cost_and_fees', sql`result = proceeds - exit_fee - cost - entry_fee`),
  ],
);

export const lotRelease = tb.table(
  'lot_release',
  {
    ...eventColumns(),
    lotId: text('lot_id').notNull(),
    agent: text('agent').notNull(),
    symbol: text('symbol').notNull(),
    quantity: amount('quantity').notNull(),
    cost: amount('cost').notNull(),
    entryFee: amount('entry_fee').notNull(),
    tradeId: text('trade_id').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    refers([table.runId, table.lotId], [lot.runId, lot.lotId]),
    index('lot_release_by_lot').on(table.lotId, table.runId, table.retention),
    check('quantity', sql`quantity > 0`),
    check('cost', sql`cost >= 0`),
    check('amounts', sql`quantity + cost + entry_fee <> 'NaN'`),
  ],
);

export const ledgerEntry = tb.table(
  'ledger_entry',
  { ...eventColumns(), kind: text('kind').notNull(), reference: text('reference').notNull() },
  table => [
    ...mirrorsDecision(table),
    check(
      'kind',
      sql`kind IN ('opening', 'buy', 'sell', 'fee', 'deposit', 'withdrawal', 'transfer_in', 'transfer_out', 'reward', 'funding', 'rename', 'rounding')`,
    ),
  ],
);

export const posting = tb.table(
  'posting',
  {
    ...eventColumns(),
    ordinal: integer('ordinal').notNull(),
    account: text('account').notNull(),
    asset: text('asset').notNull(),
    amount: amount('amount').notNull(),
  },
  table => [
    keyOf([...eventKey(table), table.ordinal]),
    refers(eventKey(table), eventKey(ledgerEntry)),
    knownRetention(),
    check('ordinal', sql`ordinal >= 0`),
    check(
      'account',
      sql`account IN ('capital', 'cash', 'clearing', 'cost', 'deferred_fees', 'deposits', 'fees', 'funding', 'income', 'position', 'result', 'rounding', 'trading', 'transfers', 'withdrawals')`,
    ),
    check('amount', sql`amount <> 'NaN'`),
  ],
);

export const balanceOverdrawn = tb.table(
  'balance_overdrawn',
  {
    ...eventColumns(),
    asset: text('asset').notNull(),
    balance: amount('balance').notNull(),
    reference: text('reference').notNull(),
    severity: text('severity').notNull(),
  },
  table => [...mirrorsDecision(table), check('balance', sql`balance < 0`), check('severity', sql`severity = 'CRITICAL'`)],
);
