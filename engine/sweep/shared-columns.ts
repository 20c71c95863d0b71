/**
 * Candles of a whole window in memory that threads share: read from the store once, written by one thread before any other
 * sees them, and only read from then on.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { streamColumns } from '../../adapters/store/stream-columns.ts';
import { HOUR_MS, timeMs } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import type { CandleColumns, Column } from '../../core/market/columns.ts';
import { stepsPerHour } from '../../core/market/timeframe.ts';

const PRICE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;
const DIGEST_LENGTH = 32;

/** `ingestThrough`: as seen by a reader who knows the imports up to it. */
type Shared = Readonly<{ series: readonly Series[]; startHour: HourUtc; endHour: HourUtc; ingestThrough: number }>;

/** The series over whole hours, in their order. Memory is taken for a candle in every slot; what has none is never touched. */
export const readSharedColumns = async (client: StoreClient, { series, startHour, endHour, ingestThrough }: Shared): Promise<readonly CandleColumns[]> => {
  const rows = (endHour - startHour) * stepsPerHour(series[0]!.timeframe);
  const filled = series.map(one => ({ columns: emptyShared(one, rows), length: 0 }));
  const range = { fromMs: timeMs(startHour * HOUR_MS), toMs: timeMs(endHour * HOUR_MS), ingestThrough };
  for await (const stretch of streamColumns(client, { series, ...range })) {
    for (const [index, from] of stretch.columns.entries()) {
      const target = filled[index]!;
      put(target.columns, target.length, from);
      target.length += from.length;
    }
  }
  return filled.map(({ columns, length }) => ({ ...columns, length }));
};

/** One piece of memory a series: wide values first, so that each column starts where a typed array may. */
const emptyShared = (series: Series, rows: number): CandleColumns => {
  const [slotsAt, scalesAt] = [8 * PRICE_COLUMNS.length * rows, (8 * PRICE_COLUMNS.length + 4) * rows];
  const digestsAt = scalesAt + PRICE_COLUMNS.length * rows;
  const memory = new SharedArrayBuffer(digestsAt + DIGEST_LENGTH * rows);
  const columnAt = (place: number): Column => ({ mantissa: new BigInt64Array(memory, 8 * place * rows, rows), scale: new Uint8Array(memory, scalesAt + place * rows, rows) });
  const [open, high, low, close, volume] = [0, 1, 2, 3, 4].map(columnAt) as [Column, Column, Column, Column, Column];
  return { series, length: rows, slot: new Int32Array(memory, slotsAt, rows), open, high, low, close, volume, digest: new Uint8Array(memory, digestsAt, DIGEST_LENGTH * rows) };
};

const put = (target: CandleColumns, at: number, from: CandleColumns): void => {
  target.slot.set(from.slot, at);
  target.digest.set(from.digest, DIGEST_LENGTH * at);
  for (const name of PRICE_COLUMNS) {
    target[name].mantissa.set(from[name].mantissa, at);
    target[name].scale.set(from[name].scale, at);
  }
};
