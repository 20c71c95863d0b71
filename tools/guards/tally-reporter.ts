/**
 * Counts what a run of the tests did, and prints each skipped test with its reason: a test that did not run is not one
 * that passed. A file that could not be loaded counts as a failure of its own.
 */
import type { Reporter, TestModule } from 'vitest/node';
import { writeTally } from './tally-file.ts';
import type { Tally } from './tally-file.ts';

type Skip = Readonly<{ name: string; reason: string }>;

const skipsOf = (modules: readonly TestModule[]): readonly Skip[] =>
  modules.flatMap(module =>
    [...module.children.allTests('skipped')].map(test => {
      const result = test.result();
      const reason = result.state === 'skipped' ? result.note : undefined;
      return { name: `${module.relativeModuleId} > ${test.fullName}`, reason: reason ?? 'no reason given' };
    }),
  );

const countState = (modules: readonly TestModule[], state: 'passed' | 'failed' | 'pending'): number =>
  modules.reduce((count, module) => count + [...module.children.allTests(state)].length, 0);

/** Failures that belong to no test: a file that does not load, a hook that throws, an error nobody waited for. */
const failuresOutsideTests = (modules: readonly TestModule[], unhandled: number): number =>
  unhandled +
  modules.reduce((count, module) => {
    const suites = [...module.children.allSuites()].reduce((errors, suite) => errors + suite.errors().length, 0);
    return count + module.errors().length + suites;
  }, 0);

export const tallyReporter: Reporter = {
  onTestRunEnd: (modules, unhandledErrors) => {
    const skips = skipsOf(modules);
    for (const { name, reason } of skips) console.log(`SKIPPED ${name}: ${reason}`);
    const failed = countState(modules, 'failed') + countState(modules, 'pending') + failuresOutsideTests(modules, unhandledErrors.length);
    const tally: Tally = { passed: countState(modules, 'passed'), failed, skipped: skips.length };
    writeTally(process.cwd(), 'tests', tally);
  },
};
