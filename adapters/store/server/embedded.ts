/**
 * The embedded server of a store folder, as commands see it: one call each to have it, find it, stop it and ask after it.
 * Finding a running server reads one small file and opens one socket; what starts a server is loaded only when needed.
 */
import { StoreError } from '../store-error.ts';
import type { StoreAddress } from './address.ts';
import { layoutOf } from './layout.ts';
import { observeServer, type ServerState } from './postmaster.ts';

/** The address of the folder's server, which is made and started when it is not there. Throws StoreError. */
export const ensureServer = async (folder: string): Promise<StoreAddress> => {
  const state = await observeServer(layoutOf(folder));
  if (state.state === 'ready') return state.address;
  const { startServer } = await import('./launch.ts');
  return startServer(folder);
};

/** The address of the folder's server when it answers now; null otherwise. It starts nothing. */
export const runningServer = async (folder: string): Promise<StoreAddress | null> => {
  const state = await observeServer(layoutOf(folder));
  return state.state === 'ready' ? state.address : null;
};

/** Stops the folder's server and returns once it has gone. Stopping twice is no error. Throws StoreError. */
export const stopServer = async (folder: string): Promise<'stopped' | 'was_not_running'> => {
  const layout = layoutOf(folder);
  const state = await observeServer(layout);
  switch (state.state) {
    case 'absent':
    case 'stopped':
      return 'was_not_running';
    case 'starting':
    case 'stopping':
    case 'cut_off':
    case 'ready': {
      const { endServer } = await import('./stop.ts');
      await endServer(layout, state.pid);
      return requireGone(folder, state.pid);
    }
  }
  state satisfies never;
};

/** A server in another container answers through a shared folder, but its process cannot be seen from here. */
const requireGone = async (folder: string, pid: number): Promise<'stopped'> => {
  const state = await serverStatus(folder);
  if (state.state !== 'ready' || state.pid !== pid) return 'stopped';
  throw new StoreError('permission', {
    message: `The server of the store in ${folder} (process ${pid}) runs where this tb cannot reach its process.`,
    hint: 'Stop it from the container or machine that started it.',
  });
};

/** What the folder's server is doing now. */
export const serverStatus = (folder: string): Promise<ServerState> => observeServer(layoutOf(folder));
