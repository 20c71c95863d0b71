/**
 * What the harness does to the server of its own folder: kill it with everything that belongs to it, restart it, copy its
 * files away and put them back. Only processes that work in that folder's cluster are ever signalled.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreAddress } from '../../adapters/store/server/address.ts';
import { ensureServer, serverStatus, stopServer } from '../../adapters/store/server/embedded.ts';
import { layoutOf } from '../../adapters/store/server/layout.ts';
import { isAlive } from '../../adapters/store/server/liveness.ts';

/** SIGKILL for the postmaster and every backend, as when a machine's memory runs out. Returns how many there were. */
export const killServer = async (folder: string): Promise<number> => {
  const status = await serverStatus(folder);
  if (status.state !== 'ready') throw new Error(`The server of ${folder} is ${status.state}, so it cannot be killed.`);
  const pids = [status.pid, ...childrenOf(status.pid)];
  for (const pid of pids) killQuietly(pid);
  while (pids.some(isRunning)) await sleep(2);
  return pids.length;
};

const childrenOf = (parent: number): readonly number[] =>
  readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) && statOf(Number(name))?.parent === parent ? [Number(name)] : []));

/** The name in parentheses may hold anything, so fields are counted after the last one: state, then parent. */
const statOf = (pid: number): Readonly<{ state: string; parent: number }> | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
};

/** One that has ended and was not yet collected by its parent does not run. */
const isRunning = (pid: number): boolean => isAlive(pid) && !['Z', 'X', undefined].includes(statOf(pid)?.state);

const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // A backend that ended by itself in the meantime.
  }
};

export const restartServer = async (folder: string): Promise<StoreAddress> => {
  await stopServer(folder);
  return ensureServer(folder);
};

/** A copy of the files of a server that is stopped, owners and modes included. */
export const copyCluster = (folder: string, name: string): void => {
  const { serverFolder, clusterFolder } = layoutOf(folder);
  const { status, stderr } = spawnSync('cp', ['-a', clusterFolder, join(serverFolder, name)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The cluster of ${folder} cannot be copied: ${stderr.trim()}`);
};

/** The files of a stopped server are put aside under one name, and those under another take their place. */
export const swapCluster = (folder: string, { aside, back }: Readonly<{ aside: string; back: string }>): void => {
  const { serverFolder, clusterFolder } = layoutOf(folder);
  renameSync(clusterFolder, join(serverFolder, aside));
  renameSync(join(serverFolder, back), clusterFolder);
};

export const removeCluster = (folder: string, name: string): void => rmSync(join(layoutOf(folder).serverFolder, name), { recursive: true, force: true });
