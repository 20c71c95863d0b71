/**
 * Ends a store's server the orderly way: it rolls open transactions back, writes a checkpoint and goes. Only a process
 * that was seen working in this very cluster is ever signalled, for a number in a file may belong to anybody by now.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { rethrowAsStoreError, StoreError } from '../store-error.ts';
import type { Layout } from './layout.ts';
import { worksIn } from './liveness.ts';

/** A last checkpoint writes shared_buffers at most; a slow disk gets its time. */
const STOP_MS_MAX = 120_000;
const POLL_MS = 10;

/** Returns once the process has gone. Throws StoreError (permission, locked). */
export const endServer = async (layout: Layout, pid: number): Promise<void> => {
  if (!(await worksIn(pid, layout.clusterFolder))) return;
  try {
    process.kill(pid, 'SIGINT'); // PostgreSQL's fast shutdown.
  } catch (error) {
    rethrowAsStoreError(error, `The server of the store in ${layout.folder} (process ${pid}) cannot be stopped`);
  }
  const deadline = performance.now() + STOP_MS_MAX;
  while (await worksIn(pid, layout.clusterFolder)) {
    if (performance.now() > deadline) {
      throw new StoreError('locked', {
        message: `The server of the store in ${layout.folder} (process ${pid}) has not stopped for ${STOP_MS_MAX / 1000} s.`,
        hint: `Look at ${layout.logFile}; wait, then run the command again.`,
      });
    }
    await sleep(POLL_MS);
  }
};
