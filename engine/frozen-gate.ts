/**
 * The gate for changes: every frozen run of a folder, executed by the code that is here now. It passes only where each comes
 * out as it was frozen; an empty folder is no success.
 */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byCodeUnit } from '../core/kernel/order.ts';
import { presentStrategies } from './frozen-desk.ts';
import { replayFrozen } from './frozen-run.ts';
import type { FrozenRun } from './frozen-run.ts';
import { usage } from './problem.ts';
import { typed } from './wording.ts';

/** `strategies` are files of the user that stand in for what was frozen of them; `changesShown` bounds the list of each run. */
export type GateRequest = Readonly<{ folder: string; strategies: readonly string[]; changesShown: number }>;

const BUNDLE = /\.tb(?:\.gz)?$/;

/** Bundles of a folder and those in it, by path. Throws Problem (usage) for a folder that is not there: a gate before nothing would never close. */
const bundlesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter(entry => BUNDLE.test(entry.name) && !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name)).sort(byCodeUnit);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') throw usage(`--bundles: there is no folder ${typed(folder)} (${resolve(folder)}).`, `Name the folder of your frozen runs. Freeze one: tb bundle RUN --out ${typed(folder)}/RUN.tb`);
    throw usage(`--bundles: ${typed(folder)} cannot be read (${code}).`, 'Name a folder with bundles that tb bundle wrote.');
  }
};

/** Throws Problem where a strategy is given that no frozen run was opened with: a gate that passes over it would prove nothing. */
export const replayFolder = async ({ folder, strategies, changesShown }: GateRequest): Promise<readonly FrozenRun[]> => {
  const files = await bundlesIn(folder);
  const present = await presentStrategies(strategies);
  const runs: FrozenRun[] = [];
  for (const file of files) runs.push(await replayFrozen({ file, present, changesShown }));
  const used = new Set(runs.flatMap(run => run.strategies));
  const unused = present.find(({ file }) => !used.has(file));
  // Runs that could not be opened say so themselves, and may be the ones that it belongs to.
  if (unused !== undefined && runs.length > 0 && runs.every(run => run.hours > 0)) {
    throw usage(`--strategy: no frozen run in ${typed(folder)} was opened with the strategy ${unused.strategy.id} of ${typed(unused.file)}.`, 'Freeze a run of it with tb bundle, or leave it out.');
  }
  return runs;
};
