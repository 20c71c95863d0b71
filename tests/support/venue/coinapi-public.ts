/**
 * CoinAPI's history of candles, its symbols, assets and current quotes over a tape, for one exchange. Numbers are JSON numbers, as they are
 * there, so that a reader who parses them as doubles is found out; a key is required.
 */
import { baseOf, quoteOf } from '../../../core/kernel/units.ts';
import type { MarketSymbol } from '../../../core/kernel/units.ts';
import { timeframeMs } from '../../../core/market/timeframe.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import { ok } from './exchange-answer.ts';
import type { Answer, Endpoint } from './exchange-answer.ts';
import type { VenueCandle } from './history.ts';

export const COINAPI_KEY = '0F0F-LOOPBACK';
const PERIODS: Readonly<Record<string, Timeframe>> = { '1MIN': '1m', '5MIN': '5m', '15MIN': '15m', '1HRS': '1h' };

const symbolId = (symbol: MarketSymbol): string => `KRAKEN_SPOT_${baseOf(symbol)}_${quoteOf(symbol)}`;
const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}.0000000Z`;

/** A small number as such services write it: `0.00000125` as `1.25E-06`. */
const jsonNumber = (text: string): string => {
  const parts = /^0\.0{5,}([1-9])(\d*)$/.exec(text);
  if (parts === null) return text;
  const exponent = text.length - 2 - parts[2]!.length;
  return `${parts[1]}${parts[2] === '' ? '' : `.${parts[2]}`}E-${String(exponent).padStart(2, '0')}`;
};

const candleText = ({ openMs, values: { open, high, low, close, volume }, trades }: VenueCandle, lengthMs: number): string => {
  const number = (name: string, text: string): string => `"${name}":${jsonNumber(text)}`;
  const times = `"time_period_start":"${timeText(openMs)}","time_period_end":"${timeText(openMs + lengthMs)}","time_open":"${timeText(openMs)}","time_close":"${timeText(openMs)}"`;
  return `{${times},${number('price_open', open)},${number('price_high', high)},${number('price_low', low)},${number('price_close', close)},${number('volume_traded', volume)},"trades_count":${trades}}`;
};

const history = ({ query, tape }: Endpoint, id: string): Answer => {
  const symbol = tape.symbols.find(known => symbolId(known) === id);
  const timeframe = PERIODS[query.get('period_id') ?? ''];
  if (symbol === undefined || timeframe === undefined) return { status: 400, body: JSON.stringify({ message: 'Invalid symbol_id or period_id' }) };
  const limit = Number(query.get('limit') ?? '100');
  const endMs = Date.parse(query.get('time_end') ?? '2100-01-01T00:00:00Z');
  const shown = tape.candles(symbol, timeframe, Date.parse(query.get('time_start') ?? ''), limit).filter(({ openMs }) => openMs < endMs);
  return { status: 200, body: `[${shown.map(candle => candleText(candle, timeframeMs(timeframe))).join(',')}]` };
};

const symbols = ({ tape }: Endpoint): Answer => {
  const today = timeText(tape.clock.nowMs).slice(0, 10);
  const listed = tape.symbols.map(symbol => ({ symbol_id: symbolId(symbol), exchange_id: 'KRAKEN', symbol_type: 'SPOT', asset_id_base: baseOf(symbol), asset_id_quote: quoteOf(symbol), data_end: today, symbol_id_exchange: `${baseOf(symbol)}${quoteOf(symbol)}`, price_precision: 0.1, size_precision: 1e-8 }));
  const gone = { symbol_id: 'KRAKEN_SPOT_MATIC_USD', exchange_id: 'KRAKEN', symbol_type: 'SPOT', asset_id_base: 'MATIC', asset_id_quote: 'USD', data_end: '2015-01-01' };
  return ok([...listed, gone, { symbol_id: 'KRAKEN_PERP_BTC_USD', exchange_id: 'KRAKEN', symbol_type: 'PERPETUAL' }]);
};

const assets = (): Answer => ok([
  { asset_id: 'BTC', name: 'Bitcoin', type_is_crypto: 1, data_start: '2010-07-17', data_end: '2026-01-01', volume_1day_usd: 1234567890.12, price_usd: 43210.5 },
  { asset_id: 'USD', name: 'US Dollar', type_is_crypto: 0, volume_1day_usd: 99999999999.99 },
]);

/** Prices as JSON numbers; a market without a trade has an empty book. */
const quote = ({ tape }: Endpoint, id: string): Answer => {
  const symbol = tape.symbols.find(known => symbolId(known) === id);
  if (symbol === undefined) return { status: 400, body: JSON.stringify({ message: 'Invalid symbol_id' }) };
  const last = jsonNumber(tape.lastTrades(symbol, 1)[0]?.price ?? '0');
  const time = timeText(tape.clock.nowMs);
  return { status: 200, body: `{"symbol_id":"${id}","time_exchange":"${time}","time_coinapi":"${time}","ask_price":${last},"ask_size":3.25,"bid_price":${last},"bid_size":0,"last_trade":{"price":${last},"size":1}}` };
};

const FORBIDDEN: Answer = { status: 401, body: JSON.stringify({ message: 'Invalid API key' }) };

/** Any path of CoinAPI; null for one that is not. */
export const coinApiAnswer = (path: string, key: string | undefined, request: Endpoint): Answer | null => {
  if (!path.startsWith('/v1/')) return null;
  if (key !== COINAPI_KEY) return FORBIDDEN;
  const candles = /^\/v1\/ohlcv\/([^/]+)\/history$/.exec(path);
  if (candles !== null) return history(request, decodeURIComponent(candles[1]!));
  const current = /^\/v1\/quotes\/([^/]+)\/current$/.exec(path);
  if (current !== null) return quote(request, decodeURIComponent(current[1]!));
  if (path === '/v1/symbols') return symbols(request);
  return path === '/v1/assets' ? assets() : null;
};
