/**
 * A small copy of the project for planting damage: the real settings of every tool, the installed packages, and nothing
 * else but the files a test plants.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Finding, Guard } from '../../tools/guards/finding.ts';

const SETTINGS = [
  '.dependency-cruiser.cjs',
  '.oxlintrc.json',
  'core/kernel/node-crypto.d.ts',
  'core/tsconfig.json',
  'knip.json',
  'package.json',
  'tools/lint',
  'tsconfig.json',
  'vitest.config.ts',
] as const;

/** Path to source. */
export type Plants = Readonly<Record<string, string>>;

const plant = (root: string, plants: Plants): void => {
  for (const [path, source] of Object.entries(plants)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), source);
  }
};

/** Runs `look` in a scratch project with the plants, and removes it again. */
export const inScratch = async <Result>(plants: Plants, look: (root: string) => Promise<Result>): Promise<Result> => {
  const root = mkdtempSync(join(tmpdir(), 'tb-guards-'));
  try {
    for (const path of SETTINGS) cpSync(join(process.cwd(), path), join(root, path), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
    plant(root, plants);
    return await look(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

/** The rules that a guard reports, by the file they are reported in. */
export const rulesByFile = (findings: readonly Finding[]): ReadonlyMap<string, readonly string[]> => {
  const rules = new Map<string, string[]>();
  for (const { rule, where } of findings) {
    const path = where.replace(/(:\d+)+$/, '');
    rules.set(path, [...(rules.get(path) ?? []), rule]);
  }
  return rules;
};

export const rulesReported = async (guard: Guard, plants: Plants): Promise<ReadonlyMap<string, readonly string[]>> =>
  rulesByFile(await inScratch(plants, root => guard.findings(root)));
