/** A strategy file from the disk: read, hashed, tried out in a process of its own, and rebuilt from the text kept with a run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadStrategy, loadStrategyFromSource, SOURCE_BYTES_MAX } from '../../../adapters/sandbox/load-strategy.ts';
import { runTrial, TRIAL_MS } from '../../../adapters/sandbox/run-trial.ts';
import { StrategyError } from '../../../adapters/sandbox/strategy-error.ts';
import { digestOf } from '../../../core/kernel/units.ts';
import { BAR, EMA_CROSS, fileWith, told } from './strategy-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tb-strategy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const saved = (content: string | Uint8Array): string => {
  files += 1;
  const path = join(folder, `mine-${files}.ts`);
  writeFileSync(path, content);
  return path;
};

const errorOf = async (work: Promise<unknown> | (() => unknown)): Promise<StrategyError> => {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof StrategyError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

const TINY = "export default { id: 'tiny', summary: 's', parameters: [], lookbackBars: () => 0, memorySize: () => 0, observe: () => null };\n";

test('a file is loaded with the SHA-256 of its bytes, and one byte more changes it', async () => {
  const first = await loadStrategy(saved(TINY));
  expect(first.digest).toBe('3d7f9d7c489836c8a6721650dca5314028ad672466fe55238f4afec98fade964');
  expect(first.source).toBe(TINY);
  const second = await loadStrategy(saved(`${TINY}\n`));
  expect(second.strategy.id).toBe('tiny');
  expect(second.digest).not.toBe(first.digest);
  expect(second.source).toBe(`${TINY}\n`);
});

test('the text of a run gives the same strategy, and another text is refused unseen', async () => {
  const { digest, source, strategy } = await loadStrategy(saved(EMA_CROSS));
  const rebuilt = loadStrategyFromSource({ source, name: 'run demo', digest });
  expect([rebuilt.strategy.id, rebuilt.digest, rebuilt.source]).toEqual(['my-cross', digest, source]);
  const parameters = { fast: 2, slow: 3 };
  const [left, right] = [new Float64Array(7), new Float64Array(7)];
  for (const close of [10, 9, 8, 12, 15, 7, 3]) {
    const bar = { ...BAR, close };
    expect(rebuilt.strategy.observe(left, 0, bar, parameters)).toEqual(strategy.observe(right, 0, bar, parameters));
  }
  expect([...left].some(value => value !== 0)).toBe(true);
  const error = await errorOf(() => loadStrategyFromSource({ source: `${source} `, name: 'run demo', digest: digestOf(digest) }));
  expect(told(error)).toMatch(/^run demo: its text hashes to [0-9a-f]{64}, but the manifest says [0-9a-f]{64}\. It is not the file the run was opened with\.$/);
});

test('text beyond ASCII and a byte order mark survive', async () => {
  const text = `\uFEFF// Zürich, 東京\n${TINY}`;
  const { source, digest } = await loadStrategy(saved(text));
  expect(source).toBe(text);
  expect(loadStrategyFromSource({ source, name: 'x', digest }).strategy.id).toBe('tiny');
});

test('what is no strategy file is refused with its path', async () => {
  const missing = join(folder, 'missing.ts');
  expect(told(await errorOf(loadStrategy(missing)))).toBe(`${missing}: there is no such file. Check the path; a relative one starts at the current folder.`);
  expect(told(await errorOf(loadStrategy(folder)))).toBe(`${folder}: it is not a regular file. Name a TypeScript file.`);
  expect(told(await errorOf(loadStrategy('/dev/zero')))).toBe('/dev/zero: it is not a regular file. Name a TypeScript file.');
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect((await errorOf(loadStrategy(pipe))).reason).toBe('it is not a regular file');
  const large = saved(`${TINY}//${'x'.repeat(SOURCE_BYTES_MAX)}`);
  expect((await errorOf(loadStrategy(large))).reason).toMatch(/^it has 26\d{4} bytes, more than 262144$/);
  expect((await errorOf(loadStrategy(saved(new Uint8Array([47, 47, 0xff, 10]))))).reason).toBe('it is not UTF-8');
  expect((await errorOf(loadStrategy(saved(`//\0\n${TINY}`)))).reason).toBe('it contains a zero byte');
  expect((await errorOf(loadStrategy(saved('')))).reason).toBe('it exports nothing');
});

test('a link to a file is followed', async () => {
  const link = join(folder, 'link.ts');
  symlinkSync(saved(TINY), link);
  expect((await loadStrategy(link)).strategy.id).toBe('tiny');
});

test('the name of a strategy that ships with tb is taken', async () => {
  const error = await errorOf(loadStrategy(saved(TINY.replace("'tiny'", "'ema-cross'"))));
  expect(error.reason).toBe('id is "ema-cross", the name of a strategy that ships with tb');
});

test('a syntax error names its file and line', async () => {
  const path = saved(`${TINY}\nconst a: number = ;\n`);
  expect(told(await errorOf(loadStrategy(path)))).toBe(`${path}:3: it is not TypeScript that can run as it is: Expression expected. Correct the line.`);
});

test('a file that fails its trial is refused with what the trial found', async () => {
  const path = saved(fileWith('seen += 1; memory[at] = seen; return null;', 'let seen = 0;'));
  expect(told(await errorOf(loadStrategy(path)))).toMatch(new RegExp(`^${path}: at candle 2 of the trial run it answers otherwise`));
});

test('a loop inside a built-in that no step counts is ended by the time limit', { timeout: 30_000 }, async () => {
  const source = fileWith("const wide = []; wide[3e9] = 1; return wide.join('-').length > 9 ? null : null;");
  const start = performance.now();
  expect(told(await errorOf(runTrial({ source, file: 'mine.ts' })))).toBe('mine.ts: its trial run took more than 5 s. Look for a loop that never ends or builds something huge.');
  expect(performance.now() - start).toBeGreaterThan(TRIAL_MS);
});

test('memory that runs full ends the trial and nothing else', async () => {
  const source = fileWith('const rows = []; for (let n = 0; n < 9_000; n += 1) rows.push(Array(100_000).fill(n)); return null;');
  expect(told(await errorOf(runTrial({ source, file: 'mine.ts' })))).toBe('mine.ts: its trial run needed more than 256 MB. Look for arrays or texts that keep growing.');
});

test('a text that breaks the TypeScript parser breaks it in the trial only', async () => {
  const source = `export default ${'('.repeat(50_000)}1${')'.repeat(50_000)};`;
  expect((await errorOf(runTrial({ source, file: 'mine.ts' }))).reason).toBe('the TypeScript parser gave up on it');
  expect((await loadStrategy(saved(TINY))).strategy.id).toBe('tiny');
});
