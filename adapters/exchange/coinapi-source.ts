/**
 * Deep history and the list of assets from CoinAPI, for the market of one exchange. Periods without trades are left out of its
 * answers, and so are those that it did not record; they cannot be told apart, so an absent candle is one that nobody told us of.
 */
import { z } from 'zod';
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { asset, baseOf, marketSymbol, price, quantity, quoteOf, timeMs } from '../../core/kernel/units.ts';
import type { Asset, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { CandlePage, CandleRequest, MarketSource, TopOfBook, VenueMarket } from '../ports.ts';
import { readShape } from './answer-shape.ts';
import { candlesOfRows } from './candle-rows.ts';
import type { CandleRow } from './candle-rows.ts';
import { closedUntil } from './closed-until.ts';
import { amountOf, decimalsOfStep } from './exact-fields.ts';
import { newReceipt } from './http-answer.ts';
import { jsonClient } from './json-client.ts';
import type { JsonClient } from './json-client.ts';
import { marketNames } from './market-names.ts';
import { pageOf, pagesThrough, startOf } from './page-cursor.ts';
import { malformed, SourceError } from './source-error.ts';
import type { Asked } from './source-error.ts';
import { sourceOptions } from './source-options.ts';
import type { GivenOptions } from './source-options.ts';

const SOURCE = 'coinapi';
const HOME = 'https://rest.coinapi.io';
/** The most it gives at once is 100,000, and each hundred counts as a request of the plan. */
const CANDLES_MAX = 10_000;
const PERIODS: Readonly<Record<Timeframe, string>> = { '1m': '1MIN', '5m': '5MIN', '15m': '15MIN', '1h': '1HRS' };

/** A key from the environment and the exchange whose markets are meant, in CoinAPI's spelling. */
export type CoinApiAccess = Readonly<{ key: string | null; exchange: string }>;

/** An asset as the list tells it; the volume of a day in USD ranks a universe. */
export type ListedAsset = Readonly<{ asset: Asset; name: string; isCrypto: boolean; volumeUsd: string | null; priceUsd: string | null; firstDay: string | null; lastDay: string | null }>;
export type CoinApiSource = MarketSource & Readonly<{ assets: () => Promise<readonly ListedAsset[]> }>;

const CANDLES = z.array(z.object({
  time_period_start: z.string(), time_period_end: z.string(), price_open: z.string(), price_high: z.string(), price_low: z.string(), price_close: z.string(),
  volume_traded: z.string(), trades_count: z.string().regex(/^\d{1,15}$/).optional(),
}));
const SYMBOLS = z.array(z.object({
  symbol_id: z.string(), symbol_type: z.string(), asset_id_base: z.string().optional(), asset_id_quote: z.string().optional(), symbol_id_exchange: z.string().optional(),
  data_end: z.string().optional(), price_precision: z.string().optional(), size_precision: z.string().optional(),
}));
const ASSETS = z.array(z.object({
  asset_id: z.string(), name: z.string().optional(), type_is_crypto: z.string(), volume_1day_usd: z.string().optional(), price_usd: z.string().optional(),
  data_start: z.string().optional(), data_end: z.string().optional(),
}));

/** Times are written with seven decimals of a second; candles lie on whole ones. */
const momentOf = (asked: Asked, text: string): number => {
  const time = parseTime(text.replace(/\.0+Z$/, 'Z'));
  if (time === null) throw malformed(asked, `${text} is no time on a whole second`);
  return time;
};

const rowsOf = (response: unknown, asked: Asked, timeframe: Timeframe): readonly CandleRow[] =>
  readShape(CANDLES, response, asked).map((row, index) => {
    const [openMs, endMs] = [momentOf(asked, row.time_period_start), momentOf(asked, row.time_period_end)];
    if (endMs - openMs !== timeframeMs(timeframe)) throw malformed(asked, `row ${index + 1}: it lasts from ${row.time_period_start} to ${row.time_period_end}, which is no candle of ${timeframe}`);
    const values = { open: row.price_open, high: row.price_high, low: row.price_low, close: row.price_close, volume: row.volume_traded };
    return { openMs, values, trades: row.trades_count === undefined ? null : Number(row.trades_count) };
  });

const marketsOf = (response: unknown, asked: Asked, now: TimeMs): readonly VenueMarket[] =>
  readShape(SYMBOLS, response, asked).flatMap(listed => {
    const { asset_id_base: base, asset_id_quote: quote } = listed;
    if (listed.symbol_type !== 'SPOT' || base === undefined || quote === undefined) return [];
    const [tick, lot] = [amountOf(asked, `price_precision of ${listed.symbol_id}`, listed.price_precision), amountOf(asked, `size_precision of ${listed.symbol_id}`, listed.size_precision)];
    const lastDay = listed.data_end === undefined ? null : parseTime(`${listed.data_end.slice(0, 10)}T00:00:00Z`);
    const active = lastDay !== null && now - lastDay < DELISTED_AFTER_MS;
    const rules = { tick: tick === null ? null : price(tick), lot: lot === null ? null : quantity(lot), minQuantity: null, minNotional: null, baseDecimals: lot === null ? null : decimalsOfStep(lot), quoteDecimals: null };
    return [{
      symbol: marketSymbol(`${base}/${quote}`), base: asset(base), quote: asset(quote), venueId: listed.symbol_id, venueName: listed.symbol_id_exchange ?? listed.symbol_id,
      active, venueState: active ? 'recorded' : `recorded until ${listed.data_end ?? 'an unknown day'}`, rules, fees: null,
    }];
  });

/** A market that nothing was recorded of for a week is taken for gone. */
const DELISTED_AFTER_MS = 7 * 86_400_000;

type Stretch = Readonly<{ client: JsonClient; venueId: string; request: CandleRequest; fromMs: TimeMs; endMs: TimeMs }>;

/** One page. It is complete up to its last candle when it is full, and up to the end of what was asked for when it is not. */
const nextPage = async ({ client, venueId, request: { series }, fromMs, endMs }: Stretch): Promise<CandlePage> => {
  const receipt = newReceipt();
  const lengthMs = timeframeMs(series.timeframe);
  const windowMs = timeMs(Math.min(endMs, fromMs + CANDLES_MAX * lengthMs));
  const query = new URLSearchParams({ period_id: PERIODS[series.timeframe], time_start: formatTime(fromMs), time_end: formatTime(windowMs), limit: String(CANDLES_MAX), include_empty_items: 'false' });
  const candles = await client.ask({
    asked: `candles of ${venueId} in ${series.timeframe} from ${formatTime(fromMs)}`,
    path: `/v1/ohlcv/${encodeURIComponent(venueId)}/history?${query.toString()}`,
    receipt,
    read: (response, asked) => candlesOfRows(asked, { series, fromMs, toMs: windowMs }, rowsOf(response, asked, series.timeframe)),
  });
  return pageOf({ source: SOURCE, series, candles, fromMs, toMs: windowMs, receipt });
};

const assetsOf = (response: unknown, asked: Asked): readonly ListedAsset[] =>
  readShape(ASSETS, response, asked).map(listed => ({
    asset: asset(listed.asset_id),
    name: listed.name ?? listed.asset_id,
    isCrypto: listed.type_is_crypto === '1',
    volumeUsd: listed.volume_1day_usd ?? null,
    priceUsd: listed.price_usd ?? null,
    firstDay: listed.data_start ?? null,
    lastDay: listed.data_end ?? null,
  }));

const requireKey = (key: string | null): string => {
  if (key !== null && key !== '') return key;
  throw new SourceError({ source: SOURCE, failure: 'no-key', asked: 'opening the source', reason: 'it wants a key and COINAPI_KEY is not set', hint: 'Set COINAPI_KEY to a key of an account at CoinAPI.' });
};

const BOOK = z.object({ ask_price: z.string(), ask_size: z.string(), bid_price: z.string(), bid_size: z.string(), time_exchange: z.string().optional() });

/** Null where a side of the book is empty. A size of zero is one that CoinAPI does not know. */
const topOf = async (client: JsonClient, symbol: MarketSymbol, venueId: string, now: () => TimeMs): Promise<TopOfBook | null> => {
  const asked: Asked = { source: SOURCE, asked: `the top of the book of ${symbol}` };
  const quote = await client.ask({ asked: asked.asked, path: `/v1/quotes/${encodeURIComponent(venueId)}/current`, read: (response, where) => readShape(BOOK, response, where) });
  const amount = (name: string, field: string): bigint => amountOf(asked, name, field) ?? 0n;
  const [bid, ask] = [amount('bid', quote.bid_price), amount('ask', quote.ask_price)];
  if (bid === 0n || ask === 0n) return null;
  return {
    symbol, bid: price(bid), bidQuantity: quantity(amount('bid size', quote.bid_size)), ask: price(ask), askQuantity: quantity(amount('ask size', quote.ask_size)),
    venueMs: quote.time_exchange === undefined ? null : parseTime(quote.time_exchange.replace(/(\.\d{3})\d*Z$/, '$1Z')), receivedMs: now(),
  };
};

/** CoinAPI for the markets of one exchange. Throws when no key is set; nothing is sent before the first question. */
export const coinApiSource = ({ key, exchange }: CoinApiAccess, given: GivenOptions): CoinApiSource => {
  const options = sourceOptions(given);
  const client = jsonClient({ source: SOURCE, baseUrl: options.baseUrl ?? HOME, headers: { Accept: 'application/json', 'X-CoinAPI-Key': requireKey(key) }, options });
  const path = `/v1/symbols?filter_exchange_id=${encodeURIComponent(exchange)}`;
  const names = marketNames(SOURCE, () => client.ask({ asked: `the markets of ${exchange}`, path, read: (response, asked) => marketsOf(response, asked, options.now()) }));
  /** It has no clock to ask; ours alone decides, an hour's candle at the earliest after the settling time. */
  const now = (): Promise<TimeMs> => Promise.resolve(options.now());
  const closed = closedUntil(now, options);
  return {
    id: SOURCE,
    absent: 'missing',
    format: 'coinapi',
    candles: async function* candles(request) {
      const { symbol, timeframe } = request.series;
      const venueId = `${exchange}_SPOT_${baseOf(symbol)}_${quoteOf(symbol)}`;
      const endMs = await closed({ timeframe, toMs: request.toMs });
      yield* pagesThrough({ fromMs: startOf(SOURCE, request), endMs }, fromMs => nextPage({ client, venueId, request, fromMs, endMs }));
    },
    markets: names.list,
    topOfBook: async symbols =>
      (await Promise.all(symbols.map(async symbol => topOf(client, symbol, (await names.marketOf(symbol)).venueId, options.now)))).filter(top => top !== null),
    now,
    assets: () => client.ask({ asked: 'its assets', path: '/v1/assets', read: assetsOf }),
    tally: client.tally.read,
    close: () => Promise.resolve(),
  };
};
