/**
 * Checkpoints as files outside the database: a folder for each store and in it one for each run, a file for each size that
 * was signed. It keeps and lists them; what they say and whether they are signed is not its business.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeDurably } from './durable-file.ts';

export type CheckpointPlace = Readonly<{ folder: string; store: string; run: string }>;
export type CheckpointFile = Readonly<{ path: string; text: string }>;

const ENDING = '.checkpoint';
const TREE = 'tree';
const NOTES = 'run.json';
const SIZE_DIGITS = 10;
const LENGTH_MAX = 1 << 16;

const runFolder = ({ folder, store, run }: CheckpointPlace): string => join(folder, store, run);

/** Names sort by size, so that the last one is the latest. */
export const checkpointPath = (place: CheckpointPlace, size: number): string => join(runFolder(place), `${String(size).padStart(SIZE_DIGITS, '0')}${ENDING}`);

/** The checkpoint files of a run, smallest first. Throws what the file system throws, but for a folder that is not there. */
export const listCheckpoints = (place: CheckpointPlace): readonly string[] =>
  namesIn(runFolder(place))
    .filter(name => name.endsWith(ENDING))
    .sort((left, right) => (left < right ? -1 : 1))
    .map(name => join(runFolder(place), name));

/** The first stretch of a file is enough: no checkpoint is longer, and one that is cannot be read. */
export const readCheckpointFile = (path: string): CheckpointFile => ({ path, text: readFileSync(path, 'utf8').slice(0, LENGTH_MAX) });

/** The runs of a store that have a folder here. */
export const runsWithCheckpoints = ({ folder, store }: Omit<CheckpointPlace, 'run'>): readonly string[] => namesIn(join(folder, store));

/** The stores under whose name a run has a folder here; a run is of one store. */
export const storesWithRun = (folder: string, run: string): readonly string[] => namesIn(folder).filter(store => namesIn(join(folder, store)).includes(run));

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
};

export const writeCheckpoint = (place: CheckpointPlace, { size, text }: Readonly<{ size: number; text: string }>): string => {
  makeFolder(runFolder(place));
  const path = checkpointPath(place, size);
  writeDurably(path, text);
  return path;
};

/** What is known of a run besides its signed log, so that it can be named when the store has lost it; believed in nothing else. */
export type RunNotes = Readonly<{ mode: string; name: string; signedMs: number }>;

export const readRunNotes = (place: CheckpointPlace): RunNotes | null => {
  const path = join(runFolder(place), NOTES);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
  try {
    const { mode, name, signedMs } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return typeof mode === 'string' && typeof name === 'string' && typeof signedMs === 'number' ? { mode, name, signedMs } : null;
  } catch {
    return null;
  }
};

export const writeRunNotes = (place: CheckpointPlace, notes: RunNotes): void => {
  makeFolder(runFolder(place));
  writeDurably(join(runFolder(place), NOTES), `${JSON.stringify(notes)}\n`);
};

/** Nodes of the run's tree, so that a proof needs not hash the whole log: a cache, compared with a signed root before use. */
export const readTreeCache = (place: CheckpointPlace): Buffer | null => {
  const path = join(runFolder(place), TREE);
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path);
};

export const writeTreeCache = (place: CheckpointPlace, nodes: Uint8Array): void => {
  makeFolder(runFolder(place));
  writeDurably(join(runFolder(place), TREE), nodes);
};
