/** Names that tell a market and a timeframe, and names that nobody should read one from. */
import { expect, test } from 'vitest';
import { readMarketName } from '../../../adapters/market-data/market-file-name.ts';

const told = (name: string): string => {
  const read = readMarketName(name);
  return read.told ? `${read.series.symbol} ${read.series.timeframe} ${read.by}` : read.why;
};

test.each([
  ['XBTUSD_60.csv', 'BTC/USD 1h kraken'], ['some/folder/XBTUSD_1.csv.gz', 'BTC/USD 1m kraken'], ['XDGEUR_5.csv', 'DOGE/EUR 5m kraken'], ['ETHXBT_15.csv', 'ETH/BTC 15m kraken'], ['XXBTZUSD_60.csv', 'BTC/USD 1h kraken'],
  ['XTZUSD_60.csv', 'XTZ/USD 1h kraken'], ['TUSD_60.csv', 'T/USD 1h kraken'], ['USDTUSD_60.csv', 'USDT/USD 1h kraken'], ['SHIBUSDT_60.csv', 'SHIB/USDT 1h kraken'], ['1INCHUSD_60.csv', '1INCH/USD 1h kraken'],
  ['BTCUSDT-1h-2024-01.zip', 'BTC/USDT 1h binance'], ['BTCUSDT-1m-2024-01-15.csv', 'BTC/USDT 1m binance'], ['SHIBBUSD-5m-2022-12.zip', 'SHIB/BUSD 5m binance'], ['ETHBTC-15m-2020-02.csv', 'ETH/BTC 15m binance'], ['1000SATSUSDT-1h-2024-01.zip', '1000SATS/USDT 1h binance'],
  ['BTC_USDT-1h.feather', 'BTC/USDT 1h freqtrade'], ['1INCH_BTC-5m.json', '1INCH/BTC 5m freqtrade'], ['ETH_EUR-15m.json.gz', 'ETH/EUR 15m freqtrade'], ['BTC_USD-1h.parquet', 'BTC/USD 1h freqtrade'], ['BTC_USD-1h.csv', 'BTC/USD 1h freqtrade'],
])('%s is %s', (name, expected) => {
  expect(told(name)).toBe(expected);
});

const NOTHING = 'its name tells no market and timeframe';
test.each([
  ['XRPRLUSD_60.csv', 'its name may mean XRPRL/USD or XRP/RLUSD'], ['BTCBIDR-1h-2024-01.zip', 'its name may mean BTCB/IDR or BTC/BIDR'], ['BTCAEUR-1h-2024-01.zip', 'its name may mean BTCA/EUR or BTC/AEUR'],
  ['XBTUSD_1440.csv', 'its name tells candles of 1440 minutes, and those kept are of 1m, 5m, 15m, 1h'], ['BTCUSDT-4h-2024-01.zip', 'its name tells candles of 4h, and those kept are of 1m, 5m, 15m, 1h'],
  ['BTCUSDT-1mo-2024-01.zip', 'its name tells candles of 1mo, and those kept are of 1m, 5m, 15m, 1h'], ['BTC_USDT-1d.feather', 'its name tells candles of 1d, and those kept are of 1m, 5m, 15m, 1h'],
  ['XBTFOO_60.csv', 'its name ends in no quote that Kraken is known to have'], ['BTCUSD-1h-2024-01.zip', 'its name ends in no quote that Binance is known to have'], ['USD_60.csv', 'its name ends in no quote that Kraken is known to have'],
  ['XBTUSD.csv', NOTHING], ['xbtusd_60.csv', NOTHING], ['BTC-1h.csv', NOTHING], ['BTCUSDT-1h.csv', NOTHING], ['BTCUSDT_PERP-1h-2024-01.zip', NOTHING], ['BTC_USDT_USDT-1h-futures.feather', NOTHING],
  ['BTC_USDT_USDT-8h-funding_rate.feather', NOTHING], ['Binance_BTCUSDT_1h.csv', NOTHING], ['XBTUSD_60 (1).csv', NOTHING], ['', NOTHING], ['XBTUSD_60.csv.bak', NOTHING],
])('%s tells nothing: %s', (name, why) => {
  expect(told(name)).toBe(why);
});
