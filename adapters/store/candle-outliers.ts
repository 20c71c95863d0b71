/**
 * Candles that look wrong beside their neighbours or in themselves, of every open time the latest version. They are only pointed
 * at: markets do such things too, and nothing stored is ever changed for it.
 */
import type pg from 'pg';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { CandleValues } from '../../core/market/candle.ts';
import type { SeriesId } from './series.ts';

/**
 * `close`: it closed further than the share away from the candle before and the one after, on the same side of both. `wick`: its
 * high or low lies further than the share outside its open and close. `untraded`: its price moved and its volume is zero.
 */
export type OutlierKind = 'close' | 'wick' | 'untraded';
export type Outlier = Readonly<{ openMs: TimeMs; kind: OutlierKind; values: CandleValues; closeBefore: string | null; closeAfter: string | null }>;

/** `share` is a decimal text: 0.2 is a fifth. Open times in [fromMs, toMs). */
export type OutlierSearch = Readonly<{ seriesId: SeriesId; share: string; fromMs: TimeMs; toMs: TimeMs }>;

const OUTLIERS = `
  WITH latest AS (
    SELECT DISTINCT ON (open_ms) open_ms, open, high, low, close, volume FROM tb.candle
    WHERE series_id = $1 AND open_ms >= $3 AND open_ms < $4 ORDER BY open_ms, revision DESC),
  beside AS (SELECT *, lag(close) OVER by_time AS before, lead(close) OVER by_time AS after FROM latest WINDOW by_time AS (ORDER BY open_ms)),
  bounds AS (SELECT 1 + $2::numeric AS above, 1 - $2::numeric AS below)
  SELECT open_ms, kind, trim_scale(open)::text AS open, trim_scale(high)::text AS high, trim_scale(low)::text AS low, trim_scale(close)::text AS close,
    trim_scale(volume)::text AS volume, trim_scale(before)::text AS before, trim_scale(after)::text AS after
  FROM beside, bounds, LATERAL (VALUES
    ('close', close > greatest(before, after) * above OR close < least(before, after) * below),
    ('wick', high > greatest(open, close) * above OR low < least(open, close) * below),
    ('untraded', volume = 0 AND high <> low)) AS told(kind, is_so)
  WHERE is_so AND (kind <> 'close' OR before IS NOT NULL AND after IS NOT NULL)
  ORDER BY open_ms, kind`;

type OutlierRow = CandleValues & Readonly<{ open_ms: TimeMs; kind: OutlierKind; before: string | null; after: string | null }>;

/** Ascending by open time. */
export const findOutliers = async (client: pg.ClientBase, { seriesId, share, fromMs, toMs }: OutlierSearch): Promise<readonly Outlier[]> => {
  const { rows } = await client.query<OutlierRow>(OUTLIERS, [seriesId, share, fromMs, toMs]);
  return rows.map(({ open_ms, kind, before, after, ...values }) => ({ openMs: open_ms, kind, values, closeBefore: before, closeAfter: after }));
};
