/**
 * The second implementation of specs/hashing.md, a Python script written from that page: it agrees on the vectors, on every
 * frozen run and on runs of every other sort, and it names what was tampered with. Asked only where the machine has Python.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeze } from '../../tools/fixtures/freeze.ts';
import { caseNames } from '../../tools/fixtures/load.ts';
import { accountVariantOf } from './account-variants.ts';
import { recordedVariantOf } from './recorded-variants.ts';
import { variantOf } from './run-variants.ts';

const PYTHON = 'python3';
const HAS_PYTHON = spawnSync(PYTHON, ['--version']).status === 0;

const oracle = (folders: readonly string[]): Readonly<{ status: number | null; said: string }> => {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['tools/hashing_oracle.py', ...folders], { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

/** `OK` and the folder, or `DIFFERENT` and what differs. */
const firstWords = (line: string): string => (line.startsWith('OK') ? line.split(' ').slice(0, 2).join(' ') : line);

//  what is tampered with       case                  file and what is changed in it                                              what is said
const TAMPERED = [
  ['a candle', 'trending', 'candles/BOR-USD.csv', ['2024-01-03T05:00:00Z,', '2024-01-03T05:00:00Z,1'], 'DIFFERENT market fact 473405.0: stored'],
  ['the order of keys', 'crash', 'decisions.jsonl', ['{"actor":"operator","from":"ACTIVE"', '{"from":"ACTIVE","actor":"operator"'], 'DIFFERENT decision 473424.0.0 canonical text: stored'],
  ['an amount', 'trending', 'decisions.jsonl', ['"result":"196.210773"', '"result":"196.210774"'], 'DIFFERENT result of a match: stored 196210774000000000000, computed 196210773000000000000'],
  ['a posting', 'crash', 'decisions.jsonl', ['{"account":"cash","amount":"10000","asset":"USD"}', '{"account":"cash","amount":"10001","asset":"USD"}'], 'DIFFERENT sums of an entry: stored {0}, computed {1000000000000000000}'],
  ['a reason', 'crash', 'facts.jsonl', ['"reason":"a slip of the finger"', '"reason":"no slip of the finger"'], 'DIFFERENT record of hour 473442: stored'],
  ['an order that was never placed', 'five-minutes', 'facts.jsonl', ['"orderId":"473357.7.1","type":"order_acknowledged"', '"orderId":"473357.7.2","type":"order_acknowledged"'], 'DIFFERENT working order 473357.7.2: there are 0'],
  ['a late close, which is the mark', 'gaps-and-revisions', 'facts.jsonl', ['"values":{"close":"43080.9"', '"values":{"close":"43080.8"'], 'DIFFERENT digest of a late candle: stored'],
  ['a slice', 'dust-and-rounding', 'slices.jsonl', ['{"hour":473352,"slices":{"campaigns":"', '{"hour":473352,"slices":{"campaigns":"f'], 'DIFFERENT hour 473352 slice campaigns'],
  ['a hash', 'third-asset-fees', 'hours.jsonl', ['{"hash":"', '{"hash":"f'], 'DIFFERENT hash of hour 473352: stored'],
  ['the manifest', 'trending', 'manifest.json', ['"tradeFromHour":473367', '"tradeFromHour":473366'], 'DIFFERENT record of hour 473352: stored'],
] as const;

describe.skipIf(!HAS_PYTHON)('the Python oracle', () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'tb-oracle-'));
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  test('agrees on the golden vectors', () => {
    expect(oracle([])).toEqual({ status: 0, said: 'OK vectors\n' });
  });

  test('agrees on every frozen run, slice by slice', () => {
    const names = caseNames(process.cwd());
    const { said } = oracle(names.map(name => `replay-fixtures/${name}`));
    expect(said.split('\n').map(firstWords)).toEqual([...names.map(name => `OK replay-fixtures/${name}`), '']);
  });

  test('agrees on runs with several agents, other timeframes, profiles, fees and operators', () => {
    const seeds = Array.from({ length: 24 }, (_, seed) => seed + 1);
    for (const seed of seeds) {
      for (const [path, text] of freeze(variantOf(seed))) {
        mkdirSync(dirname(join(root, `variant-${seed}`, path)), { recursive: true });
        writeFileSync(join(root, `variant-${seed}`, path), text);
      }
    }
    const folders = seeds.map(seed => join(root, `variant-${seed}`));
    expect(oracle(folders).said.split('\n').map(firstWords)).toEqual([...folders.map(folder => `OK ${folder}`), '']);
  });

  test('agrees on runs whose venue repeats, contradicts and forgets itself', () => {
    const seeds = Array.from({ length: 16 }, (_, seed) => seed + 1);
    const conflicts: string[] = [];
    for (const seed of seeds) {
      const { definition, execute } = recordedVariantOf(seed);
      for (const [path, text] of freeze(definition, execute)) {
        mkdirSync(dirname(join(root, `recorded-${seed}`, path)), { recursive: true });
        writeFileSync(join(root, `recorded-${seed}`, path), text);
        conflicts.push(...[...text.matchAll(/"code":"([A-Z_]+)","expected"/g)].map(([, code]) => code!));
      }
    }
    const folders = seeds.map(seed => join(root, `recorded-${seed}`));
    expect(oracle(folders).said.split('\n').map(firstWords)).toEqual([...folders.map(folder => `OK ${folder}`), '']);
    expect([...new Set(conflicts)].toSorted()).toEqual(['ALIVE_AFTER_END', 'END_CONTRADICTED', 'FILL_AFTER_END', 'INVALID_FILL', 'OVERFILL', 'SOLD_MORE_THAN_HELD', 'TRADE_CHANGED', 'TRADE_REPEATED', 'UNKNOWN_ORDER']);
  });

  test('agrees on runs whose account trades, receives, pays and loses beside them', () => {
    const seeds = Array.from({ length: 24 }, (_, seed) => seed + 1);
    for (const seed of seeds) {
      for (const [path, text] of freeze(accountVariantOf(seed))) {
        mkdirSync(dirname(join(root, `account-${seed}`, path)), { recursive: true });
        writeFileSync(join(root, `account-${seed}`, path), text);
      }
    }
    const folders = seeds.map(seed => join(root, `account-${seed}`));
    expect(oracle(folders).said.split('\n').map(firstWords)).toEqual([...folders.map(folder => `OK ${folder}`), '']);
  });

  test.each(TAMPERED)('names %s', (_, name, file, [from, to], expected) => {
    const folder = join(root, `tampered ${name} ${file}`);
    cpSync(join('replay-fixtures', name), folder, { recursive: true });
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replace(from, to));
    const { status, said } = oracle([folder]);
    expect(said).toContain(expected);
    expect(status).toBe(1);
  });
});
