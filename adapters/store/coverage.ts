/**
 * What candles there are: for each series its range, count, holes, sources and revisions. It reads rows, never the
 * cache, and judges nothing: whether a hole is a quiet market or a missing file is what the sources say.
 */
import type pg from 'pg';
import type { TimeMs } from '../../core/kernel/units.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Series } from '../../core/market/candle.ts';
import { listSeries } from './series.ts';
import type { StoredSeries } from './series.ts';

/** A stretch without a candle: from the open time of the first absent one up to the next that is there. */
export type Gap = Readonly<{ fromMs: TimeMs; toMs: TimeMs; missing: number }>;
export type CandleSource = Readonly<{ source: string; format: string; absent: 'quiet' | 'missing'; imports: number; lastReceivedMs: TimeMs }>;

export type Coverage = Readonly<{
  series: Series;
  firstOpenMs: TimeMs | null;
  lastOpenMs: TimeMs | null;
  /** Open times with a candle, whatever its revisions. */
  candles: number;
  /** Later versions of candles. */
  revisions: number;
  gaps: readonly Gap[];
  missing: number;
  sources: readonly CandleSource[];
  /** What a hole means to the sources that most of the candles are of; null without any. */
  absent: 'quiet' | 'missing' | null;
}>;

/** The coverage of every series in the store, or of one symbol's, ascending by symbol and timeframe. */
export const readCoverage = async (client: pg.ClientBase, symbol: string | null = null): Promise<readonly Coverage[]> => {
  const coverages: Coverage[] = [];
  for (const stored of await listSeries(client)) {
    if (symbol === null || stored.series.symbol === symbol) coverages.push(await coverageOf(client, stored));
  }
  return coverages;
};

const TOTALS = `
  SELECT min(open_ms) AS first, max(open_ms) AS last, count(*) FILTER (WHERE revision = 0) AS candles, count(*) FILTER (WHERE revision > 0) AS revisions
  FROM tb.candle WHERE series_id = $1`;

/** Every candle has exactly one revision 0. */
const GAPS = `
  SELECT open_ms + $2::bigint AS from_ms, next_ms AS to_ms, (next_ms - open_ms) / $2::bigint - 1 AS missing
  FROM (SELECT open_ms, lead(open_ms) OVER (ORDER BY open_ms) AS next_ms FROM tb.candle WHERE series_id = $1 AND revision = 0) AS neighbours
  WHERE next_ms - open_ms > $2::bigint
  ORDER BY open_ms`;

const SOURCES = `
  SELECT source, format, absent, count(*) AS imports, sum(added)::bigint AS added, max(received_ms) AS last_received_ms, max(id) AS last_id
  FROM tb.ingest WHERE series_id = $1
  GROUP BY source, format, absent ORDER BY max(id)`;

/** Careful where two weigh the same. */
const mostOf = (sources: readonly SourceRow[]): Coverage['absent'] => {
  const addedBy = (absent: SourceRow['absent']): number => sources.reduce((sum, source) => sum + (source.absent === absent ? source.added : 0), 0);
  const [quiet, missing] = [addedBy('quiet'), addedBy('missing')];
  if (quiet + missing === 0) return null;
  return quiet > missing ? 'quiet' : 'missing';
};

type TotalsRow = Readonly<{ first: TimeMs | null; last: TimeMs | null; candles: number; revisions: number }>;
type GapRow = Readonly<{ from_ms: TimeMs; to_ms: TimeMs; missing: number }>;
type SourceRow = Readonly<{ source: string; format: string; absent: 'quiet' | 'missing'; imports: number; added: number; last_received_ms: TimeMs }>;

const coverageOf = async (client: pg.ClientBase, { id, series }: StoredSeries): Promise<Coverage> => {
  const totals = (await client.query<TotalsRow>(TOTALS, [id])).rows[0]!;
  const gaps = (await client.query<GapRow>(GAPS, [id, timeframeMs(series.timeframe)])).rows;
  const sources = (await client.query<SourceRow>(SOURCES, [id])).rows;
  return {
    series,
    firstOpenMs: totals.first,
    lastOpenMs: totals.last,
    candles: totals.candles,
    revisions: totals.revisions,
    gaps: gaps.map(({ from_ms, to_ms, missing }) => ({ fromMs: from_ms, toMs: to_ms, missing })),
    missing: gaps.reduce((sum, { missing }) => sum + missing, 0),
    sources: sources.map(({ source, format, absent, imports, last_received_ms }) => ({ source, format, absent, imports, lastReceivedMs: last_received_ms })),
    absent: mostOf(sources),
  };
};
