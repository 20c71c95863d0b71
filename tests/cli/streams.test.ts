/** Where output goes: readers who leave, a disk that is full, colours for a terminal only, a bar that is interrupted. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';

const CLI = join(import.meta.dirname, '..', '..', 'cli');
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(join(CLI, name)).href);

let store: ScratchStore;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 96, 5)));
  await store.json('import hours.csv --symbol BTC/USD');
  await store.json('backtest --strategy ema-cross --param fast=2 --param slow=4 --symbols BTC/USD --from 2024-03-02T00:00:00Z --to 2024-03-04T00:00:00Z --run past --keep full');
});

describe('whoever reads stdout leaves before anything is written', () => {
  test.each([
    ['show past --json', 0, ''],
    ['strategies', 0, ''],
    ['--help', 0, ''],
    ['backtest --help', 0, ''],
    ['export past --format jsonl', 0, ''],
    ['verify --require-anchor --quiet', 5, 'warning No signed checkpoint anchors these chains, and --require-anchor asks for one.\n'],
    ['show nobody --json', 2, 'error There is no run nobody.\n      tb runs lists them.\n'],
  ])('%s keeps its exit code and says nothing of it', async (line, exit, err) => {
    const { child, ended } = store.start(line);
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ exit, signal: null, err });
  });

  test('and whoever reads stderr, too', async () => {
    const { child, ended } = store.start('show nobody --json');
    child.stderr!.destroy();
    expect(await ended).toMatchObject({ exit: 2, out: expect.stringContaining('There is no run nobody.') as unknown });
  });
});

describe.skipIf(!existsSync('/dev/full'))('stdout is a full disk', () => {
  test.each(['runs', 'runs --json', 'export past', 'export past --format jsonl'])('%s says so and fails', line => {
    const full = openSync('/dev/full', 'w');
    const words = [join(CLI, 'tb.mjs'), '--store', store.store, ...line.split(' ')];
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: store.folder, encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    expect(stderr).toBe('error stdout cannot be written (ENOSPC).\n      What the command does to the store is done; run it again to see what it says.\n');
    expect(status).toBe(2);
  });
});

describe('warnings', () => {
  const ANCHOR = 'No signed checkpoint anchors these chains: a tail cut off would not be seen.';

  test('stand in the text, and on stderr where there is none', async () => {
    expect(await store.tb('verify')).toMatchObject({ exit: 0, err: '', out: expect.stringMatching(new RegExp(`^CHAIN OK, UNANCHORED\n1 run, 72 hours, .*\nok past [0-9a-f]{64}\n${ANCHOR}\n$`)) as unknown });
    expect(await store.tb('verify --quiet')).toEqual({ exit: 0, signal: null, out: '', err: `warning ${ANCHOR}\n` });
    expect(await store.tb('verify --json')).toMatchObject({ exit: 0, err: `warning ${ANCHOR}\n` });
  });

  test('an import that rejects lines says so, however quiet', async () => {
    await store.write('bad.csv', `${plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 2, 5))}2024-03-01T02:00:00Z,1,0,1,1,1\n`);
    expect(await store.tb('import bad.csv --symbol BTC/USD --quiet')).toEqual({ exit: 0, signal: null, out: '', err: 'warning 1 line was rejected; --json names each with its reason.\n' });
    expect(await store.tb('import hours.csv --symbol BTC/USD --quiet')).toEqual({ exit: 0, signal: null, out: '', err: '' });
  });
});

const COLOURS: readonly (readonly [string, Readonly<Record<string, string>>, 'stdout' | 'stderr' | null, readonly [string, string]])[] = [
  ['no terminal', {}, null, ['x', 'x']],
  ['stdout is a terminal', {}, 'stdout', ['\u001b[31mx\u001b[0m', 'x']],
  ['stderr is a terminal', {}, 'stderr', ['x', '\u001b[31mx\u001b[0m']],
  ['NO_COLOR', { NO_COLOR: '1' }, 'stdout', ['x', 'x']],
  ['NO_COLOR is empty', { NO_COLOR: '' }, 'stdout', ['\u001b[31mx\u001b[0m', 'x']],
  ['a terminal that shows none', { TERM: 'dumb' }, 'stdout', ['x', 'x']],
];

/** Output of a program that believes one of its streams to be a terminal. */
const onTerminal = (stream: 'stdout' | 'stderr' | null, code: string): string => (stream === null ? code : `process.${stream}.isTTY = true;\n${code}`);

test.each(COLOURS)('colours: %s', (_, env, stream, expected) => {
  const code = `const { red, redOnStderr } = await import(${moduleOf('output.ts')});\nprocess.stdout.write(JSON.stringify([red('x'), redOnStderr('x')]));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', onTerminal(stream, code)], { encoding: 'utf8', env: { ...process.env, NO_COLOR: undefined, TERM: 'xterm', ...env } });
  expect(JSON.parse(stdout)).toEqual(expected);
});

test('an interrupt ends work under a bar, and the cursor comes back', async () => {
  const code = `
    const { showProgress } = await import(${moduleOf('progress.ts')});
    const { to, stop } = showProgress({ json: false, quiet: false }, { label: 'work', total: 100, unit: 'hours' });
    setTimeout(() => { to(10); process.stdout.write('shown'); }, 1_100);
    setTimeout(stop, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', onTerminal('stderr', code)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let drawn = '';
  child.stderr.on('data', (piece: Buffer) => void (drawn += piece.toString('utf8')));
  child.stdout.once('data', () => child.kill('SIGINT'));
  const signal = await new Promise(resolve => child.once('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGINT');
  expect(drawn).toContain('work ');
  expect(drawn.lastIndexOf('\u001b[?25h')).toBeGreaterThan(drawn.lastIndexOf('\u001b[?25l'));
});
