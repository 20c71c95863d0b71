/**
 * The candles as a run consumed them: for each hour the revisions that had arrived when it was executed. Candles that
 * came later, or changed later, are put back to what the hour saw.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readAllColumns } from '../adapters/store/read-columns.ts';
import { readArrivals, readRevisions } from '../adapters/store/read-revisions.ts';
import type { CandleRevision } from '../adapters/store/read-revisions.ts';
import { fromHex } from '../core/kernel/digest.ts';
import { HOUR_MS } from '../core/kernel/units.ts';
import type { HourUtc, TimeMs } from '../core/kernel/units.ts';
import type { Series } from '../core/market/candle.ts';
import { emptyColumn, putNormal } from '../core/market/columns.ts';
import type { CandleColumns, Column } from '../core/market/columns.ts';
import { timeframeMs } from '../core/market/timeframe.ts';

/** `ingestThroughOf` says for a slot the highest ingest its executor could see. */
export type Consumed = Readonly<{ series: readonly Series[]; fromHour: HourUtc; toHour: HourUtc; ingestThroughOf: (slot: number) => number }>;

export const readConsumed = async (client: StoreClient, consumed: Consumed): Promise<readonly CandleColumns[]> => {
  const { series, fromHour, toHour, ingestThroughOf } = consumed;
  const lengthMs = timeframeMs(series[0]!.timeframe);
  const firstSlot = (fromHour * HOUR_MS) / lengthMs;
  const horizons = Array.from({ length: ((toHour - fromHour) * HOUR_MS) / lengthMs }, (_, index) => ingestThroughOf(firstSlot + index));
  const range = { fromMs: (fromHour * HOUR_MS) as TimeMs, toMs: (toHour * HOUR_MS) as TimeMs };
  const [lowest, highest] = [Math.min(...horizons), Math.max(...horizons)];
  const columns = await readAllColumns(client, { series, ...range, ingestThrough: highest });
  if (lowest === highest) return columns;
  const arrivals = await readArrivals(client, { series, ingestAfter: lowest, ingestThrough: highest, ...range });
  const later = arrivals.filter(({ openMs, ingestId }) => ingestId > ingestThroughOf(openMs / lengthMs));
  if (later.length === 0) return columns;
  const seen: CandleColumns[] = [];
  for (const one of columns) seen.push(await asSeen(client, one, later.filter(({ series: { symbol } }) => symbol === one.series.symbol), ingestThroughOf));
  return seen;
};

/** One series with each later candle replaced by the revision its hour saw, or left out where it saw none. */
const asSeen = async (client: StoreClient, columns: CandleColumns, later: readonly CandleRevision[], ingestThroughOf: (slot: number) => number): Promise<CandleColumns> => {
  const seen = new Map<number, CandleRevision | null>();
  for (const { series, openMs } of later) {
    const slot = openMs / timeframeMs(series.timeframe);
    const through = ingestThroughOf(slot);
    const known = (await readRevisions(client, series, openMs)).filter(({ ingestId }) => ingestId <= through);
    seen.set(slot, known.at(-1) ?? null);
  }
  return seen.size === 0 ? columns : rebuilt(columns, seen);
};

const rebuilt = (columns: CandleColumns, seen: ReadonlyMap<number, CandleRevision | null>): CandleColumns => {
  const rows = Array.from({ length: columns.length }, (_, row) => row).filter(row => seen.get(columns.slot[row]!) !== null);
  const made: CandleColumns = {
    series: columns.series,
    length: rows.length,
    slot: Int32Array.from(rows, row => columns.slot[row]!),
    open: emptyColumn(rows.length),
    high: emptyColumn(rows.length),
    low: emptyColumn(rows.length),
    close: emptyColumn(rows.length),
    volume: emptyColumn(rows.length),
    digest: new Uint8Array(32 * rows.length),
  };
  rows.forEach((row, at) => putRow(made, at, { columns, row, revision: seen.get(columns.slot[row]!) ?? null }));
  return made;
};

type Origin = Readonly<{ columns: CandleColumns; row: number; revision: CandleRevision | null }>;

const NAMES = ['open', 'high', 'low', 'close', 'volume'] as const;

const putRow = (made: CandleColumns, at: number, { columns, row, revision }: Origin): void => {
  for (const name of NAMES) {
    if (revision === null) copyValue(columns[name], row, made[name], at);
    else putNormal(made[name], at, revision.values[name]);
  }
  made.digest.set(revision === null ? columns.digest.subarray(32 * row, 32 * row + 32) : fromHex(revision.digest), 32 * at);
};

const copyValue = (from: Column, row: number, to: Column, at: number): void => {
  to.mantissa[at] = from.mantissa[row]!;
  to.scale[at] = from.scale[row]!;
};
