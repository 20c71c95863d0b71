/**
 * The second implementation of the lot methods in specs/ledger.md: a Python script that books the fills of a log from the
 * page alone and compares every row of the table of tax lots. Python is asked only where the machine has it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOT_METHODS } from '../../core/lots/methods.ts';
import { manifestText } from '../../core/manifest.ts';
import { hourLines, manifestLine } from '../../engine/export-log.ts';
import { drawRun } from '../properties/openings.ts';
import { deskOf, runHours } from '../support/desk.ts';
import { drawnAccount } from './drawn-account.ts';
import { aroundMidnight, paidInKind, paidInStock, soldBeforeItCame, taxLotText, threeLots, wholeAccount } from './journal-runs.ts';
import type { Traded } from './journal-runs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('Skipped: the Python twin of the lot methods in specs/ledger.md, as python3 is absent.');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tb-lots-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const askTwin = (...given: readonly string[]): string => {
  const run = spawnSync('python3', ['tools/lots_oracle.py', ...given], { cwd: ROOT, encoding: 'utf8' });
  return run.stdout.trim() + run.stderr.trim();
};

/** Writes a run's log once and a table of every method; what the twin is asked with, and how many rows there are. */
const written = async (name: string, traded: Traded): Promise<Readonly<{ given: readonly string[]; rows: number }>> => {
  const log = join(folder, `${name}.jsonl`);
  writeFileSync(log, [manifestLine(manifestText(traded.desk.manifest)), ...traded.ran.hours.flatMap(hour => [...hourLines(hour)])].join('\n'));
  const given: string[] = [];
  let rows = 0;
  for (const method of LOT_METHODS) {
    const [table, text] = [join(folder, `${name}-${method}.csv`), await taxLotText(traded, method)];
    writeFileSync(table, text);
    given.push(method, log, table);
    rows += text.split('\n').length - 2;
  }
  return { given, rows };
};

const drawn = (seed: number, timeframe: '1h' | '5m'): Traded => {
  const { opening, scripts, candles, hours, outside } = drawRun(seed, { timeframe, hours: timeframe === '1h' ? 90 : 9, signals: seed % 2 === 0 ? 'scripted' : 'built-in' });
  const desk = deskOf(opening, scripts);
  return { desk, ran: runHours(desk, candles, hours, outside) };
};

describe.skipIf(!hasPython)('the Python twin of the lot methods', () => {
  test('finds the same pieces for every golden vector', () => {
    expect(askTwin()).toBe('OK');
  });

  test('books every sort of entry, row for row', async () => {
    const runs = { threeLots: threeLots(), paidInStock: paidInStock(), paidInKind: paidInKind(), aroundMidnight: aroundMidnight(), wholeAccount: wholeAccount(), soldBeforeItCame: soldBeforeItCame() };
    const tables = await Promise.all(Object.entries(runs).map(([name, traded]) => written(name, traded)));
    expect(askTwin(...tables.flatMap(({ given }) => given))).toBe('OK');
  });

  test('books drawn runs and drawn accounts by every method, row for row', async () => {
    const runs = ([[2, '1h'], [3, '1h'], [6, '5m'], [8, '1h'], [12, '5m']] as const).map(([seed, timeframe]) => drawn(seed, timeframe));
    const accounts = [1, 6, 9].map(drawnAccount);
    const tables = await Promise.all([...runs, ...accounts].map((traded, index) => written(`drawn-${index}`, traded)));
    expect(askTwin(...tables.flatMap(({ given }) => given))).toBe('OK');
    expect(tables.slice(0, 5).reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(200);
    expect(tables.slice(5).reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(300);
  });

  test('names the first row that the page does not give', async () => {
    const [method, log, table] = (await written('wrong', threeLots())).given as readonly [string, string, string];
    writeFileSync(table, readFileSync(table, 'utf8').replace(',17.8,', ',17.9,'));
    expect(askTwin(method, log, table)).toMatch(/, line 2: the engine has .*,17\.9,.*, the page gives .*,17\.8,/);
  });
});
