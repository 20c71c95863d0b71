/**
 * Which market and which candles a file's name speaks of, by the conventions of those who name files so. A name that
 * follows none of them, or that could mean two markets, tells nothing: candles are never stored under a guess.
 */
import { marketSymbol } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { isTimeframe, TIMEFRAMES } from '../../core/market/timeframe.ts';
import { assetOfKrakenName } from './kraken-names.ts';

export type NamedBy = 'kraken' | 'binance' | 'freqtrade';
export type NameRead = Readonly<{ told: true; series: Series; by: NamedBy }> | Readonly<{ told: false; why: string }>;

/** Quotes of the pairs in Kraken's archive, in its spelling. */
const KRAKEN_QUOTES = ['USD', 'EUR', 'GBP', 'CAD', 'AUD', 'CHF', 'JPY', 'USDT', 'USDC', 'USDG', 'USDQ', 'USDR', 'PYUSD', 'RLUSD', 'EURT', 'EURQ', 'EURR', 'EUROP', 'XBT', 'ETH', 'DAI', 'DOT'];
/** Quotes of the spot pairs of Binance. */
const BINANCE_QUOTES = [
  'USDT', 'USDC', 'FDUSD', 'TUSD', 'BUSD', 'USDP', 'USDS', 'USD1', 'XUSD', 'BFUSD', 'RLUSD', 'PAX', 'DAI', 'UST', 'VAI', 'BTC', 'ETH', 'BNB', 'XRP', 'TRX', 'SOL', 'DOGE', 'DOT',
  'EUR', 'EURI', 'AEUR', 'GBP', 'AUD', 'TRY', 'BRL', 'RUB', 'UAH', 'NGN', 'ZAR', 'ARS', 'JPY', 'MXN', 'PLN', 'CZK', 'RON', 'COP', 'IDR', 'IDRT', 'BIDR', 'BKRW', 'BVND',
];
const KRAKEN_LONG = /^(X[A-Z]{3})([XZ][A-Z]{3})$/;
const KRAKEN_NAME = /^([A-Z0-9]{2,24})_(\d{1,6})$/;
const BINANCE_NAME = /^([A-Z0-9]{4,24})-(\d{1,2}(?:s|m|h|d|w|mo))-\d{4}-\d{2}(?:-\d{2})?$/;
const FREQTRADE_NAME = /^([A-Z0-9]{1,20})_([A-Z0-9]{1,20})-(\d{1,2}[mhdwM])$/;
const EXTENSIONS = /\.(?:csv|txt|json|csv\.gz|txt\.gz|json\.gz|feather|parquet|zip)$/i;

const KRAKEN_MINUTES: Readonly<Record<string, string>> = { '1': '1m', '5': '5m', '15': '15m', '60': '1h' };

const untold = (why: string): NameRead => ({ told: false, why });

const seriesOf = (symbol: MarketSymbol, length: string, by: NamedBy): NameRead =>
  isTimeframe(length) ? { told: true, series: { symbol, timeframe: length }, by } : untold(`its name tells candles of ${length}, and those kept are of ${TIMEFRAMES.join(', ')}`);

/** The pairs that a word could be, split before each quote that it ends with. */
const pairsIn = (word: string, quotes: readonly string[], nameOf: (code: string) => string): readonly MarketSymbol[] =>
  quotes.filter(quote => word.length > quote.length && word.endsWith(quote)).map(quote => marketSymbol(`${nameOf(word.slice(0, -quote.length))}/${nameOf(quote)}`));

const onlyPair = (pairs: readonly MarketSymbol[], length: string, by: NamedBy): NameRead => {
  const [pair, ...others] = pairs;
  if (pair === undefined) return untold(`its name ends in no quote that ${by === 'kraken' ? 'Kraken' : 'Binance'} is known to have`);
  return others.length === 0 ? seriesOf(pair, length, by) : untold(`its name may mean ${pairs.join(' or ')}`);
};

/** Names of four letters each, an X before a coin and a Z before a currency, mean what Kraken means by them. */
const krakenPairs = (word: string): readonly MarketSymbol[] => {
  const [, base = '', quote = ''] = KRAKEN_LONG.exec(word) ?? [];
  if (base !== '' && assetOfKrakenName(base) !== base && assetOfKrakenName(quote) !== quote) return [marketSymbol(`${assetOfKrakenName(base)}/${assetOfKrakenName(quote)}`)];
  return pairsIn(word, KRAKEN_QUOTES, assetOfKrakenName);
};

/**
 * `XBTUSD_60.csv` of Kraken is BTC/USD 1h, `BTCUSDT-1h-2024-01.zip` of Binance and `BTC_USDT-1h.feather` of freqtrade
 * are BTC/USDT 1h. The path counts by its last part, in capitals. Otherwise says why the name tells nothing.
 */
export const readMarketName = (path: string): NameRead => {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(EXTENSIONS, '');
  const [, base, quote, freqtradeLength] = FREQTRADE_NAME.exec(name) ?? [];
  if (freqtradeLength !== undefined) return seriesOf(marketSymbol(`${base!}/${quote!}`), freqtradeLength, 'freqtrade');
  const [, binancePair, binanceLength] = BINANCE_NAME.exec(name) ?? [];
  if (binanceLength !== undefined) return onlyPair(pairsIn(binancePair!, BINANCE_QUOTES, code => code), binanceLength, 'binance');
  const [, krakenPair, minutes] = KRAKEN_NAME.exec(name) ?? [];
  if (minutes !== undefined) return onlyPair(krakenPairs(krakenPair!), KRAKEN_MINUTES[minutes] ?? `${minutes} minutes`, 'kraken');
  return untold('its name tells no market and timeframe');
};
