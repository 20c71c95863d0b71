/**
 * Writes a run that is executed in one go, hour by hour, while the engine executes the next ones: all of it or nothing.
 * Backtests and imported histories are written so; paper and live runs grow hour by hour elsewhere.
 */
import { randomUUID } from 'node:crypto';
import stableStringify from 'fast-json-stable-stringify';
import type { StoreClient } from '../adapters/store/connection.ts';
import type { NewRun } from '../adapters/store/runs.ts';
import { isBacktestSnapshotHour } from '../adapters/store/snapshots.ts';
import { codeOf, StoreError } from '../adapters/store/store-error.ts';
import { openBacktest } from '../adapters/store/write-backtest.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { timeMs } from '../core/kernel/units.ts';
import type { Digest, HourUtc } from '../core/kernel/units.ts';
import { manifestText } from '../core/manifest.ts';
import { NO_ENVELOPE } from '../core/seal.ts';
import { closeOf, envelopeFor, recordStep } from './record.ts';
import type { RunIdentity, Sight } from './record.ts';
import type { RunSummary } from './run-summary.ts';

/** `writer` carries the run's transaction, `shared` commits shared rows beside it. */
export type WritingClients = Readonly<{ writer: StoreClient; shared: StoreClient }>;

export type NewWriting = Readonly<{
  desk: Desk;
  name: string;
  mode: 'backtest' | 'import';
  account: string;
  keep: 'summary' | 'full';
  vintage: number;
  strategySource: string | null;
}>;

/** `append` gives a promise only where there is something to wait for; the last hour of a run keeps its state. */
export type RunWriting = Readonly<{ append: (executed: ExecutedHour, isLast: boolean) => Promise<void> | undefined; finish: (summary: RunSummary) => Promise<void>; abandon: () => Promise<void> }>;

const UNIQUE_VIOLATION = '23505';

/** Whether opening failed because another command wrote a run of this name meanwhile. */
export const isNameTaken = (error: unknown): boolean => error instanceof StoreError && codeOf(error.cause) === UNIQUE_VIOLATION;

export const openRunWriting = async ({ writer: client, shared }: WritingClients, opened: NewWriting): Promise<RunWriting> => {
  const { name, mode, account } = opened;
  const sight: Sight = { ingestThrough: opened.vintage, inboxThrough: 0, executedAtMs: timeMs(Date.now()) };
  const run = newRunOf(opened, sight);
  const identity: RunIdentity = { key: { id: run.id, retention: 'backtest', account }, name, mode };
  const opening = envelopeFor(identity, { hour: (run.startHour - 1) as HourUtc, hourHash: run.genesis, previous: NO_ENVELOPE, sight });
  const writer = await openBacktest({ run: client, shared }, run, opening);
  let previousEnvelope = opening.hash;
  const append = (executed: ExecutedHour, isLast: boolean): Promise<void> | undefined => {
    const { hour } = executed.sealed;
    const withSnapshot = isBacktestSnapshotHour(run.startHour, hour) || isLast;
    const close = closeOf(executed, { identity, previousEnvelope, sight, withSnapshot });
    previousEnvelope = close.envelope.hash;
    const steps = executed.steps.map((step, index) => recordStep(step, sight, { inboxIds: {}, digest: digestAfter(executed, index) }));
    return writer.append([{ steps, close }]);
  };
  const finish = async (summary: RunSummary): Promise<void> => {
    await writer.finish(stableStringify(summary));
  };
  return { append, finish, abandon: writer.abandon };
};

const newRunOf = ({ desk, name, mode, account, keep, vintage, strategySource }: NewWriting, { executedAtMs }: Sight): NewRun => ({
  id: randomUUID(),
  name,
  mode,
  account,
  manifestText: manifestText(desk.manifest),
  genesis: desk.genesis,
  startHour: desk.manifest.startHour,
  keep,
  vintageIngestId: vintage,
  strategySource: strategySource === null ? null : Buffer.from(strategySource),
  createdMs: executedAtMs,
});

const digestAfter = (executed: ExecutedHour, step: number): Digest | null => (step === executed.steps.length - 1 ? executed.sealed.record.state : null);
