/** How the value of runs went, thinned to a few hours of each: enough for a glance, at the cost of that many index look-ups. */
import type pg from 'pg';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { RunKey } from './recorded-step.ts';

/** Hours from the first to the last sealed one. */
export type CurveOf = Pick<RunKey, 'id' | 'retention'> & Readonly<{ startHour: HourUtc; headHour: HourUtc }>;

const CURVES = `
  SELECT wanted.id, array_agg(trim_scale(record.equity)::text ORDER BY point) AS values
  FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[]) AS wanted(id, retention, first_hour, last_hour)
  CROSS JOIN generate_series(0, $5::int - 1) AS point
  LEFT JOIN tb.hour_record AS record ON record.retention = wanted.retention AND record.run_id = wanted.id
    AND record.hour = first_hour + ((last_hour - first_hour)::bigint * point / greatest(1, least($5::int - 1, last_hour - first_hour)))::int
  WHERE point <= last_hour - first_hour
  GROUP BY wanted.id`;

/**
 * At most `points` values of each run, evenly over its hours with the first and the last; decimal text, null where an hour has none. A
 * run of fewer hours has a value an hour.
 */
export const readEquityCurves = async (client: pg.ClientBase, runs: readonly CurveOf[], points: number): Promise<ReadonlyMap<string, readonly (string | null)[]>> => {
  const values = [runs.map(({ id }) => id), runs.map(({ retention }) => retention), runs.map(({ startHour }) => startHour), runs.map(({ headHour }) => headHour), points];
  const { rows } = await client.query<{ id: string; values: readonly (string | null)[] }>(CURVES, values);
  return new Map(rows.map(row => [row.id, row.values]));
};
