/** What everything else refers to: the version of the schema, the store, markets, their rules, accounts and series. */
import { sql } from 'drizzle-orm';
import { check, integer, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { amount, bytea, keyOf, milliseconds, tb } from './columns.ts';

export const schemaVersion = tb.table(
  'schema_version',
  {
    version: integer('version').primaryKey(),
    name: text('name').notNull(),
    sha256: bytea('sha256').notNull(),
    appliedMs: milliseconds('applied_ms').notNull(),
  },
  () => [check('version', sql`version > 0`), check('sha256', sql`octet_length(sha256) = 32`)],
);

export const store = tb.table(
  'store',
  { id: uuid('id').primaryKey(), createdMs: milliseconds('created_ms').notNull() },
  () => [uniqueIndex('store_is_one').on(sql`(true)`)],
);

export const instrument = tb.table(
  'instrument',
  { symbol: text('symbol').primaryKey(), base: text('base').notNull(), quote: text('quote').notNull() },
  () => [check('base', sql`base <> ''`), check('quote', sql`quote <> ''`), check('symbol', sql`symbol = base || '/' || quote`)],
);

export const instrumentRule = tb.table(
  'instrument_rule',
  {
    symbol: text('symbol').notNull().references(() => instrument.symbol),
    fromHour: integer('from_hour').notNull(),
    tick: amount('tick').notNull(),
    lot: amount('lot').notNull(),
    minNotional: amount('min_notional').notNull(),
    baseDecimals: integer('base_decimals').notNull(),
    quoteDecimals: integer('quote_decimals').notNull(),
    halfSpreadBps: integer('half_spread_bps').notNull(),
    source: text('source').notNull(),
    recordedMs: milliseconds('recorded_ms').notNull(),
    makerPpm: integer('maker_ppm'),
    takerPpm: integer('taker_ppm'),
    feeIn: text('fee_in'),
    minQuantity: amount('min_quantity'),
  },
  table => [
    keyOf([table.symbol, table.fromHour, table.recordedMs]),
    check('tick', sql`tick > 0`),
    check('lot', sql`lot > 0`),
    check('min_notional', sql`min_notional >= 0`),
    check('base_decimals', sql`base_decimals BETWEEN 0 AND 18`),
    check('quote_decimals', sql`quote_decimals BETWEEN 0 AND 18`),
    check('half_spread_bps', sql`half_spread_bps >= 0`),
    check('amounts', sql`tick + lot + min_notional <> 'NaN'`),
    check('fee_in', sql`fee_in <> ''`),
    check('min_quantity', sql`min_quantity > 0 AND min_quantity <> 'NaN'`),
    check('fees_are_told_together', sql`(maker_ppm IS NULL) = (taker_ppm IS NULL) AND (maker_ppm IS NULL) = (fee_in IS NULL)`),
    check('fees_are_shares', sql`maker_ppm BETWEEN -1000000 AND 1000000 AND taker_ppm BETWEEN -1000000 AND 1000000`),
  ],
);

export const account = tb.table(
  'account',
  { id: text('id').primaryKey(), kind: text('kind').notNull(), createdMs: milliseconds('created_ms').notNull() },
  () => [check('id', sql`id <> ''`), check('kind', sql`kind IN ('SPOT_CASH', 'DERIVATIVE')`)],
);

export const series = tb.table(
  'series',
  {
    id: integer('id').primaryKey().generatedByDefaultAsIdentity(),
    symbol: text('symbol').notNull().references(() => instrument.symbol),
    timeframe: text('timeframe').notNull(),
  },
  table => [unique('series_unique').on(table.symbol, table.timeframe), check('timeframe', sql`timeframe IN ('1m', '5m', '15m', '1h')`)],
);
