/**
 * What sources say beside candles: markets with their rules, the top of the book, assets; and the sources that know their venue
 * only through ccxt or through CoinAPI. Figures are those of the loopback venue, literally.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { ccxtSource } from '../../../adapters/exchange/ccxt-source.ts';
import { coinApiSource } from '../../../adapters/exchange/coinapi-source.ts';
import { openMarketSource } from '../../../adapters/exchange/open-source.ts';
import type { MarketSource } from '../../../adapters/ports.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import { at } from '../../support/market-files.ts';
import { COINAPI_KEY } from '../../support/venue/coinapi-public.ts';
import { demoHistory } from '../../support/venue/history.ts';
import type { Venue } from '../../support/venue/server.ts';
import { digestsOf, impatient, readAll, seriesOf, venueFor } from './loopback.ts';

const NOW = at('2024-05-01T12:30:00Z');
const ACCESS = { key: COINAPI_KEY, exchange: 'KRAKEN' };

let venue: Venue;
const open = (id: string): MarketSource => openMarketSource(id, ACCESS, impatient(venue));
beforeAll(async () => {
  const [first, ...others] = demoHistory();
  venue = await venueFor({ nowMs: NOW, series: [{ ...first!, symbol: marketSymbol('BTC/USD') }, ...others] });
});

describe('markets', () => {
  test('Kraken’s names, rules and fees', async () => {
    const markets = await open('kraken').markets();
    expect(markets.find(({ symbol }) => symbol === 'BTC/USD')).toEqual({
      symbol: 'BTC/USD', base: 'BTC', quote: 'USD', venueId: 'XXBTZUSD', venueName: 'XBTUSD', active: true, venueState: 'online',
      rules: { tick: decimal('0.1'), lot: decimal('0.00000001'), minQuantity: decimal('0.00005'), minNotional: decimal('0.5'), baseDecimals: 8, quoteDecimals: 5 },
      fees: { makerPpm: 2_500, takerPpm: 4_000, chargedIn: 'quote', stated: 'by the venue' },
    });
    expect(markets.map(({ symbol }) => symbol)).toEqual(['BTC/USD', 'BOR/USDT', 'CYG/USDT', 'DUN/USDT', 'ELM/USDT', 'FEN/USDT', 'MATIC/USD', 'DOGE/USD']);
    expect(markets.find(({ symbol }) => symbol === 'MATIC/USD')).toMatchObject({ active: false, venueState: 'cancel_only' });
    expect(markets.find(({ symbol }) => symbol === 'DOGE/USD')).toMatchObject({ venueId: 'XDGUSD', rules: { tick: decimal('0.0000001') } });
  });

  test('Binance’s, with one that is gone', async () => {
    const markets = await open('binance').markets();
    expect(markets.find(({ symbol }) => symbol === 'BOR/USDT')).toEqual({
      symbol: 'BOR/USDT', base: 'BOR', quote: 'USDT', venueId: 'BORUSDT', venueName: 'BORUSDT', active: true, venueState: 'TRADING',
      rules: { tick: decimal('0.01'), lot: decimal('0.00001'), minQuantity: decimal('0.00001'), minNotional: decimal('5'), baseDecimals: 8, quoteDecimals: 8 },
      fees: { makerPpm: 1_000, takerPpm: 1_000, chargedIn: 'received', stated: 'by its schedule' },
    });
    expect(markets.filter(({ active }) => !active).map(({ symbol, venueState }) => [symbol, venueState])).toEqual([['LUNC/BUSD', 'BREAK']]);
  });

  test('CoinAPI’s, with the day until which it recorded one that is gone, and its assets', async () => {
    const source = coinApiSource(ACCESS, impatient(venue));
    const markets = await source.markets();
    expect(markets[0]).toMatchObject({ symbol: 'BTC/USD', venueId: 'KRAKEN_SPOT_BTC_USD', active: true, rules: { tick: decimal('0.1'), lot: decimal('0.00000001'), baseDecimals: 8 } });
    expect(markets.at(-1)).toMatchObject({ symbol: 'MATIC/USD', active: false, venueState: 'recorded until 2015-01-01' });
    expect(await source.assets()).toEqual([
      { asset: 'BTC', name: 'Bitcoin', isCrypto: true, volumeUsd: '1234567890.12', priceUsd: '43210.5', firstDay: '2010-07-17', lastDay: '2026-01-01' },
      { asset: 'USD', name: 'US Dollar', isCrypto: false, volumeUsd: '99999999999.99', priceUsd: null, firstDay: null, lastDay: null },
    ]);
  });
});

describe('the top of the book', () => {
  test.each([['kraken'], ['binance']])('%s: all symbols in one request, in the order asked for', async id => {
    const source = open(id);
    await source.markets();
    venue.asked();
    const tops = await source.topOfBook([marketSymbol('CYG/USDT'), marketSymbol('BOR/USDT')]);
    expect(venue.asked().length).toBe(1);
    expect(tops.map(({ symbol }) => symbol)).toEqual(['CYG/USDT', 'BOR/USDT']);
    expect(tops[0]).toMatchObject({ bidQuantity: decimal('2.125'), askQuantity: decimal('3.25'), venueMs: null, receivedMs: NOW });
    expect(tops[0]!.bid > 0n && tops[0]!.bid === tops[0]!.ask).toBe(true);
    expect(await source.topOfBook([])).toEqual([]);
  });
});

test('CoinAPI’s top of the book: a request a symbol, digits kept, sizes that it does not know as zero', async () => {
  const source = coinApiSource(ACCESS, impatient(venue));
  const [top] = await source.topOfBook([marketSymbol('FEN/USDT')]);
  const last = venue.tape.lastTrades(marketSymbol('FEN/USDT'), 1)[0]!.price;
  expect(last).toMatch(/^0\.0000\d+$/);
  expect(top).toEqual({ symbol: 'FEN/USDT', bid: decimal(last), bidQuantity: 0n, ask: decimal(last), askQuantity: decimal('3.25'), venueMs: NOW, receivedMs: NOW });
});

const WINDOW = { fromMs: at('2024-03-01T00:00:00Z'), toMs: at('2024-04-20T00:00:00Z') };
const EXPECTED = (symbol: string): readonly string[] => {
  const { candles } = demoHistory().find(series => series.symbol === symbol)!;
  return digestsOf(seriesOf(symbol), candles.filter(({ openMs }) => openMs >= WINDOW.fromMs && openMs < WINDOW.toMs));
};

describe('CoinAPI', () => {
  test('numbers of JSON keep their digits, also where they are written with an exponent', async () => {
    const source = coinApiSource(ACCESS, impatient(venue));
    const { candles, pages } = await readAll(source, seriesOf('FEN/USDT'), WINDOW);
    expect(digestsOf(seriesOf('FEN/USDT'), candles)).toEqual(EXPECTED('FEN/USDT'));
    expect(candles[0]!.values.open).toMatch(/^0\.0000\d+$/);
    expect([pages.length, source.absent, source.tally().requests]).toEqual([1, 'missing', 1]);
  });

  test('without a key nothing is sent, and with a wrong one the venue says so', async () => {
    expect(() => coinApiSource({ key: null, exchange: 'KRAKEN' }, impatient(venue))).toThrow('coinapi: opening the source: it wants a key and COINAPI_KEY is not set. Set COINAPI_KEY to a key of an account at CoinAPI.');
    await expect(coinApiSource({ key: 'wrong', exchange: 'KRAKEN' }, impatient(venue)).markets()).rejects.toThrow('it answered 401: {"message":"Invalid API key"}. Check the key; it may have been withdrawn.');
  });

  test('a web page, half an answer and a limit are no candles there either', async () => {
    const source = coinApiSource(ACCESS, impatient(venue));
    for (const kind of ['html', 'truncated', 'cut'] as const) {
      venue.faults.plan({ kind, on: 'history', times: 1 });
      expect((await readAll(source, seriesOf('BOR/USDT'), WINDOW)).candles.length).toBe(1_195);
    }
    venue.faults.plan({ kind: 'status', status: 429, body: '{"message":"Too many requests"}', on: 'history', times: 99 });
    await expect(readAll(source, seriesOf('BOR/USDT'), WINDOW)).rejects.toMatchObject({ failure: 'rate-limited' });
    venue.faults.clear();
  });
});

describe('any exchange that ccxt reads', () => {
  test('Binance through ccxt’s own parsers gives the same candles', async () => {
    const source = ccxtSource('binanceus', impatient(venue));
    const { candles, pages } = await readAll(source, seriesOf('BOR/USDT'), WINDOW);
    expect(digestsOf(seriesOf('BOR/USDT'), candles)).toEqual(EXPECTED('BOR/USDT'));
    expect([pages.length, source.absent]).toEqual([4, 'missing']);
    await source.close();
  });

  test('a listing that begins later is found at once, and a page of the web is no empty history', async () => {
    const source = ccxtSource('binanceus', impatient(venue));
    const { candles } = await readAll(source, seriesOf('FEN/USDT'), WINDOW);
    expect(candles[0]!.openMs).toBe(at('2024-04-18T10:00:00Z'));
    venue.faults.plan({ kind: 'html', on: 'klines', times: 99 });
    await expect(readAll(ccxtSource('binanceus', impatient(venue)), seriesOf('BOR/USDT'), WINDOW)).rejects.toThrow('is no JSON; it begins with "<!DOCTYPE html><html>');
    venue.faults.clear();
  });

  test('an exchange that nobody knows', async () => {
    await expect(openMarketSource('mtgox', ACCESS, impatient(venue)).markets()).rejects.toThrow('mtgox: opening the source: ccxt knows no exchange of this id.');
  });
});
