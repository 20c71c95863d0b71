/**
 * What was delivered after the fact: versions of candles that replaced earlier ones, with both and the deliveries they came in; and
 * what of it a run had not seen when its hour consumed the candle.
 */
import type pg from 'pg';
import { HOUR_MS } from '../../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { CandleValues, Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import type { StoredRun } from './runs.ts';

export type DeliveredVersion = Readonly<{ revision: number; values: CandleValues; ingestId: number; source: string; fileName: string; receivedMs: TimeMs }>;
/** `before` is null for a candle that came late, where nothing was. */
export type LaterVersion = Readonly<{ series: Series; openMs: TimeMs; version: DeliveredVersion; before: DeliveredVersion | null }>;

const versionOf = (alias: string): string => `CASE WHEN ${alias}.revision IS NULL THEN NULL ELSE jsonb_build_object(
  'revision', ${alias}.revision, 'ingestId', ${alias}.ingest_id, 'receivedMs', ${alias}.received_ms, 'source', ${alias}_ingest.source, 'fileName', ${alias}_ingest.file_name, 'values', jsonb_build_object(
  'open', trim_scale(${alias}.open)::text, 'high', trim_scale(${alias}.high)::text, 'low', trim_scale(${alias}.low)::text, 'close', trim_scale(${alias}.close)::text, 'volume', trim_scale(${alias}.volume)::text)) END`;

const LATER = `
  SELECT series.symbol, series.timeframe, later.open_ms, ${versionOf('later')} AS version, ${versionOf('before')} AS before
  FROM tb.candle AS later JOIN tb.series ON series.id = later.series_id JOIN tb.ingest AS later_ingest ON later_ingest.id = later.ingest_id
  LEFT JOIN tb.candle AS before ON before.series_id = later.series_id AND before.open_ms = later.open_ms AND before.revision = later.revision - 1
  LEFT JOIN tb.ingest AS before_ingest ON before_ingest.id = before.ingest_id`;
const IN_ORDER = 'ORDER BY series.symbol COLLATE "C", series.timeframe COLLATE "C", later.open_ms, later.revision';

type LaterRow = Readonly<{ symbol: MarketSymbol; timeframe: Timeframe; open_ms: TimeMs; version: DeliveredVersion; before: DeliveredVersion | null }>;

const laterOf = ({ symbol, timeframe, open_ms, version, before }: LaterRow): LaterVersion => ({ series: { symbol, timeframe }, openMs: open_ms, version, before });

/** Every version that replaced another, of one market or of all, by market and open time. */
export const readReplacements = async (client: pg.ClientBase, symbol: MarketSymbol | null): Promise<readonly LaterVersion[]> =>
  (await client.query<LaterRow>(`${LATER} WHERE later.revision > 0 AND ($1::text IS NULL OR series.symbol = $1) ${IN_ORDER}`, [symbol])).rows.map(laterOf);

/** What the candles of a run are looked up by: its series, and its hours up to `throughMs`, exclusive. */
export type RunCandles = Readonly<{ run: StoredRun; symbols: readonly MarketSymbol[]; timeframe: Timeframe; fromMs: TimeMs; throughMs: TimeMs }>;

/** What a step could see is recorded with it; a backtest or an import saw one vintage throughout. */
const UNSEEN = `${LATER}
  LEFT JOIN tb.hour_step AS step ON step.retention = $1 AND step.run_id = $2 AND step.hour = later.open_ms / $3::bigint AND step.step = later.open_ms % $3::bigint / $4::bigint
  WHERE series.symbol = ANY($5::text[]) AND series.timeframe = $6 AND later.open_ms >= $7 AND later.open_ms < $8
    AND later.ingest_id > CASE WHEN $9::boolean THEN step.ingest_through ELSE $10::bigint END ${IN_ORDER}`;

/** Versions of candles of the run's hours that came after the hour had consumed what there was. */
export const readUnseen = async (client: pg.ClientBase, { run, symbols, timeframe, fromMs, throughMs }: RunCandles): Promise<readonly LaterVersion[]> => {
  const bySteps = run.mode === 'paper' || run.mode === 'live';
  const values = [run.retention, run.id, HOUR_MS, timeframeMs(timeframe), symbols, timeframe, fromMs, throughMs, bySteps, run.vintageIngestId];
  return (await client.query<LaterRow>(UNSEEN, values)).rows.map(laterOf);
};

/** When a delivery was received; null for 0, which stands for none. */
export const readReceived = async (client: pg.ClientBase, ingestId: number): Promise<TimeMs | null> =>
  (await client.query<{ received_ms: TimeMs }>('SELECT received_ms FROM tb.ingest WHERE id = $1', [ingestId])).rows[0]?.received_ms ?? null;

const LATEST = `
  SELECT DISTINCT ON (open_ms) open_ms, trim_scale(open)::text AS open, trim_scale(high)::text AS high, trim_scale(low)::text AS low, trim_scale(close)::text AS close, trim_scale(volume)::text AS volume
  FROM tb.candle JOIN tb.series ON series.id = series_id WHERE symbol = $1 AND timeframe = $2 AND open_ms >= $3 AND open_ms < $4 ORDER BY open_ms, revision DESC`;

/** The latest version of each candle that opens in a range. */
export const readLatest = async (client: pg.ClientBase, { symbol, timeframe }: Series, range: Readonly<{ fromMs: TimeMs; toMs: TimeMs }>): Promise<ReadonlyMap<TimeMs, CandleValues>> => {
  const { rows } = await client.query<CandleValues & Readonly<{ open_ms: TimeMs }>>(LATEST, [symbol, timeframe, range.fromMs, range.toMs]);
  return new Map(rows.map(({ open_ms, ...values }) => [open_ms, values]));
};

const SOURCES = `
  SELECT DISTINCT ON (candle.open_ms) candle.open_ms, ingest.source
  FROM tb.candle AS candle JOIN tb.series ON series.id = candle.series_id JOIN tb.ingest AS ingest ON ingest.id = candle.ingest_id
  WHERE series.symbol = $1 AND series.timeframe = $2 AND candle.open_ms = ANY($3::bigint[]) ORDER BY candle.open_ms, candle.revision DESC`;

/** Who told the latest version of each candle that opens at one of these times. */
export const readSources = async (client: pg.ClientBase, { symbol, timeframe }: Series, openMs: readonly TimeMs[]): Promise<ReadonlyMap<TimeMs, string>> => {
  if (openMs.length === 0) return new Map();
  const { rows } = await client.query<{ open_ms: TimeMs; source: string }>(SOURCES, [symbol, timeframe, openMs]);
  return new Map(rows.map(row => [row.open_ms, row.source]));
};
