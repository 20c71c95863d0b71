/** The program of a sweeping thread: it compiles nothing that was compiled before, and leaves the rest to sweep-thread.ts. */
import { enableCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';
import type { SweepStart } from './sweep-pool.ts';

const start = workerData as SweepStart;
if (start.compileCache !== null) enableCompileCache(start.compileCache);
// Only now: what is imported at the top is compiled before the first line runs.
const { serve } = await import('./sweep-thread.ts');
serve(start);
