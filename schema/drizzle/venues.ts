/** What venues told us beside candles: what they list and the top of their order books; and the universes asked of them. */
import { sql } from 'drizzle-orm';
import { check, integer, text, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, keyOf, milliseconds, tb } from './columns.ts';

export const listing = tb.table(
  'listing',
  {
    source: text('source').notNull(),
    symbol: text('symbol').notNull(),
    recordedMs: milliseconds('recorded_ms').notNull(),
    venueSymbol: text('venue_symbol').notNull(),
    status: text('status').notNull(),
  },
  table => [
    keyOf([table.source, table.symbol, table.recordedMs]),
    check('source', sql`source <> ''`),
    check('symbol', sql`symbol ~ '^[A-Z0-9]+/[A-Z0-9]+$'`),
    check('venue_symbol', sql`venue_symbol <> ''`),
    check('status', sql`status IN ('trading', 'halted', 'delisted')`),
  ],
);

export const universe = tb.table(
  'universe',
  { name: text('name').primaryKey(), digest: bytea('digest').notNull(), recordedMs: milliseconds('recorded_ms').notNull() },
  () => [check('name', sql`name ~ '^[A-Z][A-Z0-9_]*_V[0-9]+(_[A-Z0-9_]+)?$'`), check('digest', sql`octet_length(digest) = 32`)],
);

export const universeMember = tb.table(
  'universe_member',
  {
    universe: text('universe').notNull().references(() => universe.name),
    rank: integer('rank').notNull(),
    asset: text('asset').notNull(),
    formerly: text('formerly'),
  },
  table => [
    keyOf([table.universe, table.rank]),
    unique('universe_has_an_asset_once').on(table.universe, table.asset),
    check('rank', sql`rank >= 1`),
    check('asset', sql`asset ~ '^[A-Z0-9]+$'`),
    check('formerly', sql`formerly ~ '^[A-Z0-9]+$' AND formerly <> asset`),
  ],
);

export const bookTop = tb.table(
  'book_top',
  {
    source: text('source').notNull(),
    symbol: text('symbol').notNull(),
    receivedMs: milliseconds('received_ms').notNull(),
    hour: integer('hour').notNull(),
    bid: amount('bid').notNull(),
    bidQuantity: amount('bid_quantity').notNull(),
    ask: amount('ask').notNull(),
    askQuantity: amount('ask_quantity').notNull(),
    venueMs: milliseconds('venue_ms'),
  },
  table => [
    keyOf([table.source, table.symbol, table.receivedMs]),
    check('source', sql`source <> ''`),
    check('symbol', sql`symbol ~ '^[A-Z0-9]+/[A-Z0-9]+$'`),
    check('hour', sql`hour = floor(received_ms / 3600000.0)`),
    check('bid', sql`bid > 0 AND bid <> 'NaN'`),
    check('bid_quantity', sql`bid_quantity >= 0 AND bid_quantity <> 'NaN'`),
    check('ask', sql`ask > 0 AND ask <> 'NaN'`),
    check('ask_quantity', sql`ask_quantity >= 0 AND ask_quantity <> 'NaN'`),
  ],
);
