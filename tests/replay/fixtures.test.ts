/** Every frozen run, replayed from its files: the same facts, decisions, records and slices of state, byte for byte. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { executeStep, beginRun } from '../../core/execute.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import type { Digest } from '../../core/kernel/units.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { stateDigest } from '../../core/state.ts';
import { factOfText } from '../../schema/wire/fact-text.ts';
import { DEFINITIONS } from '../../tools/fixtures/definitions.ts';
import { caseNames, loadCase } from '../../tools/fixtures/load.ts';
import { frozenFiles } from '../../tools/fixtures/refreeze.ts';
import { describeDifference, deskOf, feedOfCase, firstDifference, isOutside, replayedHours, replayFrom } from '../../tools/fixtures/replay-case.ts';

const ROOT = process.cwd();
const NAMES = caseNames(ROOT);
const BYTES_MAX = 300 * 1024;

const sizeOf = (path: string): number =>
  statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : statSync(path).size;

test('the frozen runs are those that have a definition', () => {
  expect(NAMES).toEqual(DEFINITIONS.map(({ name }) => name));
});

describe.each(NAMES)('%s', name => {
  const frozen = loadCase(ROOT, name);
  const folder = join(ROOT, 'replay-fixtures', name);

  test('replays to the same hashes', () => {
    const difference = firstDifference(frozen);
    expect(difference === null ? null : describeDifference(difference)).toBe(null);
  });

  test('is what its definition freezes to', () => {
    const differing = [...frozenFiles(name).files].filter(([path, text]) => readFileSync(join(ROOT, path), 'utf8') !== text).map(([path]) => path);
    expect(differing).toEqual([]);
  });

  test('is a chain from the genesis, which is the hash of manifest.json', () => {
    const links: readonly Digest[] = [sha256Hex(readFileSync(join(folder, 'manifest.json'))), ...frozen.hours.map(({ hash }) => hash)];
    expect(frozen.hours.map(({ record }) => record.previous)).toEqual(links.slice(0, -1));
    expect(frozen.hours.map(({ hour }) => hour)).toEqual(frozen.hours.map((_, index) => frozen.manifest.startHour + index));
  });

  test('consumes every candle in its files', () => {
    const consumed = frozen.facts.map(({ text }) => factOfText(text)).reduce((sum, fact) => sum + (fact.type === 'market' ? fact.candles : 0), 0);
    expect(consumed).toBe(frozen.candles.reduce((sum, series) => sum + series.length, 0));
  });

  test('comes to the same state when the deciders are given the recorded facts of the venue', () => {
    const desk = deskOf(frozen.manifest);
    const feed = feedOfCase(desk, frozen.candles);
    const facts = Map.groupBy(frozen.facts, ({ hour, step }) => hour * desk.stepsPerHour + step);
    let { state } = beginRun(desk);
    for (const { hour, record } of frozen.hours) {
      for (let step = 0; step < desk.stepsPerHour; step += 1) {
        const slot = hour * desk.stepsPerHour + step;
        const bucket = { hour, step, market: feed(slot), facts: facts.get(slot)!.map(({ text }) => factOfText(text)) };
        ({ state } = executeStep(desk, state, bucket));
      }
      expect(stateDigest(state)).toBe(record.state);
    }
  });

  test('goes on from a snapshot as if it had never stopped', () => {
    const desk = deskOf(frozen.manifest);
    const middle = Math.floor(frozen.hours.length / 2);
    const { after } = [...replayedHours(frozen)][middle - 1]!;
    const resumed = { ...after, state: decodeSnapshot(desk, encodeSnapshot(after.state)) };
    expect([...replayFrom(frozen, resumed)].map(({ sealed }) => sealed.hash)).toEqual(frozen.hours.slice(middle).map(({ hash }) => hash));
  });

  test('is small and tells its story', () => {
    expect(sizeOf(folder)).toBeLessThanOrEqual(BYTES_MAX);
    expect(existsSync(join(folder, 'README.md'))).toBe(true);
  });
});

test('only what the outside told enters a replay', () => {
  const types = ['market', 'candle_late', 'order_acknowledged', 'order_rejected', 'order_filled', 'order_cancelled', 'order_expired', 'operator'];
  const facts = NAMES.flatMap(name => loadCase(ROOT, name).facts).map(({ text }) => factOfText(text));
  const outside = types.filter(type => facts.some(fact => fact.type === type && isOutside(fact)));
  expect(outside).toEqual(['candle_late', 'operator']);
});
