/**
 * Single candles with their history: what arrived after an hour could have consumed it, and which versions of a candle
 * there are. For few candles at a time; whole ranges are read as columns.
 */
import type pg from 'pg';
import type { Digest, TimeMs } from '../../core/kernel/units.ts';
import type { CandleValues, Series } from '../../core/market/candle.ts';
import { findSeries } from './series.ts';

export type CandleRevision = Readonly<{
  series: Series;
  openMs: TimeMs;
  revision: number;
  values: CandleValues;
  digest: Digest;
  ingestId: number;
  receivedMs: TimeMs;
}>;

/** A revision that came late: after `ingestAfter`, for a candle of the past. */
export type Arrival = CandleRevision & Readonly<{ supersedes: Digest | null }>;

type RevisionRow = Readonly<{
  series_id: number;
  open_ms: TimeMs;
  revision: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  digest: Digest;
  ingest_id: number;
  received_ms: TimeMs;
}>;

/** trim_scale gives the normal form of a value that is not negative. */
const VALUES = `candle.series_id, candle.open_ms, candle.revision, trim_scale(candle.open) AS open, trim_scale(candle.high) AS high,
  trim_scale(candle.low) AS low, trim_scale(candle.close) AS close, trim_scale(candle.volume) AS volume,
  encode(candle.digest, 'hex') AS digest, candle.ingest_id, candle.received_ms`;

const revisionOf = (row: RevisionRow, series: Series): CandleRevision => ({
  series,
  openMs: row.open_ms,
  revision: row.revision,
  values: { open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume },
  digest: row.digest,
  ingestId: row.ingest_id,
  receivedMs: row.received_ms,
});

/** Every version of one candle, the first first; empty when there is none. */
export const readRevisions = async (client: pg.ClientBase, series: Series, openMs: TimeMs): Promise<readonly CandleRevision[]> => {
  const { rows } = await client.query<RevisionRow>(
    `SELECT ${VALUES} FROM tb.candle JOIN tb.series ON series.id = candle.series_id
     WHERE series.symbol = $1 AND series.timeframe = $2 AND candle.open_ms = $3 ORDER BY candle.revision`,
    [series.symbol, series.timeframe, openMs],
  );
  return rows.map(row => revisionOf(row, series));
};

export type ArrivalRange = Readonly<{
  series: readonly Series[];
  /** What the hours before could see. */
  ingestAfter: number;
  ingestThrough: number;
  /** Open times of hours that were sealed without them: inclusive, exclusive. */
  fromMs: TimeMs;
  toMs: TimeMs;
}>;

/** Imports say which stretch they touched, so without any in the range no candle is looked at. */
const ARRIVALS = `
  SELECT ${VALUES}, encode(before.digest, 'hex') AS supersedes
  FROM tb.ingest
  JOIN tb.candle ON candle.series_id = ingest.series_id AND candle.ingest_id = ingest.id
    AND candle.open_ms BETWEEN ingest.first_open_ms AND ingest.last_open_ms AND candle.open_ms >= $4::bigint AND candle.open_ms < $5::bigint
  LEFT JOIN tb.candle AS before ON before.series_id = candle.series_id AND before.open_ms = candle.open_ms AND before.revision = candle.revision - 1
  WHERE ingest.id > $2::bigint AND ingest.id <= $3::bigint AND ingest.series_id = ANY($1::int[])
    AND ingest.first_open_ms < $5::bigint AND ingest.last_open_ms >= $4::bigint AND ingest.added + ingest.revisions > 0
  ORDER BY candle.open_ms, candle.series_id, candle.revision`;

/** Candles and revisions that imports after `ingestAfter` and up to `ingestThrough` brought for open times of the past. */
export const readArrivals = async (client: pg.ClientBase, range: ArrivalRange): Promise<readonly Arrival[]> => {
  if (range.ingestThrough <= range.ingestAfter || range.toMs <= range.fromMs) return [];
  const ids = await findSeries(client, range.series);
  const byId = new Map(ids.map((id, index) => [id, range.series[index]!]));
  const { rows } = await client.query<RevisionRow & { supersedes: Digest | null }>(ARRIVALS, [
    ids.filter(id => id !== null), range.ingestAfter, range.ingestThrough, range.fromMs, range.toMs,
  ]);
  return rows.map(row => ({ ...revisionOf(row, byId.get(row.series_id)!), supersedes: row.supersedes }));
};
