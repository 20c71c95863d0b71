/**
 * One tb at a time prepares and starts a store's server. The lock is the file with the highest number in the folder: a
 * live holder keeps it, a dead or finished one may be succeeded by exactly one other. It never waits for a dead process.
 *
 * Why numbers: deleting a stale lock and making a new one are two steps, between which a third process may have made its
 * own. Here nobody deletes a lock that could still be the highest; a file appears whole (link) or not at all.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, StoreError } from '../store-error.ts';
import { isAlive, startedAt } from './liveness.ts';

const LOCK_NAME = /^start-lock\.(\d{1,15})$/;
const CLAIM_NAME = /^start-claim\.(\d+)\./;
const HOLDER = /^(\d+) (.+)\n$/;
const POLL_MS = 20;

/** Runs the work while holding the folder's lock. Throws StoreError (locked) when a live holder keeps it for longer than waitMsMax. */
export const withStartLock = async <Result>(folder: string, waitMsMax: number, work: () => Promise<Result>): Promise<Result> => {
  const number = await takeTurn(folder, waitMsMax);
  try {
    return await work();
  } finally {
    setFree(lockPath(folder, number));
  }
};

/** The process that prepares or starts the folder's server at this moment; null where none does, or the folder cannot be read. */
export const startLockHolder = async (folder: string): Promise<number | null> => {
  try {
    const last = highestLock(folder);
    return last === 0 ? null : await liveHolder(folder, last);
  } catch {
    return null;
  }
};

/** Empty means free. The file stays, so that numbers only grow; if it cannot be emptied, it is free when this process ends. */
const setFree = (path: string): void => {
  try {
    truncateSync(path);
  } catch {
    return;
  }
};

const lockPath = (folder: string, number: number): string => join(folder, `start-lock.${number}`);

const takeTurn = async (folder: string, waitMsMax: number): Promise<number> => {
  const claim = join(folder, `start-claim.${process.pid}.${randomBytes(6).toString('hex')}`);
  writeFileSync(claim, `${process.pid} ${await startedAt(process.pid)}\n`);
  chmodSync(claim, 0o644); // Root's lock must be readable to the account that owns the folder, whatever root's umask.
  const deadline = performance.now() + waitMsMax;
  try {
    for (;;) {
      const last = highestLock(folder);
      const holder = last === 0 ? null : await liveHolder(folder, last);
      if (holder === null) {
        const number = last + 1;
        if (tryLink(claim, lockPath(folder, number))) {
          if (highestLock(folder) === number) return tidied(folder, number);
          rmSync(lockPath(folder, number), { force: true }); // Others went past while we looked.
        }
        continue;
      }
      if (performance.now() > deadline) throw heldTooLong(folder, holder);
      await sleep(POLL_MS);
    }
  } finally {
    rmSync(claim, { force: true });
  }
};

const highestLock = (folder: string): number => {
  let highest = 0;
  for (const name of readdirSync(folder)) {
    const match = LOCK_NAME.exec(name);
    if (match !== null) highest = Math.max(highest, Number(match[1]));
  }
  return highest;
};

/** The holder's process number while it lives, else null: it ended, finished its work, or its file is gone. */
const liveHolder = async (folder: string, number: number): Promise<number | null> => {
  const written = HOLDER.exec(readLock(folder, number));
  if (written === null) return null;
  const pid = Number(written[1]);
  return (await startedAt(pid)) === written[2] ? pid : null;
};

const readLock = (folder: string, number: number): string => {
  try {
    return readFileSync(lockPath(folder, number), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
};

const tryLink = (claim: string, path: string): boolean => {
  try {
    linkSync(claim, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** Only what no reader can still take for the highest is removed: the predecessor stays, and so do claims of the living. */
const tidied = (folder: string, number: number): number => {
  for (const name of readdirSync(folder)) {
    const lock = LOCK_NAME.exec(name);
    const claim = CLAIM_NAME.exec(name);
    const useless = (lock !== null && Number(lock[1]) < number - 1) || (claim !== null && !isAlive(Number(claim[1])));
    if (useless) rmSync(join(folder, name), { force: true });
  }
  return number;
};

const heldTooLong = (folder: string, holder: number): StoreError =>
  new StoreError('locked', {
    message: `Another tb (process ${holder}) is preparing the store in ${folder} and does not finish.`,
    hint: `Wait for it, or end process ${holder}, then run the command again.`,
  });
