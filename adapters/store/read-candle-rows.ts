/**
 * Stored candles row by row, each with its digits and its trade count: the latest revision, or the latest that had been
 * received by a moment. It reads rows, never the cache, and keeps none.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { emptyColumn } from '../../core/market/columns.ts';
import type { IncomingCandle } from '../ports.ts';
import { int8At, isNull, readTuples } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { normalTextOf } from './read-columns.ts';
import { findSeries } from './series.ts';
import { putNumeric } from './stored-numeric.ts';

/** Open times from `fromMs` (inclusive) to `toMs` (exclusive); null leaves a side open, or takes whatever was received. */
export type CandleRowsRequest = Readonly<{ series: Series; fromMs: TimeMs | null; toMs: TimeMs | null; receivedThroughMs: TimeMs | null }>;

/** Batches ascending by open time, one row each; a series never imported has none. The connection is busy until they end. */
export async function* readCandleRows(client: pg.ClientBase, { series, fromMs, toMs, receivedThroughMs }: CandleRowsRequest): AsyncGenerator<readonly IncomingCandle[], void, void> {
  const id = (await findSeries(client, [series]))[0]!;
  if (id === null) return;
  const bounds = [
    ['open_ms >=', fromMs],
    ['open_ms <', toMs],
    ['received_ms <=', receivedThroughMs],
  ] as const;
  const wanted = bounds.flatMap(([condition, value]) => {
    assert(value === null || Number.isSafeInteger(value), 'A time is a whole number.');
    return value === null ? [] : [`AND ${condition} ${value}`];
  });
  yield* readTuples(
    client,
    `COPY (SELECT DISTINCT ON (open_ms) open_ms, open, high, low, close, volume, trades FROM tb.candle
      WHERE series_id = ${id} ${wanted.join(' ')} ORDER BY open_ms, revision DESC) TO STDOUT (FORMAT binary)`,
    candleOf,
  );
}

const scratch = emptyColumn(1);

const textAt = (tuple: Tuple, field: number): string => {
  putNumeric(scratch, 0, tuple, field);
  return normalTextOf(scratch.mantissa[0]!, scratch.scale[0]!);
};

const candleOf = (tuple: Tuple): IncomingCandle => ({
  openMs: timeMs(int8At(tuple, 0)),
  values: { open: textAt(tuple, 1), high: textAt(tuple, 2), low: textAt(tuple, 3), close: textAt(tuple, 4), volume: textAt(tuple, 5) },
  trades: isNull(tuple, 6) ? null : int8At(tuple, 6),
});
