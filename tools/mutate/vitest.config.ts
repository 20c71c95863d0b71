/** The tests that mutants are judged by: of core and of its properties, without a database. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/core/**/*.test.ts', 'tests/properties/**/*.test.ts'], pool: 'threads', testTimeout: 20_000 },
});
