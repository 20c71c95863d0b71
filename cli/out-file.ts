/**
 * What an option such as `--out` may name where a file is written beside its place and then renamed into it: a device or
 * pipe would be gone afterwards, and what cannot be written is told before anything is done for it.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { usage } from '../engine/problem.ts';
import { typed } from '../engine/wording.ts';

/** Throws Problem (usage) for what is there and is neither a file nor a folder. */
export const requireNoDevice = (path: string, option = '--out'): void => {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry !== undefined && !entry.isFile() && !entry.isDirectory()) throw usage(`${option}: ${typed(path)} is no file.`, 'Name a file; it would be put in the place of what is there.');
};

/** As `requireNoDevice`, and also for a folder, and for a file in a folder that is not there or not to be written to. */
export const requireFilePlace = (path: string, option: string): void => {
  const folder = dirname(path);
  const place = statSync(folder, { throwIfNoEntry: false });
  if (place === undefined) throw usage(`${option}: ${typed(path)} cannot be written, for there is no folder ${typed(folder)}.`, 'Make the folder first, or name a file in one that is there.');
  if (!place.isDirectory()) throw usage(`${option}: ${typed(path)} cannot be written, for ${typed(folder)} is no folder.`, 'Name a file in a folder.');
  requireNoDevice(path, option);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw usage(`${option}: ${typed(path)} is a folder.`, 'Name a file in it.');
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw usage(`${option}: ${typed(path)} cannot be written, for nothing may be added to the folder ${typed(folder)}.`, 'Name a file in a folder you may write to.');
  }
};
