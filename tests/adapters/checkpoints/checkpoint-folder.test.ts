/** Checkpoint files: where they lie, in which order they come, and that what is written is written whole. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listCheckpoints, readCheckpointFile, readRunNotes, readTreeCache, runsWithCheckpoints, writeCheckpoint, writeRunNotes, writeTreeCache } from '../../../adapters/checkpoints/checkpoint-folder.ts';
import type { CheckpointPlace } from '../../../adapters/checkpoints/checkpoint-folder.ts';
import { writeDurably } from '../../../adapters/checkpoints/durable-file.ts';

let scratch: string;
let place: CheckpointPlace;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tb-checkpoints-'));
  place = { folder: join(scratch, 'deep', 'checkpoints'), store: 'store', run: 'run' };
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

test('where nothing was written there is nothing', () => {
  expect([listCheckpoints(place), runsWithCheckpoints(place), readRunNotes(place), readTreeCache(place)]).toEqual([[], [], null, null]);
});

test('checkpoints come by size, however they were written', () => {
  for (const size of [90, 1_000, 200]) writeCheckpoint(place, { size, text: `size ${size}` });
  expect(listCheckpoints(place).map(path => path.slice(scratch.length))).toEqual(['0000000090', '0000000200', '0000001000'].map(name => `/deep/checkpoints/store/run/${name}.checkpoint`));
  expect(readCheckpointFile(listCheckpoints(place)[1]!).text).toBe('size 200');
  expect(runsWithCheckpoints(place)).toEqual(['run']);
});

test('a checkpoint of the same size replaces the one before', () => {
  writeCheckpoint(place, { size: 5, text: 'one signature' });
  writeCheckpoint(place, { size: 5, text: 'two signatures' });
  expect(listCheckpoints(place).map(path => readCheckpointFile(path).text)).toEqual(['two signatures']);
});

test('notes and the tree cache lie beside them and are no checkpoints', () => {
  writeCheckpoint(place, { size: 5, text: 'x' });
  writeRunNotes(place, { mode: 'paper', name: 'desk', signedMs: 7 });
  writeTreeCache(place, Buffer.from('cached'));
  expect(listCheckpoints(place)).toHaveLength(1);
  expect(readRunNotes(place)).toEqual({ mode: 'paper', name: 'desk', signedMs: 7 });
  expect(readTreeCache(place)?.toString()).toBe('cached');
});

test.each(['', '{', '[]', '{"mode":"paper"}', '{"mode":1,"name":"x","signedMs":1}'])('notes that cannot be read are none: %j', text => {
  writeRunNotes(place, { mode: 'paper', name: 'desk', signedMs: 7 });
  writeFileSync(join(place.folder, 'store', 'run', 'run.json'), text);
  expect(readRunNotes(place)).toBeNull();
});

test('a file is there whole, in its mode, and nothing is left beside it', () => {
  const path = join(scratch, 'file');
  writeFileSync(path, 'before', { mode: 0o666 });
  writeDurably(path, 'after', 0o600);
  expect(readFileSync(path, 'utf8')).toBe('after');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(scratch)).toEqual(['file']);
});

test('what cannot be put in its place leaves no piece of itself', () => {
  const path = join(scratch, 'taken');
  mkdirSync(path);
  writeFileSync(join(path, 'inside'), 'x');
  expect(() => writeDurably(path, 'after')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(scratch)).toEqual(['taken']);
  expect(() => writeDurably(join(scratch, 'nowhere', 'file'), 'after')).toThrow('ENOENT');
  expect(existsSync(join(scratch, 'nowhere'))).toBe(false);
});
