/**
 * Files that are there whole or as they were: written beside their place, flushed to the disk, renamed into it, and the
 * folder flushed too, so that a power cut right afterwards loses nothing that was reported as written.
 */
import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export const writeDurably = (path: string, content: string | Uint8Array, mode = 0o644): void => {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeThrough(partial, typeof content === 'string' ? Buffer.from(content) : content, mode);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  flushFolder(dirname(path));
};

const writeThrough = (path: string, bytes: Uint8Array, mode: number): void => {
  const file = openSync(path, 'w', mode);
  try {
    // The mode that openSync takes is cut by the umask and left alone where the file was there.
    fchmodSync(file, mode);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** The name in its folder is on the disk only when the folder is; Windows has no such call and needs none. */
const flushFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
};

/** Makes a folder, and flushes the one that it stands in where it is new. */
export const makeFolder = (folder: string): void => {
  const first = mkdirSync(folder, { recursive: true });
  if (first !== undefined) flushFolder(dirname(first));
};
