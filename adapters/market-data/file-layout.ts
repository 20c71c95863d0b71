/**
 * Which column of a market file holds what, from its header's names or from its format's fixed order. It refuses a
 * header that leaves a choice open; it never reads a value.
 */
import { baseOf, quoteOf } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { assetOfKrakenName } from './kraken-names.ts';

export const CSV_FORMATS = ['plain', 'kraken-ohlcvt', 'binance-klines', 'cryptodatadownload'] as const;
/** Lines of text whose fields stand apart by commas. */
export type CsvFormat = (typeof CSV_FORMATS)[number];
export const MARKET_FILE_FORMATS = [...CSV_FORMATS, 'freqtrade-json', 'feather', 'parquet'] as const;
export type MarketFileFormat = (typeof MARKET_FILE_FORMATS)[number];

/** Field numbers from 0. */
export type Columns = Readonly<{
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number | null;
  symbol: number | null;
}>;

export type FileLayout = Readonly<{
  format: MarketFileFormat;
  /** The first line that can be a candle; what stands before it is comment and header. */
  firstCandleLine: number;
  columnCount: number;
  columns: Columns;
  /** The time column's name says UTC, so a time without an offset is read as UTC. */
  timeIsUtc: boolean;
}>;

type ColumnName = keyof Columns;

/** In order of preference, as they read after `nameOf`. */
const NAMES: Readonly<Record<ColumnName, readonly string[]>> = {
  time: [
    'ts_utc', 'ts', 'open_time_utc', 'open_time', 'opentime', 'timestamp_utc', 'timestamp', 'unix', 'unix_timestamp', 'unix_time',
    'epoch', 'time_utc', 'time', 'datetime_utc', 'datetime', 'date_utc', 'date',
  ],
  open: ['open', 'open_price', 'o'],
  high: ['high', 'high_price', 'h'],
  low: ['low', 'low_price', 'l'],
  close: ['close', 'close_price', 'c'],
  volume: ['volume', 'vol', 'base_volume', 'volume_base', 'v'],
  trades: ['trades', 'trade_count', 'tradecount', 'number_of_trades', 'num_trades', 'count'],
  symbol: ['symbol', 'pair', 'market'],
};
const PRICES: readonly ColumnName[] = ['open', 'high', 'low', 'close'];

/** A header's name as it is compared: lower case, words joined by underscores. */
const nameOf = (field: string): string => field.trim().toLowerCase().replace(/[\s-]+/g, '_');

export const headerNames = (fields: readonly string[]): readonly string[] => fields.map(nameOf);

/** Whether a line names columns: it has a time and at least one price by name, and no field of it is a number. */
export const isHeader = (names: readonly string[]): boolean =>
  names.some(name => NAMES.time.includes(name))
  && PRICES.some(price => names.some(name => NAMES[price].includes(name)))
  && names.every(name => name === '' || !Number.isFinite(Number(name)));

const VOLUME_OF = /^vol(?:ume)?_\(?([a-z0-9]+)\)?$/;

/** Whether a header is CryptoDataDownload's: a unix column, a symbol column and a volume that names its asset or stands alone. */
export const isCryptoDataDownloadHeader = (names: readonly string[]): boolean =>
  (names.includes('unix') || names.includes('unix_timestamp')) && names.includes('symbol');

export const isBinanceHeader = (names: readonly string[]): boolean =>
  names.length === 12 && (names[0] === 'open_time' || names[0] === 'opentime') && (names[6] === 'close_time' || names[6] === 'closetime');

type Found = Readonly<{ ok: true; index: number }> | Readonly<{ ok: false; why: string }>;

const findColumn = (names: readonly string[], column: ColumnName): Found => {
  for (const known of NAMES[column]) {
    const index = names.indexOf(known);
    if (index < 0) continue;
    if (names.indexOf(known, index + 1) >= 0) return { ok: false, why: `the header names ${known} twice` };
    return { ok: true, index };
  }
  return { ok: false, why: `the header has no column for ${column} (${NAMES[column].join(', ')})` };
};

/** The volume in base: by its plain name, else the one volume named after the base, as in `Volume BTC`. */
const findVolume = (names: readonly string[], symbol: MarketSymbol): Found => {
  const named = findColumn(names, 'volume');
  if (named.ok || named.why.endsWith('twice')) return named;
  const assets = names.map(name => { const match = VOLUME_OF.exec(name); return match === null ? null : assetOfKrakenName(match[1]!); });
  const index = assets.indexOf(baseOf(symbol));
  if (index >= 0) return { ok: true, index };
  const others = assets.filter(asset => asset !== null);
  if (others.length === 0) return named;
  return {
    ok: false,
    why: others.length === 1 && others[0] === quoteOf(symbol)
      ? `the header has the volume in ${quoteOf(symbol)} only, and candles need it in ${baseOf(symbol)}`
      : `the header has the volume of ${others.join(' and ')}, and ${symbol} needs that of ${baseOf(symbol)}`,
  };
};

const optional = (found: Found): number | null => (found.ok ? found.index : null);

export type HeaderRead =
  | Readonly<{ ok: true; columns: Columns; timeIsUtc: boolean }>
  | Readonly<{ ok: false; why: string }>;

/** The columns that a header names, or what it lacks or says twice. Names not known are passed over. */
export const columnsOfHeader = (names: readonly string[], symbol: MarketSymbol): HeaderRead => {
  const [time, open, high, low, close] = [
    findColumn(names, 'time'), findColumn(names, 'open'), findColumn(names, 'high'), findColumn(names, 'low'), findColumn(names, 'close'),
  ] as const;
  const volume = findVolume(names, symbol);
  for (const found of [time, open, high, low, close, volume]) if (!found.ok) return found;
  if (!time.ok || !open.ok || !high.ok || !low.ok || !close.ok || !volume.ok) return { ok: false, why: 'the header is incomplete' };
  const columns: Columns = {
    time: time.index, open: open.index, high: high.index, low: low.index, close: close.index, volume: volume.index,
    trades: optional(findColumn(names, 'trades')),
    symbol: optional(findColumn(names, 'symbol')),
  };
  return { ok: true, columns, timeIsUtc: names[time.index]!.endsWith('_utc') };
};

/** Kraken's archive: time, open, high, low, close, volume, trades. */
export const KRAKEN_COLUMNS: Columns = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, trades: 6, symbol: null };
export const KRAKEN_COLUMN_COUNT = 7;
/** freqtrade's JSON: time, open, high, low, close, volume. */
export const JSON_COLUMNS: Columns = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, trades: null, symbol: null };
export const JSON_COLUMN_COUNT = 6;
/** Binance's klines: open time, open, high, low, close, volume, close time, quote volume, trades, two taker volumes, ignored. */
export const BINANCE_COLUMNS: Columns = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, trades: 8, symbol: null };
export const BINANCE_COLUMN_COUNT = 12;
