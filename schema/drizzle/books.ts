/** Decisions of the books in columns: lots, their matches, ledger entries and postings. */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, text, unique } from 'drizzle-orm/pg-core';
import { amount, eventColumns, eventKey, keyOf, knownRetention, refers, tb } from './columns.ts';
import { mirrorsDecision } from './events.ts';

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
  },
  table => [
    ...mirrorsDecision(table),
    unique('lot_once').on(table.lotId, table.runId),
    unique('lot_of_fill').on(table.retention, table.runId, table.tradeId),
    check('quantity', sql`quantity > 0`),
    check('cost', sql`cost >= 0`),
    check('amounts', sql`quantity + cost + fee <> 'NaN'`),
    check('lot_id_is_its_key', sql`lot_id = hour || '.' || step || '.' || seq`),
    check('order_and_fill', sql`(order_id IS NULL) = (trade_id IS NULL)`),
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
    orderId: text('order_id').notNull(),
    tradeId: text('trade_id').notNull(),
    paidFee: boolean('paid_fee').notNull(),
  },
  table => [
    ...mirrorsDecision(table),
    refers([table.runId, table.lotId], [lot.runId, lot.lotId]),
    index('lot_match_by_lot').on(table.lotId, table.runId, table.retention),
    check('quantity', sql`quantity > 0`),
    check('cost', sql`cost >= 0`),
    check('amounts', sql`quantity + cost + entry_fee + proceeds + exit_fee <> 'NaN'`),
    check('result_is_proceeds_less_cost_and_fees', sql`result = proceeds - exit_fee - cost - entry_fee`),
  ],
);

export const ledgerEntry = tb.table(
  'ledger_entry',
  { ...eventColumns(), kind: text('kind').notNull(), reference: text('reference').notNull() },
  table => [...mirrorsDecision(table), check('kind', sql`kind IN ('opening', 'buy', 'sell', 'fee', 'deposit', 'withdrawal')`)],
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
    check('account', sql`account IN ('capital', 'cash', 'cost', 'deferred_fees', 'fees', 'position', 'result', 'trading')`),
    check('amount', sql`amount <> 'NaN'`),
  ],
);
