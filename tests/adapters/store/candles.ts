/** Candles to import in tests, and what is said of the file they come from. */
import { digestOf, marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import type { Series } from '../../../core/market/candle.ts';
import type { CandleOrigin, IncomingCandle } from '../../../adapters/ports.ts';

export const HOUR = 3_600_000;
/** 2024-01-01T00:00:00Z */
export const FIRST_MS = 1_704_067_200_000;
export const BTC: Series = { symbol: marketSymbol('BTC/USD'), timeframe: '1h' };
export const ETH: Series = { symbol: marketSymbol('ETH/USD'), timeframe: '1h' };

export const RECEIVED_MS = timeMs(1_800_000_000_000);

export const originOf = (series: Series, fields: Partial<CandleOrigin> = {}): CandleOrigin => ({
  series,
  source: 'kraken',
  format: 'kraken-ohlcvt',
  absent: 'quiet',
  fileName: 'XBTUSD_60.csv',
  fileSha256: digestOf('ab'.repeat(32)),
  fileBytes: 1_234,
  receivedMs: RECEIVED_MS,
  ...fields,
});

/** `hours` candles from an hour on, each price told by its index. */
export const candlesFrom = (firstMs: number, hours: number, base = 100): readonly IncomingCandle[] =>
  Array.from({ length: hours }, (_, index) => ({
    openMs: timeMs(firstMs + index * HOUR),
    values: { open: `${base + index}`, high: `${base + index + 1}.5`, low: `${base + index - 1}`, close: `${base + index}.25`, volume: `${index}.125` },
    trades: index,
  }));

export async function* batchesOf(...batches: readonly (readonly IncomingCandle[])[]): AsyncGenerator<readonly IncomingCandle[], void, void> {
  for (const batch of batches) yield await Promise.resolve(batch);
}

export const noneRejected = (): number => 0;
