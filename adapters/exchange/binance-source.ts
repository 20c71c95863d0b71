/**
 * Candles of Binance's spot markets from its klines, a thousand to a page. An hour that is absent in the middle of its history is
 * one that nobody told us of: Binance writes a kline for quiet hours as well.
 */
import { z } from 'zod';
import { formatTime } from '../../core/kernel/hours.ts';
import { price, quantity, timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { CandlePage, CandleRequest, MarketSource, TopOfBook } from '../ports.ts';
import { readShape } from './answer-shape.ts';
import { readBinanceMarkets } from './binance-markets.ts';
import { candlesOfRows } from './candle-rows.ts';
import type { CandleRow } from './candle-rows.ts';
import { ccxtClient } from './ccxt-client.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { closedUntil } from './closed-until.ts';
import { neededAmount } from './exact-fields.ts';
import { newReceipt } from './http-answer.ts';
import { marketNames } from './market-names.ts';
import { pageOf, pagesThrough, startOf } from './page-cursor.ts';
import { malformed } from './source-error.ts';
import type { Asked } from './source-error.ts';
import { sourceOptions } from './source-options.ts';
import type { GivenOptions } from './source-options.ts';

const SOURCE = 'binance';
const KLINES_MAX = 1_000;

const KLINES = z.array(z.tuple([z.number(), z.string(), z.string(), z.string(), z.string(), z.string(), z.number(), z.string(), z.number()]).rest(z.unknown()));
const SERVER_TIME = z.object({ serverTime: z.number().int().nonnegative() });
const BOOK_TICKERS = z.array(z.object({ symbol: z.string(), bidPrice: z.string(), bidQty: z.string(), askPrice: z.string(), askQty: z.string() }));

const rowsOf = (response: unknown, asked: Asked, timeframe: Timeframe): readonly CandleRow[] =>
  readShape(KLINES, response, asked).map(([openMs, open, high, low, close, volume, closeMs, , trades], index) => {
    if (closeMs !== openMs + timeframeMs(timeframe) - 1) throw malformed(asked, `row ${index + 1}: it lasts from ${openMs} to ${closeMs}, which is no candle of ${timeframe}`);
    return { openMs, values: { open, high, low, close, volume }, trades };
  });

type Stretch = Readonly<{ client: CcxtClient; venueId: string; request: CandleRequest; fromMs: TimeMs; endMs: TimeMs }>;

/** One page: what the answer holds, and until where it is complete. Only an answer without any candle says that none is left. */
const nextPage = async ({ client, venueId, request, fromMs, endMs }: Stretch): Promise<CandlePage> => {
  const { series } = request;
  const receipt = newReceipt();
  const candles = await client.ask({
    asked: `klines of ${venueId} in ${series.timeframe} from ${formatTime(fromMs)}`,
    receipt,
    call: exchange => exchange['publicGetKlines']({ symbol: venueId, interval: series.timeframe, startTime: fromMs, endTime: endMs - 1, limit: KLINES_MAX }),
    read: (response, asked) => candlesOfRows(asked, { series, fromMs, toMs: endMs }, rowsOf(response, asked, series.timeframe)),
  });
  const last = candles[candles.length - 1];
  const toMs = last === undefined ? endMs : timeMs(last.openMs + timeframeMs(series.timeframe));
  return pageOf({ source: SOURCE, series, candles, fromMs, toMs, receipt });
};

const topOfBook = async (client: CcxtClient, wanted: readonly Readonly<{ symbol: MarketSymbol; venueId: string }>[], now: () => TimeMs): Promise<readonly TopOfBook[]> => {
  if (wanted.length === 0) return [];
  const asked: Asked = { source: SOURCE, asked: `the top of the book of ${wanted.length} markets` };
  const tickers = await client.ask({
    asked: asked.asked,
    call: exchange => exchange['publicGetTickerBookTicker']({ symbols: JSON.stringify(wanted.map(({ venueId }) => venueId)) }),
    read: (response, where) => new Map(readShape(BOOK_TICKERS, response, where).map(ticker => [ticker.symbol, ticker])),
  });
  return wanted.flatMap(({ symbol, venueId }) => {
    const ticker = tickers.get(venueId);
    if (ticker === undefined) return [];
    const [bid, ask] = [neededAmount(asked, 'bid', ticker.bidPrice), neededAmount(asked, 'ask', ticker.askPrice)];
    if (bid === 0n || ask === 0n) return [];
    const sizes = { bidQuantity: quantity(neededAmount(asked, 'bid quantity', ticker.bidQty)), askQuantity: quantity(neededAmount(asked, 'ask quantity', ticker.askQty)) };
    return [{ symbol, bid: price(bid), ask: price(ask), ...sizes, venueMs: null, receivedMs: now() }];
  });
};

/** Binance's public market data. Nothing is sent before the first question. */
export const binanceSource = (given: GivenOptions): MarketSource => {
  const options = sourceOptions(given);
  const client = ccxtClient({ id: SOURCE, exactly: false }, options);
  const names = marketNames(SOURCE, () => client.ask({ asked: 'its markets', call: exchange => exchange['publicGetExchangeInfo'](), read: readBinanceMarkets }));
  const now = async (): Promise<TimeMs> =>
    client.ask({ asked: 'its time', call: exchange => exchange['publicGetTime'](), read: (response, asked) => timeMs(readShape(SERVER_TIME, response, asked).serverTime) });
  const closed = closedUntil(now, options);
  return {
    id: SOURCE,
    absent: 'missing',
    format: 'binance-api',
    candles: async function* candles(request) {
      const { symbol, timeframe } = request.series;
      const { venueId } = await names.marketOf(symbol);
      const endMs = await closed({ timeframe, toMs: request.toMs });
      yield* pagesThrough({ fromMs: startOf(SOURCE, request), endMs }, fromMs => nextPage({ client, venueId, request, fromMs, endMs }));
    },
    markets: names.list,
    topOfBook: async symbols => topOfBook(client, await Promise.all(symbols.map(names.marketOf)), options.now),
    now,
    tally: client.tally.read,
    close: client.close,
  };
};
