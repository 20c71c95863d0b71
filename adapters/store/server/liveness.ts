/**
 * Whether a process still runs, and whether it is the one that was meant: numbers are used again, after a reboot soon.
 * It only looks; it never signals.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { codeOf } from '../store-error.ts';

/** True while the number is in use by anybody; a process of another account counts. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};

/**
 * When the process started, in the system's own words (ticks since boot on Linux, a date elsewhere); null when it does
 * not run. One that has ended and was not yet collected by its parent does not run.
 */
export const startedAt = async (pid: number): Promise<string | null> => {
  if (!isAlive(pid)) return null;
  return process.platform === 'linux' ? startTicks(pid) : askPs(pid, 'lstart=');
};

/** The name in parentheses may hold anything, so fields are counted after the last one: state is field 3, starttime 22. */
const startTicks = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0] ?? 'X';
    return state === 'Z' || state === 'X' ? null : (fields[19] ?? null);
  } catch {
    return hasProc() ? null : 'unknown';
  }
};

/** Without /proc nothing tells one process from a later one of the same number. */
const hasProc = (): boolean => existsSync('/proc/self/stat');

/**
 * True when the process works in that folder, as a postmaster does in its cluster's. Where the system does not let us look,
 * it is taken to be the one that is meant: a server is rather waited for than started twice.
 */
export const worksIn = async (pid: number, folder: string): Promise<boolean> => {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return (await askPs(pid, 'command='))?.includes(folder) ?? false;
  try {
    statSync(`/proc/${pid}/cwd`);
  } catch (error) {
    return codeOf(error) === 'EACCES' || !hasProc();
  }
  return isSameFolder(`/proc/${pid}/cwd`, folder);
};

/** True when both paths lead to one existing folder, however each gets there. */
export const isSameFolder = (left: string, right: string): boolean => {
  const [one, other] = [statSync(left, { throwIfNoEntry: false }), statSync(right, { throwIfNoEntry: false })];
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
};

const askPs = async (pid: number, column: string): Promise<string | null> => {
  const { execFile } = await import('node:child_process');
  return new Promise(resolve => {
    execFile('ps', ['-o', column, '-p', String(pid)], (error, stdout) => resolve(error === null ? stdout.trim() : null));
  });
};
