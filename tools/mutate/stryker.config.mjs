/** What is mutated, and by which tests each mutant is judged. Plain JavaScript: Stryker reads it itself. */
import { fileURLToPath } from 'node:url';

/** Folders to mutate, comma-separated; all that guard money by default. */
const folders = (process.env['MUTATE'] ?? 'core/risk,core/orders,core/lots,core/ledger').split(',');

export default {
  plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner'))],
  testRunner: 'vitest',
  vitest: { configFile: 'tools/mutate/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: folders.map(folder => `${folder}/**/*.ts`),
  // Stryker rewrites a tsconfig it finds and fails on TypeScript 7's; without one nothing is lost, for types are only stripped.
  tsconfigFile: 'tools/mutate/absent.json',
  tempDirName: 'node_modules/.cache/tb/mutants',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: 'node_modules/.cache/tb/mutation.json' },
  concurrency: 2,
  allowConsoleColors: false,
};
