/**
 * Candles of Kraken's spot pairs: the recent ones from its OHLC endpoint, which serves the last 720, everything before from public
 * trades. Both give the same candles. An absent candle means that nobody traded: Kraken publishes every trade.
 */
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { CandlePage, CandleRequest, MarketSource, TopOfBook, VenueMarket } from '../ports.ts';
import { candlesOfRows } from './candle-rows.ts';
import { ccxtClient } from './ccxt-client.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { closedUntil } from './closed-until.ts';
import { newReceipt } from './http-answer.ts';
import { readKrakenTime, readOhlc, readTickers } from './kraken-answers.ts';
import { readKrakenMarkets } from './kraken-markets.ts';
import { candlesOfTrades, KRAKEN } from './kraken-trades.ts';
import { marketNames } from './market-names.ts';
import { pageOf, startOf } from './page-cursor.ts';
import { sourceOptions } from './source-options.ts';
import type { GivenOptions } from './source-options.ts';

/** The endpoint serves 720 candles with the open one; a few less are counted on, because the clock goes on while we ask. */
const OHLC_REACH = 715;

/** From `fromMs` until `endMs`; `closedMs` is the end of the last closed candle of all. */
type Stretch = Readonly<{ client: CcxtClient; market: VenueMarket; request: CandleRequest; fromMs: TimeMs; endMs: TimeMs; closedMs: TimeMs }>;

/**
 * The rest of a series from the OHLC endpoint in one page; null when the endpoint does not reach back to `fromMs`. The newest row
 * is the candle still open, so what comes from its time on is not covered.
 */
const ohlcPage = async ({ client, market, request: { series }, fromMs, endMs }: Stretch): Promise<CandlePage | null> => {
  const lengthMs = timeframeMs(series.timeframe);
  const receipt = newReceipt();
  const { candles, firstMs, lastMs } = await client.ask({
    asked: `candles of ${market.venueId} in ${series.timeframe} from ${formatTime(fromMs)}`,
    receipt,
    call: exchange => exchange['publicGetOHLC']({ pair: market.venueId, interval: lengthMs / 60_000, since: (fromMs - lengthMs) / 1_000 }),
    read: (response, asked) => {
      const page = readOhlc(market)(response, asked);
      return { ...page, candles: candlesOfRows(asked, { series, fromMs, toMs: endMs }, page.rows) };
    },
  });
  if (firstMs === null || lastMs === null || firstMs > fromMs || lastMs <= fromMs) return null;
  const toMs = timeMs(Math.min(endMs, lastMs));
  return pageOf({ source: KRAKEN, series, candles: candles.filter(({ openMs }) => openMs < toMs), fromMs, toMs, receipt });
};

async function* pagesOf(stretch: Stretch): AsyncGenerator<CandlePage, void, void> {
  const { client, market, request, endMs, closedMs } = stretch;
  const reachMs = closedMs - OHLC_REACH * timeframeMs(request.series.timeframe);
  let { fromMs } = stretch;
  while (fromMs < endMs) {
    const recent = fromMs >= reachMs ? await ohlcPage({ ...stretch, fromMs }) : null;
    if (recent !== null) {
      yield recent;
      fromMs = recent.coveredToMs;
      continue;
    }
    const toMs = fromMs < reachMs ? timeMs(Math.min(endMs, reachMs)) : endMs;
    const silentFrom = async (sinceMs: TimeMs): Promise<boolean> => {
      const askedMs = timeMs(Math.max(sinceMs, reachMs));
      const later = askedMs < closedMs ? await ohlcPage({ ...stretch, fromMs: askedMs, endMs: closedMs }) : null;
      return later === null || later.candles.length === 0;
    };
    for await (const page of candlesOfTrades({ client, market, request, fromMs, toMs, silentFrom })) {
      yield page;
      fromMs = page.coveredToMs;
    }
  }
}

const topOfBook = async (client: CcxtClient, markets: readonly VenueMarket[], now: () => TimeMs): Promise<readonly TopOfBook[]> => {
  if (markets.length === 0) return [];
  const best = await client.ask({
    asked: `the top of the book of ${markets.length} markets`,
    call: exchange => exchange['publicGetTicker']({ pair: markets.map(({ venueId }) => venueId).join(',') }),
    read: readTickers,
  });
  return markets.flatMap(({ symbol, venueId, venueName }) => {
    const prices = best.get(venueId) ?? best.get(venueName);
    return prices === undefined ? [] : [{ symbol, ...prices, venueMs: null, receivedMs: now() }];
  });
};

/** Kraken's public market data. Nothing is sent before the first question. */
export const krakenSource = (given: GivenOptions): MarketSource => {
  const options = sourceOptions(given);
  const client = ccxtClient({ id: KRAKEN, exactly: false }, options);
  const names = marketNames(KRAKEN, () => client.ask({ asked: 'its pairs', call: exchange => exchange['publicGetAssetPairs'](), read: readKrakenMarkets(options.assetOfVenueName) }));
  const now = async (): Promise<TimeMs> => client.ask({ asked: 'its time', call: exchange => exchange['publicGetTime'](), read: readKrakenTime });
  const closed = closedUntil(now, options);
  return {
    id: KRAKEN,
    absent: 'quiet',
    format: 'kraken-api',
    candles: async function* candles(request) {
      const { symbol, timeframe } = request.series;
      const market = await names.marketOf(symbol);
      const endMs = await closed({ timeframe, toMs: request.toMs });
      const closedMs = await closed({ timeframe, toMs: timeMs(options.now() + timeframeMs(timeframe)) });
      yield* pagesOf({ client, market, request, fromMs: startOf(KRAKEN, request), endMs, closedMs });
    },
    markets: names.list,
    topOfBook: async (symbols: readonly MarketSymbol[]) => topOfBook(client, await Promise.all(symbols.map(names.marketOf)), options.now),
    now,
    tally: client.tally.read,
    close: client.close,
  };
};
