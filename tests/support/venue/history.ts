/**
 * What a loopback venue has traded: hourly candles of real files where they lie beside the project, of the demo market otherwise.
 * Texts are those of the files; nothing is invented here.
 */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { demoMarket } from '../../../adapters/market-data/demo-market.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import type { MarketSymbol } from '../../../core/kernel/units.ts';
import type { CandleValues } from '../../../core/market/candle.ts';
import { normalCandleValue } from '../../../core/market/candle.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import { expandKrakenVolume } from '../../../adapters/market-data/kraken-volume.ts';
import { SHARED_DATA } from '../market-files.ts';

export type VenueCandle = Readonly<{ openMs: number; values: CandleValues; trades: number }>;
/** One market of the venue: candles of one timeframe, ascending, holes left out. */
export type VenueSeries = Readonly<{ symbol: MarketSymbol; timeframe: Timeframe; candles: readonly VenueCandle[] }>;

const normal = (text: string): string => {
  const value = normalCandleValue(expandKrakenVolume(text) ?? text);
  if (!value.ok) throw new Error(`A file of the venue has ${text}: ${value.why}.`);
  return value.text;
};

type Row = readonly string[];

const candleOfRow = ([time, open, high, low, close, volume, trades]: Row): VenueCandle => ({
  openMs: /^\d+$/.test(time!) ? Number(time) * 1_000 : Date.parse(time!),
  values: { open: normal(open!), high: normal(high!), low: normal(low!), close: normal(close!), volume: normal(volume!) },
  trades: trades === undefined || trades === '' ? 10 : Number(trades),
});

/** The candles of a CSV file, plain or gzipped, with or without a header line. */
export const candlesOfFile = async (path: string): Promise<readonly VenueCandle[]> => {
  const raw = createReadStream(path);
  const candles: VenueCandle[] = [];
  for await (const line of createInterface({ input: path.endsWith('.gz') ? raw.pipe(createGunzip()) : raw })) {
    if (/^[\d]/.test(line)) candles.push(candleOfRow(line.split(',')));
  }
  return candles;
};

const inWindow = (candles: readonly VenueCandle[], fromMs: number, toMs: number): readonly VenueCandle[] => candles.filter(({ openMs }) => openMs >= fromMs && openMs < toMs);

export type Stretch = Readonly<{ fromMs: number; toMs: number }>;

/** Kraken's own hours of Bitcoin and Ether; null where the files are not there. */
export const krakenHistory = async ({ fromMs, toMs }: Stretch): Promise<readonly VenueSeries[] | null> => {
  if (!existsSync(SHARED_DATA)) return null;
  const files = [['BTC/USD', 'XBTUSD_60.csv.gz'], ['ETH/USD', 'ETHUSD_60.csv.gz']] as const;
  return Promise.all(files.map(async ([symbol, name]) => ({
    symbol: marketSymbol(symbol),
    timeframe: '1h' as const,
    candles: inWindow(await candlesOfFile(join(SHARED_DATA, 'kraken-ohlcvt', name)), fromMs, toMs),
  })));
};

/** Binance's hours of 2024 of the symbols named; null where the files are not there. */
export const binanceHistory = async (bases: readonly string[]): Promise<readonly VenueSeries[] | null> => {
  if (!existsSync(SHARED_DATA)) return null;
  return Promise.all(bases.map(async base => ({
    symbol: marketSymbol(`${base}/USDT`),
    timeframe: '1h' as const,
    candles: await candlesOfFile(join(SHARED_DATA, 'binance-spot-2024', `${base}-1h.csv.gz`)),
  })));
};

const rowsOfText = (text: string): readonly VenueCandle[] => text.split('\n').filter(line => /^\d/.test(line)).map(line => candleOfRow(line.split(',')));

let demo: readonly VenueSeries[] | null = null;

/** The demo market: it is the same on every machine and always there. Made once a thread. */
export const demoHistory = (): readonly VenueSeries[] => {
  demo ??= demoMarket().map(({ symbol, text }) => ({ symbol, timeframe: '1h', candles: rowsOfText(text) }));
  return demo;
};
