/** That a file is flushed before it has its name, and its name before anybody is told: no file system of a test loses what was not. */
import type * as FileSystem from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { makeFolder, writeDurably } from '../../../adapters/checkpoints/durable-file.ts';

const calls = vi.hoisted((): string[] => []);

vi.mock('node:fs', async original => {
  const real = await original<typeof FileSystem>();
  const paths = new Map<number, string>();
  const openSync: typeof real.openSync = (path, ...rest) => {
    const file = real.openSync(path, ...rest);
    paths.set(file, String(path));
    return file;
  };
  const fsyncSync: typeof real.fsyncSync = file => {
    calls.push(`flush ${paths.get(file) ?? ''}`);
    real.fsyncSync(file);
  };
  const renameSync: typeof real.renameSync = (from, to) => {
    calls.push(`rename ${String(from)} to ${String(to)}`);
    real.renameSync(from, to);
  };
  return { ...real, openSync, fsyncSync, renameSync };
});

const scratch = mkdtempSync(join(tmpdir(), 'tb-durable-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => calls.splice(0));

test('the bytes are flushed, then renamed into place, then the folder is flushed', () => {
  const path = join(scratch, 'desk.checkpoint');
  writeDurably(path, 'signed');
  const partial = `${path}.${process.pid}.partial`;
  expect(calls).toEqual([`flush ${partial}`, `rename ${partial} to ${path}`, ...(process.platform === 'win32' ? [] : [`flush ${scratch}`])]);
});

test.skipIf(process.platform === 'win32')('a new folder is flushed in the one that it stands in, and a folder that is there is left alone', () => {
  makeFolder(join(scratch, 'a', 'b'));
  expect(calls).toEqual([`flush ${scratch}`]);
  makeFolder(join(scratch, 'a', 'b'));
  expect(calls).toHaveLength(1);
});
