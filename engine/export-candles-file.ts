/**
 * A file that is there whole or not at all: written beside its place, flushed to the disk, then given its name. It asks
 * before it takes another file's place; what is in it is decided elsewhere.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { usage } from './problem.ts';
import type { Problem } from './problem.ts';
import { typed } from './wording.ts';

export type WrittenFile = Readonly<{ bytes: number; sha256: string }>;

/** Throws Problem (usage) where a file stands that must not be replaced. */
export const requireFree = (path: string, force: boolean): void => {
  if (!force && existsSync(path)) throw usage(`--out: ${typed(path)} is there already.`, 'Name another file, or replace it with --force.');
};

/** Writes the pieces to a file of this name, which `option` gave. Throws Problem (usage) where it cannot be written or must not be replaced. */
export const writeWholeFile = async (path: string, pieces: AsyncIterable<Uint8Array | string>, force: boolean, option = '--out'): Promise<WrittenFile> => {
  requireFree(path, force);
  const partial = `${path}.${process.pid}.partial`;
  try {
    const written = await writeThrough(partial, pieces);
    // Somebody may have written it in the meantime.
    requireFree(path, force);
    await rename(partial, path);
    await flushFolder(dirname(path));
    return written;
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof Error && 'syscall' in error && ('path' in error || isOfDisk(error))) throw unwritten(option, path, 'code' in error ? String(error.code) : error.message);
    throw error;
  }
};

const FULL = 'Make room there, or name a file on another disk.';

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  ENOENT: 'Make the folder first, or name a file in one that is there.',
  EISDIR: 'Name a file in it.',
  EFBIG: 'Name a file where one may become as large.',
  EIO: 'See to the disk, or name a file on another one.',
};

const unwritten = (option: string, path: string, code: string): Problem => usage(`${option}: ${typed(path)} cannot be written (${code}).`, HINTS[code] ?? 'Name a file in a folder you may write to.');

/** A file that is open says no path when the disk is full. */
const isOfDisk = (error: Error): boolean => 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes(String(error.code));

const writeThrough = async (path: string, pieces: AsyncIterable<Uint8Array | string>): Promise<WrittenFile> => {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
      hash.update(chunk);
      bytes += chunk.length;
      await writeAll(file, chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
};

const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
};

/** The name is on the disk only when its folder is; Windows has no such call and needs none. */
const flushFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
};
