/** The program of a verifying thread: it compiles nothing that was compiled before, and leaves the rest to verify-thread.ts. */
import { enableCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';
import type { WorkerStart } from './verify-pool.ts';

const start = workerData as WorkerStart;
if (start.compileCache !== null) enableCompileCache(start.compileCache);
// Only now: what is imported at the top is compiled before the first line runs.
const { serve } = await import('./verify-thread.ts');
serve(start);
