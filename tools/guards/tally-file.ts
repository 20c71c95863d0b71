/** Where a run of the tests and of the guards leaves its counts, for whoever prints the closing line. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Tally = Readonly<{ passed: number; failed: number; skipped: number }>;
export type TallyOf = 'tests' | 'guards';

const tallyPath = (root: string, of: TallyOf): string => join(root, 'node_modules', '.cache', 'tb', `${of}.json`);

export const writeTally = (root: string, of: TallyOf, tally: Tally): void => {
  const path = tallyPath(root, of);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(tally)}\n`);
};

/** Null when nothing has been counted since the last `make clean`. */
export const readTally = (root: string, of: TallyOf): Tally | null => {
  try {
    return JSON.parse(readFileSync(tallyPath(root, of), 'utf8')) as Tally;
  } catch {
    return null;
  }
};
