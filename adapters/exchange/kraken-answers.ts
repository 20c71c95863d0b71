/**
 * Kraken's answers about one pair, read strictly: candles of its OHLC endpoint and public trades. Names of pairs and fields are
 * Kraken's; what is done with them is not decided here.
 */
import { z } from 'zod';
import { parseDecimal } from '../../core/kernel/decimal.ts';
import { price, quantity, timeMs } from '../../core/kernel/units.ts';
import type { Price, Quantity, TimeMs } from '../../core/kernel/units.ts';
import { normalCandleValue } from '../../core/market/candle.ts';
import type { PublicTrade } from '../../core/market/aggregate-trades.ts';
import type { VenueMarket } from '../ports.ts';
import { readShape } from './answer-shape.ts';
import type { CandleRow } from './candle-rows.ts';
import { malformed } from './source-error.ts';
import type { Asked } from './source-error.ts';

const OHLC_ROW = z.tuple([z.number().int(), z.string(), z.string(), z.string(), z.string(), z.string(), z.string(), z.number().int().nonnegative()]).rest(z.unknown());
const TRADE_ROW = z.tuple([z.string(), z.string(), z.number(), z.string(), z.string(), z.string()]).rest(z.unknown());
const BY_PAIR = z.object({ result: z.record(z.string(), z.unknown()) });
const TIME = z.object({ result: z.object({ unixtime: z.number().int().nonnegative() }) });

/** The part of an answer that speaks of a pair, which Kraken calls by any of its names. */
const ofPair = <Row>(row: z.ZodType<Row>, { venueId, venueName, base, quote }: VenueMarket, response: unknown, asked: Asked): readonly Row[] => {
  const { result } = readShape(BY_PAIR, response, asked);
  const named = Object.keys(result).filter(key => key !== 'last');
  const known = named.find(key => key === venueId || key === venueName || key === `${base}/${quote}`) ?? named.find(key => key.replace('/', '') === venueName);
  if (known === undefined || named.length !== 1) throw malformed(asked, `the answer speaks of ${named.join(', ') || 'no pair'}, not of ${venueId}`);
  return readShape(z.array(row), result[known], asked);
};

/** Rows with trades, and the open times of the first and the last row of any kind; null where there is no row. */
export type OhlcPage = Readonly<{ rows: readonly CandleRow[]; firstMs: TimeMs | null; lastMs: TimeMs | null }>;

/** Candles of an OHLC answer. Kraken writes quiet candles as rows of no trades; such a candle does not exist. */
export const readOhlc = (market: VenueMarket) => (response: unknown, asked: Asked): OhlcPage => {
  const all = ofPair(OHLC_ROW, market, response, asked);
  const rows = all.filter(([, , , , , , , trades]) => trades > 0)
    .map(([seconds, open, high, low, close, , volume, trades]) => ({ openMs: seconds * 1_000, values: { open, high, low, close, volume }, trades }));
  const times = all.map(([seconds]) => seconds * 1_000).toSorted((left, right) => left - right);
  const [first, last] = [times[0], times[times.length - 1]];
  return { rows, firstMs: first === undefined ? null : timeMs(first), lastMs: last === undefined ? null : timeMs(last) };
};

/** The time of a trade in seconds with a fraction, as written, in nanoseconds. */
const nanoseconds = (asked: Asked, seconds: number, place: string): bigint => {
  const parts = /^(\d{9,11})(?:\.(\d{1,9}))?$/.exec(String(seconds));
  if (parts === null) throw malformed(asked, `${place}: its time ${seconds} is no moment in seconds`);
  return BigInt(parts[1]! + (parts[2] ?? '').padEnd(9, '0'));
};

/** An amount of any number of digits; only what becomes of them has to fit into a candle. */
const amountAt = (asked: Asked, text: string, place: string): bigint => {
  const amount = parseDecimal(text);
  if (amount !== null && amount >= 0n) return amount;
  const normal = normalCandleValue(text);
  throw malformed(asked, `${place} ${normal.ok ? `${text} is no amount` : normal.why}`);
};

const priceAt = (asked: Asked, text: string, place: string): bigint => {
  const paid = amountAt(asked, text, place);
  if (paid === 0n) throw malformed(asked, `${place} is zero, and a price of zero is no price`);
  return paid;
};

/** A trade with the venue's own id; null where the answer has none. */
export type KrakenTrade = Omit<PublicTrade, 'id'> & Readonly<{ id: number | null }>;

/** What a page of trades says: the trades, and the cursor behind the last of them in nanoseconds, digit by digit. */
export type TradesPage = Readonly<{ trades: readonly KrakenTrade[]; lastNs: bigint }>;

const LAST = z.object({ result: z.object({ last: z.union([z.string(), z.number()]).transform(String).pipe(z.string().regex(/^\d{1,20}$/)) }) });

export const readTrades = (market: VenueMarket) => (response: unknown, asked: Asked): TradesPage => {
  const { last } = readShape(LAST, response, asked).result;
  const trades = ofPair(TRADE_ROW, market, response, asked).map(([paid, amount, seconds, , , , id], index) => {
    const place = `trade ${index + 1}`;
    return {
      timeNs: nanoseconds(asked, seconds, place),
      id: typeof id === 'number' && Number.isSafeInteger(id) ? id : null,
      price: price(priceAt(asked, paid, `${place}: its price`)),
      quantity: quantity(amountAt(asked, amount, `${place}: its volume`)),
    };
  });
  return { trades, lastNs: BigInt(last) };
};

export const readKrakenTime = (response: unknown, asked: Asked): TimeMs => timeMs(readShape(TIME, response, asked).result.unixtime * 1_000);

const TICKER = z.object({ a: z.tuple([z.string(), z.string(), z.string()]).rest(z.unknown()), b: z.tuple([z.string(), z.string(), z.string()]).rest(z.unknown()) });
const TICKERS = z.object({ result: z.record(z.string(), TICKER) });

/** Best prices with the quantity behind them; null where one side of the book is empty. */
export type BestPrices = Readonly<{ bid: Price; bidQuantity: Quantity; ask: Price; askQuantity: Quantity }>;

/** The best prices of each pair of a Ticker answer, by the name that the answer uses. */
export const readTickers = (response: unknown, asked: Asked): ReadonlyMap<string, BestPrices> => {
  const best = new Map<string, BestPrices>();
  for (const [name, { a, b }] of Object.entries(readShape(TICKERS, response, asked).result)) {
    const amount = (side: string, text: string): bigint => amountAt(asked, text, `the ${side} of ${name}`);
    const [bid, ask] = [amount('bid', b[0]), amount('ask', a[0])];
    if (bid > 0n && ask > 0n) best.set(name, { bid: price(bid), bidQuantity: quantity(amount('bid quantity', b[2])), ask: price(ask), askQuantity: quantity(amount('ask quantity', a[2])) });
  }
  return best;
};
