/** What tb is called in a folder: npx finds this very tb, or it is named by its path. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { commandIn, shellWord } from '../../cli/own-command.ts';

const PROGRAM = resolve(import.meta.dirname, '..', '..');
const BY_PATH = `node ${shellWord(join(PROGRAM, 'cli', 'tb.mjs'))}`;

test('npx where it walks up to this tb, the path everywhere else', () => {
  expect([PROGRAM, join(PROGRAM, '.demo'), join(PROGRAM, 'docs')].map(commandIn)).toEqual(['npx tb', 'npx tb', 'npx tb']);
  expect([tmpdir(), '/', `${PROGRAM}-beside`].map(commandIn)).toEqual([BY_PATH, BY_PATH, BY_PATH]);
});

test('a package of its own between the folder and tb is what npx would ask', () => {
  const folder = mkdtempSync(join(PROGRAM, '.demo-'));
  try {
    mkdirSync(join(folder, 'market'));
    expect(commandIn(join(folder, 'market'))).toBe('npx tb');
    writeFileSync(join(folder, 'package.json'), '{}');
    expect(commandIn(join(folder, 'market'))).toBe(BY_PATH);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a word that a shell would read otherwise is quoted', () => {
  expect(shellWord('/srv/tb/cli/tb.mjs')).toBe('/srv/tb/cli/tb.mjs');
  expect(shellWord("/my files/it's")).toBe(String.raw`'/my files/it'\''s'`);
});
