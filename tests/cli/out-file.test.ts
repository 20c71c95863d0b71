/** What is written beside its place and renamed into it must not take the place of a device, a pipe or a folder's link. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { requireNoDevice } from '../../cli/out-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tb-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a pipe is refused and stays what it is', () => {
  const pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  expect(() => requireNoDevice(pipe)).toThrow(`--out: ${pipe} is no file.`);
  expect(statSync(pipe).isFIFO()).toBe(true);
});

test('the device that swallows everything is refused, a file, a folder and nothing are not', () => {
  expect(() => requireNoDevice('/dev/null')).toThrow('--out: /dev/null is no file.');
  for (const path of [import.meta.filename, folder, join(folder, 'new')]) expect(() => requireNoDevice(path)).not.toThrow();
});
