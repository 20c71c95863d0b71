/**
 * A real process is killed at every failpoint, at every pass of it. Afterwards what it acknowledged is stored, nothing
 * is half stored, the program can be run again to its end, and a verifier finds nothing to say.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILPOINTS } from '../../../adapters/store/failpoint.ts';
import type { Failpoint } from '../../../adapters/store/failpoint.ts';
import { verifyRun } from '../../../adapters/store/verify.ts';
import type { Finding } from '../../../adapters/store/verify.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';
import { importMarket, START } from './tiny-run.ts';
import { backtestOf, paperOf, runProgram, seriesOf } from './whole-program.ts';

const PROGRAM = fileURLToPath(new URL('whole-program.ts', import.meta.url));

let store: StoreDatabase;
let client: pg.Client;
let shared: pg.Client;
let programs = 0;

beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
  shared = await store.app();
  await importMarket(client);
});
afterAll(() => store.close());

type Ended = Readonly<{ signal: NodeJS.Signals | null; code: number | null; said: readonly string[]; complaint: string }>;

const start = (program: number, failpoint: string): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, store.url, String(program)], { env: { ...process.env, TB_FAILPOINT: failpoint } });
    let [out, complaint] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => void (complaint += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, said: out.split('\n').slice(0, -1), complaint }));
  });

/** The server notices a killed client at its next read; until then its transaction may still be under way. */
const settled = async (): Promise<void> => {
  for (;;) {
    const { rows } = await client.query<{ busy: number }>(
      `SELECT count(*) AS busy FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND (state <> 'idle' OR xact_start IS NOT NULL)`,
    );
    if (rows[0]!.busy === 0) return;
  }
};

const one = async (sql: string, ...values: readonly unknown[]): Promise<number> => (await client.query<{ n: number }>(sql, values as unknown[])).rows[0]!.n;

/** What is stored of a program, and that no part of anything is there without the rest. */
const storedOf = async (program: number): Promise<readonly string[]> => {
  const stored: string[] = [];
  const series = seriesOf(program).symbol;
  const candles = await one('SELECT count(*) AS n FROM tb.candle JOIN tb.series ON id = series_id WHERE symbol = $1', series);
  const ingests = await one('SELECT count(*) AS n FROM tb.ingest JOIN tb.series ON series.id = series_id WHERE symbol = $1', series);
  expect([candles, ingests], 'candles and their import').toEqual(candles === 0 ? [0, 0] : [300, 1]);
  if (candles > 0) stored.push('candles 300');
  const paper = paperOf(program);
  const runs = await one('SELECT count(*) AS n FROM tb.run WHERE id = $1', paper.id);
  expect(await one('SELECT count(*) AS n FROM tb.envelope WHERE run_id = $1 AND hour = $2', paper.id, START - 1), 'opening envelope').toBe(runs);
  if (runs > 0) stored.push('run');
  if ((await one('SELECT count(*) AS n FROM tb.inbox WHERE run_id = $1', paper.id)) === 2) stored.push('commands');
  const hours = await one('SELECT count(*) AS n FROM tb.hour_record WHERE run_id = $1', paper.id);
  const rowsThrough = (count: number): readonly number[] => [count, count, count, [0, 1, 5, 8, 11][count]!, [0, 4, 10, 13, 15][count]!, [0, 2, 6, 11, 11][count]!];
  const counted: number[] = [];
  for (const table of ['hour_record', 'hour_step', 'envelope', 'fact', 'decision', 'posting']) counted.push(await one(`SELECT count(*) AS n FROM tb.${table} WHERE run_id = $1 AND hour >= $2`, paper.id, START));
  expect(counted, 'whole hours').toEqual(rowsThrough(hours));
  for (let hour = 0; hour < hours; hour += 1) stored.push(`hour ${START + hour}`);
  const backtests = await one('SELECT count(*) AS n FROM tb.run WHERE id = $1', backtestOf(program).id);
  expect(await one('SELECT count(*) AS n FROM tb.decision WHERE run_id = $1', backtestOf(program).id), 'backtest').toBe(backtests * 15);
  if (backtests > 0) stored.push('backtest');
  return stored;
};

const findingsOf = async (name: string): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  await verifyRun(client, name, finding => void findings.push(finding));
  return findings;
};

const ALL = ['candles 300', 'run', 'commands', `hour ${START}`, `hour ${START + 1}`, `hour ${START + 2}`, `hour ${START + 3}`, 'backtest'];

/** How often one program passes each place: twice a command, four hours, a table of typed rows at a time. */
const PASSES: Readonly<Record<Failpoint, number>> = {
  'import-begun': 1,
  'import-ingest-reserved': 1,
  'import-candles-copied': 1,
  'import-ingest-written': 1,
  'import-committed': 1,
  'run-begun': 1,
  'run-row-written': 1,
  'run-envelope-written': 1,
  'run-committed': 1,
  'step-begun': 4,
  'step-row-written': 4,
  'step-market-fact-written': 4,
  'step-facts-written': 4,
  'step-decisions-written': 4,
  'step-mirrors-written': 20,
  'step-outbox-written': 2,
  'step-hour-written': 4,
  'step-envelope-written': 4,
  'step-snapshot-written': 4,
  'step-committed': 4,
  'backtest-begun': 1,
  'backtest-run-written': 1,
  'backtest-batch-written': 1,
  'backtest-hours-written': 1,
  'backtest-summary-written': 1,
  'backtest-committed': 1,
  'inbox-begun': 2,
  'inbox-written': 2,
  'inbox-committed': 2,
};

type Attempt = Readonly<{ program: number; pass: number; ended: Ended }>;
const AT_ONCE = 3;

/** One program for every pass, and one more that must reach its end. */
const attempts = async (failpoint: Failpoint): Promise<readonly Attempt[]> => {
  const waiting = Array.from({ length: PASSES[failpoint] + 1 }, (_, index) => ({ program: (programs += 1), pass: index + 1 }));
  const done: Attempt[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done.push({ ...next, ended: await start(next.program, `${failpoint}:${next.pass}`) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return done;
};

const checkKilled = async ({ program, ended }: Attempt): Promise<void> => {
  const stored = await storedOf(program);
  expect(stored, 'what was acknowledged is stored').toEqual(expect.arrayContaining([...ended.said]));
  const again: string[] = [];
  await runProgram({ client, shared }, program, done => void again.push(done));
  expect(again).toEqual(ALL);
  const series = seriesOf(program).symbol;
  expect(await one('SELECT count(*) AS n FROM tb.candle JOIN tb.series ON id = series_id WHERE symbol = $1', series)).toBe(300);
  expect(await one('SELECT sum(added)::int AS n FROM tb.ingest JOIN tb.series ON series.id = series_id WHERE symbol = $1', series)).toBe(300);
  expect(await one('SELECT count(*) AS n FROM tb.decision WHERE run_id IN ($1, $2)', paperOf(program).id, backtestOf(program).id)).toBe(30);
  expect(await findingsOf(paperOf(program).name)).toEqual([]);
  expect(await findingsOf(backtestOf(program).name)).toEqual([]);
};

test.each(FAILPOINTS)('killed at %s, every time it is passed', async failpoint => {
  const tried = await attempts(failpoint);
  await settled();
  for (const attempt of tried) {
    const { pass, ended } = attempt;
    if (pass <= PASSES[failpoint]) {
      expect([pass, ended.signal, ended.complaint]).toEqual([pass, 'SIGKILL', '']);
      await checkKilled(attempt);
    } else {
      expect(ended).toEqual({ code: 0, signal: null, complaint: '', said: ALL });
      expect(await storedOf(attempt.program)).toEqual(ALL);
    }
  }
});

test('an unknown failpoint is refused by name', async () => {
  const ended = await start(0, 'nowhere');
  expect(ended.code).toBe(1);
  expect(ended.complaint).toContain('TB_FAILPOINT=nowhere names no failpoint');
});
