/**
 * Brings series that a venue was asked for before up to now: what opened since, the last candles again in case the venue changed
 * them, and, as it stands at this moment, what it says of the markets and of their order books.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readFollowed } from '../../adapters/store/deliveries.ts';
import type { Followed } from '../../adapters/store/deliveries.ts';
import { recordBookTops, recordListings, recordRule } from '../../adapters/store/venue-records.ts';
import type { Listing } from '../../adapters/store/venue-records.ts';
import type { MarketSource } from '../../adapters/ports.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { collectCandles } from './collect-candles.ts';
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
export type Synced = Readonly<{ series: readonly SyncedSeries[]; booksRecorded: number; rulesRecorded: readonly MarketSymbol[]; listingChanges: readonly Listing[] }>;

/** The series of a source that are followed; with symbols, those of them. */
export const followedOf = async (client: StoreClient, source: string, symbols: readonly MarketSymbol[] | null): Promise<readonly Followed[]> =>
  (await readFollowed(client)).filter(one => one.source === source && (symbols === null || symbols.includes(one.series.symbol)));

export const sync = async (client: StoreClient, source: MarketSource, { symbols, again, nowMs }: SyncRequest): Promise<Synced> => {
  const followed = await followedOf(client, source.id, symbols);
  const series: SyncedSeries[] = [];
  for (const { series: one, coveredToMs } of followed) {
    const lengthMs = timeframeMs(one.timeframe);
    const range = { fromMs: timeMs(Math.max(0, coveredToMs - again * lengthMs)), toMs: timeMs(Math.floor(nowMs / lengthMs) * lengthMs) };
    if (range.fromMs >= range.toMs) continue;
    series.push({ series: one, fromMs: range.fromMs, collected: await collectCandles(client, { source, series: one, range, onCovered: () => undefined }) });
  }
  const markets = [...new Set(followed.map(({ series: { symbol } }) => symbol))];
  return { series, ...(await recordVenue(client, source, markets, nowMs)), booksRecorded: await recordBookTops(client, source.id, await source.topOfBook(markets)) };
};

/** Listings of all its markets, and the rules of those that are followed. */
export const recordVenue = async (client: StoreClient, source: MarketSource, symbols: readonly MarketSymbol[], nowMs: TimeMs): Promise<Pick<Synced, 'rulesRecorded' | 'listingChanges'>> => {
  const markets = await source.markets();
  const listingChanges = await recordListings(client, source.id, { listings: markets.map(listingOf), nowMs });
  const rulesRecorded: MarketSymbol[] = [];
  for (const market of markets) {
    if (!symbols.includes(market.symbol)) continue;
    const rule = ruleOf(market);
    if (rule !== null && (await recordRule(client, source.id, rule, nowMs))) rulesRecorded.push(market.symbol);
  }
  return { listingChanges, rulesRecorded };
};
