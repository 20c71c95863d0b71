/**
 * Kraken's public endpoints over a tape: names, shapes and limits as Kraken documents them. OHLC serves the last 720 candles, quiet
 * ones as rows of no trades and the open one at the end; Trades a thousand behind a cursor in nanoseconds.
 */
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { baseOf, quoteOf } from '../../../core/kernel/units.ts';
import type { MarketSymbol } from '../../../core/kernel/units.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import { ok, padded } from './exchange-answer.ts';
import type { Answer, Endpoint, EndpointGroup } from './exchange-answer.ts';
import { faultyRows } from './faults.ts';
import type { Fault } from './faults.ts';
import { krakenAsset, krakenAssetId, krakenName, krakenOddities, krakenPair } from './listing.ts';
import type { VenueTape } from './tape.ts';
import type { VenueTrade } from './trades.ts';

const OHLC_MAX = 720;
const TRADES_MAX = 1_000;
const TIMEFRAMES: Readonly<Record<string, Timeframe>> = { 1: '1m', 5: '5m', 15: '15m', 60: '1h' };

const refused = (error: string): Answer => ok({ error: [error] });
const answer = (result: unknown): Answer => ok({ error: [], result });

/** A pair under any of its names. */
const pairOf = ({ query, tape }: Endpoint): MarketSymbol | null => {
  const wanted = query.get('pair') ?? '';
  return tape.symbols.find(symbol => Object.values(krakenName(symbol)).slice(0, 3).includes(wanted)) ?? null;
};

const rowOf = (candle: Readonly<{ openMs: number; values: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', string>>; trades: number }>): readonly unknown[] => {
  const { openMs, values: { open, high, low, close, volume }, trades } = candle;
  return [openMs / 1_000, ...[open, high, low, close, close].map(price => padded(price, 5)), padded(volume, 8), trades];
};

/** Every candle of the reach, quiet ones at the price of the one before. */
const ohlcRows = (tape: VenueTape, symbol: MarketSymbol, timeframe: Timeframe, minutes: number): readonly (readonly unknown[])[] => {
  const lengthMs = minutes * 60_000;
  const openMs = Math.floor(tape.clock.nowMs / lengthMs) * lengthMs;
  const firstMs = openMs - (OHLC_MAX - 1) * lengthMs;
  const traded = new Map(tape.candles(symbol, timeframe, firstMs, OHLC_MAX).map(candle => [candle.openMs, candle]));
  const before = tape.trades(symbol, 0n, 1)[0];
  const rows: (readonly unknown[])[] = [];
  let close: string | null = null;
  for (let atMs = firstMs; atMs <= openMs; atMs += lengthMs) {
    const candle = traded.get(atMs);
    close = candle?.values.close ?? close ?? before?.price ?? null;
    if (candle !== undefined) rows.push(rowOf(candle));
    else if (close !== null) rows.push(rowOf({ openMs: atMs, values: { open: close, high: close, low: close, close, volume: '0' }, trades: 0 }));
  }
  return rows;
};

const ohlc = (request: Endpoint): Answer => {
  const symbol = pairOf(request);
  if (symbol === null) return refused('EQuery:Unknown asset pair');
  const minutes = Number(request.query.get('interval') ?? '1');
  const timeframe = TIMEFRAMES[minutes];
  if (timeframe === undefined) return refused('EGeneral:Invalid arguments:interval');
  const since = Number(request.query.get('since') ?? '0');
  const rows = ohlcRows(request.tape, symbol, timeframe, minutes).filter(([seconds]) => (seconds as number) > since);
  const sent = faultyRows(request.fault, rows, { time: 0, open: 1, high: 2, low: 3, timeStep: minutes * 60 });
  return answer({ [krakenName(symbol).id]: sent, last: rows.length < 2 ? 0 : rows[rows.length - 2]![0] });
};

/** `["30243.40000","0.34507674",1688669597.8277369,"b","m","",61044952]`. */
const tradeRow = ({ id, timeNs, price, volumeUnits, buy }: VenueTrade): readonly unknown[] =>
  [padded(price, 5), padded(formatDecimal(volumeUnits), 8), Number(timeNs / 100n) / 1e7, buy ? 'b' : 's', 'l', '', id];

/** A cursor in seconds is as good as one in nanoseconds. */
const cursorOf = (since: string): bigint => (since.length < 15 ? BigInt(since) * 1_000_000_000n : BigInt(since));

const withFault = (fault: Fault | null, rows: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] => {
  if (fault?.kind === 'negative' || fault?.kind === 'nan' || fault?.kind === 'zero-price' || fault?.kind === 'exponent' || fault?.kind === 'conflicting') {
    const wrong = { negative: '-1.50000', nan: 'NaN', 'zero-price': '0.00000', exponent: '1e5', conflicting: '77.70000' }[fault.kind];
    const made = rows.map((row, index) => (index === Math.floor(rows.length / 2) ? [wrong, ...row.slice(1)] : row));
    return fault.kind === 'conflicting' ? [...rows, made[Math.floor(rows.length / 2)]!] : made;
  }
  if (fault?.kind === 'overlapping') return [...rows.slice(0, 40), ...rows.slice(10)];
  return faultyRows(fault?.kind === 'newest-first' || fault?.kind === 'no-rows' ? fault : null, rows, { time: 2, open: 0, high: 0, low: 0, timeStep: 1 });
};

const trades = (request: Endpoint): Answer => {
  const { query, tape, fault } = request;
  const symbol = pairOf(request);
  if (symbol === null) return refused('EQuery:Unknown asset pair');
  const limit = Math.min(TRADES_MAX, Number(query.get('count') ?? TRADES_MAX));
  const since = query.get('since');
  // A stale answer is that of another time: the very first trades of the market.
  const cursor = fault?.kind === 'stale' ? 0n : since === null ? null : cursorOf(since);
  const sent = cursor === null ? tape.lastTrades(symbol, limit) : tape.trades(symbol, cursor, limit);
  const last = sent[sent.length - 1]?.cursorNs ?? cursor ?? 0n;
  return answer({ [krakenName(symbol).id]: withFault(fault, sent.map(tradeRow)), last: String(fault?.kind === 'no-rows' ? (cursor ?? 0n) : last) });
};

const wanted = ({ query, tape }: Endpoint): readonly MarketSymbol[] => {
  const names = query.get('pair')?.split(',') ?? null;
  return names === null ? tape.symbols : tape.symbols.filter(symbol => names.includes(krakenName(symbol).id) || names.includes(krakenName(symbol).altname));
};

const ticker = (request: Endpoint): Answer => {
  const pairs = wanted(request);
  if (pairs.length === 0) return refused('EQuery:Unknown asset pair');
  return answer(Object.fromEntries(pairs.map(symbol => {
    const last = request.tape.lastTrades(symbol, 1)[0];
    const price = padded(last?.price ?? '0', 5);
    const twice = [price, price];
    return [krakenName(symbol).id, { a: [price, '3', '3.250'], b: [price, '2', '2.125'], c: [price, '0.01000000'], v: ['1.00000000', '2.00000000'], p: twice, t: [1, 2], l: twice, h: twice, o: price }];
  })));
};

const depth = (request: Endpoint): Answer => {
  const symbol = pairOf(request);
  if (symbol === null) return refused('EQuery:Unknown asset pair');
  const price = padded(request.tape.lastTrades(symbol, 1)[0]?.price ?? '0', 5);
  const second = Math.floor(request.tape.clock.nowMs / 1_000);
  return answer({ [krakenName(symbol).id]: { asks: [[price, '3.250', second]], bids: [[price, '2.125', second]] } });
};

const assetPairs = ({ tape }: Endpoint): Answer =>
  answer({ ...Object.fromEntries(tape.symbols.map(symbol => [krakenName(symbol).id, krakenPair(symbol)])), ...krakenOddities(tape.symbols[0]!) });

const assets = ({ tape }: Endpoint): Answer => {
  const names = new Set(tape.symbols.flatMap(symbol => [baseOf(symbol), quoteOf(symbol)]));
  return answer(Object.fromEntries([...names].map(name => [krakenAssetId(name), krakenAsset(name)])));
};

const venueSecond = ({ tape: { clock } }: Endpoint): number => Math.floor((clock.nowMs + clock.skewMs) / 1_000);

export const KRAKEN_PUBLIC: EndpointGroup = {
  '/0/public/Time': request => answer({ unixtime: venueSecond(request), rfc1123: new Date(venueSecond(request) * 1_000).toUTCString() }),
  '/0/public/SystemStatus': request => answer({ status: 'online', timestamp: new Date(venueSecond(request) * 1_000).toISOString() }),
  '/0/public/Assets': assets,
  '/0/public/AssetPairs': assetPairs,
  '/0/public/OHLC': ohlc,
  '/0/public/Trades': trades,
  '/0/public/Depth': depth,
  '/0/public/Ticker': ticker,
};

/** What Kraken says in place of an answer when asked too often; the status stays 200. */
export const krakenLimited = (error: string): Answer => refused(error);
