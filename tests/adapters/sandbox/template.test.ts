/** The file that tb new-strategy writes: it loads, passes its trial, type-checks inside the clone and trades. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadStrategy } from '../../../adapters/sandbox/load-strategy.ts';
import { sandboxed } from '../../../adapters/sandbox/sandboxed-strategy.ts';
import { StrategyError } from '../../../adapters/sandbox/strategy-error.ts';
import { strategyTemplate, writeNewStrategy } from '../../../adapters/sandbox/template.ts';
import { trialCandles } from '../../../adapters/sandbox/trial-candles.ts';
import { told } from './strategy-files.ts';

// Inside the clone, where a user's editor finds the types; git ignores the folder.
mkdirSync('tmp', { recursive: true });
const folder = mkdtempSync(join('tmp', 'strategy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const errorOf = async (work: Promise<unknown>): Promise<StrategyError> => {
  const error: unknown = await work.then(() => null, (thrown: unknown) => thrown);
  if (error instanceof StrategyError) return error;
  throw new Error(`No StrategyError but ${String(error)}`);
};

test('it is written, loaded and about a page long', async () => {
  const path = await writeNewStrategy({ name: 'my-pullback', folder });
  expect(path).toBe(join(folder, 'my-pullback.ts'));
  const text = readFileSync(path, 'utf8');
  expect(text.split('\n').length).toBeLessThan(45);
  expect(text.split('\n').every(line => line.length <= 140)).toBe(true);
  const { strategy } = await loadStrategy(path);
  expect([strategy.id, strategy.parameters.map(({ name }) => name)]).toEqual(['my-pullback', ['fast', 'slow']]);
});

const tsc = (text: string): string => {
  writeFileSync(join(folder, 'checked.ts'), text);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['checked.ts'] }));
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], { encoding: 'utf8' });
    return 'no error';
  } catch (error) {
    return (error as Readonly<{ stdout: string }>).stdout;
  }
};

test('it type-checks, and a wrong type in it does not', () => {
  const text = strategyTemplate('my-pullback');
  expect(tsc(text)).toBe('no error');
  expect(tsc(text.replace("action: 'enter'", "action: 'buy'"))).toContain("Type '\"buy\"' is not assignable to type '\"enter\" | \"exit\"'");
});

test('it enters after dips in a rise and exits when the rise ends', () => {
  const { strategy } = sandboxed(strategyTemplate('my-pullback'), 'my-pullback.ts');
  const parameters = { fast: 8, slow: 72 };
  expect(strategy.lookbackBars(parameters)).toBe(72);
  const memory = new Float64Array(strategy.memorySize(parameters));
  const signals = trialCandles(2_000, 72).flatMap((bar, index) => {
    const signal = strategy.observe(memory, 0, bar, parameters);
    return signal === null ? [] : [{ candle: index + 1, action: signal.action, reason: signal.reason }];
  });
  expect(signals.slice(0, 4)).toEqual([
    { candle: 145, action: 'enter', reason: 'DIP_ENDED' },
    { candle: 152, action: 'exit', reason: 'RISE_ENDED' },
    { candle: 351, action: 'enter', reason: 'DIP_ENDED' },
    { candle: 369, action: 'exit', reason: 'RISE_ENDED' },
  ]);
  expect(signals.length).toBeGreaterThan(8);
});

test('it says nothing during warm-up', () => {
  const { strategy } = sandboxed(strategyTemplate('my-pullback'), 'my-pullback.ts');
  const memory = new Float64Array(strategy.memorySize({ fast: 8, slow: 72 }));
  const signals = trialCandles(2_000, 2_000).filter(bar => strategy.observe(memory, 0, bar, { fast: 8, slow: 72 }) !== null);
  expect(signals).toEqual([]);
});

test.each<readonly [string, string]>([
  ['My Pullback', '"My Pullback" is no name for a strategy'],
  ['../escape', '"../escape" is no name for a strategy'],
  ['-x', '"-x" is no name for a strategy'],
  ['a'.repeat(41), `"${'a'.repeat(41)}" is no name for a strategy`],
  ['__proto__', '"__proto__" is no name for a strategy'],
  ['constructor', 'every JavaScript object has a property of this name'],
  ...['con', 'prn', 'aux', 'nul', 'com1', 'com9', 'lpt1', 'lpt9'].map(name => [name, 'Windows has a device of this name, and no file can have it there'] as const),
  ['ema-cross', 'a strategy that ships with tb has this name'],
])('the name %s is refused', async (name, reason) => {
  expect((await errorOf(writeNewStrategy({ name, folder }))).reason).toBe(reason);
});

test('a name that only begins like a device is free, and a taken one gets an example of another', async () => {
  expect(await writeNewStrategy({ name: 'con-trend', folder })).toBe(join(folder, 'con-trend.ts'));
  expect((await errorOf(writeNewStrategy({ name: 'constructor', folder }))).hint).toBe('Choose another, for example my-constructor.');
});

test('the strategy printed in docs/strategies.md loads, passes its trial and type-checks', async () => {
  const printed = /```ts\n([^`]*)```/.exec(readFileSync('docs/strategies.md', 'utf8'))?.[1] ?? '';
  const path = join(folder, 'printed.ts');
  writeFileSync(path, printed);
  const { strategy } = await loadStrategy(path);
  expect(strategy.id).toBe('my-average');
  expect(tsc(printed)).toBe('no error');
  const memory = new Float64Array(strategy.memorySize({ period: 50 }));
  const actions = trialCandles(2_000, 0).flatMap(bar => strategy.observe(memory, 0, bar, { period: 50 })?.action ?? []);
  expect(actions.slice(0, 3)).toEqual(['exit', 'enter', 'exit']);
});

test('a file that is there is left as it is', async () => {
  const path = join(folder, 'kept.ts');
  writeFileSync(path, 'mine');
  expect(told(await errorOf(writeNewStrategy({ name: 'kept', folder })))).toBe(`${path}: the file is there already. It was left as it is; choose another name or move it away.`);
  expect(readFileSync(path, 'utf8')).toBe('mine');
  expect((await errorOf(writeNewStrategy({ name: 'kept', folder: join(folder, 'none') }))).reason).toBe('its folder does not exist');
});
