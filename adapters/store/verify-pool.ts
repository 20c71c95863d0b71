/**
 * Stretches checked by several worker threads, each with a connection of its own on one and the same snapshot of the
 * store. Findings come back in the order of the stretches, however many threads there are.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Finding } from './finding.ts';
import type { StoreAddress } from './server/address.ts';
import type { StoredRun } from './runs.ts';
import type { StretchToVerify, VerifyTally } from './verify-stretch.ts';

export type Verified = Readonly<{ tally: VerifyTally; findings: readonly Finding[] }>;

/** What a thread is started with, and what it is asked and answers. */
export type WorkerStart = Readonly<{ address: StoreAddress; run: StoredRun; snapshot: string }>;
export type WorkerAnswer = Readonly<{ kind: 'ready' }> | (Readonly<{ kind: 'verified' }> & Verified) | Readonly<{ kind: 'failed'; message: string }>;

const WORKER = fileURLToPath(new URL('./verify-worker.ts', import.meta.url)).replace(/\.ts$/, extname(import.meta.filename));

type Pool = Readonly<{ start: WorkerStart; threads: number; stretches: readonly StretchToVerify[] }>;

/** Checks every stretch and yields them in order. Throws what a thread could not do; ends its threads whatever happens. */
export async function* verifiedByThreads({ start, threads, stretches }: Pool): AsyncGenerator<Verified, void, void> {
  const results = stretches.map(() => Promise.withResolvers<Verified>());
  // A failure is thrown where its stretch is waited for; the others must not count as unhandled.
  for (const { promise } of results) promise.catch(() => undefined);
  let next = 0;
  const workers = Array.from({ length: Math.min(threads, stretches.length) }, () => {
    const worker = new Worker(WORKER, { workerData: start });
    let current: number | null = null;
    const fail = (error: Error): void => {
      for (const { reject } of current === null ? results : [results[current]!]) reject(error);
    };
    worker.on('message', (answer: WorkerAnswer) => {
      if (answer.kind === 'failed') return fail(new Error(answer.message));
      if (answer.kind === 'verified') results[current!]!.resolve(answer);
      current = next < stretches.length ? next++ : null;
      if (current !== null) worker.postMessage(stretches[current]);
    });
    worker.on('error', fail);
    worker.on('exit', code => code !== 0 && fail(new Error(`A thread of the verification ended with ${code}.`)));
    return worker;
  });
  try {
    for (const { promise } of results) yield await promise;
  } finally {
    await Promise.all(workers.map(worker => worker.terminate()));
  }
}
