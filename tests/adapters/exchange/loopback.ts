/**
 * Sources of market data against a loopback venue, for tests: opened impatient, so that a failure takes milliseconds, and read to
 * the end into one list. It asserts nothing but that pages join.
 */
import { afterAll } from 'vitest';
import { assetOfKrakenName } from '../../../adapters/market-data/kraken-names.ts';
import type { CandlePage, IncomingCandle, MarketSource } from '../../../adapters/ports.ts';
import type { GivenOptions } from '../../../adapters/exchange/source-options.ts';
import { candleDigest } from '../../../core/market/candle.ts';
import type { Series } from '../../../core/market/candle.ts';
import { marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import { openVenue } from '../../support/venue/server.ts';
import type { Venue, VenueOptions } from '../../support/venue/server.ts';
import type { VenueCandle } from '../../support/venue/history.ts';

/** A venue that is closed after the test file. */
export const venueFor = async (options: VenueOptions): Promise<Venue> => {
  const venue = await openVenue(options);
  afterAll(venue.close);
  return venue;
};

/** Options of a source that asks this venue, by the venue's clock unless told otherwise, without its limit, and soon again. */
export const impatient = (venue: Venue, given: Partial<GivenOptions> = {}): GivenOptions => ({
  assetOfVenueName: assetOfKrakenName,
  baseUrl: venue.url,
  now: () => timeMs(venue.tape.clock.nowMs),
  paced: false,
  settleMs: 0,
  ...given,
  patience: { backoffMs: 2, backoffCapMs: 10, timeoutMs: 2_000, pauseMs: 150, ...given.patience },
});

export const seriesOf = (symbol: string, timeframe: Timeframe = '1h'): Series => ({ symbol: marketSymbol(symbol), timeframe });

export type Read = Readonly<{ candles: readonly IncomingCandle[]; pages: readonly CandlePage[]; coveredToMs: number | null }>;

/** All pages of a request. Throws when one does not begin where the one before ended. */
export const readAll = async (source: MarketSource, series: Series, window: Readonly<{ fromMs: number; toMs: number; cursor?: string }>): Promise<Read> => {
  const pages: CandlePage[] = [];
  for await (const page of source.candles({ series, fromMs: timeMs(window.fromMs), toMs: timeMs(window.toMs), cursor: window.cursor ?? null })) {
    const before = pages[pages.length - 1];
    if (before !== undefined && before.coveredToMs !== page.coveredFromMs) throw new Error(`A page begins at ${page.coveredFromMs}, the one before ended at ${before.coveredToMs}.`);
    pages.push(page);
  }
  return { candles: pages.flatMap(page => page.candles), pages, coveredToMs: pages[pages.length - 1]?.coveredToMs ?? null };
};

/** The digests of candles, which is what a store compares. */
export const digestsOf = (series: Series, candles: readonly Pick<VenueCandle, 'openMs' | 'values'>[]): readonly string[] =>
  candles.map(({ openMs, values }) => candleDigest(series, timeMs(openMs), values));

/** Runs a question that must fail and gives back its error. */
export const failureOf = async (question: Promise<unknown>): Promise<Error> => {
  try {
    await question;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It was expected to fail and did not.');
};
