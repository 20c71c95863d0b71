/** Names of files and columns in, markets out. */
import { expect, test } from 'vitest';
import { inferSymbol, speaksOf } from '../../../adapters/market-data/infer-symbol.ts';
import { assetOfKrakenName } from '../../../adapters/market-data/kraken-names.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';

test.each([
  ['XBTUSD_60.csv', 'BTC/USD'],
  ['XBTUSD_60.csv.gz', 'BTC/USD'],
  ['/some/where/ETHUSD/XDGUSDT_60.csv', 'DOGE/USDT'],
  ['XXBTZUSD', 'BTC/USD'],
  ['XTZUSD', 'XTZ/USD'],
  ['DOTUSD', 'DOT/USD'],
  ['SHIBUSD', 'SHIB/USD'],
  ['BTC-BUSD.csv', 'BTC/BUSD'],
  ['XETHXXBT', 'ETH/BTC'],
  ['ETHXBT_1440.csv', 'ETH/BTC'],
  ['BTCUSDT-1h-2024-03.csv', 'BTC/USDT'],
  ['BTC_USDT-1h.feather', 'BTC/USDT'],
  ['btc-usd.csv', 'BTC/USD'],
  ['Binance_BTCUSDT_1h.csv', 'BTC/USDT'],
  ['Kraken_ETH_EUR_2024.csv', 'ETH/EUR'],
  ['AURUSDT-1h.csv', 'AUR/USDT'],
  ['1INCHUSDT.csv', '1INCH/USDT'],
  ['BTC/USD', 'BTC/USD'],
  ['xbt/zeur', 'BTC/EUR'],
  ['BTC-1h.csv', null],
  ['candles.csv', null],
  ['USD.csv', null],
  ['2024_USD.csv', null],
  ['Kraken_BTC.csv', null],
  ['', null],
])('%s → %s', (text, symbol) => {
  expect(inferSymbol(text)).toBe(symbol);
});

test.each([['XBT', 'BTC'], ['xdg', 'DOGE'], ['ZUSD', 'USD'], ['XETH', 'ETH'], ['SOL', 'SOL'], ['XTZ', 'XTZ'], ['ZRX', 'ZRX']])('Kraken’s %s is %s', (code, ticker) => {
  expect(assetOfKrakenName(code)).toBe(ticker);
});

test.each([
  ['BTC/USD', 'BTC/USD', true], ['BTCUSD', 'BTC/USD', true], ['btc-usd', 'BTC/USD', true], ['XBT/USD', 'BTC/USD', true], ['XBTUSD', 'BTC/USD', true],
  ['XXBTZUSD', 'BTC/USD', true], ['KRAKEN:XBTUSD', 'BTC/USD', true], ['BTC', 'BTC/USD', true], ['XBT', 'BTC/USD', true], ['XTZUSD', 'XTZ/USD', true], ['FOOBAR', 'FOO/BAR', true],
  ['ETHUSD', 'BTC/USD', false], ['BTCUSDT', 'BTC/USD', false], ['BTCUSD', 'BTC/USDT', false], ['ETH', 'BTC/USD', false], ['USD', 'BTC/USD', false], ['BTC/USDT:USDT', 'BTC/USDT', false],
])('%s speaks of %s: %s', (text, symbol, speaks) => {
  expect(speaksOf(text, marketSymbol(symbol))).toBe(speaks);
});
