/**
 * What every engine is asked to compute: every frozen run replayed from its files, three years of each strategy, and the
 * kernel by itself. Prints one line of JSON: which time zone and locale it really ran under, and a hash of each part. A
 * number as its argument is the seed of the order in which everything is inserted that has an order which must not count.
 * Runs unchanged on any engine that reads TypeScript and offers node:fs; under Deno that takes --allow-read.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { byCodeUnit } from '../../core/kernel/order.ts';
import { recordedModel } from '../../core/strategies/recorded-model.ts';
import { STRATEGIES } from '../../core/strategies/registry.ts';
import { caseNames, FIXTURES_FOLDER, loadCase } from '../fixtures/load.ts';
import { describeDifference, firstDifference, replayedHours } from '../fixtures/replay-case.ts';
import { arithmeticFingerprint } from '../../engine/self-test.ts';
import { AS_WRITTEN, shuffledBy } from './insertion-order.ts';
import { kernelHashes } from './kernel-hashes.ts';
import { yearsHead } from './years.ts';
import { yearsMarket } from './years-market.ts';

/** Compiled, this file lies elsewhere, and the project is where it is run from. */
const projectRoot = (): string => {
  const beside = join(import.meta.dirname, '..', '..');
  return existsSync(join(beside, FIXTURES_FOLDER)) ? beside : process.cwd();
};

const [, , seed] = process.argv;
const order = seed === undefined ? AS_WRITTEN : shuffledBy(Number(seed));
const root = projectRoot();
const frozen = caseNames(root).map(name => {
  const run = loadCase(root, name);
  return { name, run: { ...run, manifest: order.entries(run.manifest) } };
});
const market = yearsMarket(order);

type Parts = Readonly<Record<string, string>>;

/** What was computed earlier in the same process may not count either, so the parts have an order of insertion too. */
const parts: readonly (() => Parts)[] = [
  ...frozen.map(({ name, run }) => (): Parts => ({ [`frozen ${name}`]: [...replayedHours(run)].at(-1)!.sealed.hash })),
  ...[...STRATEGIES, recordedModel].map(strategy => (): Parts => ({ [`three years ${strategy.id}`]: yearsHead(strategy, market, order) })),
  kernelHashes,
  (): Parts => ({ 'self-test': arithmeticFingerprint() }),
];

const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
const computed = order.list(parts).flatMap(part => Object.entries(part()));
const hashes = Object.fromEntries(computed.sort(([left], [right]) => byCodeUnit(left, right)));
console.log(JSON.stringify({ timeZone, locale, hashes }));

// Engines that agree with each other and not with the files have all changed in the same way: that is no agreement.
for (const { name, run } of frozen) {
  const difference = firstDifference(run);
  if (difference === null) continue;
  console.error(`${name}: ${describeDifference(difference)}`);
  process.exitCode = 1;
}
