/**
 * Candles of any exchange that ccxt reads, by its id. ccxt knows the exchange's own format; what it gives is held against the same
 * rules as any other row. What an absent candle means is not known there, so it is one that nobody told us of.
 */
import { z } from 'zod';
import { formatTime } from '../../core/kernel/hours.ts';
import { asset, marketSymbol, money, price, quantity, ratePpm, timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { CandlePage, CandleRequest, MarketSource, TopOfBook, VenueFees, VenueMarket } from '../ports.ts';
import { readShape } from './answer-shape.ts';
import { candlesOfRows } from './candle-rows.ts';
import type { CandleRow } from './candle-rows.ts';
import { ccxtClient } from './ccxt-client.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { closedUntil } from './closed-until.ts';
import { amountOf, decimalsOfStep, neededAmount } from './exact-fields.ts';
import { plainDigits } from './exact-json.ts';
import { newReceipt } from './http-answer.ts';
import { marketNames } from './market-names.ts';
import { pageOf, pagesThrough, startOf } from './page-cursor.ts';
import { SourceError } from './source-error.ts';
import type { Asked } from './source-error.ts';
import { sourceOptions } from './source-options.ts';
import type { GivenOptions } from './source-options.ts';

/** Few exchanges give more at once; a page that asks for a stretch no longer than this is answered in full by nearly all. */
const CANDLES_MAX = 300;

const DIGITS = z.union([z.string(), z.number()]).transform(field => plainDigits(String(field)));
const OHLCV = z.array(z.tuple([z.union([z.number(), z.string().regex(/^\d+$/)]), DIGITS, DIGITS, DIGITS, DIGITS, DIGITS]).rest(z.unknown()));
const FIELD = z.union([z.string(), z.number()]).nullish();
const MARKET = z.object({
  id: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  spot: z.boolean().nullish(),
  active: z.boolean().nullish(),
  maker: FIELD,
  taker: FIELD,
  precision: z.object({ price: FIELD, amount: FIELD }).partial().nullish(),
  limits: z.object({ amount: z.object({ min: FIELD }).partial().nullish(), cost: z.object({ min: FIELD }).partial().nullish() }).partial().nullish(),
});
const MARKETS = z.record(z.string(), MARKET);
const TICKER = z.object({ bid: FIELD, ask: FIELD, bidVolume: FIELD, askVolume: FIELD, timestamp: z.union([z.number(), z.string()]).nullish() });

const rowsOf = (response: unknown, asked: Asked): readonly CandleRow[] =>
  readShape(OHLCV, response, asked).map(([time, open, high, low, close, volume]) => ({ openMs: Number(time), values: { open, high, low, close, volume }, trades: null }));

const branded = <Brand>(amount: bigint | null, brand: (value: bigint) => Brand): Brand | null => (amount === null || amount === 0n ? null : brand(amount));

/** A share such as 0.0026 in parts per million; null where it is finer than that. */
const ppmOf = (asked: Asked, share: string | number | null | undefined): number | null => {
  const amount = amountOf(asked, 'a fee', share);
  return amount === null || amount % 1_000_000_000_000n !== 0n ? null : Number(amount / 1_000_000_000_000n);
};

const feesOf = (asked: Asked, { maker, taker }: z.infer<typeof MARKET>): VenueFees | null => {
  const [makerPpm, takerPpm] = [ppmOf(asked, maker), ppmOf(asked, taker)];
  return makerPpm === null || takerPpm === null ? null : { makerPpm: ratePpm(makerPpm), takerPpm: ratePpm(takerPpm), chargedIn: 'quote', stated: 'by its schedule' };
};

const marketOf = (asked: Asked, listed: z.infer<typeof MARKET>): VenueMarket => {
  const field = (name: string, value: string | number | null | undefined): bigint | null => amountOf(asked, `${name} of ${listed.symbol}`, value);
  const [tick, lot] = [field('tick', listed.precision?.price), field('lot', listed.precision?.amount)];
  const active = listed.active ?? true;
  return {
    symbol: marketSymbol(listed.symbol),
    base: asset(listed.base),
    quote: asset(listed.quote),
    venueId: listed.id,
    venueName: listed.id,
    active,
    venueState: active ? 'active' : 'inactive',
    rules: {
      tick: branded(tick, price),
      lot: branded(lot, quantity),
      minQuantity: branded(field('minimum', listed.limits?.amount?.min), quantity),
      minNotional: branded(field('minimum cost', listed.limits?.cost?.min), money),
      baseDecimals: lot === null ? null : decimalsOfStep(lot),
      quoteDecimals: null,
    },
    fees: feesOf(asked, listed),
  };
};

const SPOT_SYMBOL = /^[A-Z0-9]+\/[A-Z0-9]+$/;

const readMarkets = (response: unknown, asked: Asked): readonly VenueMarket[] =>
  Object.values(readShape(MARKETS, response, asked)).filter(({ spot, symbol }) => spot !== false && SPOT_SYMBOL.test(symbol)).map(listed => marketOf(asked, listed));

type Stretch = Readonly<{ client: CcxtClient; request: CandleRequest; fromMs: TimeMs; endMs: TimeMs }>;

/** One window of candles. An exchange that only begins later says so with its first row, and the time before it is passed over at once. */
const nextPage = async ({ client, request: { series }, fromMs, endMs }: Stretch): Promise<CandlePage> => {
  const receipt = newReceipt();
  const windowMs = timeMs(Math.min(endMs, fromMs + CANDLES_MAX * timeframeMs(series.timeframe)));
  const { candles, beginsMs } = await client.ask({
    asked: `candles of ${series.symbol} in ${series.timeframe} from ${formatTime(fromMs)}`,
    receipt,
    call: exchange => exchange.fetchOHLCV(series.symbol, series.timeframe, fromMs, CANDLES_MAX, { until: windowMs - 1 }),
    read: (response, asked) => {
      const rows = rowsOf(response, asked);
      return { candles: candlesOfRows(asked, { series, fromMs, toMs: windowMs }, rows), beginsMs: rows.reduce((first, { openMs }) => Math.min(first, openMs), Number.MAX_SAFE_INTEGER) };
    },
  });
  const later = candles.length === 0 && beginsMs !== Number.MAX_SAFE_INTEGER && beginsMs > windowMs;
  return pageOf({ source: client.source, series, candles, fromMs, toMs: later ? timeMs(Math.min(endMs, beginsMs)) : windowMs, receipt });
};

const topOf = async (client: CcxtClient, symbol: MarketSymbol, now: () => TimeMs): Promise<readonly TopOfBook[]> => {
  const asked: Asked = { source: client.source, asked: `the top of the book of ${symbol}` };
  const ticker = await client.ask({ asked: asked.asked, call: exchange => exchange.fetchTicker(symbol), read: (response, where) => readShape(TICKER, response, where) });
  const [bid, ask] = [amountOf(asked, 'bid', ticker.bid), amountOf(asked, 'ask', ticker.ask)];
  if (bid === null || ask === null || bid === 0n || ask === 0n || ticker.bidVolume === null || ticker.askVolume === null) return [];
  const sizes = { bidQuantity: quantity(neededAmount(asked, 'bid volume', ticker.bidVolume)), askQuantity: quantity(neededAmount(asked, 'ask volume', ticker.askVolume)) };
  return [{ symbol, bid: price(bid), ask: price(ask), ...sizes, venueMs: ticker.timestamp === null || ticker.timestamp === undefined ? null : timeMs(Number(ticker.timestamp)), receivedMs: now() }];
};

/** An exchange without a clock of its own is judged by ours. */
const venueNow = async (client: CcxtClient, now: () => TimeMs): Promise<TimeMs> =>
  client.ask({
    asked: 'its time',
    call: async exchange => (exchange.has['fetchTime'] === true ? exchange.fetchTime() : Promise.resolve(now())),
    read: (response, asked) => timeMs(Number(readShape(z.union([z.number(), z.string().regex(/^\d+$/)]), response, asked))),
  });

const requireCandles = async (client: CcxtClient): Promise<void> => {
  const offered = await client.ask({ asked: 'what it offers', call: exchange => Promise.resolve({ candles: exchange.has['fetchOHLCV'] === true }), read: response => response });
  if (JSON.stringify(offered) !== '{"candles":true}') {
    throw new SourceError({ source: client.source, failure: 'refused', asked: 'candles', reason: 'this exchange offers no candles', hint: 'Use another source, or import files.' });
  }
};

/** Any exchange of ccxt. `kraken` and `binance` have sources of their own, which know more. */
export const ccxtSource = (id: string, given: GivenOptions): MarketSource => {
  const options = sourceOptions(given);
  const client = ccxtClient({ id, exactly: true }, options);
  const names = marketNames(id, () => client.ask({ asked: 'its markets', call: exchange => exchange.loadMarkets(true), read: readMarkets }));
  const now = (): Promise<TimeMs> => venueNow(client, options.now);
  const closed = closedUntil(now, options);
  return {
    id,
    absent: 'missing',
    format: 'ccxt-api',
    candles: async function* candles(request) {
      await requireCandles(client);
      await names.marketOf(request.series.symbol);
      const endMs = await closed({ timeframe: request.series.timeframe, toMs: request.toMs });
      yield* pagesThrough({ fromMs: startOf(id, request), endMs }, fromMs => nextPage({ client, request, fromMs, endMs }));
    },
    markets: names.list,
    topOfBook: async symbols => {
      const tops: TopOfBook[] = [];
      for (const symbol of symbols) tops.push(...(await topOf(client, (await names.marketOf(symbol)).symbol, options.now)));
      return tops;
    },
    now,
    tally: client.tally.read,
    close: client.close,
  };
};
