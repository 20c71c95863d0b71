/**
 * Snapshots of a run's state: a cache that saves replaying the past. Of a paper or live run the last 48 are kept and one a
 * month, of a backtest every 720th hour and the last. What the bytes mean is core's matter.
 */
import type pg from 'pg';
import { formatHour, hourContaining, hoursAfter, parseTime } from '../../core/kernel/hours.ts';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import type { Snapshot } from './recorded-step.ts';
import type { Statement } from './transaction.ts';

const KEPT_HOURS = 48;
const BACKTEST_EVERY_HOURS = 720;

/** Whether a backtest that started at `startHour` keeps the state after this hour; it keeps its last one too. */
export const isBacktestSnapshotHour = (startHour: HourUtc, hour: HourUtc): boolean => (hour - startHour + 1) % BACKTEST_EVERY_HOURS === 0;

const PUT = `INSERT INTO tb_cache.snapshot (run_id, hour, digest, bytes) VALUES ($1, $2, decode($3, 'hex'), $4) ON CONFLICT DO NOTHING`;

/** The one that has just become too old goes, unless its month has none before it: every hour is asked about once. */
const PRUNE_ONE = `
  DELETE FROM tb_cache.snapshot WHERE run_id = $1 AND hour = $2
    AND EXISTS (SELECT FROM tb_cache.snapshot AS before WHERE before.run_id = $1 AND before.hour >= $3 AND before.hour < $2)`;

/** Of every calendar month (UTC) the first snapshot stays. */
const PRUNE_ALL = `
  DELETE FROM tb_cache.snapshot USING (
    SELECT hour, row_number() OVER (PARTITION BY date_trunc('month', timestamp '1970-01-01' + hour * interval '1 hour') ORDER BY hour) AS place
    FROM tb_cache.snapshot WHERE run_id = $1 AND hour <= $2) AS old
  WHERE snapshot.run_id = $1 AND snapshot.hour = old.hour AND old.place > 1`;

export const putStatement = (runId: string, { hour, digest, bytes }: Snapshot): Statement => ({
  name: 'tb_snapshot',
  text: PUT,
  values: [runId, hour, digest, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)],
  after: 'step-snapshot-written',
});

/** What appending an hour does about the snapshot of 48 hours before. */
export const pruneStatement = (runId: string, throughHour: HourUtc): Statement => {
  const old = hoursAfter(throughHour, -KEPT_HOURS);
  return { name: 'tb_snapshot_prune', text: PRUNE_ONE, values: [runId, old, firstHourOfMonth(old)] };
};

const firstHourOfMonth = (hour: HourUtc): HourUtc => hourContaining(parseTime(`${formatHour(hour).slice(0, 7)}-01T00:00:00Z`)!);

/** Keeps a snapshot; one that is there for the hour stays as it is. */
export const putSnapshot = async (client: pg.ClientBase, runId: string, snapshot: Snapshot): Promise<void> => {
  const { text, values } = putStatement(runId, snapshot);
  await client.query(text, values as unknown[]);
};

/** Drops all of a paper or live run's snapshots that the rule does not keep; appending an hour drops its own. */
export const pruneSnapshots = async (client: pg.ClientBase, runId: string, throughHour: HourUtc): Promise<number> =>
  (await client.query(PRUNE_ALL, [runId, throughHour - KEPT_HOURS])).rowCount ?? 0;

/** Drops one snapshot, such as one whose state does not have the digest of its hour record. */
export const dropSnapshot = async (client: pg.ClientBase, runId: string, hour: HourUtc): Promise<void> => {
  await client.query('DELETE FROM tb_cache.snapshot WHERE run_id = $1 AND hour = $2', [runId, hour]);
};

type SnapshotRow = Readonly<{ hour: HourUtc; digest: Digest; bytes: Buffer }>;

/** The latest snapshot at or before an hour, or null. Whoever uses it compares its state with the hour record first. */
export const latestSnapshot = async (client: pg.ClientBase, runId: string, throughHour: HourUtc): Promise<Snapshot | null> => {
  const { rows } = await client.query<SnapshotRow>(
    `SELECT hour, encode(digest, 'hex') AS digest, bytes FROM tb_cache.snapshot WHERE run_id = $1 AND hour <= $2 ORDER BY hour DESC LIMIT 1`,
    [runId, throughHour],
  );
  return rows[0] ?? null;
};
