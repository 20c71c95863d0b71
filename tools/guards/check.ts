/**
 * The gate: types, lint, boundaries and dead code, then the tests. `check.ts` runs what needs no database, `check.ts
 * --all` every test. It runs everything even when something fails, so that one look shows all there is to mend.
 */
import { spawnSync } from 'node:child_process';
import { boundaries } from './boundaries.ts';
import { deadCode } from './dead-code.ts';
import { lint } from './lint.ts';
import { writeTally } from './tally-file.ts';
import { coreTypes, pageTypes, types } from './types.ts';
import type { Finding, Guard } from './finding.ts';

const GUARDS: readonly Guard[] = [types, coreTypes, pageTypes, lint, boundaries, deadCode];

/** Runs one guard and prints its verdict; a guard that cannot run fails. True when it found nothing. */
const passes = async (root: string, guard: Guard): Promise<boolean> => {
  const startedAt = performance.now();
  const findings = await guard.findings(root).catch((error: Error): readonly Finding[] => [
    { rule: 'guard-did-not-run', where: guard.name, message: error.message },
  ]);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const verdict = findings.length === 0 ? 'ok' : `${findings.length} to mend`;
  const lines = findings.map(({ rule, where, message }) => `  ${where}  ${rule}\n    ${message}`);
  console.log([`${guard.name.padEnd(16)}${verdict.padEnd(14)}${seconds} s`, ...lines].join('\n'));
  return findings.length === 0;
};

const testsPass = (root: string, project: 'unit' | null): boolean => {
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...(project === null ? [] : ['--project', project])];
  return spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
};

const main = async (root: string, args: readonly string[]): Promise<number> => {
  const startedAt = performance.now();
  const verdicts = await Promise.all(GUARDS.map(guard => passes(root, guard)));
  const failed = verdicts.filter(verdict => !verdict).length;
  writeTally(root, 'guards', { passed: verdicts.length - failed, failed, skipped: 0 });
  const tested = testsPass(root, args.includes('--all') ? null : 'unit');
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const passed = failed === 0 && tested;
  const failures = [...(failed > 0 ? [`${failed} of ${verdicts.length} guards`] : []), ...(tested ? [] : ['the tests'])];
  console.log(passed ? `All passed in ${seconds} s.` : `Failed: ${failures.join(' and ')}, in ${seconds} s.`);
  return passed ? 0 : 1;
};

process.exitCode = await main(process.cwd(), process.argv.slice(2));
