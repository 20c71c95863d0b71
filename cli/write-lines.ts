/**
 * Writes lines to stdout or to a file, at the pace of whoever reads. A file appears under its name when it is whole, and
 * not at all where there is nothing to write; what else a path may lead to, such as a device, is written to as it is.
 */
import { accessSync, constants, createWriteStream, statSync } from 'node:fs';
import { realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usage } from '../engine/problem.ts';
import { typed } from '../engine/wording.ts';
import { endWaiting } from './waiting.ts';

type Pieces = () => AsyncGenerator<string, void, void>;

/** Returns how many lines were written. `path` is that of --out; null is stdout. */
export const writeLines = async (lines: AsyncGenerator<string, void, void>, path: string | null): Promise<number> => {
  if (path !== null) requireWritable(path);
  const first = await lines.next();
  if (first.done === true) return 0;
  if (path === null) endWaiting();
  let count = 0;
  async function* counted(): AsyncGenerator<string, void, void> {
    count = 1;
    yield `${first.value as string}\n`;
    for await (const line of lines) {
      count += 1;
      yield `${line}\n`;
    }
  }
  try {
    await (path === null ? pipeline(counted, process.stdout, { end: false }) : writeFile(counted, path));
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    // Of stdout it is told where stdout is watched, and a reader who has read enough is no failure.
    if (path !== null) throw unwritable(path, error as NodeJS.ErrnoException);
  } finally {
    // A writer that failed before it asked for a line left the source open.
    await lines.return();
  }
  return count;
};

const unwritable = (path: string, error: NodeJS.ErrnoException): Error =>
  usage(`--out: ${typed(path)} cannot be written (${error.code ?? error.message}).`, 'Name a file in a folder you may write to.');

/** Before anything is read: a path that cannot be written is the first thing that is wrong. */
const requireWritable = (path: string): void => {
  if (path === '') throw usage('--out is empty.', 'Name the file to write.');
  const entry = entryAt(path);
  if (entry?.isDirectory() === true) throw usage(`--out: ${typed(path)} is a folder.`, 'Name a file in it.');
  try {
    accessSync(entry === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
};

/** What is there, behind symbolic links; undefined where nothing is. */
const entryAt = (path: string) => {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
};

const writeFile = async (pieces: Pieces, path: string): Promise<void> => {
  const entry = entryAt(path);
  if (entry !== undefined && !entry.isFile()) return pipeline(pieces, createWriteStream(path));
  // A symbolic link stays one, and two exports at once do not write into each other's file.
  const target = entry === undefined ? path : await realpath(path);
  const partial = `${target}.${process.pid}.partial`;
  try {
    await pipeline(pieces, createWriteStream(partial, entry === undefined ? {} : { mode: entry.mode & 0o777 }));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
};
