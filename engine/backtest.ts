/** A whole window at full speed: candles streamed in, hours executed and sealed, and stored while the next ones run. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readSummary } from '../adapters/store/results.ts';
import { findEqualRuns, findRun } from '../adapters/store/runs.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { ingestHorizon, vintageOf } from '../adapters/store/series.ts';
import { streamColumns } from '../adapters/store/stream-columns.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { HOUR_MS, timeMs } from '../core/kernel/units.ts';
import type { Digest } from '../core/kernel/units.ts';
import { ordersOf } from './conduct.ts';
import type { Conduct } from './conduct.ts';
import { seriesOf } from './market-of.ts';
import type { RunPlan } from './plan-run.ts';
import { usage } from './problem.ts';
import { driveBacktest } from './run-hours.ts';
import { countSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';
import { isNameTaken, openRunWriting } from './write-run.ts';
import type { NewWriting, RunWriting, WritingClients } from './write-run.ts';

export type BacktestRequest = Readonly<{
  plan: RunPlan;
  name: string | null;
  keep: 'summary' | 'full';
  conduct: Conduct;
  /** Null keeps nothing. */
  store: WritingClients | null;
  onProgress: (hours: number) => void;
}>;

export type BacktestReport = Readonly<{ name: string | null; genesis: Digest; existing: boolean; summary: RunSummary; engineMs: number; wallMs: number }>;

const ACCOUNT = 'backtest';

export const runBacktest = async (reader: StoreClient, request: BacktestRequest): Promise<BacktestReport> => {
  const started = performance.now();
  const { plan, store, conduct } = request;
  const { desk, window } = plan;
  const orders = ordersOf(conduct);
  const series = seriesOf(desk.symbols, desk.manifest.timeframe);
  const vintage = await vintageOf(reader, series, await ingestHorizon(reader, series));
  const opened = store === null ? NOT_STORED : await findOrOpen(reader, store, { request, vintage });
  if (opened.existing !== null) return { ...opened.existing, engineMs: 0, wallMs: performance.now() - started };
  const { name, writing } = opened;
  const counter = countSummary(desk, conduct);
  try {
    const { progress, engineMs } = await driveBacktest({
      desk,
      endHour: window.endHour,
      orders,
      chunks: streamColumns(reader, { series, fromMs: timeMs(window.startHour * HOUR_MS), toMs: timeMs(window.endHour * HOUR_MS), ingestThrough: vintage }),
      onHour: (executed, isLast) => {
        counter.add(executed);
        const done = progressOf(desk, executed);
        if (done % PROGRESS_EVERY === 0) request.onProgress(done);
        return writing?.append(executed, isLast);
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

type OpenedRun = Readonly<{ existing: Existing }> | Readonly<{ existing: null; name: string | null; writing: RunWriting | null }>;

const NOT_STORED: OpenedRun = { existing: null, name: null, writing: null };

type Asked = Readonly<{ request: BacktestRequest; vintage: number }>;

/** The run when it is stored already, else a writer of it. A command that wrote the same name meanwhile may have written this very run. */
const findOrOpen = async (reader: StoreClient, store: WritingClients, { request, vintage }: Asked): Promise<OpenedRun> => {
  const existing = await existingRun(reader, request, vintage);
  if (existing !== null) return { existing };
  const name = request.name ?? (await freeName(reader, request.plan));
  try {
    return { existing: null, name, writing: await openRunWriting(store, newRunOf(request, name, vintage)) };
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

const newRunOf = ({ plan, keep }: BacktestRequest, name: string, vintage: number): NewWriting => ({
  desk: plan.desk,
  name,
  mode: 'backtest',
  account: ACCOUNT,
  keep,
  vintage,
  strategySource: plan.strategySource,
});

type Existing = Pick<BacktestReport, 'name' | 'genesis' | 'existing' | 'summary'>;

/** A run of the same manifest, vintage, window and conduct, kept at least as fully, is the answer; nothing is executed again. */
const existingRun = async (client: StoreClient, { plan, name, keep, conduct }: BacktestRequest, vintageIngestId: number): Promise<Existing | null> => {
  const { genesis } = plan.desk;
  const equal = await findEqualRuns(client, { genesis, mode: 'backtest', vintageIngestId });
  for (const run of equal) {
    if ((keep === 'full' && run.keep !== 'full') || (name !== null && run.name !== name)) continue;
    const summary = await summaryOrNull(client, run);
    if (summary !== null && summary.conduct !== null && isSameConduct(summary.conduct, conduct)) return { name: run.name, genesis, existing: true, summary };
  }
  if (name !== null && (await findRun(client, name)) !== null) {
    throw usage(`--run: a run ${name} exists already, with other options, another window or other data.`, 'Choose another name; tb runs lists them.');
  }
  return null;
};

/** A run that stopped ended before the window did, so it is the end that was asked for that counts. */
const isSameConduct = (stored: Conduct, asked: Conduct): boolean =>
  stored.onHalt === asked.onHalt && stored.reactivateAfterHours === asked.reactivateAfterHours && stored.to === asked.to;

/** The summary of a stored backtest, as it was counted. */
const summaryOrNull = async (client: StoreClient, run: StoredRun): Promise<RunSummary | null> => {
  const summary = await readSummary(client, run);
  return summary === null ? null : (JSON.parse(summary.text) as RunSummary);
};
