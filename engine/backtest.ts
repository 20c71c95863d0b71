/** A whole window at full speed: candles streamed in, hours executed and sealed, and stored while the next ones run. */
import { randomUUID } from 'node:crypto';
import stableStringify from 'fast-json-stable-stringify';
import type { StoreClient } from '../adapters/store/connection.ts';
import { readSummary } from '../adapters/store/results.ts';
import { findEqualRuns, findRun } from '../adapters/store/runs.ts';
import type { ListedRun, NewRun, StoredRun } from '../adapters/store/runs.ts';
import { ingestHorizon, vintageOf } from '../adapters/store/series.ts';
import { codeOf, StoreError } from '../adapters/store/store-error.ts';
import { isBacktestSnapshotHour } from '../adapters/store/snapshots.ts';
import { streamColumns } from '../adapters/store/stream-columns.ts';
import { openBacktest } from '../adapters/store/write-backtest.ts';
import type { BacktestWriter } from '../adapters/store/write-backtest.ts';
import type { Desk } from '../core/desk.ts';
import { beginRun } from '../core/execute.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { HOUR_MS, timeMs } from '../core/kernel/units.ts';
import type { Digest, HourUtc } from '../core/kernel/units.ts';
import { manifestText } from '../core/manifest.ts';
import { NO_ENVELOPE } from '../core/seal.ts';
import { seriesOf } from './market-of.ts';
import type { RunPlan } from './plan-run.ts';
import { usage } from './problem.ts';
import { closeOf, envelopeFor, recordStep } from './record.ts';
import type { RunIdentity, Sight } from './record.ts';
import { driveHours } from './run-hours.ts';
import { countSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';

/** `reader` streams candles, `writer` carries the run's transaction, `shared` commits shared rows beside it. */
export type BacktestClients = Readonly<{ reader: StoreClient; writer: StoreClient; shared: StoreClient }>;

export type BacktestRequest = Readonly<{
  plan: RunPlan;
  name: string | null;
  keep: 'summary' | 'full';
  /** Null keeps nothing. */
  store: Omit<BacktestClients, 'reader'> | null;
  onProgress: (hours: number) => void;
}>;

export type BacktestReport = Readonly<{ name: string | null; genesis: Digest; existing: boolean; summary: RunSummary; engineMs: number; wallMs: number }>;

const ACCOUNT = 'backtest';

export const runBacktest = async (reader: StoreClient, request: BacktestRequest): Promise<BacktestReport> => {
  const started = performance.now();
  const { plan, store } = request;
  const { desk, window } = plan;
  const series = seriesOf(desk.symbols, desk.manifest.timeframe);
  const vintage = await vintageOf(reader, series, await ingestHorizon(reader, series));
  const opened = store === null ? NOT_STORED : await findOrOpen(reader, store, { request, vintage });
  if (opened.existing !== null) return { ...opened.existing, engineMs: 0, wallMs: performance.now() - started };
  const { name, writing } = opened;
  const counter = countSummary(desk);
  try {
    const { progress, engineMs } = await driveHours({
      desk,
      from: beginRun(desk),
      endHour: window.endHour,
      chunks: streamColumns(reader, { series, fromMs: timeMs(window.startHour * HOUR_MS), toMs: timeMs(window.endHour * HOUR_MS), ingestThrough: vintage }),
      onHour: executed => {
        counter.add(executed);
        const done = progressOf(desk, executed);
        if (done % PROGRESS_EVERY === 0) request.onProgress(done);
        return writing?.append(executed);
      },
    });
    request.onProgress(progress.hour - window.startHour);
    const summary = counter.summary();
    await writing?.finish(summary);
    return { name, genesis: desk.genesis, existing: false, summary, engineMs, wallMs: performance.now() - started };
  } catch (error) {
    await writing?.abandon();
    throw error;
  }
};

const PROGRESS_EVERY = 250;

const progressOf = (desk: Desk, { sealed }: ExecutedHour): number => sealed.hour - desk.manifest.startHour + 1;

type OpenedRun = Readonly<{ existing: Existing }> | Readonly<{ existing: null; name: string | null; writing: Writing | null }>;

const NOT_STORED: OpenedRun = { existing: null, name: null, writing: null };

type Asked = Readonly<{ request: BacktestRequest; vintage: number }>;

/** The run when it is stored already, else a writer of it. A command that wrote the same name meanwhile may have written this very run. */
const findOrOpen = async (reader: StoreClient, store: NonNullable<BacktestRequest['store']>, { request, vintage }: Asked): Promise<OpenedRun> => {
  const existing = await existingRun(reader, request, vintage);
  if (existing !== null) return { existing };
  const name = request.name ?? (await freeName(reader, request.plan));
  try {
    return { existing: null, name, writing: await openWriting(store, { request, name, vintage }) };
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    return findOrOpen(reader, store, { request, vintage });
  }
};

/** Strategy, genesis and end; counted on where other candles or a fuller record made another run of the same content. */
const freeName = async (client: StoreClient, { desk, window }: RunPlan): Promise<string> => {
  const name = `${desk.manifest.agents[0]!.strategy}-${desk.genesis.slice(0, 8)}-${window.endHour}`;
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? name : `${name}-${count}`;
    if ((await findRun(client, free)) === null) return free;
  }
};

const UNIQUE_VIOLATION = '23505';

const isNameTaken = (error: unknown): boolean => error instanceof StoreError && codeOf(error.cause) === UNIQUE_VIOLATION;

type Existing = Pick<BacktestReport, 'name' | 'genesis' | 'existing' | 'summary'>;

/** A run of the same manifest, vintage and window, kept at least as fully, is the answer; nothing is executed again. */
const existingRun = async (client: StoreClient, { plan, name, keep }: BacktestRequest, vintageIngestId: number): Promise<Existing | null> => {
  const { genesis } = plan.desk;
  const equal = await findEqualRuns(client, { genesis, mode: 'backtest', vintageIngestId });
  const same = equal.find(run => isSameWindow(run, plan.window.endHour) && (keep === 'summary' || run.keep === 'full') && (name === null || run.name === name));
  if (same !== undefined) return { name: same.name, genesis, existing: true, summary: await storedSummary(client, same) };
  if (name !== null && (await findRun(client, name)) !== null) {
    throw usage(`--run: a run ${name} exists already, with another manifest, window or data.`, 'Choose another name; tb runs lists them.');
  }
  return null;
};

const isSameWindow = ({ head }: ListedRun, endHour: HourUtc): boolean => head?.hour === endHour - 1;

/** The summary of a stored backtest, as it was counted. */
const storedSummary = async (client: StoreClient, run: StoredRun): Promise<RunSummary> => {
  const summary = await readSummary(client, run);
  if (summary === null) throw usage(`Run ${run.name} has no summary.`);
  return JSON.parse(summary.text) as RunSummary;
};

type Opening = Readonly<{ request: BacktestRequest; name: string; vintage: number }>;
type Writing = Readonly<{ append: (executed: ExecutedHour) => Promise<void> | undefined; finish: (summary: RunSummary) => Promise<void>; abandon: () => Promise<void> }>;

const openWriting = async (store: NonNullable<BacktestRequest['store']>, { request, name, vintage }: Opening): Promise<Writing> => {
  const { plan, keep } = request;
  const { desk, window } = plan;
  const sight: Sight = { ingestThrough: vintage, inboxThrough: 0, executedAtMs: timeMs(Date.now()) };
  const run: NewRun = {
    id: randomUUID(),
    name,
    mode: 'backtest',
    account: ACCOUNT,
    manifestText: manifestText(desk.manifest),
    genesis: desk.genesis,
    startHour: desk.manifest.startHour,
    keep,
    vintageIngestId: vintage,
    strategySource: plan.strategySource === null ? null : Buffer.from(plan.strategySource),
    createdMs: sight.executedAtMs,
  };
  const identity: RunIdentity = { key: { id: run.id, retention: 'backtest', account: ACCOUNT }, name, mode: 'backtest' };
  const opening = envelopeFor(identity, { hour: (run.startHour - 1) as HourUtc, hourHash: run.genesis, previous: NO_ENVELOPE, sight });
  const writer: BacktestWriter = await openBacktest({ run: store.writer, shared: store.shared }, run, opening);
  let previousEnvelope = opening.hash;
  const append = (executed: ExecutedHour): Promise<void> | undefined => {
    const { hour } = executed.sealed;
    const withSnapshot = isBacktestSnapshotHour(run.startHour, hour) || hour === window.endHour - 1;
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

const digestAfter = (executed: ExecutedHour, step: number): Digest | null => (step === executed.steps.length - 1 ? executed.sealed.record.state : null);
