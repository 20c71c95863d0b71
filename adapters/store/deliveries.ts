/**
 * What sources have told completely: ranges of a series, from what stands with every delivery. A file promises nothing beyond
 * its first and last candle; a venue says what its answer covers, candles or none.
 */
import type pg from 'pg';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';

/** `isWhole` where every line of it could be read: a line that could not is a hole of ours, and says nothing about the market. */
export type Delivered = Readonly<{ source: string; absent: 'quiet' | 'missing'; isWhole: boolean; fromMs: TimeMs; toMs: TimeMs }>;

const DELIVERED = `
  SELECT i.source, i.absent, i.rejected = 0 AS is_whole, coalesce(i.covered_from_ms, i.first_open_ms) AS from_ms, coalesce(i.covered_to_ms, i.last_open_ms + $3::bigint) AS to_ms
  FROM tb.ingest i JOIN tb.series s ON s.id = i.series_id
  WHERE s.symbol = $1 AND s.timeframe = $2 AND coalesce(i.covered_from_ms, i.first_open_ms) IS NOT NULL
  ORDER BY i.id`;

type DeliveredRow = Readonly<{ source: string; absent: 'quiet' | 'missing'; is_whole: boolean; from_ms: TimeMs; to_ms: TimeMs }>;

/** Every delivery of a series with the range it covers, oldest first; none for a series that is not there. */
export const readDelivered = async (client: pg.ClientBase, { symbol, timeframe }: Series): Promise<readonly Delivered[]> => {
  const { rows } = await client.query<DeliveredRow>(DELIVERED, [symbol, timeframe, timeframeMs(timeframe)]);
  return rows.map(({ source, absent, is_whole, from_ms, to_ms }) => ({ source, absent, isWhole: is_whole, fromMs: from_ms, toMs: to_ms }));
};

export type Followed = Readonly<{ source: string; series: Series; coveredToMs: TimeMs }>;

const FOLLOWED = `
  SELECT i.source, s.symbol, s.timeframe, max(i.covered_to_ms) AS covered_to_ms
  FROM tb.ingest i JOIN tb.series s ON s.id = i.series_id
  WHERE i.covered_to_ms IS NOT NULL
  GROUP BY i.source, s.symbol, s.timeframe
  ORDER BY i.source COLLATE "C", s.symbol COLLATE "C", s.timeframe COLLATE "C"`;

type FollowedRow = Readonly<{ source: string; symbol: Series['symbol']; timeframe: Timeframe; covered_to_ms: TimeMs }>;

/** The series that a venue was asked for, and how far it told. */
export const readFollowed = async (client: pg.ClientBase): Promise<readonly Followed[]> => {
  const { rows } = await client.query<FollowedRow>(FOLLOWED);
  return rows.map(({ source, symbol, timeframe, covered_to_ms }) => ({ source, series: { symbol, timeframe }, coveredToMs: covered_to_ms }));
};

/** Open times of candles of a series inside a range, whatever their revisions, ascending. */
export const readOpenTimes = async (client: pg.ClientBase, { symbol, timeframe }: Series, range: Readonly<{ fromMs: TimeMs; toMs: TimeMs }>): Promise<readonly TimeMs[]> => {
  const { rows } = await client.query<{ open_ms: TimeMs }>(
    `SELECT c.open_ms FROM tb.candle c JOIN tb.series s ON s.id = c.series_id
     WHERE s.symbol = $1 AND s.timeframe = $2 AND c.revision = 0 AND c.open_ms >= $3 AND c.open_ms < $4 ORDER BY c.open_ms`,
    [symbol, timeframe, range.fromMs, range.toMs],
  );
  return rows.map(({ open_ms }) => open_ms);
};
