/**
 * Runs as rows: opening one, finding it again, listing them. The opening envelope is written with the run, so that who
 * opened it, in which mode and on which account, is sealed before its first hour.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import type { Digest, HourUtc, TimeMs } from '../../core/kernel/units.ts';
import type { RunMode, SealedEnvelope } from '../../core/seal.ts';
import { failpoint } from './failpoint.ts';
import type { Retention, RunKey } from './recorded-step.ts';
import { codeOf, rethrowAsStoreError } from './store-error.ts';
import { inTransaction } from './transaction.ts';

export type NewRun = Readonly<{
  /** A UUID, drawn by the caller and named in the opening envelope. */
  id: string;
  name: string;
  mode: RunMode;
  account: string;
  /** Canonical text; its SHA-256 is the genesis. */
  manifestText: string;
  genesis: Digest;
  startHour: HourUtc;
  keep: 'summary' | 'full';
  /** The latest import of candles that a backtest or an import sees; what paper and live see is recorded step by step. */
  vintageIngestId: number;
  /** The user's strategy file that the manifest names by digest. */
  strategySource: Uint8Array | null;
  createdMs: TimeMs;
}>;

export type StoredRun = RunKey & NewRun;

/** A run and where it stands; `head` is null before its first hour. */
export type ListedRun = StoredRun & Readonly<{ head: Readonly<{ hour: HourUtc; hash: Digest }> | null; hours: number; equity: string | null }>;

export type CreateOutcome = Readonly<{ outcome: 'created'; run: StoredRun }> | Readonly<{ outcome: 'name_taken'; run: StoredRun }>;

/** What can be made again at any time may be dropped: backtests, and imports of files that its owner has. */
export const retentionOf = (mode: RunMode): Retention => (mode === 'backtest' || mode === 'import' ? 'backtest' : 'kept');

/** The key and fields of a run that is about to be written. */
export const storedRunOf = (run: NewRun): StoredRun => ({ ...run, retention: retentionOf(run.mode) });

const UNIQUE_VIOLATION = '23505';

/**
 * Opens a run: its row, its account where that is new, and its opening envelope, in one transaction. A name that is
 * taken is no error: the run that has it comes back. Throws StoreError.
 */
export const createRun = async (client: pg.ClientBase, run: NewRun, opening: SealedEnvelope): Promise<CreateOutcome> => {
  requireOpening(run, opening);
  try {
    await inTransaction(
      client,
      async () => {
        failpoint('run-begun');
        await insertRun(client, run);
        failpoint('run-row-written');
        await insertOpening(client, run, opening);
        failpoint('run-envelope-written');
      },
      'run-committed',
    );
    return { outcome: 'created', run: storedRunOf(run) };
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) return rethrowAsStoreError(error, `Opening run ${run.name}`);
    const taken = await findRun(client, run.name);
    if (taken === null) return rethrowAsStoreError(error, `Opening run ${run.name}`);
    return { outcome: 'name_taken', run: taken };
  }
};

/** Every column of the run's row is covered by its manifest or by this envelope. */
export const requireOpening = (run: NewRun, { envelope }: SealedEnvelope): void => {
  assert(envelope.hour === run.startHour - 1 && envelope.hourHash === run.genesis, 'The opening envelope stands before the first hour and names the genesis.');
  assert(envelope.run === run.id && envelope.name === run.name, 'The opening envelope names its run.');
  assert(envelope.mode === run.mode && envelope.account === run.account, 'The opening envelope names mode and account of its run.');
  assert(envelope.executedAtMs === run.createdMs && envelope.ingestThrough === run.vintageIngestId, 'The opening envelope names time and vintage of its run.');
};

const INSERT_RUN = `
  INSERT INTO tb.run (id, retention, name, mode, account_id, manifest, genesis, start_hour, keep, vintage_ingest_id, strategy_source, created_ms)
  VALUES ($1, $2, $3, $4, $5, convert_to($6, 'UTF8'), decode($7, 'hex'), $8, $9, $10, $11, $12)`;

/** The row of a run and of its account, inside the caller's transaction. */
export const insertRun = async (client: pg.ClientBase, run: NewRun): Promise<void> => {
  const source = run.strategySource === null ? null : Buffer.from(run.strategySource);
  await client.query(`INSERT INTO tb.account (id, kind, created_ms) VALUES ($1, 'SPOT_CASH', $2) ON CONFLICT DO NOTHING`, [run.account, run.createdMs]);
  await client.query(INSERT_RUN, [
    run.id, retentionOf(run.mode), run.name, run.mode, run.account, run.manifestText, run.genesis, run.startHour, run.keep, run.vintageIngestId, source, run.createdMs,
  ]);
};

/** The opening envelope, inside the caller's transaction. */
export const insertOpening = async (client: pg.ClientBase, run: NewRun, { envelope, text, hash }: SealedEnvelope): Promise<void> => {
  await client.query(
    `INSERT INTO tb.envelope (retention, run_id, hour, prev_hash, hash, bytes) VALUES ($1, $2, $3, decode($4, 'hex'), decode($5, 'hex'), convert_to($6, 'UTF8'))`,
    [retentionOf(run.mode), run.id, envelope.hour, envelope.previous, hash, text],
  );
};

type RunRow = Readonly<{
  id: string;
  retention: Retention;
  name: string;
  mode: RunMode;
  account: string;
  manifest: Buffer;
  genesis: Digest;
  start_hour: HourUtc;
  keep: 'summary' | 'full';
  vintage_ingest_id: number;
  strategy_source: Buffer | null;
  created_ms: TimeMs;
}>;

/** Damaged bytes are read as they are and found by verify; converting them in the server would fail here. */
const RUN_COLUMNS = `run.id, run.retention, run.name, run.mode, run.account_id AS account, run.manifest, encode(run.genesis, 'hex') AS genesis,
  run.start_hour, run.keep, run.vintage_ingest_id, run.strategy_source, run.created_ms`;

const runOf = (row: RunRow): StoredRun => ({
  id: row.id,
  retention: row.retention,
  name: row.name,
  mode: row.mode,
  account: row.account,
  manifestText: row.manifest.toString('utf8'),
  genesis: row.genesis,
  startHour: row.start_hour,
  keep: row.keep,
  vintageIngestId: row.vintage_ingest_id,
  strategySource: row.strategy_source,
  createdMs: row.created_ms,
});

export const findRun = async (client: pg.ClientBase, name: string): Promise<StoredRun | null> => {
  const { rows } = await client.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM tb.run WHERE run.name = $1`, [name]);
  return rows[0] === undefined ? null : runOf(rows[0]);
};

export type EqualRuns = Readonly<{ genesis: Digest; mode: RunMode; vintageIngestId: number }>;

/** Runs of one manifest, mode and vintage, oldest first: what a repeated command looks for before it executes anything. */
export const findEqualRuns = async (client: pg.ClientBase, { genesis, mode, vintageIngestId }: EqualRuns): Promise<readonly ListedRun[]> =>
  listWhere(client, `run.genesis = decode($1, 'hex') AND run.mode = $2 AND run.vintage_ingest_id = $3`, [genesis, mode, vintageIngestId]);

/** Every run with its head, oldest first. */
export const listRuns = async (client: pg.ClientBase): Promise<readonly ListedRun[]> => listWhere(client, 'true', []);

type ListedRow = RunRow & Readonly<{ head_hour: HourUtc | null; head_hash: Digest | null; equity: string | null }>;

const listWhere = async (client: pg.ClientBase, condition: string, values: readonly unknown[]): Promise<readonly ListedRun[]> => {
  const { rows } = await client.query<ListedRow>(
    `SELECT ${RUN_COLUMNS}, head.hour AS head_hour, encode(head.hash, 'hex') AS head_hash, trim_scale(head.equity) AS equity
     FROM tb.run LEFT JOIN LATERAL (
       SELECT hour, hash, equity FROM tb.hour_record WHERE hour_record.retention = run.retention AND hour_record.run_id = run.id ORDER BY hour DESC LIMIT 1) AS head ON true
     WHERE ${condition} ORDER BY run.created_ms, run.name COLLATE "C"`,
    values as unknown[],
  );
  return rows.map(row => {
    const head = row.head_hour === null || row.head_hash === null ? null : { hour: row.head_hour, hash: row.head_hash };
    return { ...runOf(row), head, hours: head === null ? 0 : head.hour - row.start_hour + 1, equity: row.equity };
  });
};

/** Deletes a backtest or an import and leaves its tombstone; for the owner's connection. Paper and live runs are refused. Throws StoreError. */
export const dropBacktest = async (client: pg.ClientBase, { id, name }: StoredRun, { reason, droppedMs }: Readonly<{ reason: string; droppedMs: TimeMs }>): Promise<void> => {
  try {
    await client.query('SELECT tb.drop_backtest($1, $2, $3)', [id, reason, droppedMs]);
  } catch (error) {
    rethrowAsStoreError(error, `Dropping run ${name}`);
  }
};
