/**
 * Binance's public spot endpoints over a tape: klines a thousand at a time with the open one at the end, the list of markets with
 * one that was delisted, book tickers, trades in aggregate. Shapes and error bodies are as Binance documents them.
 */
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import type { MarketSymbol } from '../../../core/kernel/units.ts';
import { isTimeframe, timeframeMs } from '../../../core/market/timeframe.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import { ok, padded } from './exchange-answer.ts';
import type { Answer, Endpoint, EndpointGroup } from './exchange-answer.ts';
import { faultyRows } from './faults.ts';
import type { VenueCandle } from './history.ts';
import { binanceName, binanceSymbol } from './listing.ts';

const KLINES_MAX = 1_000;
const KLINES_DEFAULT = 500;

const refused = (code: number, msg: string): Answer => ({ status: 400, body: JSON.stringify({ code, msg }) });
const INVALID_SYMBOL = refused(-1121, 'Invalid symbol.');

const marketOf = ({ query, tape }: Endpoint): MarketSymbol | null => tape.symbols.find(symbol => binanceName(symbol) === query.get('symbol')) ?? null;

const rowOf = ({ openMs, values: { open, high, low, close, volume }, trades }: VenueCandle, timeframe: Timeframe): readonly unknown[] =>
  [openMs, ...[open, high, low, close, volume].map(value => padded(value, 8)), openMs + timeframeMs(timeframe) - 1, '0.00000000', trades, '0.00000000', '0.00000000', '0'];

const klines = (request: Endpoint): Answer => {
  const { query, tape, fault } = request;
  const symbol = marketOf(request);
  if (symbol === null) return INVALID_SYMBOL;
  const timeframe = query.get('interval') ?? '';
  if (!isTimeframe(timeframe)) return refused(-1120, 'Invalid interval.');
  const limit = Math.min(KLINES_MAX, Number(query.get('limit') ?? KLINES_DEFAULT));
  const endMs = Number(query.get('endTime') ?? Number.MAX_SAFE_INTEGER);
  const startMs = query.has('startTime') ? Number(query.get('startTime')) : tape.clock.nowMs - limit * timeframeMs(timeframe);
  const rows = tape.candles(symbol, timeframe, startMs, limit).filter(({ openMs }) => openMs <= endMs).map(candle => rowOf(candle, timeframe));
  return ok(faultyRows(fault, rows, { time: 0, open: 1, high: 2, low: 3, timeStep: timeframeMs(timeframe), closeTime: 6 }));
};

/** One that is there and one that is gone. */
const exchangeInfo = ({ tape }: Endpoint): Answer => ok({
  timezone: 'UTC',
  serverTime: tape.clock.nowMs + tape.clock.skewMs,
  rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 }],
  exchangeFilters: [],
  symbols: [...tape.symbols.map(symbol => binanceSymbol(symbol, 'TRADING')), binanceSymbol(marketSymbol('LUNC/BUSD'), 'BREAK')],
});

const namesOf = (query: URLSearchParams): readonly string[] | null => {
  const list = query.get('symbols');
  if (list !== null) return JSON.parse(list) as readonly string[];
  const one = query.get('symbol');
  return one === null ? null : [one];
};

const bookTicker = ({ query, tape }: Endpoint): Answer => {
  const names = namesOf(query);
  const symbols = tape.symbols.filter(symbol => names === null || names.includes(binanceName(symbol)));
  if (names !== null && symbols.length < names.length) return INVALID_SYMBOL;
  const tickers = symbols.map(symbol => {
    const price = padded(tape.lastTrades(symbol, 1)[0]?.price ?? '0', 8);
    return { symbol: binanceName(symbol), bidPrice: price, bidQty: '2.12500000', askPrice: price, askQty: '3.25000000' };
  });
  return ok(query.has('symbol') ? tickers[0] : tickers);
};

const depth = (request: Endpoint): Answer => {
  const symbol = marketOf(request);
  if (symbol === null) return INVALID_SYMBOL;
  const price = padded(request.tape.lastTrades(symbol, 1)[0]?.price ?? '0', 8);
  return ok({ lastUpdateId: 1_027_024, bids: [[price, '2.12500000']], asks: [[price, '3.25000000']] });
};

const aggTrades = (request: Endpoint): Answer => {
  const { query, tape } = request;
  const symbol = marketOf(request);
  if (symbol === null) return INVALID_SYMBOL;
  const limit = Math.min(1_000, Number(query.get('limit') ?? 500));
  const start = query.get('startTime');
  const shown = start === null ? tape.lastTrades(symbol, limit) : tape.trades(symbol, BigInt(start) * 1_000_000n, limit);
  return ok(shown.map(({ id, timeNs, price, volumeUnits, buy }) => ({ a: id, p: padded(price, 8), q: padded(formatDecimal(volumeUnits), 8), f: id, l: id, T: Number(timeNs / 1_000_000n), m: !buy, M: true })));
};

export const BINANCE_PUBLIC: EndpointGroup = {
  '/api/v3/ping': () => ok({}),
  '/api/v3/time': ({ tape: { clock } }) => ok({ serverTime: clock.nowMs + clock.skewMs }),
  '/api/v3/exchangeInfo': exchangeInfo,
  '/api/v3/klines': klines,
  '/api/v3/ticker/bookTicker': bookTicker,
  '/api/v3/depth': depth,
  '/api/v3/aggTrades': aggTrades,
};

/** Binance's answer to who asks too often, and to who goes on regardless. */
export const binanceLimited = (status: 418 | 429, retryAfterSeconds: number): Answer => ({
  status,
  body: JSON.stringify({ code: -1003, msg: status === 429 ? 'Too much request weight used.' : 'Way too many requests; IP banned.' }),
  headers: { 'Retry-After': String(retryAfterSeconds) },
});
