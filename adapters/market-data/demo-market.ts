/**
 * The demo market that ships with tb: six invented symbols against USDT, every hour of 2024, written as CSV in two of
 * the formats that `tb import` reads. The same bytes on every machine. It is no history of anything.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTime } from '../../core/kernel/hours.ts';
import { HOUR_MS, marketSymbol, timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { demoCandles, marketFactor } from './demo-prices.ts';
import type { DemoCandle, DemoSymbol } from './demo-prices.ts';
import type { MarketFileFormat } from './file-layout.ts';

/** 2024-01-01T00:00:00Z. */
export const DEMO_START = timeMs(1_704_067_200_000);
/** 2025-01-01T00:00:00Z, exclusive. */
export const DEMO_END = timeMs(1_735_689_600_000);
const FACTOR_SEED = 20_240_101;

/** Hours without a candle: from `hour`, counted from the start of the year, for `length` hours. */
type Hole = Readonly<{ hour: number; length: number }>;
type DemoSeries = Readonly<{
  symbol: MarketSymbol;
  name: string;
  format: Extract<MarketFileFormat, 'plain' | 'kraken-ohlcvt'>;
  priceDecimals: number;
  volumeDecimals: number;
  holes: readonly Hole[];
  prices: DemoSymbol;
}>;

const SERIES: readonly DemoSeries[] = [
  {
    symbol: marketSymbol('AUR/USDT'), name: 'AURUSDT-1h.csv', format: 'plain', priceDecimals: 2, volumeDecimals: 5, holes: [],
    prices: { seed: 101, startTicks: 4_125_000, betaPercent: 90, ownSigmaPpm: 3_000, ownDriftPpm: 150, volumeLots: 95_000_000, firstHour: 0 },
  },
  {
    symbol: marketSymbol('BOR/USDT'), name: 'BORUSDT-1h.csv', format: 'plain', priceDecimals: 2, volumeDecimals: 4, holes: [{ hour: 1_706, length: 5 }],
    prices: { seed: 202, startTicks: 231_040, betaPercent: 105, ownSigmaPpm: 3_400, ownDriftPpm: 200, volumeLots: 112_000_000, firstHour: 0 },
  },
  {
    symbol: marketSymbol('CYG/USDT'), name: 'CYGUSDT-1h.csv', format: 'plain', priceDecimals: 2, volumeDecimals: 3, holes: [],
    prices: { seed: 303, startTicks: 9_642, betaPercent: 120, ownSigmaPpm: 4_400, ownDriftPpm: 320, volumeLots: 118_000_000, firstHour: 0 },
  },
  {
    symbol: marketSymbol('DUN/USDT'), name: 'DUNUSDT_60.csv', format: 'kraken-ohlcvt', priceDecimals: 4, volumeDecimals: 2,
    holes: [{ hour: 611, length: 1 }, { hour: 2_950, length: 1 }, { hour: 5_162, length: 26 }, { hour: 7_003, length: 1 }],
    prices: { seed: 404, startTicks: 64_820, betaPercent: 110, ownSigmaPpm: 4_800, ownDriftPpm: 340, volumeLots: 46_000_000, firstHour: 0 },
  },
  {
    symbol: marketSymbol('ELM/USDT'), name: 'ELMUSDT_60.csv', format: 'kraken-ohlcvt', priceDecimals: 4, volumeDecimals: 1,
    holes: [{ hour: 1_389, length: 2 }, { hour: 3_301, length: 9 }, { hour: 6_480, length: 4 }],
    prices: { seed: 505, startTicks: 4_127, betaPercent: 125, ownSigmaPpm: 5_200, ownDriftPpm: 380, volumeLots: 37_000_000, firstHour: 0 },
  },
  {
    symbol: marketSymbol('FEN/USDT'), name: 'FENUSDT-1h.csv', format: 'plain', priceDecimals: 8, volumeDecimals: 0, holes: [{ hour: 4_417, length: 3 }],
    // Listed 2024-04-18T10:00:00Z, in the last weeks before the crash.
    prices: { seed: 606, startTicks: 1_874, betaPercent: 135, ownSigmaPpm: 5_600, ownDriftPpm: 420, volumeLots: 41_000_000_000, firstHour: 2_602 },
  },
];

/** A file of the demo market. `text` ends with a line feed; `rows` counts its candles. */
export type DemoFile = Readonly<{ symbol: MarketSymbol; name: string; format: MarketFileFormat; rows: number; text: string }>;

/** A whole number of smallest units as decimal text with that many decimals. */
const decimalText = (units: number, decimals: number): string => {
  if (decimals === 0) return String(units);
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};

const isInHole = (hour: number, holes: readonly Hole[]): boolean => holes.some(hole => hour >= hole.hour && hour < hole.hour + hole.length);

const lineOf = (candle: DemoCandle, { format, priceDecimals, volumeDecimals }: DemoSeries): string => {
  const openMs = timeMs(DEMO_START + candle.hour * HOUR_MS);
  const values = [candle.open, candle.high, candle.low, candle.close].map(ticks => decimalText(ticks, priceDecimals)).join(',');
  const volume = decimalText(candle.volumeLots, volumeDecimals);
  return format === 'plain' ? `${formatTime(openMs)},${values},${volume}\n` : `${openMs / 1_000},${values},${volume},${candle.trades}\n`;
};

const PLAIN_HEADER = 'ts,open,high,low,close,volume\n';

/** The files of the demo market, generated afresh: equal bytes on every machine and at every call. Takes well under a second. */
export const demoMarket = (): readonly DemoFile[] => {
  const factor = marketFactor(FACTOR_SEED);
  return SERIES.map(series => {
    const candles = demoCandles(series.prices, factor).filter(candle => !isInHole(candle.hour, series.holes));
    const lines = candles.map(candle => lineOf(candle, series)).join('');
    const text = series.format === 'plain' ? PLAIN_HEADER + lines : lines;
    return { symbol: series.symbol, name: series.name, format: series.format, rows: candles.length, text };
  });
};

export type WrittenDemoFile = Readonly<{ symbol: MarketSymbol; path: string; format: MarketFileFormat; rows: number }>;

/** Writes the demo market's files into a folder, which is made if need be; files of the same names are replaced. */
export const writeDemoMarket = async (folder: string): Promise<readonly WrittenDemoFile[]> => {
  await mkdir(folder, { recursive: true });
  const written: WrittenDemoFile[] = [];
  for (const { symbol, name, format, rows, text } of demoMarket()) {
    const path = join(folder, name);
    await writeFile(path, text);
    written.push({ symbol, path, format, rows });
  }
  return written;
};
