/**
 * What venues told beside candles, as recorded facts: what they list, the rules and fees of a market from an hour on, the top of
 * a book, and the universes asked of them. A record that says what the one before it said is not written again.
 */
import type pg from 'pg';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { hourContaining } from '../../core/kernel/hours.ts';
import { baseOf, quoteOf } from '../../core/kernel/units.ts';
import type { Asset, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { TopOfBook } from '../ports.ts';
import { inTransaction } from './transaction.ts';

export type ListingStatus = 'trading' | 'halted' | 'delisted';
export type Listing = Readonly<{ symbol: MarketSymbol; venueSymbol: string; status: ListingStatus }>;

const LISTINGS = `
  SELECT DISTINCT ON (symbol) symbol, venue_symbol, status FROM tb.listing WHERE source = $1
  ORDER BY symbol, recorded_ms DESC`;

type ListingRow = Readonly<{ symbol: MarketSymbol; venue_symbol: string; status: ListingStatus }>;

/** The latest record of every market that a venue ever listed, by symbol. */
export const readListings = async (client: pg.ClientBase, source: string): Promise<readonly Listing[]> => {
  const { rows } = await client.query<ListingRow>(LISTINGS, [source]);
  return rows.map(({ symbol, venue_symbol, status }) => ({ symbol, venueSymbol: venue_symbol, status }));
};

const INSERT_LISTINGS = `
  INSERT INTO tb.listing (source, symbol, recorded_ms, venue_symbol, status)
  SELECT $1, told.symbol, $2, told.venue_symbol, told.status FROM unnest($3::text[], $4::text[], $5::text[]) AS told(symbol, venue_symbol, status)
  ON CONFLICT DO NOTHING`;

/** Records what changed since the latest record, and as delisted what was listed and is not told of any more. Returns the changes. */
export const recordListings = (client: pg.ClientBase, source: string, { listings, nowMs }: Readonly<{ listings: readonly Listing[]; nowMs: TimeMs }>): Promise<readonly Listing[]> =>
  inTransaction(client, async () => {
    const before = new Map((await readListings(client, source)).map(listing => [listing.symbol, listing]));
    const told = new Set(listings.map(({ symbol }) => symbol));
    const gone = [...before.values()].filter(({ symbol, status }) => !told.has(symbol) && status !== 'delisted').map(listing => ({ ...listing, status: 'delisted' as const }));
    const changed = listings.filter(({ symbol, venueSymbol, status }) => before.get(symbol)?.status !== status || before.get(symbol)?.venueSymbol !== venueSymbol);
    const changes = [...changed, ...gone];
    await client.query(INSERT_LISTINGS, [source, nowMs, changes.map(({ symbol }) => symbol), changes.map(({ venueSymbol }) => venueSymbol), changes.map(({ status }) => status)]);
    return changes;
  });

/** Decimal texts; `feeIn` is quote, received or an asset. */
export type RuleRecord = Readonly<{
  symbol: MarketSymbol;
  tick: string;
  lot: string;
  minNotional: string;
  minQuantity: string | null;
  baseDecimals: number;
  quoteDecimals: number;
  halfSpreadBps: number;
  makerPpm: number | null;
  takerPpm: number | null;
  feeIn: string | null;
}>;

const LATEST_RULE = `
  SELECT 1 FROM (
    SELECT tick, lot, min_notional, min_quantity, base_decimals, quote_decimals, half_spread_bps, maker_ppm, taker_ppm, fee_in
    FROM tb.instrument_rule WHERE symbol = $1 AND source = $2 ORDER BY from_hour DESC, recorded_ms DESC LIMIT 1
  ) latest
  WHERE latest IS NOT DISTINCT FROM ROW($3::numeric(38,18), $4::numeric(38,18), $5::numeric(38,18), $6::numeric(38,18), $7::int, $8::int, $9::int, $10::int, $11::int, $12::text COLLATE "C")`;

const INSERT_RULE = `
  INSERT INTO tb.instrument_rule (symbol, source, tick, lot, min_notional, min_quantity, base_decimals, quote_decimals, half_spread_bps, maker_ppm, taker_ppm, fee_in, from_hour, recorded_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`;

/** Rules hold from the hour they were recorded in: what held before nobody told us. Returns whether they were new. */
export const recordRule = (client: pg.ClientBase, source: string, rule: RuleRecord, nowMs: TimeMs): Promise<boolean> =>
  inTransaction(client, async () => {
    const values = [rule.symbol, source, rule.tick, rule.lot, rule.minNotional, rule.minQuantity, rule.baseDecimals, rule.quoteDecimals, rule.halfSpreadBps, rule.makerPpm, rule.takerPpm, rule.feeIn];
    if ((await client.query(LATEST_RULE, values)).rowCount !== 0) return false;
    await client.query('INSERT INTO tb.instrument (symbol, base, quote) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [rule.symbol, baseOf(rule.symbol), quoteOf(rule.symbol)]);
    return (await client.query(INSERT_RULE, [...values, hourContaining(nowMs), nowMs])).rowCount === 1;
  });

const INSERT_TOPS = `
  INSERT INTO tb.book_top (source, symbol, received_ms, hour, bid, bid_quantity, ask, ask_quantity, venue_ms)
  SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::int[], $5::numeric[], $6::numeric[], $7::numeric[], $8::numeric[], $9::bigint[])
  ON CONFLICT DO NOTHING`;

/** Returns how many were recorded. */
export const recordBookTops = async (client: pg.ClientBase, source: string, tops: readonly TopOfBook[]): Promise<number> => {
  const { rowCount } = await client.query(INSERT_TOPS, [
    source,
    tops.map(({ symbol }) => symbol),
    tops.map(({ receivedMs }) => receivedMs),
    tops.map(({ receivedMs }) => hourContaining(receivedMs)),
    tops.map(({ bid }) => formatDecimal(bid)),
    tops.map(({ bidQuantity }) => formatDecimal(bidQuantity)),
    tops.map(({ ask }) => formatDecimal(ask)),
    tops.map(({ askQuantity }) => formatDecimal(askQuantity)),
    tops.map(({ venueMs }) => venueMs),
  ]);
  return rowCount ?? 0;
};

export type Universe = Readonly<{ name: string; members: readonly Readonly<{ asset: Asset; formerly: Asset | null }>[] }>;

/** A line each, in order of rank: rank, asset, and the former name where there is one. */
export const membersText = ({ members }: Universe): string => members.map(({ asset, formerly }, index) => `${index + 1} ${asset}${formerly === null ? '' : ` ${formerly}`}\n`).join('');

/** Records a universe once; a name that stands for another list is an assertion of its caller. Returns whether it was new. */
export const recordUniverse = (client: pg.ClientBase, universe: Universe, nowMs: TimeMs): Promise<boolean> =>
  inTransaction(client, async () => {
    const digest = sha256Hex(membersText(universe));
    const { rowCount } = await client.query(`INSERT INTO tb.universe (name, digest, recorded_ms) VALUES ($1, decode($2, 'hex'), $3) ON CONFLICT DO NOTHING`, [universe.name, digest, nowMs]);
    if (rowCount === 0) return false;
    await client.query('INSERT INTO tb.universe_member (universe, rank, asset, formerly) SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[])', [
      universe.name,
      universe.members.map((_, index) => index + 1),
      universe.members.map(({ asset }) => asset),
      universe.members.map(({ formerly }) => formerly),
    ]);
    return true;
  });

export type RecordedUniverse = Readonly<{ name: string; digest: string; recordedMs: TimeMs }>;

export const readUniverses = async (client: pg.ClientBase): Promise<readonly RecordedUniverse[]> => {
  const { rows } = await client.query<{ name: string; digest: string; recorded_ms: TimeMs }>(`SELECT name, encode(digest, 'hex') AS digest, recorded_ms FROM tb.universe ORDER BY name COLLATE "C"`);
  return rows.map(({ name, digest, recorded_ms }) => ({ name, digest, recordedMs: recorded_ms }));
};
