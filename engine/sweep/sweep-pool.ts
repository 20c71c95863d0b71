/**
 * The threads of a sweep: each takes the next combination as soon as it is free. Results stand in the order of the
 * combinations, and of several failures the first in that order is told, however many threads there are.
 */
import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import type { Conduct } from '../conduct.ts';
import type { TrialResult } from './trial.ts';

/** What a thread is started with; the columns lie in shared memory and are not copied. */
export type SweepStart = Readonly<{ columns: readonly CandleColumns[]; strategySource: string | null; conduct: Conduct; endHour: HourUtc; compileCache: string | null }>;

/** A combination as the manifest it opens. */
export type SweepTask = Readonly<{ manifestText: string }>;
/** `name`, `stage` and `hint` are what the command line knows a failure by. */
export type SweepFailure = Readonly<{ message: string; name: string; stage?: string; hint?: string }>;
export type SweepAnswer = Readonly<{ kind: 'ready' }> | Readonly<{ kind: 'done'; result: TrialResult }> | Readonly<{ kind: 'failed'; failure: SweepFailure }>;

type Sweeping = Readonly<{ start: Omit<SweepStart, 'compileCache'>; workers: number; onDone: (done: number) => void }>;

const WORKER = fileURLToPath(new URL('./sweep-worker.ts', import.meta.url)).replace(/\.ts$/, extname(import.meta.filename));

/** A combination that could not be run; `index` is its place among the tasks. */
export type TrialFailure = Readonly<{ index: number; error: Error }>;
export type Swept = Readonly<{ ok: true; results: readonly TrialResult[] }> | Readonly<{ ok: false; failure: TrialFailure }>;

/** Runs every task, at most as many threads at once as there are tasks, and ends the threads whatever happens. */
export const sweepTasks = async (tasks: readonly SweepTask[], { start, workers, onDone }: Sweeping): Promise<Swept> => {
  const results: TrialResult[] = [];
  const failures: TrialFailure[] = [];
  let [next, done] = [0, 0];
  /** After a failure nothing new begins; what was begun before it may fail at an earlier place. */
  const take = (): number | null => {
    if (failures.length > 0 || next >= tasks.length) return null;
    next += 1;
    return next - 1;
  };
  const settle = (index: number, outcome: TrialResult | Error): void => {
    if (outcome instanceof Error) return void failures.push({ index, error: outcome });
    results[index] = outcome;
    done += 1;
    onDone(done);
  };
  const threads = Array.from({ length: Math.min(workers, tasks.length) }, () => new Worker(WORKER, { workerData: { ...start, compileCache: getCompileCacheDir() ?? null } satisfies SweepStart }));
  try {
    await Promise.all(threads.map(thread => workThrough(thread, { tasks, take, settle })));
  } finally {
    await Promise.all(threads.map(thread => thread.terminate()));
  }
  const [first] = failures.sort((left, right) => left.index - right.index);
  return first === undefined ? { ok: true, results } : { ok: false, failure: first };
};

type Work = Readonly<{ tasks: readonly SweepTask[]; take: () => number | null; settle: (index: number, outcome: TrialResult | Error) => void }>;

/** One thread from task to task. A thread that dies fails the task it was at; one that never started fails as itself. */
const workThrough = (thread: Worker, { tasks, take, settle }: Work): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let current = null as number | null;
  const broken = (error: Error): void => {
    if (current === null) return reject(error);
    settle(current, error);
    resolve();
  };
  thread.on('message', (answer: SweepAnswer) => {
    if (answer.kind === 'done') settle(current!, answer.result);
    if (answer.kind === 'failed') settle(current!, errorOf(answer.failure));
    current = take();
    if (current === null) resolve();
    else thread.postMessage(tasks[current]!);
  });
  thread.on('error', broken);
  thread.on('exit', code => code !== 0 && broken(new Error(`A thread of the sweep ended with ${code}.`)));
  return promise;
};

const errorOf = ({ message, ...known }: SweepFailure): Error => Object.assign(new Error(message), known);
