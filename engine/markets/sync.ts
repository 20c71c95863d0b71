/**
 * Brings series that a venue was asked for before up to now: what opened since, the last candles again in case the venue changed
 * them, and, as it stands at this moment, what it says of the markets and of their order books.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { SourceError } from '../../adapters/exchange/source-error.ts';
import { readFollowed } from '../../adapters/store/deliveries.ts';
import type { Followed } from '../../adapters/store/deliveries.ts';
import { recordBookTops, recordListings, recordRule } from '../../adapters/store/venue-records.ts';
import type { Listing } from '../../adapters/store/venue-records.ts';
import type { MarketSource, VenueMarket } from '../../adapters/ports.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { collectCandles, UNWATCHED } from './collect-candles.ts';
import type { Collected } from './collect-candles.ts';
import { listingOf, ruleOf } from './venue-rules.ts';

export type SyncRequest = Readonly<{
  /** Null brings everything up to date that the source was asked for before. */
  symbols: readonly MarketSymbol[] | null;
  /** Candles before the end of what is covered that are asked for again. */
  again: number;
  nowMs: TimeMs;
}>;

export type SyncedSeries = Readonly<{ series: Series; fromMs: TimeMs; collected: Collected }>;
/** A market whose answer could not be used; the others are asked all the same. */
export type UnreadSeries = Readonly<{ series: Series; error: SourceError }>;
export type VenueNow = Readonly<{ booksRecorded: number; rulesRecorded: readonly MarketSymbol[]; listingChanges: readonly Listing[] }>;
/** `unlisted` are followed and gone from the venue: nothing can be asked of them any more. */
export type SyncedCandles = Readonly<{ series: readonly SyncedSeries[]; unread: readonly UnreadSeries[]; unlisted: readonly MarketSymbol[] }>;
/** `venueFailure` is why what else the venue tells could not be recorded; candles are kept all the same. */
export type Synced = SyncedCandles & VenueNow & Readonly<{ venueFailure: SourceError | null }>;

const NOTHING_RECORDED: VenueNow = { booksRecorded: 0, rulesRecorded: [], listingChanges: [] };

/** The series of a source that are followed; with symbols, those of them. */
export const followedOf = async (client: StoreClient, source: string, symbols: readonly MarketSymbol[] | null): Promise<readonly Followed[]> =>
  (await readFollowed(client)).filter(one => one.source === source && (symbols === null || symbols.includes(one.series.symbol)));

export const sync = async (client: StoreClient, source: MarketSource, request: SyncRequest): Promise<Synced> => {
  const markets = await source.markets();
  const candles = await syncCandles(client, source, { ...request, markets });
  try {
    return { ...candles, ...(await syncVenue(client, source, { ...request, markets })), venueFailure: null };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { ...candles, ...NOTHING_RECORDED, venueFailure: error };
  }
};

export type ListedRequest = SyncRequest & Readonly<{ markets: readonly VenueMarket[] }>;

/** Candles alone, one series after another. What was committed before a failure stays; an answer that cannot be read costs its own market alone. */
export const syncCandles = async (client: StoreClient, source: MarketSource, { symbols, again, nowMs, markets }: ListedRequest): Promise<SyncedCandles> => {
  const listed = new Set(markets.map(({ symbol }) => symbol));
  const followed = await followedOf(client, source.id, symbols);
  const synced: SyncedSeries[] = [];
  const unread: UnreadSeries[] = [];
  for (const { series, coveredToMs } of followed) {
    const lengthMs = timeframeMs(series.timeframe);
    const range = { fromMs: timeMs(Math.max(0, coveredToMs - again * lengthMs)), toMs: timeMs(Math.floor(nowMs / lengthMs) * lengthMs) };
    if (range.fromMs >= range.toMs || !listed.has(series.symbol)) continue;
    try {
      synced.push({ series, fromMs: range.fromMs, collected: await collectCandles(client, { source, series, range, watch: UNWATCHED }) });
    } catch (error) {
      if (!(error instanceof SourceError) || error.failure !== 'malformed') throw error;
      unread.push({ series, error });
    }
  }
  return { series: synced, unread, unlisted: [...new Set(followed.map(({ series: { symbol } }) => symbol))].filter(symbol => !listed.has(symbol)) };
};

/** What the venue says of its markets, and the tops of the books of those that are followed. */
export const syncVenue = async (client: StoreClient, source: MarketSource, { symbols, nowMs, markets }: ListedRequest): Promise<VenueNow> => {
  const followed = new Set((await followedOf(client, source.id, symbols)).map(({ series: { symbol } }) => symbol));
  const listed = markets.map(({ symbol }) => symbol).filter(symbol => followed.has(symbol));
  const recorded = await recordVenue(client, source.id, { markets, symbols: listed, nowMs });
  return { ...recorded, booksRecorded: await recordBookTops(client, source.id, await source.topOfBook(listed)) };
};

type VenueTold = Readonly<{ markets: readonly VenueMarket[]; symbols: readonly MarketSymbol[]; nowMs: TimeMs }>;

/** Listings of all its markets, and the rules of those named. */
export const recordVenue = async (client: StoreClient, source: string, { markets, symbols, nowMs }: VenueTold): Promise<Omit<VenueNow, 'booksRecorded'>> => {
  const listingChanges = await recordListings(client, source, { listings: markets.map(listingOf), nowMs });
  const rulesRecorded: MarketSymbol[] = [];
  for (const market of markets) {
    if (!symbols.includes(market.symbol)) continue;
    const rule = ruleOf(market);
    if (rule !== null && (await recordRule(client, source, rule, nowMs))) rulesRecorded.push(market.symbol);
  }
  return { listingChanges, rulesRecorded };
};
