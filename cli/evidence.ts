/** What the commands that sign and prove share: where keys and checkpoints are, whom to believe, and the files they write. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpointFile } from '../adapters/checkpoints/checkpoint-folder.ts';
import { writeDurably } from '../adapters/checkpoints/durable-file.ts';
import { checkpointsFolder, readTrust, requireOutside } from '../engine/evidence-places.ts';
import { usage } from '../engine/problem.ts';
import { typed } from '../engine/wording.ts';
import type { Evidence } from '../engine/verify-anchors.ts';
import { keysOf } from './evidence-options.ts';
import type { KeyOptions } from './evidence-options.ts';
import { locationOf } from './store.ts';
import type { StoreOptions } from './store.ts';
import { requireNoDevice } from './out-file.ts';

export type EvidenceOptions = KeyOptions & StoreOptions & Readonly<{ checkpoints?: string; checkpoint?: readonly string[] }>;

const checkpointsOf = (options: Readonly<{ checkpoints?: string }>): string => checkpointsFolder(options.checkpoints);

/** Keys and checkpoints must not lie in the folder of the store that they bear witness against. */
export const requireApart = (options: EvidenceOptions): void => {
  const location = locationOf(options);
  if (location.kind !== 'folder') return;
  requireOutside(keysOf(options), location.folder, 'Keys');
  requireOutside(checkpointsOf(options), location.folder, 'Checkpoints');
};

export const evidenceOf = (options: EvidenceOptions, every = false): Evidence => {
  requireApart(options);
  return {
    folder: checkpointsOf(options),
    files: (options.checkpoint ?? []).map(readable),
    trusted: readTrust({ trust: options.trust, keys: keysOf(options) }),
    every,
  };
};

const readable = (path: string) => {
  try {
    return readCheckpointFile(path);
  } catch (error) {
    throw usage(`--checkpoint: ${typed(path)} cannot be read (${codeOf(error)}).`, 'Name a file that tb checkpoint wrote.');
  }
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** Writes to a file so that it lasts, or to a file of this name in a folder. Returns where. */
export const writeOut = (out: string, name: string, content: string): string => {
  if (out === '') throw usage('--out is empty.', 'Name the file to write.');
  requireNoDevice(out);
  const path = statSync(out, { throwIfNoEntry: false })?.isDirectory() === true ? join(out, name) : out;
  try {
    writeDurably(path, content);
  } catch (error) {
    throw usage(`--out: ${typed(path)} cannot be written (${codeOf(error)}).`, 'Name a file in a folder you may write to.');
  }
  return path;
};
