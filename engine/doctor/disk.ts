/** Room on the disks that a store writes to. A disk that runs full stops PostgreSQL in the middle of an hour; nothing is lost, nothing goes on. */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { bytesText } from '../ages.ts';
import { failure, warning, well } from './check.ts';
import type { Check } from './check.ts';

/** `freeBytes` is what this account may use; `path` what lies there. */
export type DiskFacts = Readonly<{ path: string; freeBytes: number }>;

/** A server that starts, and a day of hours, need tens of megabytes. */
const FAILURE_BYTES = 200_000_000;
/** PostgreSQL may hold max_wal_size, a gigabyte, beside the data, and an import of some years as much again. */
const WARNING_BYTES = 2_000_000_000;

export const judgeDisk = ({ path, freeBytes }: DiskFacts): Check => {
  const found = `${bytesText(freeBytes)} free at ${path}`;
  const mend = 'Free some space on that disk, or move the store: tb backup here, tb --store ELSEWHERE restore there.';
  if (freeBytes < FAILURE_BYTES) return failure('disk', { found, mend });
  return freeBytes < WARNING_BYTES ? warning('disk', { found, mend }) : well('disk', { found });
};

/** A server elsewhere keeps its disk to itself. */
export const unseenDisk = (databaseBytes: number): Check => well('disk', { found: `the database holds ${bytesText(databaseBytes)}; the disk of its server cannot be seen from here` });

/** The disk of a path, or of the nearest folder above it that is there; null where none may be looked at. */
export const diskAt = (path: string): DiskFacts | null => {
  try {
    const { bavail, bsize } = statfsSync(path);
    return { path, freeBytes: bavail * bsize };
  } catch {
    return dirname(path) === path ? null : diskAt(dirname(path));
  }
};

/** Each disk once, by its first path. */
export const differentDisks = (paths: readonly string[]): readonly DiskFacts[] => {
  const seen = new Set<number>();
  return paths.flatMap(path => {
    const disk = diskAt(path);
    if (disk === null) return [];
    const { dev } = statSync(disk.path);
    if (seen.has(dev)) return [];
    seen.add(dev);
    return [disk];
  });
};
