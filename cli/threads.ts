/** How many threads verify: as many as were asked for, else one a processor; and the address that each connects to. */
import { availableParallelism } from 'node:os';
import type { StoreAddress } from '../adapters/store/connection.ts';
import { countOf } from './arguments.ts';
import { addressOf, locationOf } from './store.ts';
import type { StoreOptions } from './store.ts';

const THREADS_MAX = 64;

export const threadsOf = async (options: StoreOptions & Readonly<{ jobs?: string }>): Promise<Readonly<{ address: StoreAddress; count: number }>> => ({
  address: await addressOf(locationOf(options)),
  count: options.jobs === undefined ? Math.min(THREADS_MAX, availableParallelism()) : countOf('--jobs', options.jobs, { min: 1, max: THREADS_MAX }),
});
