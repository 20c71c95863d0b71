/**
 * Three groups of tests. `unit` needs nothing but the code: no database, no network. `programs` asks other programs for
 * the same answers (Python, hledger, beancount), keeps a strategy busy until it is stopped, replaces a part of Node, or opens a browser. `database` starts or is
 * given a PostgreSQL, runs `tb` as processes, kills some of them, and is given the time that takes.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { tallyReporter } from './tools/guards/tally-reporter.ts';

const NEEDS_DATABASE = ['tests/adapters/store/**', 'tests/schema/**', 'tests/cli/**', 'tests/e2e/**', 'tests/faults/**', 'tests/contract/**'];

const OTHER_PROGRAMS = [
  'tests/adapters/checkpoints/durable-file.test.ts',
  'tests/adapters/sandbox/load-strategy.test.ts',
  'tests/core/fills-oracle.test.ts',
  'tests/engine/export-programs.test.ts',
  'tests/engine/lots-oracle.test.ts',
  'tests/replay/hashing-oracle.test.ts',
  'tests/replay/proof-vectors.test.ts',
  'tests/web/odd-pages.test.ts',
  'tests/web/page.test.ts',
  'tests/web/print.test.ts',
];

export default defineConfig({
  test: {
    maxWorkers: Math.min(8, Math.max(2, availableParallelism())),
    reporters: ['default', tallyReporter],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: [...NEEDS_DATABASE, ...OTHER_PROGRAMS],
          pool: 'threads',
          // Core keeps no state that a test could leave behind, so its modules are loaded once a thread.
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'programs', include: OTHER_PROGRAMS, pool: 'threads', testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'database',
          include: NEEDS_DATABASE.map(folder => `${folder}/*.test.ts`),
          globalSetup: ['tests/support/global-setup.ts'],
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
