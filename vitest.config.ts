/**
 * Two groups of tests. `unit` needs nothing but the code: no database, no network. `database` starts or is given a
 * PostgreSQL, runs `tb` as processes, kills some of them, and is given the time that takes.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { tallyReporter } from './tools/guards/tally-reporter.ts';

const NEEDS_DATABASE = ['tests/adapters/store/**', 'tests/schema/**', 'tests/cli/**', 'tests/e2e/**', 'tests/faults/**', 'tests/contract/**'];

export default defineConfig({
  test: {
    maxWorkers: Math.min(8, Math.max(2, availableParallelism())),
    reporters: ['default', tallyReporter],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: NEEDS_DATABASE,
          pool: 'threads',
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
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
