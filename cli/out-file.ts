/** What `--out` may name where a file is written beside its place and then renamed into it: a device or pipe would be gone afterwards. */
import { statSync } from 'node:fs';
import { usage } from '../engine/problem.ts';
import { typed } from '../engine/wording.ts';

/** Throws Problem (usage) for what is there and is neither a file nor a folder. */
export const requireNoDevice = (path: string): void => {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry !== undefined && !entry.isFile() && !entry.isDirectory()) throw usage(`--out: ${typed(path)} is no file.`, 'Name a file; it would be put in the place of what is there.');
};
