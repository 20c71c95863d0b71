/**
 * Brings a store's server up: folder, account, cluster, start, and waiting until it answers. Only commands that found no
 * server load this file. The server is started detached: it outlives this process and belongs to no terminal.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, rethrowAsStoreError, StoreError } from '../store-error.ts';
import { chooseAccount, commandAs, handOver, outsideUid, serverEnvironment, type Account } from './account.ts';
import { SOCKET_NAME, SOCKET_PORT, type StoreAddress } from './address.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { createCluster, requireSameMajor } from './cluster.ts';
import { layoutOf, socketFolderOf, type Layout } from './layout.ts';
import { makeFolder } from './make-folder.ts';
import { isPrivate, observeServer, pidFileOf, type ServerState } from './postmaster.ts';
import { failureOf, openLog, wordsSince } from './server-log.ts';
import { withStartLock } from './start-lock.ts';
import { endServer } from './stop.ts';

/** After a kill -9 the old server's children keep its shared memory for a moment; so long a new start is tried again. */
const RETRY_MS_MAX = 10_000;
/** Recovery replays up to max_wal_size; measured 1.5 to 8.8 s after a kill, so this is long for a slow disk too. */
const RECOVERY_MS_MAX = 180_000;
const POLL_MS = 10;
const RETRY_PAUSE_MS = 200;

/** Starts the server of a folder, or waits for the one that another tb is starting. Throws StoreError. */
export const startServer = async (folder: string): Promise<StoreAddress> => {
  const binaries = findBinaries({ os: process.platform, cpu: process.arch });
  const layout = prepareFolder(folder);
  try {
    return await withStartLock(layout.serverFolder, RECOVERY_MS_MAX, () => startLocked(layout, binaries));
  } catch (error) {
    return rethrowAsStoreError(error, `The store in ${layout.folder} cannot be started`);
  }
};

const startLocked = async (layout: Layout, binaries: Binaries): Promise<StoreAddress> => {
  const settled = await settledState(layout);
  if (settled.state === 'ready') return settled.address;
  const account = chooseAccount(layout, binaries.postgres);
  const major = serverMajor(binaries, account);
  if (settled.state === 'absent') await createCluster({ layout, binaries, account });
  requireSameMajor(layout, major);
  const deadline = performance.now() + RETRY_MS_MAX;
  for (;;) {
    try {
      return await launch({ layout, binaries, account });
    } catch (error) {
      if (!(error instanceof StoreError && error.kind === 'locked') || performance.now() > deadline) throw error;
    }
    await sleep(RETRY_PAUSE_MS);
    const state = await settledState(layout);
    if (state.state === 'ready') return state.address;
  }
};

/** The folder's real path is known once it exists, so the layout is taken after making it. */
const prepareFolder = (folder: string): Layout => {
  try {
    makeFolder(folder);
    const layout = layoutOf(folder);
    makeFolder(layout.serverFolder);
    return layout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new StoreError('permission', {
        message: `The store folder ${folder} cannot be made: its file system takes no new folders.`,
        hint: 'Choose another folder with --store.',
        cause: error,
      });
    }
    return rethrowAsStoreError(error, `The store folder ${folder} cannot be made`);
  }
};

/** Waits while a server comes or goes. One that nobody can reach is ended: it could be neither used nor started beside. */
const settledState = async (layout: Layout): Promise<Extract<ServerState, { state: 'absent' | 'stopped' | 'ready' }>> => {
  const deadline = performance.now() + RECOVERY_MS_MAX;
  for (;;) {
    const state = await observeServer(layout);
    switch (state.state) {
      case 'absent':
      case 'stopped':
      case 'ready':
        return state;
      case 'cut_off':
        await endServer(layout, state.pid);
        break;
      case 'starting':
      case 'stopping':
        if (performance.now() > deadline) throw stuck(layout, state);
        await sleep(POLL_MS);
        break;
    }
  }
};

const stuck = (layout: Layout, { state, pid }: Readonly<{ state: string; pid: number }>): StoreError =>
  new StoreError('locked', {
    message: `The server of the store in ${layout.folder} (process ${pid}) has been ${state} for ${RECOVERY_MS_MAX / 1000} s.`,
    hint: `Look at ${layout.logFile}; wait, or end process ${pid}, then run the command again.`,
  });

type Start = Readonly<{ layout: Layout; binaries: Binaries; account: Account }>;

/** Settings that keep the log true outrank every file, so that no edit of postgresql.conf can lose a sealed hour. */
const settings = (socketFolder: string): readonly string[] => [
  'listen_addresses=',
  `port=${SOCKET_PORT}`,
  `unix_socket_directories="${socketFolder.replaceAll('"', '""')}"`,
  'unix_socket_permissions=0700',
  'fsync=on',
  'full_page_writes=on',
  'synchronous_commit=on',
  'timezone=UTC',
];

const launch = async ({ layout, binaries, account }: Start): Promise<StoreAddress> => {
  const socketFolder = makeSocketFolder(layout, account);
  removeStaleLocks(layout, socketFolder);
  const log = openLog(layout.logFile);
  if (account.kind === 'user') chownSync(layout.logFile, account.uid, account.gid);
  const args = ['-D', layout.clusterFolder, ...settings(socketFolder).flatMap(setting => ['-c', setting])];
  const command = commandAs(account, { file: binaries.postgres, args });
  // A detached child leads a process group of its own: neither a closed terminal nor its Ctrl-C reaches it.
  const child = spawn(command.file, [...command.args], {
    ...command.options,
    cwd: layout.serverFolder,
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  closeSync(log.descriptor);
  child.unref();
  const ended = endOf(child);
  const deadline = performance.now() + RECOVERY_MS_MAX;
  for (;;) {
    const state = await observeServer(layout);
    if (state.state === 'ready') return state.address;
    if (await Promise.race([ended, sleep(POLL_MS, false)])) {
      const where = `The server of the store in ${layout.folder} does not start`;
      throw failureOf({ words: wordsSince(layout.logFile, log.start), where, folder: layout.serverFolder });
    }
    if (performance.now() > deadline) throw stuck(layout, { state: 'starting', pid: child.pid ?? 0 });
  }
};

/** True once the program has ended, or could not be run at all. */
const endOf = (child: ChildProcess): Promise<boolean> =>
  new Promise(resolve => {
    child.once('exit', () => resolve(true));
    child.once('error', () => resolve(true));
  });

/** Throws StoreError (permission) when somebody else already owns the name under /tmp. */
const makeSocketFolder = (layout: Layout, account: Account): string => {
  const folder = socketFolderOf(layout, outsideUid(account));
  try {
    makeFolder(folder);
    handOver(folder, account);
  } catch (error) {
    return rethrowAsStoreError(error, `The socket folder ${folder} cannot be used`);
  }
  if (isPrivate(folder, layout)) return folder;
  throw new StoreError('permission', {
    message: `The socket folder ${folder} belongs to somebody else.`,
    hint: 'Remove it, or choose a store folder with a shorter path with --store.',
  });
};

/**
 * Nobody serves the cluster and we hold the start lock, so what names a server is a remnant, and its number may belong to
 * any process by now, which PostgreSQL would take for the server. Children of a killed server that still write are
 * noticed all the same: they hold the shared memory segment whose key is the cluster's inode.
 */
const removeStaleLocks = (layout: Layout, socketFolder: string): void => {
  for (const path of [pidFileOf(layout), join(socketFolder, SOCKET_NAME), join(socketFolder, `${SOCKET_NAME}.lock`)]) {
    rmSync(path, { force: true });
  }
};

/** Asks the program itself, which also proves that it runs here. */
const serverMajor = (binaries: Binaries, account: Account): string => {
  const { file, args, options } = commandAs(account, { file: binaries.postgres, args: ['--version'] });
  const answer = spawnSync(file, [...args], { ...options, cwd: '/', env: serverEnvironment(), encoding: 'utf8' });
  const version = /\(PostgreSQL\) (\d+)/.exec(answer.stdout ?? '');
  if (version?.[1] !== undefined) return version[1];
  throw new StoreError('unreachable', {
    message: `${binaries.postgres} does not run here: ${(answer.stderr ?? '').trim() || String(answer.error ?? `exit ${answer.status}`)}`,
    hint: `Run npm rebuild ${binaries.packageName}, or use a server of your own with --store postgres://….`,
  });
};
