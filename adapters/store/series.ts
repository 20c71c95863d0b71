/**
 * Series and their locks. An import holds its series' lock from before it takes an ingest id until it commits, so within
 * one series ids commit in their order; a reader that waits for the lock can trust every id up to the highest it saw.
 */
import { baseOf, quoteOf } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import type pg from 'pg';

export type SeriesId = number;
export type StoredSeries = Readonly<{ id: SeriesId; series: Series }>;

const FIND = `
  SELECT wanted.symbol, wanted.timeframe, series.id
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted(symbol, timeframe, place)
  LEFT JOIN tb.series USING (symbol, timeframe)
  ORDER BY place`;

/** The ids of these series, in their order; null for one that was never imported. */
export const findSeries = async (client: pg.ClientBase, series: readonly Series[]): Promise<readonly (SeriesId | null)[]> => {
  const { rows } = await client.query<{ id: number | null }>({ name: 'tb_find_series', text: FIND, values: [symbolsOf(series), timeframesOf(series)] });
  return rows.map(({ id }) => id);
};

const symbolsOf = (series: readonly Series[]): readonly MarketSymbol[] => series.map(({ symbol }) => symbol);
const timeframesOf = (series: readonly Series[]): readonly Timeframe[] => series.map(({ timeframe }) => timeframe);

/** Every series in the store, by symbol and timeframe. */
export const listSeries = async (client: pg.ClientBase): Promise<readonly StoredSeries[]> => {
  const { rows } = await client.query<{ id: number; symbol: MarketSymbol; timeframe: Timeframe }>(
    'SELECT id, symbol, timeframe FROM tb.series ORDER BY symbol COLLATE "C", timeframe COLLATE "C"',
  );
  return rows.map(({ id, symbol, timeframe }) => ({ id, series: { symbol, timeframe } }));
};

/** The id of a series; it and its instrument are made where they are missing. Call it inside the import's transaction. */
export const ensureSeries = async (client: pg.ClientBase, { symbol, timeframe }: Series): Promise<SeriesId> => {
  await client.query('INSERT INTO tb.instrument (symbol, base, quote) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [symbol, baseOf(symbol), quoteOf(symbol)]);
  await client.query('INSERT INTO tb.series (symbol, timeframe) VALUES ($1, $2) ON CONFLICT DO NOTHING', [symbol, timeframe]);
  const { rows } = await client.query<{ id: number }>('SELECT id FROM tb.series WHERE symbol = $1 AND timeframe = $2', [symbol, timeframe]);
  return rows[0]!.id;
};

/** First half of the two-part advisory locks of ours; the other half is a hash of what is locked. */
const SERIES_LOCKS = 7_201;

/** By name, not by id: a series that is being imported for the first time has no row that others could see. */
const lockKey = `${SERIES_LOCKS}, hashtext($1 || ' ' || $2)`;

/** Waits for other imports of this series and keeps them out until the transaction ends. */
export const lockSeries = async (client: pg.ClientBase, { symbol, timeframe }: Series): Promise<void> => {
  await client.query(`SELECT pg_advisory_xact_lock(${lockKey})`, [symbol, timeframe]);
};

const HORIZON = `
  WITH highest AS MATERIALIZED (SELECT COALESCE(max(id), 0) AS id FROM tb.ingest),
  waited AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(${SERIES_LOCKS}, hashtext(symbol || ' ' || timeframe))
    FROM (SELECT * FROM unnest($1::text[], $2::text[]) AS wanted(symbol, timeframe) ORDER BY symbol, timeframe) AS ordered)
  SELECT highest.id FROM highest, (SELECT count(*) FROM waited) AS done`;

/**
 * The highest ingest id such that nothing of these series with an id up to it can still appear: what a run may record
 * as the vintage it saw. Waits while one of them is being imported. Call it outside a transaction: the locks last as
 * long as one. What it names is visible from the next statement on.
 */
export const ingestHorizon = async (client: pg.ClientBase, series: readonly Series[]): Promise<number> => {
  const { rows } = await client.query<{ id: number }>({ name: 'tb_ingest_horizon', text: HORIZON, values: [symbolsOf(series), timeframesOf(series)] });
  return rows[0]!.id;
};

const VINTAGE = `
  SELECT COALESCE(max(ingest.id), 0) AS id
  FROM unnest($1::text[], $2::text[]) AS wanted(symbol, timeframe)
  JOIN tb.series USING (symbol, timeframe) JOIN tb.ingest ON ingest.series_id = series.id
  WHERE ingest.id <= $3 AND ingest.added + ingest.revisions > 0`;

/**
 * The latest import, up to one named, that changed what these series hold. Importing a file again, or another market,
 * makes no new vintage, so an identical backtest is found again.
 */
export const vintageOf = async (client: pg.ClientBase, series: readonly Series[], ingestThrough: number): Promise<number> => {
  const { rows } = await client.query<{ id: number }>(VINTAGE, [symbolsOf(series), timeframesOf(series), ingestThrough]);
  return rows[0]!.id;
};
