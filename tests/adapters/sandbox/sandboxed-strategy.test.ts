/** A user's strategy as the engine sees it: what goes in, what comes out, what is refused on the way, and how fast. */
import { expect, test } from 'vitest';
import { sandboxed } from '../../../adapters/sandbox/sandboxed-strategy.ts';
import { StrategyError } from '../../../adapters/sandbox/strategy-error.ts';
import { trialCandles } from '../../../adapters/sandbox/trial-candles.ts';
import { emaCross } from '../../../core/strategies/ema-cross.ts';
import { BAR, BODY_LINE, EMA_CROSS, fileReturning, fileWith, told } from './strategy-files.ts';
import type { Strategy } from '../../../core/strategies/strategy.ts';

const load = (source: string): Strategy => sandboxed(source, 'mine.ts').strategy;

const errorOf = (work: () => unknown): StrategyError => {
  try {
    work();
  } catch (error) {
    if (error instanceof StrategyError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

const messageOf = (body: string): string => told(errorOf(() => load(fileWith(body)).observe([0], 0, BAR, {})));

test('a strategy written as a file does what the same one built in does, bit for bit', () => {
  const mine = load(EMA_CROSS);
  const parameters = { fast: 5, slow: 19 };
  expect(mine.parameters).toEqual(emaCross.parameters.map((spec, index) => ({ ...spec, meaning: ['candles of the fast average', 'candles of the slow average'][index] })));
  expect([mine.lookbackBars(parameters), mine.memorySize(parameters)]).toEqual([19, emaCross.memorySize(parameters)]);
  expect([mine.contradiction(parameters), mine.contradiction({ fast: 9, slow: 9 })]).toEqual([null, 'fast must be less than slow']);
  const size = emaCross.memorySize(parameters);
  const [own, other] = [new Float64Array(3 * size), new Float64Array(3 * size)];
  let signals = 0;
  for (const bar of trialCandles(2_000, 0)) {
    const expected = emaCross.observe(other, size, bar, parameters);
    expect(mine.observe(own, size, bar, parameters)).toEqual(expected);
    expect(own).toEqual(other);
    if (expected !== null) signals += 1;
  }
  expect(signals).toBeGreaterThan(20);
});

test('only its own slice of memory is read and written', () => {
  const { observe } = load(fileWith('memory[at] = memory[at] + bar.close; return null;'));
  const memory = new Float64Array([1, 2, 3]);
  observe(memory, 1, BAR, {});
  expect([...memory]).toEqual([1, 104, 3]);
});

test('the candle arrives whole and frozen', () => {
  const { observe } = load(fileWith(
    "return { action: 'exit', reason: 'SEEN', evidence: { ...bar, tradable: bar.tradable ? 1 : 0, frozen: Object.isFrozen(bar) ? 1 : 0 } };",
  ));
  expect(observe([0], 0, { ...BAR, tradable: false }, {})?.evidence).toEqual({ open: 100, high: 103, low: 99, close: 102, volume: 5, decimals: 2, tradable: 0, frozen: 1 });
  expect(messageOf('bar.close = 1; return null;')).toBe(`mine.ts:${BODY_LINE}: Cannot assign to read only property 'close' of object '[object Object]'.`);
});

test('each set of parameters is kept apart', () => {
  const source = `export default { id: 'scaled', summary: 'x', lookbackBars: () => 0, memorySize: ({ slots }) => slots,
    parameters: [{ name: 'slots', default: 1, min: 1, max: 9, integer: true, meaning: 'x' }],
    observe: (memory, at, bar, { slots }) => { for (let slot = 0; slot < slots; slot += 1) memory[at + slot] += slots; return null; } };`;
  const strategy = load(source);
  const [two, three] = [{ slots: 2 }, { slots: 3 }];
  const memory = [0, 0, 0, 0];
  for (const parameters of [two, three, two]) strategy.observe(memory, 0, BAR, parameters);
  expect(memory).toEqual([7, 7, 3, 0]);
});

test('nothing but memory lasts from one candle to the next', () => {
  const { observe } = load(fileReturning('(seen += 1) + (list.push(1), list.length)', 'let seen = 0; const list = [];'));
  expect([1, 2, 3].map(() => observe([0], 0, BAR, {})?.evidence['value'])).toEqual([2, 2, 2]);
});

test.each([
  // body                                    message
  ['memory[at] = NaN; return null;', 'mine.ts: it leaves NaN in memory slot 0, where only finite numbers may stand.'],
  ['memory[at] = 1 / 0; return null;', 'mine.ts: it leaves Infinity in memory slot 0, where only finite numbers may stand.'],
  ["memory[at] = '1'; return null;", 'mine.ts: it leaves a string in memory slot 0, where only finite numbers may stand.'],
  ['delete memory[at]; return null;', 'mine.ts: it leaves undefined in memory slot 0, where only finite numbers may stand.'],
  ['memory[at + 4] = 1; return null;', 'mine.ts: memorySize says 1, but it leaves memory with 5 slots.'],
  ['memory.length = 0; return null;', 'mine.ts: memorySize says 1, but it leaves memory with 0 slots.'],
  ['null.x;', `mine.ts:${BODY_LINE}: Cannot read properties of null (reading 'x').`],
  ["\nthrow new Error('no volume');", `mine.ts:${BODY_LINE + 1}: no volume.`],
  ["throw 'plain text';", 'mine.ts: plain text.'],
  ['throw { message: 1 };', 'mine.ts: it threw something that is no error.'],
  ["throw new Error('a\\n\\u001b[31mb');", `mine.ts:${BODY_LINE}: a?[31mb.`],
  ['const again = () => again(); again();', `mine.ts:${BODY_LINE}: Maximum call stack size exceeded.`],
  ['for (;;);', `mine.ts:${BODY_LINE}: it takes more than 1000000 steps for one answer and may never end.`],
  ['while (true) bar.open;', `mine.ts:${BODY_LINE}: it takes more than 1000000 steps for one answer and may never end.`],
  ['do {} while (true);', `mine.ts:${BODY_LINE}: it takes more than 1000000 steps for one answer and may never end.`],
  ['const grow = [1]; for (const one of grow) grow.push(one);', `mine.ts:${BODY_LINE}: it takes more than 1000000 steps for one answer and may never end.`],
  ['const grow = [1]; grow.forEach(one => { for (;;) grow.push(one); });', `mine.ts:${BODY_LINE}: it takes more than 1000000 steps for one answer and may never end.`],
  ['return;', "mine.ts: observe returned undefined. observe returns null or { action: 'enter' | 'exit', reason: 'UPPER_CASE', evidence: { name: number } }."],
  ['return true;', 'mine.ts: observe returned true. observe returns null'],
  ['return new Map();', 'mine.ts: observe returned an object that is not plain.'],
  ["return { action: 'buy', reason: 'A', evidence: {} };", 'mine.ts: action is "buy".'],
  ["return { action: 'enter', reason: 'crossed', evidence: {} };", 'mine.ts: reason is "crossed". It is words in upper case joined by underscores, at most 64 characters'],
  ["return { action: 'enter', reason: 'A'.repeat(65), evidence: {} };", 'mine.ts: reason is "AAAA'],
  ["return { action: 'enter', reason: 'A' };", 'mine.ts: evidence is missing.'],
  ["return { action: 'enter', reason: 'A', evidence: { close: NaN } };", 'mine.ts: evidence.close is NaN. It is a finite number.'],
  ["return { action: 'enter', reason: 'A', evidence: { close: bar } };", 'mine.ts: evidence.close is an object.'],
  ["return { action: 'enter', reason: 'A', evidence: { close: 1e300 } };", 'mine.ts: evidence.close is 1e+300. Its magnitude is below 10^19.'],
  ["return { action: 'enter', reason: 'A', evidence: { Close: 1 } };", 'mine.ts: evidence has an entry Close.'],
  ["return { action: 'enter', reason: 'A', evidence: Object.fromEntries(Array.from({ length: 17 }, (_, n) => ['n' + n, n])) };", 'mine.ts: evidence has 17 entries. At most 16.'],
  ["return { action: 'enter', reason: 'A', evidence: {}, size: 1 };", 'mine.ts: the signal has a field size that the contract does not know.'],
])('%s is refused', (body, message) => {
  expect(messageOf(body).slice(0, message.length)).toBe(message);
});

test('a refused answer leaves memory as it was and says that a candle was being observed', () => {
  const { observe } = load(fileWith("memory[at] = 7; return { action: 'buy' };"));
  const faulty = load(fileWith('memory[at] = 7; null.x;'));
  const memory = [3];
  expect(errorOf(() => faulty.observe(memory, 0, BAR, {})).stage).toBe('observe');
  expect(memory).toEqual([3]);
  expect(errorOf(() => observe([0], 0, BAR, {})).stage).toBe('observe');
});

test('negative zero becomes zero in memory and in evidence', () => {
  const memory = [0];
  const signal = load(fileWith("memory[at] = -0; return { action: 'enter', reason: 'A', evidence: { zero: -0 } };")).observe(memory, 0, BAR, {});
  expect([Object.is(memory[0], 0), Object.is(signal?.evidence['zero'], 0)]).toEqual([true, true]);
});

const fileOf = (fields: string): string => `export default { ${fields} };`;
const SPEC = "{ name: 'span', default: 5, min: 1, max: 9, integer: true, meaning: 'candles' }";
const WHOLE = "id: 'x', summary: 's', parameters: [], lookbackBars: () => 0, memorySize: () => 0, observe: () => null";

test.each([
  // fields                                                 message
  ["summary: 's'", 'mine.ts: id is missing. It is lower-case words joined by hyphens, at most 40 characters: my-pullback.'],
  ["id: 'My Strategy'", 'mine.ts: id is "My Strategy".'],
  [WHOLE.replace("'s'", "''"), 'mine.ts: summary is "".'],
  [WHOLE.replace("'s'", '7'), 'mine.ts: summary is 7.'],
  [WHOLE.replace('() => null', 'null'), 'mine.ts: observe is null. It is a function.'],
  [WHOLE.replace('lookbackBars', 'lookback'), 'mine.ts: the strategy has a field lookback that the contract does not know.'],
  [WHOLE.replace('memorySize: () => 0,', ''), 'mine.ts: memorySize is missing. It is a function.'],
  [`${WHOLE}, contradiction: 'none'`, 'mine.ts: contradiction is "none". It is a function, or left out.'],
  [WHOLE.replace('[]', '{}'), 'mine.ts: parameters is an object. It is an array, empty if there are none.'],
  [WHOLE.replace('[]', '[7]'), 'mine.ts: parameters[0] is 7.'],
  [WHOLE.replace('[]', `[${SPEC}, ${SPEC}]`), 'mine.ts: parameters[1].name is taken by another parameter.'],
  [WHOLE.replace('[]', `[${SPEC.replace("'span'", "'Span'")}]`), 'mine.ts: parameters[0].name is "Span", not a word like fastPeriod.'],
  [WHOLE.replace('[]', `[${SPEC.replace('9', 'NaN')}]`), 'mine.ts: parameters[0].max is NaN, not a finite number.'],
  [WHOLE.replace('[]', `[${SPEC.replace('min: 1', 'min: 99')}]`), 'mine.ts: parameters[0].min (99) is above its max (9).'],
  [WHOLE.replace('[]', `[${SPEC.replace('true', '1')}]`), 'mine.ts: parameters[0].integer is 1, not true or false.'],
  [WHOLE.replace('[]', `[${SPEC.replace("meaning: 'candles'", 'unit: 1')}]`), 'mine.ts: parameters[0] has an unknown field unit.'],
  [WHOLE.replace('[]', `[${SPEC.replace('default: 5', 'default: 10')}]`), 'mine.ts: a default does not fit: Parameter span of x is 10, above its maximum of 9'],
  [WHOLE.replace('[]', `[${SPEC.replace('default: 5', 'default: 5.5')}]`), 'mine.ts: a default does not fit: Parameter span of x is 5.5, which is not a whole number'],
])('a strategy of %s is refused', (fields, message) => {
  expect(told(errorOf(() => load(fileOf(fields)))).slice(0, message.length)).toBe(message);
});

test.each([
  ['memorySize: () => 0', 'memorySize: () => 4_097', 'mine.ts: memorySize returned 4097. It is a whole number from 0 to 4096.'],
  ['memorySize: () => 0', 'memorySize: () => 0.5', 'mine.ts: memorySize returned 0.5.'],
  ['memorySize: () => 0', 'memorySize: () => NaN', 'mine.ts: memorySize returned NaN.'],
  ['lookbackBars: () => 0', 'lookbackBars: () => -1', 'mine.ts: lookbackBars returned -1. It is a whole number from 0 to 87600.'],
  ['lookbackBars: () => 0', "lookbackBars: () => '5'", 'mine.ts: lookbackBars returned "5".'],
  ['lookbackBars: () => 0', 'lookbackBars: () => 0, contradiction: () => 5', 'mine.ts: contradiction returned 5.'],
])('%s as %s is refused when it is asked', (before, after, message) => {
  const strategy = load(fileOf(WHOLE.replace(before, after)));
  const ask = (): unknown => [strategy.memorySize({}), strategy.lookbackBars({}), strategy.contradiction({})];
  expect(told(errorOf(ask)).slice(0, message.length)).toBe(message);
});

test('an error while the file itself is evaluated names its line', () => {
  expect(told(errorOf(() => load("const table = null;\n\ntable.x = 1;\nexport default {};")))).toBe("mine.ts:3: Cannot set properties of null (setting 'x').");
  expect(told(errorOf(() => load('for (;;);\nexport default {};')))).toBe('mine.ts:1: it takes more than 1000000 steps for one answer and may never end.');
});

test('it observes far more than 300,000 candles a second', () => {
  const { observe } = load(EMA_CROSS);
  const bars = trialCandles(1_000, 0);
  const parameters = { fast: 12, slow: 26 };
  const memory = new Float64Array(7);
  const rates = Array.from({ length: 5 }, () => {
    const start = performance.now();
    for (let round = 0; round < 60; round += 1) for (const bar of bars) observe(memory, 0, bar, parameters);
    return 60_000 / ((performance.now() - start) / 1_000);
  });
  expect(Math.max(...rates)).toBeGreaterThan(300_000);
});
