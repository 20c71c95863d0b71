/** Facts about the account in columns: trades without an order of ours, transfers, rewards, charges and renamings. */
import { sql } from 'drizzle-orm';
import { check, text, unique } from 'drizzle-orm/pg-core';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { amount, count, eventColumns, eventKey, keyOf, knownRetention, milliseconds, refers, tb } from './columns.ts';
import type { EventKey } from './columns.ts';
import { fact } from './events.ts';

const accountColumns = () => ({ ...eventColumns(), id: text('id').notNull(), ordinal: count('ordinal').notNull() });

/** What every table of facts about the account has: the fact's key, a reference to it, and a name that is booked once. */
const mirrorsAccountFact = (name: string, table: EventKey & Readonly<{ id: AnyPgColumn }>) => [
  keyOf(eventKey(table)),
  refers(eventKey(table), eventKey(fact)),
  unique(`${name}_once`).on(table.retention, table.runId, table.id),
  knownRetention(),
  check('ordinal', sql`ordinal >= 0`),
];

export const accountTrade = tb.table(
  'account_trade',
  {
    ...accountColumns(),
    symbol: text('symbol').notNull(),
    side: text('side').notNull(),
    quantity: amount('quantity').notNull(),
    price: amount('price').notNull(),
    amount: amount('amount').notNull(),
    value: amount('value').notNull(),
    fee: amount('fee').notNull(),
    feeAsset: text('fee_asset').notNull(),
    feeValue: amount('fee_value').notNull(),
  },
  table => [
    ...mirrorsAccountFact('account_trade', table),
    check('side', sql`side IN ('BUY', 'SELL')`),
    check('amounts', sql`quantity + price + amount + value + fee + fee_value <> 'NaN'`),
  ],
);

export const accountTransfer = tb.table(
  'account_transfer',
  {
    ...accountColumns(),
    direction: text('direction').notNull(),
    asset: text('asset').notNull(),
    quantity: amount('quantity').notNull(),
    basis: amount('basis'),
    acquiredMs: milliseconds('acquired_ms'),
  },
  table => [
    ...mirrorsAccountFact('account_transfer', table),
    check('direction', sql`direction IN ('in', 'out')`),
    check('quantity', sql`quantity <> 'NaN'`),
    check('basis', sql`basis <> 'NaN'`),
    check('basis_of_what_comes', sql`(direction = 'in') = (basis IS NOT NULL)`),
    check('date_of_what_comes', sql`(direction = 'in') = (acquired_ms IS NOT NULL)`),
  ],
);

export const accountReward = tb.table(
  'account_reward',
  {
    ...accountColumns(),
    purpose: text('purpose').notNull(),
    asset: text('asset').notNull(),
    quantity: amount('quantity').notNull(),
    fee: amount('fee').notNull(),
    value: amount('value').notNull(),
  },
  table => [
    ...mirrorsAccountFact('account_reward', table),
    check('purpose', sql`purpose IN ('income', 'funding', 'rounding')`),
    check('amounts', sql`quantity + fee + value <> 'NaN'`),
  ],
);

export const accountCharge = tb.table(
  'account_charge',
  { ...accountColumns(), purpose: text('purpose').notNull(), asset: text('asset').notNull(), quantity: amount('quantity').notNull(), value: amount('value').notNull() },
  table => [
    ...mirrorsAccountFact('account_charge', table),
    check('purpose', sql`purpose IN ('fees', 'funding', 'rounding')`),
    check('amounts', sql`quantity + value <> 'NaN'`),
  ],
);

export const assetRenaming = tb.table(
  'asset_renaming',
  {
    ...accountColumns(),
    fromAsset: text('from_asset').notNull(),
    toAsset: text('to_asset').notNull(),
    quantity: amount('quantity').notNull(),
    received: amount('received').notNull(),
  },
  table => [...mirrorsAccountFact('asset_renaming', table), check('amounts', sql`quantity + received <> 'NaN'`)],
);
