/**
 * What a running store says of its condition, in a handful of cheap questions: server and roles, connections that hold others up,
 * how far its series reach. It changes nothing and waits for nobody's lock.
 */
import type pg from 'pg';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { APP_ROLE } from './server/address.ts';

/** `nowMs` is the server's clock. */
export type ServerCondition = Readonly<{ version: string; startedMs: number; inRecovery: boolean; databaseBytes: number; nowMs: number }>;

const SERVER = `
  SELECT current_setting('server_version') AS version, (extract(epoch FROM pg_postmaster_start_time()) * 1000)::bigint AS "startedMs",
    pg_is_in_recovery() AS "inRecovery", pg_database_size(current_database()) AS "databaseBytes",
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "nowMs"`;

export const readServerCondition = async (client: pg.ClientBase): Promise<ServerCondition> => (await client.query<ServerCondition>(SERVER)).rows[0]!;

/** `exists`: the application's role is on the server; `beyond`: tables on which it may do more than read and append, `short`: on which less. */
export type RoleCondition = Readonly<{ login: string; exists: boolean; maySet: boolean; beyond: readonly string[]; short: readonly string[] }>;

/** Without these no candle, command or hour is kept. */
const APPENDED = `ARRAY['candle', 'decision', 'envelope', 'fact', 'hour_record', 'hour_step', 'inbox', 'ingest', 'run']`;

const ROLE = `
  SELECT current_user AS login, app.oid IS NOT NULL AS "exists", coalesce(pg_has_role(session_user, app.oid, 'MEMBER'), false) AS "maySet",
    coalesce((SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_catalog.pg_class c WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind IN ('r', 'p')
      AND has_table_privilege(app.oid, c.oid, 'UPDATE, DELETE, TRUNCATE')), '{}') AS beyond,
    coalesce((SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_catalog.pg_class c WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT (has_table_privilege(app.oid, c.oid, 'SELECT') AND (has_table_privilege(app.oid, c.oid, 'INSERT') OR c.relname <> ALL (${APPENDED})))), '{}') AS short
  FROM (SELECT) AS one LEFT JOIN pg_catalog.pg_roles AS app ON app.rolname = '${APP_ROLE}'`;

/** In a database that holds a store. */
export const readRoleCondition = async (client: pg.ClientBase): Promise<RoleCondition> => (await client.query<RoleCondition>(ROLE)).rows[0]!;

/** A connection of tb that began a transaction and does nothing in it, since when. */
export type IdleTransaction = Readonly<{ pid: number; application: string; idleMs: number }>;

const IDLE = `
  SELECT pid, application_name AS application, (extract(epoch FROM clock_timestamp() - state_change) * 1000)::bigint AS "idleMs"
  FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%' ORDER BY state_change`;

export const readIdleTransactions = async (client: pg.ClientBase): Promise<readonly IdleTransaction[]> => (await client.query<IdleTransaction>(IDLE)).rows;

/** `absentCandles` lie between the first and the last; `venue` is who was asked for the series last and how far it told, null for files alone. */
export type SeriesCondition = Readonly<{
  series: Series;
  firstOpenMs: TimeMs | null;
  lastOpenMs: TimeMs | null;
  candles: number;
  absent: 'quiet' | 'missing' | null;
  venue: Readonly<{ source: string; coveredToMs: TimeMs }> | null;
}>;

const SERIES = `
  SELECT series.symbol, series.timeframe, candle.first_ms, candle.last_ms, candle.candles, latest.absent, venue.source, venue.covered_to_ms
  FROM tb.series
  CROSS JOIN LATERAL (SELECT min(open_ms) AS first_ms, max(open_ms) AS last_ms, count(*) AS candles FROM tb.candle WHERE series_id = series.id AND revision = 0) AS candle
  LEFT JOIN LATERAL (SELECT absent FROM tb.ingest WHERE series_id = series.id ORDER BY id DESC LIMIT 1) AS latest ON true
  LEFT JOIN LATERAL (SELECT source, covered_to_ms FROM tb.ingest WHERE series_id = series.id AND covered_to_ms IS NOT NULL ORDER BY covered_to_ms DESC, id DESC LIMIT 1) AS venue ON true
  ORDER BY series.symbol COLLATE "C", series.timeframe COLLATE "C"`;

type SeriesRow = Readonly<{
  symbol: Series['symbol'];
  timeframe: Timeframe;
  first_ms: TimeMs | null;
  last_ms: TimeMs | null;
  candles: number;
  absent: 'quiet' | 'missing' | null;
  source: string | null;
  covered_to_ms: TimeMs | null;
}>;

export const readSeriesConditions = async (client: pg.ClientBase): Promise<readonly SeriesCondition[]> => {
  const { rows } = await client.query<SeriesRow>(SERIES);
  return rows.map(({ symbol, timeframe, first_ms, last_ms, candles, absent, source, covered_to_ms }) => ({
    series: { symbol, timeframe },
    firstOpenMs: first_ms,
    lastOpenMs: last_ms,
    candles,
    absent,
    venue: source === null || covered_to_ms === null ? null : { source, coveredToMs: covered_to_ms },
  }));
};

/** The latest time that anything was received or made here; null in a store without content. */
export const readLatestReceived = async (client: pg.ClientBase): Promise<TimeMs | null> => {
  const { rows } = await client.query<{ latest: TimeMs | null }>('SELECT greatest((SELECT max(received_ms) FROM tb.ingest), (SELECT max(created_ms) FROM tb.run)) AS latest');
  return rows[0]!.latest;
};

const ANYTHING = `
  SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')) AS anything`;

/** True for a database in which nobody has made a relation yet. */
export const isDatabaseEmpty = async (client: pg.ClientBase): Promise<boolean> => !(await client.query<{ anything: boolean }>(ANYTHING)).rows[0]!.anything;

/** The last change of what a run may do, and why; null for a run that nothing ever stopped. */
export type LastRiskChange = Readonly<{ status: 'ACTIVE' | 'HALTED' | 'KILLED'; reason: string }>;

const LAST_RISK_CHANGE = `
  SELECT to_status AS status, reason FROM tb.risk_change WHERE retention = $1 AND run_id = $2 ORDER BY hour DESC, step DESC, seq DESC LIMIT 1`;

export const readLastRiskChange = async (client: pg.ClientBase, run: Readonly<{ id: string; retention: string }>): Promise<LastRiskChange | null> =>
  (await client.query<LastRiskChange>(LAST_RISK_CHANGE, [run.retention, run.id])).rows[0] ?? null;
