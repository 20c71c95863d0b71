/**
 * Stored candles as the bytes of a file that `tb import` reads back to the same digests: CSV with the header of plain, or
 * Parquet. It chooses which version of a candle leaves; it writes no file.
 */
import type { IncomingCandle } from '../adapters/ports.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { readCandleRows } from '../adapters/store/read-candle-rows.ts';
import type { CandleRowsRequest } from '../adapters/store/read-candle-rows.ts';
import { formatTime } from '../core/kernel/hours.ts';
import type { TimeMs } from '../core/kernel/units.ts';

export type CandleFileFormat = 'csv' | 'parquet';
export const CANDLE_FILE_FORMATS: readonly CandleFileFormat[] = ['csv', 'parquet'];

/** What has been read when the pieces end. */
export type CandleTally = { candles: number; firstMs: TimeMs; lastMs: TimeMs };
export type CandlePieces = Readonly<{ tally: Readonly<CandleTally>; pieces: AsyncGenerator<Uint8Array | string, void, void> }>;

/** The pieces of one series' file; null where there is no candle to write. */
export const candlePieces = async (client: StoreClient, request: CandleRowsRequest, format: CandleFileFormat): Promise<CandlePieces | null> => {
  const batches = readCandleRows(client, request);
  const first = await batches.next();
  if (first.done === true) return null;
  const tally: CandleTally = { candles: 0, firstMs: first.value[0]!.openMs, lastMs: first.value[0]!.openMs };
  async function* counted(): AsyncGenerator<readonly IncomingCandle[], void, void> {
    for (let batch = first; batch.done !== true; batch = await batches.next()) {
      tally.candles += batch.value.length;
      tally.lastMs = batch.value.at(-1)!.openMs;
      yield batch.value;
    }
  }
  return { tally, pieces: format === 'csv' ? csvPieces(counted()) : await parquetOf(counted(), request) };
};

/** Nobody else waits for the writer of Parquet to be loaded. */
const parquetOf = async (batches: AsyncIterable<readonly IncomingCandle[]>, request: CandleRowsRequest): Promise<CandlePieces['pieces']> => {
  const { parquetPieces } = await import('../adapters/market-data/write-parquet.ts');
  return parquetPieces(batches, factsOf(request));
};

/** What the rows do not say of themselves. */
const factsOf = ({ series, receivedThroughMs }: CandleRowsRequest): Readonly<Record<string, string>> => ({
  'tb.symbol': series.symbol,
  'tb.timeframe': series.timeframe,
  'tb.as-of': receivedThroughMs === null ? 'latest' : formatTime(receivedThroughMs),
});

const HEADER = 'ts,open,high,low,close,volume,trades\n';

async function* csvPieces(batches: AsyncIterable<readonly IncomingCandle[]>): AsyncGenerator<string, void, void> {
  yield HEADER;
  for await (const batch of batches) yield batch.map(lineOf).join('');
}

const lineOf = ({ openMs, values: { open, high, low, close, volume }, trades }: IncomingCandle): string =>
  `${formatTime(openMs)},${open},${high},${low},${close},${volume},${trades ?? ''}\n`;
