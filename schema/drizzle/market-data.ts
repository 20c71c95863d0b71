/** Imports, candles and the market facts that name them. */
import { sql } from 'drizzle-orm';
import { check, integer, text, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, count, keyOf, milliseconds, refers, tb } from './columns.ts';
import { series } from './reference.ts';

export const ingest = tb.table(
  'ingest',
  {
    id: count('id').primaryKey().generatedByDefaultAsIdentity(),
    seriesId: integer('series_id').notNull().references(() => series.id),
    source: text('source').notNull(),
    format: text('format').notNull(),
    absent: text('absent').notNull(),
    fileName: text('file_name').notNull(),
    fileSha256: bytea('file_sha256').notNull(),
    fileBytes: count('file_bytes').notNull(),
    receivedMs: milliseconds('received_ms').notNull(),
    firstOpenMs: milliseconds('first_open_ms'),
    lastOpenMs: milliseconds('last_open_ms'),
    added: integer('added').notNull(),
    duplicates: integer('duplicates').notNull(),
    revisions: integer('revisions').notNull(),
    rejected: integer('rejected').notNull(),
    coveredFromMs: milliseconds('covered_from_ms'),
    coveredToMs: milliseconds('covered_to_ms'),
    requests: integer('requests').notNull().default(0),
    retries: integer('retries').notNull().default(0),
    waitedMs: integer('waited_ms').notNull().default(0),
  },
  table => [
    unique('ingest_of_series').on(table.id, table.seriesId),
    check('absent', sql`absent IN ('quiet', 'missing')`),
    check('file_sha256', sql`octet_length(file_sha256) = 32`),
    check('file_bytes', sql`file_bytes >= 0`),
    check('added', sql`added >= 0`),
    check('duplicates', sql`duplicates >= 0`),
    check('revisions', sql`revisions >= 0`),
    check('rejected', sql`rejected >= 0`),
    check('both_ends', sql`(first_open_ms IS NULL) = (last_open_ms IS NULL)`),
    check('ends_ordered', sql`first_open_ms <= last_open_ms`),
    check('requests', sql`requests >= 0`),
    check('retries', sql`retries >= 0`),
    check('waited_ms', sql`waited_ms >= 0`),
    check('covered_has_both_ends', sql`(covered_from_ms IS NULL) = (covered_to_ms IS NULL)`),
    check('covered_is_a_range', sql`covered_from_ms < covered_to_ms`),
    check('covers_what_it_brought', sql`covered_from_ms <= first_open_ms AND last_open_ms < covered_to_ms`),
  ],
);

/** Filled by the database; its reference is deferred there, which drizzle cannot say. */
export const delivery = tb.table(
  'delivery',
  { ingestId: count('ingest_id').notNull(), seriesId: integer('series_id').notNull() },
  table => [keyOf([table.ingestId, table.seriesId]), refers([table.ingestId, table.seriesId], [ingest.id, ingest.seriesId])],
);

export const candle = tb.table(
  'candle',
  {
    seriesId: integer('series_id').notNull(),
    openMs: milliseconds('open_ms').notNull(),
    revision: integer('revision').notNull(),
    open: amount('open').notNull(),
    high: amount('high').notNull(),
    low: amount('low').notNull(),
    close: amount('close').notNull(),
    volume: amount('volume').notNull(),
    trades: count('trades'),
    digest: bytea('digest').notNull(),
    ingestId: count('ingest_id').notNull(),
    receivedMs: milliseconds('received_ms').notNull(),
  },
  table => [
    keyOf([table.seriesId, table.openMs, table.revision]),
    check('revision', sql`revision >= 0`),
    check('volume', sql`volume >= 0 AND volume <> 'NaN'`),
    check('trades', sql`trades >= 0`),
    check('digest', sql`octet_length(digest) = 32`),
    check('prices_are_positive', sql`low > 0`),
    check('low_is_the_lowest', sql`low <= least(open, close)`),
    check('high_is_the_highest', sql`high >= greatest(open, close, low) AND high <> 'NaN'`),
    check('opens_on_the_minute', sql`open_ms % 60000 = 0`),
    check('not_received_before_it_opened', sql`received_ms >= open_ms`),
  ],
);

export const marketFact = tb.table(
  'market_fact',
  { digest: bytea('digest').primaryKey(), bytes: bytea('bytes').notNull() },
  () => [check('content_address', sql`digest = sha256(bytes)`)],
);
