/** What is written beside its place and renamed into it must not take the place of a device, a pipe or a folder's link. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { requireFilePlace, requireNoDevice } from '../../cli/out-file.ts';

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

test('a file that cannot be written is told of beforehand, by the option that named it', () => {
  expect(() => requireFilePlace(join(folder, 'none', 'x.pdf'), '--pdf')).toThrow(`--pdf: ${join(folder, 'none', 'x.pdf')} cannot be written, for there is no folder ${join(folder, 'none')}.`);
  expect(() => requireFilePlace(folder, '--pdf')).toThrow(`--pdf: ${folder} is a folder.`);
  expect(() => requireFilePlace('/dev/null', '--pdf')).toThrow('--pdf: /dev/null is no file.');
  expect(() => requireFilePlace(join(import.meta.filename, 'x.pdf'), '--out')).toThrow(`for ${import.meta.filename} is no folder.`);
  for (const path of [import.meta.filename, join(folder, 'new')]) expect(() => requireFilePlace(path, '--out')).not.toThrow();
});
