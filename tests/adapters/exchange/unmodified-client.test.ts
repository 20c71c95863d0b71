/**
 * The loopback venue against ccxt as it is installed, with nothing of ours in between but the address: if ccxt reads it as it reads
 * the real venues, its shapes are theirs.
 */
import { binance, kraken } from 'ccxt';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoHistory } from '../../support/venue/history.ts';
import type { Venue } from '../../support/venue/server.ts';
import { venueFor } from './loopback.ts';

const NOW = Date.parse('2024-03-01T12:30:00Z');
let venue: Venue;
const at = (text: string): number => Date.parse(text);

const krakenOf = ({ url }: Venue): kraken => {
  const client = new kraken({ enableRateLimit: false });
  client.urls['api'] = { public: url, private: url };
  return client;
};

const binanceOf = ({ url }: Venue): binance => {
  const client = new binance({ enableRateLimit: false, options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false } });
  client.urls['api'] = { public: `${url}/api/v3`, private: `${url}/api/v3` };
  return client;
};

beforeAll(async () => {
  venue = await venueFor({ nowMs: NOW, series: demoHistory() });
});

describe('ccxt reads the loopback Kraken', () => {
  test('its time, status, markets and currencies', async () => {
    const client = krakenOf(venue);
    expect(await client.fetchTime()).toBe(NOW);
    expect((await client.fetchStatus()).status).toBe('ok');
    const markets = await client.loadMarkets();
    expect(Object.keys(markets)).toContain('AUR/USDT');
    expect(markets['AUR/USDT']!.limits.cost!.min).toBe(0.5);
    expect([markets['MATIC/USD']!.active, markets['DOGE/USD']!.id]).toEqual([false, 'XDGUSD']);
    expect(Object.keys(await client.fetchCurrencies())).toContain('AUR');
  });

  test('its candles, with the open one at the end', async () => {
    const candles = await krakenOf(venue).fetchOHLCV('AUR/USDT', '1h', at('2024-03-01T08:00:00Z'));
    expect(candles.map(([time]) => time)).toEqual([8, 9, 10, 11, 12].map(hour => at('2024-03-01T00:00:00Z') + hour * 3_600_000));
  });

  test('its trades page by page, its book and its ticker', async () => {
    const client = krakenOf(venue);
    const trades = await client.fetchTrades('AUR/USDT', at('2024-02-01T00:00:00Z'));
    expect([trades.length, trades[0]!.symbol]).toEqual([1_000, 'AUR/USDT']);
    expect((await client.fetchOrderBook('AUR/USDT')).bids.length).toBe(1);
    expect((await client.fetchTicker('AUR/USDT')).bidVolume).toBe(2.125);
    await expect(client.fetchTrades('GONE/USDT')).rejects.toThrow('does not have market symbol');
  });

  test('its limits and errors', async () => {
    const client = krakenOf(venue);
    await client.loadMarkets();
    venue.faults.plan({ kind: 'limited', error: 'EAPI:Rate limit exceeded', on: 'Trades', times: 1 });
    await expect(client.fetchTrades('AUR/USDT')).rejects.toMatchObject({ name: 'DDoSProtection' });
  });
});

describe('ccxt reads the loopback Binance', () => {
  test('its time, its markets with one that is gone, its candles and its tickers', async () => {
    const client = binanceOf(venue);
    expect(await client.fetchTime()).toBe(NOW);
    const markets = await client.loadMarkets();
    expect([markets['AUR/USDT']!.active, markets['LUNC/BUSD']?.active ?? markets['LUNA/BUSD']?.active]).toEqual([true, false]);
    const candles = await client.fetchOHLCV('AUR/USDT', '1h', at('2024-01-01T00:00:00Z'), 1_000);
    expect([candles.length, candles[0]![0]]).toEqual([1_000, at('2024-01-01T00:00:00Z')]);
    expect(Object.keys(await client.fetchBidsAsks(['AUR/USDT', 'BOR/USDT']))).toEqual(['AUR/USDT', 'BOR/USDT']);
    expect((await client.fetchOrderBook('AUR/USDT')).asks.length).toBe(1);
    expect((await client.fetchTrades('AUR/USDT', at('2024-02-01T00:00:00Z'))).length).toBe(500);
  });

  test('its limits and errors', async () => {
    const client = binanceOf(venue);
    await client.loadMarkets();
    venue.faults.plan({ kind: 'status', status: 429, body: '{"code":-1003,"msg":"Too much request weight used."}', retryAfter: '7', on: 'klines', times: 1 });
    await expect(client.fetchOHLCV('AUR/USDT', '1h')).rejects.toMatchObject({ name: 'DDoSProtection' });
    await expect(client['publicGetKlines']({ symbol: 'NOPE', interval: '1h' })).rejects.toMatchObject({ name: 'BadSymbol' });
  });
});
