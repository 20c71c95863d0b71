/** Finds a run by name, or says which names are near. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { findRun, listRuns } from '../adapters/store/runs.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { usage } from './problem.ts';
import { orNearest, typed } from './wording.ts';

export const requireRun = async (client: StoreClient, name: string): Promise<StoredRun> => {
  const run = await findRun(client, name);
  if (run !== null) return run;
  const names = (await listRuns(client)).map(known => known.name);
  throw usage(`There is no run ${typed(name)}${orNearest(name, names)}`, names.length === 0 ? 'Make one: tb backtest or tb open.' : 'tb runs lists them.');
};
