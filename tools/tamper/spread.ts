/** Spreads damage over threads, a processor each, and each on a copy of the store of its own, so that none waits for another's rows. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ScratchDatabase, ScratchServer } from '../validate-schema/scratch-databases.ts';
import type { Verdict } from './judge.ts';
import type { Plant } from './plant.ts';
import type { Chunk, Places } from './worker.ts';

const CHUNK = 250;

export type Tried = Readonly<{ plant: Plant; verdict: Verdict }>;

export type Spread = Readonly<{ server: ScratchServer; store: ScratchDatabase; places: Places; onProgress: (done: number) => void }>;

/** Nobody may be connected to the store. Throws where a thread fails. */
export const tryEverything = async (plants: readonly Plant[], { server, store, places, onProgress }: Spread): Promise<readonly Tried[]> => {
  const chunks = Array.from({ length: Math.ceil(plants.length / CHUNK) }, (_, index) => plants.slice(CHUNK * index, CHUNK * (index + 1)));
  const tried: Tried[] = [];
  const thread = async ({ address }: ScratchDatabase): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: places });
    try {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
        const verdicts = await answerOf(worker, { address, plants: chunk });
        for (const [index, plant] of chunk.entries()) tried.push({ plant, verdict: verdicts[index]! });
        onProgress(tried.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  const copies: ScratchDatabase[] = [];
  // One after the other: a database that is being copied cannot be copied again.
  for (let count = Math.min(chunks.length, availableParallelism()); count > 0; count -= 1) copies.push(await server.database(store));
  await Promise.all(copies.map(thread));
  return tried;
};

const answerOf = (worker: Worker, chunk: Chunk): Promise<readonly Verdict[]> =>
  new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once('error', reject);
    worker.once('message', ({ verdicts, failure }: Readonly<{ verdicts?: readonly Verdict[]; failure?: string }>) => (verdicts === undefined ? reject(new Error(failure)) : resolve(verdicts)));
    worker.postMessage(chunk);
  });
