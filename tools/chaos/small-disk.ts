/** A small disk in memory that can be filled up. Where nothing may be mounted it says why, and the fault is left out. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type SmallDisk = Readonly<{ folder: string }>;

const SIZE = '400m';

/** Mounts a disk, or returns the reason why there is none. */
export const mountDisk = (folder: string): SmallDisk | string => {
  mkdirSync(folder, { recursive: true });
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { encoding: 'utf8' });
  return status === 0 ? { folder } : (error?.message ?? stderr.trim());
};

export const unmountDisk = ({ folder }: SmallDisk): void => void spawnSync('umount', [folder]);

const ballastOf = ({ folder }: SmallDisk): string => join(folder, 'ballast');
const CHUNK = Buffer.alloc(1 << 20);

/** Takes all room but that many bytes. */
export const fillDisk = (disk: SmallDisk, bytesFree: number): void => {
  const descriptor = openSync(ballastOf(disk), 'w');
  let written = 0;
  try {
    for (;;) written += writeSync(descriptor, CHUNK);
  } catch {
    truncateSync(ballastOf(disk), Math.max(0, written - bytesFree));
  } finally {
    closeSync(descriptor);
  }
};

export const clearDisk = (disk: SmallDisk): void => rmSync(ballastOf(disk), { force: true });
