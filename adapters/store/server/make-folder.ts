/**
 * Makes a private folder and the folders above it. Node's own recursive form never returns where a file system refuses
 * new entries with "no such file" although the parent is there, as /proc does; here that is an error like any other.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const PRIVATE = 0o700;

/** A folder that is there already is fine, whatever its mode. Throws the system's error. */
export const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: PRIVATE });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
};
