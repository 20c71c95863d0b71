/**
 * Guesses which market a file name or a symbol column speaks of. A guess serves error messages and the refusal of lines
 * of another market; it never chooses the symbol that candles are stored under.
 */
import { baseOf, marketSymbol } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { assetOfKrakenName } from './kraken-names.ts';

/**
 * Quotes that are told apart when they are written on to the base, longest first. BUSD and TUSD are not: SHIBUSD and
 * XBTUSD are far more likely prices in USD.
 */
const QUOTES_WRITTEN_ON = ['FDUSD', 'USDT', 'USDC', 'USD', 'EUR', 'GBP', 'JPY', 'CAD', 'AUD', 'CHF', 'TRY', 'BRL', 'DAI', 'XBT', 'BTC', 'ETH', 'BNB'];
const QUOTES = [...QUOTES_WRITTEN_ON, 'BUSD', 'TUSD', 'ZUSD', 'ZEUR', 'ZGBP', 'ZJPY', 'ZCAD', 'ZAUD'];
/** Kraken's long form: both names of four letters, with X for a coin and Z for a currency. */
const KRAKEN_LONG = /^(X[A-Z]{3})([XZ][A-Z]{3})$/;
const EXCHANGES = new Set(['BINANCE', 'KRAKEN', 'COINBASE', 'BITSTAMP', 'BITFINEX', 'GEMINI', 'OKX', 'BYBIT', 'KUCOIN', 'POLONIEX', 'FTX', 'HUOBI', 'OKCOIN']);
const EXTENSIONS = /(?:\.(?:csv|txt|tsv|gz|feather|parquet|zip))+$/i;
const ASSET = /^[A-Z0-9]{2,12}$/;

const pairOf = (base: string, quote: string): MarketSymbol | null =>
  ASSET.test(base) && !/^\d+$/.test(base) && !EXCHANGES.has(base) ? marketSymbol(`${assetOfKrakenName(base)}/${assetOfKrakenName(quote)}`) : null;

/** `BTCUSDT` written in one word. */
const pairInWord = (word: string): MarketSymbol | null => {
  const long = KRAKEN_LONG.exec(word);
  if (long !== null) return pairOf(long[1]!, long[2]!);
  const quote = QUOTES_WRITTEN_ON.find(known => word.length > known.length && word.endsWith(known));
  return quote === undefined ? null : pairOf(word.slice(0, -quote.length), quote);
};

/**
 * The market a text names, or null when it names none for certain: `XBTUSD_60.csv` and `XXBTZUSD` → BTC/USD,
 * `Binance_BTCUSDT_1h.csv` and `BTC_USDT-1h.csv` → BTC/USDT, `BTC-1h.csv` → null. A path counts by its last part only,
 * unless all of it is a pair such as `BTC/USD`.
 */
export const inferSymbol = (text: string): MarketSymbol | null => {
  const whole = /^([A-Za-z0-9]{2,12})\/([A-Za-z0-9]{2,12})$/.exec(text);
  if (whole !== null) return marketSymbol(`${assetOfKrakenName(whole[1]!)}/${assetOfKrakenName(whole[2]!)}`);
  const name = text.slice(text.lastIndexOf('/') + 1).replace(EXTENSIONS, '').toUpperCase();
  const words = name.split(/[^A-Z0-9]+/).filter(word => word !== '');
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    const pair = next !== undefined && QUOTES.includes(next) ? pairOf(word, next) : pairInWord(word);
    if (pair !== null) return pair;
  }
  return null;
};

/**
 * Whether a symbol column's text speaks of a market: the pair however it is written (`BTC/USD`, `btcusd`, `XXBTZUSD`,
 * `KRAKEN:XBTUSD`), or its base alone. No list of quotes is needed, because the market is given.
 */
export const speaksOf = (text: string, symbol: MarketSymbol): boolean => {
  const letters = text.slice(text.indexOf(':') + 1).toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (assetOfKrakenName(letters) === baseOf(symbol)) return true;
  for (let split = 1; split < letters.length; split += 1) {
    if (`${assetOfKrakenName(letters.slice(0, split))}/${assetOfKrakenName(letters.slice(split))}` === symbol) return true;
  }
  return false;
};
