/** Folders are made down to the last one, and a file system that takes none is an error instead of an endless loop. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../../adapters/store/server/make-folder.ts';

test('makes every missing folder, private, and is content with one that is there', () => {
  const root = mkdtempSync(join(tmpdir(), 'tb-folder-'));
  const folder = join(root, 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  rmSync(root, { recursive: true });
});

test('a file system that takes no folders is an error', ctx => {
  if (!existsSync('/proc/self')) ctx.skip('there is no /proc on this machine');
  expect(() => makeFolder('/proc/nope/deeper')).toThrow(/ENOENT/);
});
