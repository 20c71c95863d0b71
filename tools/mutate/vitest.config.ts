/** The tests that mutants are judged by: of what is mutated, and of its properties, without a database. */
import { defineConfig } from 'vitest/config';

/** Tests of core that mutants of risk, orders, lots and ledger never reach, or that take seconds each. */
const ELSEWHERE = ['tests/core/campaign/real-year.test.ts', 'tests/core/features/**', 'tests/core/kernel/**', 'tests/core/predictions/**', 'tests/core/strategies/**', 'tests/core/fills-oracle.test.ts', 'tests/core/textbook.test.ts'];

export default defineConfig({
  test: { include: ['tests/core/**/*.test.ts', 'tests/properties/**/*.test.ts'], exclude: ELSEWHERE, pool: 'threads', testTimeout: 20_000 },
});
