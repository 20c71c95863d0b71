/**
 * What every engine is asked to compute: every frozen run replayed from its files, a long synthetic run of each strategy,
 * and the kernel by itself. Prints one line of JSON: which time zone and locale it really ran under, and a hash of each
 * part. Runs unchanged on any engine that reads TypeScript and offers node:fs; under Deno that takes --allow-read.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { STRATEGIES } from '../../core/strategies/registry.ts';
import { caseNames, FIXTURES_FOLDER, loadCase } from '../fixtures/load.ts';
import { describeDifference, firstDifference, replayedHours } from '../fixtures/replay-case.ts';
import { kernelHashes } from './kernel-hashes.ts';
import { arithmeticFingerprint } from '../../engine/self-test.ts';
import { syntheticHeads } from './synthetic-run.ts';

const SYNTHETIC_SIZE = { symbols: 30, hours: 2_000 } as const;

/** Compiled, this file lies elsewhere, and the project is where it is run from. */
const projectRoot = (): string => {
  const beside = join(import.meta.dirname, '..', '..');
  return existsSync(join(beside, FIXTURES_FOLDER)) ? beside : process.cwd();
};

const root = projectRoot();
const frozen = caseNames(root).map(name => ({ name, run: loadCase(root, name) }));

/** The head of each frozen run as this engine replays it. */
const fixtureHeads = (): Readonly<Record<string, string>> =>
  Object.fromEntries(frozen.map(({ name, run }) => [`fixture ${name}`, [...replayedHours(run)].at(-1)!.sealed.hash]));

const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
const hashes = { ...fixtureHeads(), ...syntheticHeads(STRATEGIES, SYNTHETIC_SIZE), ...kernelHashes(), 'self-test': arithmeticFingerprint() };
console.log(JSON.stringify({ timeZone, locale, hashes }));

// Engines that agree with each other and not with the files have all changed in the same way: that is no agreement.
for (const { name, run } of frozen) {
  const difference = firstDifference(run);
  if (difference === null) continue;
  console.error(`${name}: ${describeDifference(difference)}`);
  process.exitCode = 1;
}
