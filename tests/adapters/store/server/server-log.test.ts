/** What PostgreSQL said when it gave up, as a failure with the way out; only the lines that say why are shown. */
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { failureOf } from '../../../../adapters/store/server/server-log.ts';

test.each([
  ['FATAL:  could not write to file "pg_wal/x": No space left on device\n', 'full', /^Free some space/, 'FATAL:  could not write to file "pg_wal/x": No space left on device'],
  ['2024-03-01 00:00:00.000 UTC [7] FATAL:  lock file "postmaster.pid" already exists\n', 'locked', /^A server that was killed/, 'FATAL:  lock file "postmaster.pid" already exists'],
  ['initdb: could not look up effective user ID 54321: user does not exist\n', 'permission', /^PostgreSQL runs only as an account that has a name/, 'initdb: could not look up effective user ID 54321: user does not exist'],
  ['LOG:  starting\nFATAL:  could not open file "x": Permission denied\n', 'permission', /^Use the account that owns the store/, 'FATAL:  could not open file "x": Permission denied'],
  ['', 'unreachable', /--store postgres:/, 'PostgreSQL ended without a word.'],
])('%j', (words, kind, hint, shown) => {
  expect(failureOf({ words, where: 'The store in /x cannot be started', folder: tmpdir() })).toMatchObject({
    name: 'StoreError', kind, hint: expect.stringMatching(hint) as unknown, message: `The store in /x cannot be started: ${shown}`,
  });
});
