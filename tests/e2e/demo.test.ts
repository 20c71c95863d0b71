/** The demo is run as `make demo` and `tb demo` run it, without a terminal, and what it claims to show is looked for in what it printed. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, stopServer } from '../../adapters/store/server/embedded.ts';
import { runTb } from '../support/tb.ts';
import { REPORT_FILE, REPORT_STEP } from '../../cli/demo/report-step.ts';
import { openerOf } from '../../cli/open-for-people.ts';
import { DemoStopped, tb } from '../../cli/demo/run-tb.ts';
import { STEPS } from '../../cli/demo/story.ts';
import { commandIn } from '../../cli/own-command.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'cli', 'tb.mjs');
/** The demo takes half a minute on a machine of its own; here other tests run beside it. */
const DEMO_MS_MAX = 480_000;

const scratch = await mkdtemp(join(tmpdir(), 'tb-demo-'));
afterAll(() => rm(scratch, { recursive: true, force: true }));

type Told = Readonly<{ code: number | null; out: string; complaints: string }>;

/** Runs the demo in the folder; a DATABASE_URL that leads nowhere must not matter to it. */
const tellDemo = (folder: string, onText: (text: string, stop: () => void) => void = () => undefined): Promise<Told> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, 'demo', folder], { env: { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } });
    const told = { out: '', complaints: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told.out += text;
      onText(told.out, () => child.kill('SIGTERM'));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (told.complaints += text));
    child.once('error', reject);
    child.once('close', code => resolve({ code, ...told }));
  });

describe('the whole demo', () => {
  const folder = join(scratch, 'whole');
  let told: Told = { code: null, out: '', complaints: '' };
  beforeAll(async () => {
    told = await tellDemo(folder);
  }, DEMO_MS_MAX);

  /** The part of the output that belongs to a step. */
  const step = (title: string): string => {
    const start = told.out.indexOf(`  ${title}\n`);
    if (start === -1) throw new Error(`The demo did not show: ${title}.\n${told.out}\n${told.complaints}`);
    const end = told.out.slice(start).search(/\n\n/);
    return told.out.slice(start, end === -1 ? undefined : start + end);
  };

  test('ends well and says how long it took', () => {
    expect(told.complaints).toBe('');
    expect(told.out).toMatch(/^All of it held, in \d+\.\d s\.$/m);
    expect(told.code).toBe(0);
  });

  test('ends with a report, a page of its own', async () => {
    expect(REPORT_STEP.title).toBe('A report');
    const page = await readFile(join(folder, REPORT_FILE), 'utf8');
    expect(page.slice(0, 15)).toBe('<!doctype html>');
    expect(page).toContain("default-src 'none'");
  });

  test('numbers its steps and times each', () => {
    const headings = told.out.match(/^\d+\/\d+ {2}.+$/gm);
    expect(headings).toEqual(STEPS.map(({ title }, index) => `${index + 1}/${STEPS.length}  ${title}`));
    expect(told.out.match(/^ {3}\d+\.\d s$/gm)).toHaveLength(STEPS.length);
  });

  test('imports the six markets whole and reports their gaps', () => {
    const market = step('A market');
    expect(market.replaceAll(' \\\n      ', '')).toContain(`$ ${commandIn(folder)} import market/DUNUSDT_60.csv --symbol DUN/USDT`);
    expect(market).toMatch(/^ {3}DUN\/USDT 1h: 4 gaps, 29 candles absent/m);
    expect(market).toMatch(/^ {3}market\/DUNUSDT_60\.csv {2}kraken-ohlcvt {3}8755 +0 +0 +0$/m);
    expect(market).toMatch(/^ {3}FEN\/USDT +1h +2024-04-18T10:00:00Z +2024-12-31T23:00:00Z +\d+ [dy] ago +6,179 /m);
  });

  test('backtest and paper run end in one head, which parity and replay confirm', () => {
    const head = /^ {3}head +([0-9a-f]{64})$/m;
    const backtest = head.exec(step('A backtest'))?.[1];
    expect(backtest).toMatch(/^[0-9a-f]{64}$/);
    expect(head.exec(step('The same hours on paper'))?.[1]).toBe(backtest);
    expect(head.exec(step('One hash'))?.[1]).toBe(backtest);
    expect(head.exec(step('A replay'))?.[1]).toBe(backtest);
    expect(step('One hash')).toMatch(/^ {3}PARITY: TRUE\n {3}8784 hours in common$/m);
    expect(step('A replay')).toMatch(/^ {3}REPLAY PARITY: TRUE$/m);
    expect(step('A verification')).toMatch(/^ {3}CHAIN OK, UNANCHORED$/m);
  });

  test('trades: fills, closed trades and costs', () => {
    expect(step('A backtest')).toMatch(/^ {3}trades +[1-9]\d* closed, \d+ with a gain; [1-9]\d* fills of [1-9]\d* signals$/m);
  });

  test('a forgery is refused twice in the store, and verify names it in the copy', () => {
    const forgery = step('A forgery');
    expect(forgery).toContain('ERROR: permission denied for table venue_trade');
    expect(forgery).toContain('ERROR: tb.venue_trade_kept is append-only: UPDATE refused.');
    const [, hour, seq] = /WHERE run_id = '[0-9a-f-]{36}' AND hour = (\d+) AND step = 0 AND seq = (\d+);/.exec(forgery) ?? [];
    expect(forgery).toMatch(/^ {3}UPDATE 1$/m);
    expect(forgery).toMatch(/^ {3}CHAIN BROKEN$/m);
    expect(forgery).toContain(`COLUMN_DIFFERS desk: table venue_trade, key hour=${hour} step=0 seq=${seq}, column price\n`);
    const [expected, actual] = ['expected', 'actual'].map(word => Number(new RegExp(`^ +${word} +([\\d.]+)$`, 'm').exec(forgery)?.[1]));
    expect(actual! - expected!).toBeCloseTo(1, 6);
  });

  test('the verdict: return, drawdown, exposure with its profile, costs as a share of capital', () => {
    const verdict = step('The verdict');
    expect(verdict).toMatch(/^ {3}return +[+-]?\d+\.\d\d % on 10,000\.00 USDT, now [\d,]+\.\d\d$/m);
    expect(verdict).toMatch(/^ {3}drawdown +\d+\.\d\d % at most$/m);
    expect(verdict).toMatch(/^ {3}exposure +\d+\.\d\d % on average, profile balanced$/m);
    expect(verdict).toMatch(/^ {3}costs +\d+\.\d\d % of opening capital: fees [\d,]+\.\d\d, slippage [\d,]+\.\d\d$/m);
  });

  test('says what to type next, and that DATABASE_URL stands in the way', () => {
    const next = told.out.slice(told.out.indexOf('What to type next'));
    expect(next).toContain('\n  unset DATABASE_URL ');
    expect(next).toContain(`\n  ${commandIn(folder)} export desk --out trades.csv `);
  });

  test('writes no colours where there is no terminal', () => {
    expect(told.out).not.toContain('\u001b');
  });

  test('leaves a store and no server', async () => {
    expect((await readdir(folder)).filter(name => name !== REPORT_FILE).sort()).toEqual(['.tb', 'demo.txt', 'market']);
    expect(await runningServer(join(folder, '.tb'))).toBeNull();
  });
});

describe('what ends it', () => {
  test('an interruption: the server is stopped all the same', async () => {
    const folder = join(scratch, 'interrupted');
    const told = await tellDemo(folder, (out, stop) => {
      if (out.includes(`$ ${commandIn(folder)} import`)) stop();
    });
    expect(told.code).toBe(130);
    expect(told.complaints).toContain('The demo was interrupted.');
    expect(await runningServer(join(folder, '.tb'))).toBeNull();
  });

  test('a folder that no demo made: nothing in it is touched', async () => {
    const folder = join(scratch, 'somebodys');
    await mkdir(folder);
    await writeFile(join(folder, 'trades.csv'), 'mine\n');
    const told = await tellDemo(folder);
    expect(told.code).toBe(2);
    expect(told.complaints).toContain(`The demo stopped. ${folder} holds something else than a demo.\n      Name another folder, or move it away.\n`);
    expect(await readdir(folder)).toEqual(['trades.csv']);
  });

  test('a command with another exit code than it must have, by name', async () => {
    const folder = join(scratch, 'failing');
    await mkdir(folder);
    const stage = { folder, interrupt: new AbortController().signal };
    const stopped = await tb(stage, { args: ['show', 'desk'] }).catch((error: unknown) => error);
    await stopServer(join(folder, '.tb'));
    expect(stopped).toBeInstanceOf(DemoStopped);
    expect(stopped).toHaveProperty('exit', 2);
    expect(stopped).toHaveProperty('message', `"${commandIn(folder)} show desk" ended with exit code 2 instead of exit code 0.`);
  });
});

test('the demo has a store of its own', async () => {
  expect(await runTb(['--store', './elsewhere', 'demo'])).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('--store: the demo keeps to a store of its own.') as unknown });
});

describe('the report at the end', () => {
  test.each([
    ['linux', { DISPLAY: ':0' }, ['xdg-open']],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
    ['linux', { DISPLAY: '' }, null],
    ['darwin', {}, ['open']],
    ['win32', {}, ['cmd', '/c', 'start', '']],
    ['freebsd', { DISPLAY: ':0' }, ['xdg-open']],
  ] as const)('on %s (%o) is opened with %s', (platform, env, opener) => {
    expect(openerOf({ platform, env })).toEqual(opener);
  });
});
