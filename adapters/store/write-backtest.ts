/**
 * Writes a backtest or an import while the engine runs it: one transaction, filled by COPY batch after batch, of which
 * nothing can be seen before its commit. A summary keeps hours, envelopes and trades; in full it is stored as paper is.
 */
import { setImmediate } from 'node:timers/promises';
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { SealedEnvelope } from '../../core/seal.ts';
import { requireSeenAsSealed } from './append-step.ts';
import { COPY_SNAPSHOTS, newBacktestLines, snapshotLine } from './backtest-lines.ts';
import type { BacktestLines, CopyBatch } from './backtest-lines.ts';
import { copyIn } from './copy.ts';
import { failpoint } from './failpoint.ts';
import { newMarketFacts } from './market-facts.ts';
import type { MarketFacts } from './market-facts.ts';
import type { HourClose, RecordedStep } from './recorded-step.ts';
import { insertOpening, insertRun, requireOpening, retentionOf, storedRunOf } from './runs.ts';
import type { NewRun } from './runs.ts';
import { rethrowAsStoreError, StoreError } from './store-error.ts';
import { commit, rollbackQuietly } from './transaction.ts';

export type BacktestHour = Readonly<{ steps: readonly RecordedStep[]; close: HourClose }>;

/**
 * `run` carries the transaction. `shared` commits market contents at once: they belong to no run, and a long
 * transaction that held them back would make every other writer of the same hours wait for it. Two connections.
 */
export type BacktestConnections = Readonly<{ run: pg.ClientBase; shared: pg.ClientBase }>;

export type BacktestWriter = Readonly<{
  /** Takes hours in their order, best a few at a time. Resolves when there is room for more, which keeps memory flat. */
  append: (hours: readonly BacktestHour[]) => Promise<void>;
  /** Stores the summary (canonical text) with the last hour and commits. Throws StoreError; then nothing is stored. */
  finish: (summaryText: string) => Promise<Readonly<{ hours: number; decisions: number; trades: number }>>;
  /** Withdraws everything. */
  abandon: () => Promise<void>;
}>;

const BATCH_CHARACTERS = 4 << 20;
const TURN_MS_MAX = 2;

/** Opens the transaction and writes the run with its opening envelope. Throws StoreError, also when the name is taken. */
export const openBacktest = async (connections: BacktestConnections, newRun: NewRun, opening: SealedEnvelope): Promise<BacktestWriter> => {
  assert(retentionOf(newRun.mode) === 'backtest', 'Only what can be made again is written in bulk.');
  requireOpening(newRun, opening);
  const { run: client, shared } = connections;
  await client.query('BEGIN');
  try {
    failpoint('backtest-begun');
    await insertRun(client, newRun);
    await insertOpening(client, newRun, opening);
    failpoint('backtest-run-written');
  } catch (error) {
    await rollbackQuietly(client);
    return rethrowAsStoreError(error, `Writing backtest ${newRun.name}`);
  }
  const facts = newRun.keep === 'full' ? newMarketFacts(shared) : null;
  return newWriter(client, newRun, { lines: newBacktestLines(storedRunOf(newRun), newRun.startHour), facts });
};

type Gathering = Readonly<{ lines: BacktestLines; facts: MarketFacts | null }>;
type Progress = { hours: number; decisions: number; last: HourUtc | null; snapshots: string[]; sending: Promise<void>; turnedAt: number; done: boolean };

const newWriter = (client: pg.ClientBase, run: NewRun, { lines, facts }: Gathering): BacktestWriter => {
  const progress: Progress = { hours: 0, decisions: 0, last: null, snapshots: [], sending: Promise.resolve(), turnedAt: 0, done: false };
  const abandon = async (): Promise<void> => {
    if (progress.done) return;
    progress.done = true;
    await progress.sending.catch(() => undefined);
    await rollbackQuietly(client);
  };
  /** While the server takes a batch the engine makes the next. */
  const send = async (): Promise<void> => {
    const contents = facts?.flush();
    contents?.catch(() => undefined);
    await progress.sending;
    const batch = lines.take();
    const snapshots = progress.snapshots.splice(0);
    progress.sending = Promise.resolve(contents).then(async () => {
      await copyBatch(client, batch, snapshots);
      lines.sent(batch);
    });
    // Its failure is thrown by whoever awaits it next; until then it must not count as unhandled.
    progress.sending.catch(() => undefined);
  };
  const orAbandon = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (progress.done) throw new StoreError('refused', { message: `Backtest ${run.name} is closed already.`, hint: 'Open another writer.' });
    try {
      return await work();
    } catch (error) {
      await abandon();
      return rethrowAsStoreError(error, `Writing backtest ${run.name}`);
    }
  };
  return {
    append: hours =>
      orAbandon(async () => {
        for (const hour of hours) {
          gather(run, hour, { lines, facts }, progress);
          if (lines.size() >= BATCH_CHARACTERS) await send();
          else if (performance.now() - progress.turnedAt > TURN_MS_MAX) await turn(progress);
        }
      }),
    finish: summaryText =>
      orAbandon(async () => {
        assert(progress.last !== null, 'A backtest has at least one hour.');
        await send();
        await progress.sending;
        failpoint('backtest-hours-written');
        await client.query(`INSERT INTO tb.run_summary (retention, run_id, through_hour, bytes) VALUES ('backtest', $1, $2, convert_to($3, 'UTF8'))`, [run.id, progress.last, summaryText]);
        failpoint('backtest-summary-written');
        await commit(client);
        progress.done = true;
        failpoint('backtest-committed');
        return { hours: progress.hours, decisions: progress.decisions, trades: lines.trades() };
      }),
    abandon,
  };
};

/** The server is fed between turns of the event loop only, and an engine that never waits would let it starve. */
const turn = async (progress: Progress): Promise<void> => {
  await setImmediate();
  progress.turnedAt = performance.now();
};

const gather = (run: NewRun, { steps, close }: BacktestHour, { lines, facts }: Gathering, progress: Progress): void => {
  const { hour } = close.sealed;
  assert(hour === (progress.last === null ? run.startHour : progress.last + 1), 'Hours come in their order.');
  requireSeenAsSealed(steps.at(-1)!, close);
  for (const step of steps) {
    progress.decisions += step.decisions.length;
    if (facts === null) {
      lines.putTrades(step);
      continue;
    }
    lines.putStep(step);
    const market = step.facts.find(fact => fact.type === 'market');
    if (market !== undefined && step.marketContent !== null) facts.put(market.digest, step.marketContent);
  }
  lines.putClose(close);
  if (close.snapshot !== null) progress.snapshots.push(snapshotLine(run.id, close.snapshot));
  progress.last = hour;
  progress.hours += 1;
};

const copyBatch = async (client: pg.ClientBase, batch: CopyBatch, snapshots: readonly string[]): Promise<void> => {
  for (const { sql, pieces } of batch) await copyIn(client, sql, pieces.map(({ bytes, length }) => bytes.subarray(0, length)));
  if (snapshots.length > 0) await copyIn(client, COPY_SNAPSHOTS, snapshots);
  failpoint('backtest-batch-written');
};
