/**
 * What a store's server is doing at this moment, read from the file it keeps about itself and from its socket. It starts
 * no other process and takes about a millisecond, for every command asks first. It never changes anything.
 */
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { codeOf, rethrowAsStoreError } from '../store-error.ts';
import { embeddedAddress, SOCKET_NAME, type StoreAddress } from './address.ts';
import { socketFolderOf, type Layout } from './layout.ts';
import { isSameFolder, worksIn } from './liveness.ts';

/**
 * absent: no cluster yet. stopped: nobody serves it. starting: it recovers or does not answer yet. stopping: it writes its
 * last checkpoint. ready: it answers at the address. cut_off: it runs, but its socket was deleted, so nobody reaches it.
 */
export type ServerState =
  | Readonly<{ state: 'absent' }>
  | Readonly<{ state: 'stopped' }>
  | Readonly<{ state: 'starting'; pid: number }>
  | Readonly<{ state: 'stopping'; pid: number }>
  | Readonly<{ state: 'ready'; pid: number; address: StoreAddress }>
  | Readonly<{ state: 'cut_off'; pid: number }>;

/** Throws StoreError (permission) when the folder may not be read. */
export const observeServer = async (layout: Layout): Promise<ServerState> => {
  const lines = pidFileLines(layout);
  if (lines === null) return { state: existsSync(join(layout.clusterFolder, 'PG_VERSION')) ? 'stopped' : 'absent' };
  const pid = Number(lines[PID_LINE]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return { state: 'stopped' };
  const status = (lines[STATUS_LINE] ?? '').trim();
  const sockets = socketFolders(layout, lines).filter(folder => isPrivate(folder, layout));
  if (status === 'ready') {
    for (const folder of sockets) if (await answers(folder)) return { state: 'ready', pid, address: embeddedAddress(folder) };
  }
  if (!(await worksIn(pid, layout.clusterFolder))) return { state: 'stopped' };
  if (status === 'stopping') return { state: 'stopping', pid };
  const reachable = status !== 'ready' || sockets.some(folder => existsSync(join(folder, SOCKET_NAME)));
  return { state: reachable ? 'starting' : 'cut_off', pid };
};

/** Lines of postmaster.pid, as listed in PostgreSQL's utils/pidfile.h, counted from zero. */
const PID_LINE = 0;
const CLUSTER_LINE = 1;
const SOCKET_LINE = 4;
const STATUS_LINE = 7;

export const pidFileOf = (layout: Layout): string => join(layout.clusterFolder, 'postmaster.pid');

const pidFileLines = (layout: Layout): readonly string[] | null => {
  try {
    return readFileSync(pidFileOf(layout), 'utf8').split('\n');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    return rethrowAsStoreError(error, `The store in ${layout.folder} cannot be read`);
  }
};

/**
 * Where the server said it listens, then where it would listen if it were started now. A copied folder brings the file of
 * the server it was copied from along: what that says is believed only when it speaks of this very folder.
 */
const socketFolders = (layout: Layout, lines: readonly string[]): readonly string[] => {
  const own = socketFolderOf(layout, ownerOf(layout.clusterFolder) ?? accountUid());
  const stated = lines[SOCKET_LINE] ?? '';
  return isSameFolder(lines[CLUSTER_LINE] ?? '', layout.clusterFolder) && stated !== own ? [stated, own] : [own];
};

/** A socket is trusted only where nobody but us and the server's account could have put it: our folder's mode is the password. */
export const isPrivate = (folder: string, layout: Layout): boolean => {
  if (!folder.startsWith('/')) return false;
  try {
    const entry = lstatSync(folder);
    const owners = [accountUid(), ownerOf(layout.clusterFolder)];
    return entry.isDirectory() && owners.includes(entry.uid) && (entry.mode & 0o077) === 0;
  } catch {
    return false;
  }
};

/** The account this tb runs as; 0 is root. */
export const accountUid = (): number => process.getuid?.() ?? -1;

const ownerOf = (path: string): number | null => {
  try {
    return statSync(path).uid;
  } catch {
    return null;
  }
};

/** True when somebody accepts connections there. Nothing is said to the server, and it logs nothing. */
const answers = (socketFolder: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(join(socketFolder, SOCKET_NAME));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
