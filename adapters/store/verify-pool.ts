/**
 * Stretches of runs and pieces of candles checked by several worker threads, each with a connection of its own on one and
 * the same snapshot of the store. Findings come back in the order asked for, however many threads there are.
 */
import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Finding } from './finding.ts';
import type { StoreAddress } from './server/address.ts';
import type { StoredRun } from './runs.ts';
import type { CandlePiece, CheckedPiece } from './verify-candle-piece.ts';
import type { StretchToVerify, VerifyTally } from './verify-stretch.ts';

export type Verified = Readonly<{ tally: VerifyTally; findings: readonly Finding[] }>;

/** What a thread is started with, and what it is asked and answers. */
export type WorkerStart = Readonly<{ address: StoreAddress; snapshot: string; compileCache: string | null }>;
export type WorkerTask = Readonly<{ kind: 'stretch'; run: StoredRun; stretch: StretchToVerify }> | Readonly<{ kind: 'candles'; piece: CandlePiece }>;
export type WorkerAnswer = Readonly<{ kind: 'ready' }> | Readonly<{ kind: 'done'; result: Verified | CheckedPiece }> | Readonly<{ kind: 'failed'; message: string }>;

const WORKER = fileURLToPath(new URL('./verify-worker.ts', import.meta.url)).replace(/\.ts$/, extname(import.meta.filename));

export type VerifyPool = Readonly<{
  /** Both throw what a thread could not do. */
  stretches: (run: StoredRun, stretches: readonly StretchToVerify[]) => AsyncGenerator<Verified, void, void>;
  candles: (pieces: readonly CandlePiece[]) => AsyncGenerator<CheckedPiece, void, void>;
  /** Whether threads are there already, so that asking them costs nothing more. */
  isRunning: () => boolean;
  /** Ends the threads, whatever they are at. */
  close: () => Promise<void>;
}>;

type Waiting = Readonly<{ task: WorkerTask; resolve: (result: Verified | CheckedPiece) => void; reject: (error: Error) => void }>;

/** Starts no thread before there is something to do, and never more of them than are asked for. */
export const openVerifyPool = (place: Readonly<{ address: StoreAddress; snapshot: string; threads: number }>): VerifyPool => {
  const start: WorkerStart = { address: place.address, snapshot: place.snapshot, compileCache: getCompileCacheDir() ?? null };
  const waiting: Waiting[] = [];
  const workers: Worker[] = [];
  const idle: (() => void)[] = [];
  let broken = null as Error | null;

  const startWorker = (): void => {
    const worker = new Worker(WORKER, { workerData: start });
    workers.push(worker);
    let current = null as Waiting | null;
    const next = (): void => {
      current = waiting.shift() ?? null;
      if (current === null) idle.push(next);
      else worker.postMessage(current.task);
    };
    // One thread that fails takes what waits with it: what it cannot do the others cannot either.
    const fail = (error: Error): void => {
      broken ??= error;
      for (const { reject } of [...(current === null ? [] : [current]), ...waiting.splice(0)]) reject(error);
      current = null;
    };
    worker.on('message', (answer: WorkerAnswer) => {
      if (answer.kind === 'failed') return fail(new Error(answer.message));
      if (answer.kind === 'done') current!.resolve(answer.result);
      next();
    });
    worker.on('error', fail);
    worker.on('exit', code => code !== 0 && fail(new Error(`A thread of the verification ended with ${code}.`)));
  };

  async function* ask<Result>(tasks: readonly WorkerTask[]): AsyncGenerator<Result, void, void> {
    const asked = tasks.map(task => {
      const { promise, resolve, reject } = Promise.withResolvers<Verified | CheckedPiece>();
      // A failure is thrown where its task is waited for; the others must not count as unhandled.
      promise.catch(() => undefined);
      if (broken === null) waiting.push({ task, resolve, reject });
      else reject(broken);
      return promise;
    });
    for (const wake of idle.splice(0)) wake();
    while (workers.length < Math.min(place.threads, tasks.length)) startWorker();
    for (const promise of asked) yield (await promise) as Result;
  }

  return {
    stretches: (run, stretches) => ask<Verified>(stretches.map(stretch => ({ kind: 'stretch', run, stretch }))),
    candles: pieces => ask<CheckedPiece>(pieces.map(piece => ({ kind: 'candles', piece }))),
    isRunning: () => workers.length > 0,
    close: async () => {
      await Promise.all(workers.map(worker => worker.terminate()));
    },
  };
};
