/** What the gate refuses, each with its line and its reason, and what it lets through. */
import { expect, test } from 'vitest';
import { sandboxed } from '../../../adapters/sandbox/sandboxed-strategy.ts';
import { StrategyError } from '../../../adapters/sandbox/strategy-error.ts';
import { BAR, BODY_LINE, fileReturning, fileWith, told } from './strategy-files.ts';

const refusalOf = (source: string): string => {
  try {
    sandboxed(source, 'mine.ts');
    return 'accepted';
  } catch (error) {
    return error instanceof StrategyError ? told(error) : `not a StrategyError: ${String(error)}`;
  }
};

const CLOCK = 'a strategy has no clock, or a replay would come out differently.';
const CHANCE = 'a strategy has no randomness, or a replay would come out differently.';
const OUTSIDE = 'a strategy reaches nothing outside itself.';
const CODE = 'a strategy makes no code while it runs.';
const AT_ONCE = 'a strategy answers at once, inside observe.';
const SHARED = 'a strategy shares nothing with other threads.';
const PLAIN = 'it leads out of plain data.';

test.each([
  // what it reaches for                          what is named        why
  ['Date.now()', 'Date', CLOCK],
  ['new Date().getTime()', 'Date', CLOCK],
  ['Temporal.Now.instant()', 'Temporal', CLOCK],
  ['performance.now()', 'performance', CLOCK],
  ['Math.random()', 'Math.random', CHANCE],
  ['crypto.getRandomValues([])', 'crypto', CHANCE],
  ['Math.exp(1)', 'Math.exp', 'its digits may differ between engines.'],
  ["Math['log'](2)", 'Math.log', 'its digits may differ between engines.'],
  ['Math.PI', 'Math.PI', 'of Math only functions are offered.'],
  ['2 ** 3', '**', 'the last digits of a power differ between engines.'],
  ["fetch('http://localhost')", 'fetch', OUTSIDE],
  ['process.env.DATABASE_URL', 'process', OUTSIDE],
  ["require('fs')", 'require', OUTSIDE],
  ["import('fs')", 'import()', OUTSIDE],
  ['import.meta.url', 'import.meta or new.target', OUTSIDE],
  ['WebAssembly', 'WebAssembly', OUTSIDE],
  ['new WebSocket("ws://localhost")', 'WebSocket', OUTSIDE],
  ["Function('return 1')()", 'Function', CODE],
  ["eval('1')", 'eval', CODE],
  ["(0, eval)('1')", 'eval', CODE],
  ['setTimeout(() => 1, 0)', 'setTimeout', AT_ONCE],
  ['Promise.resolve(1)', 'Promise', AT_ONCE],
  ['queueMicrotask(() => 1)', 'queueMicrotask', AT_ONCE],
  ['(async () => 1)()', 'async', AT_ONCE],
  ['(function* () {})()', 'function*', AT_ONCE],
  ["new Intl.NumberFormat('en').format(1)", 'Intl', 'language data differs from machine to machine.'],
  ['new WeakRef({})', 'WeakRef', 'when memory is collected differs from run to run.'],
  ['Atomics.wait(1, 2, 3)', 'Atomics', SHARED],
  ['new SharedArrayBuffer(8)', 'SharedArrayBuffer', SHARED],
  ['globalThis.process', 'globalThis', 'a strategy has no global object.'],
  ['typeof window', 'window', 'a strategy has no global object.'],
  ['console.log(1)', 'console', 'a strategy prints nothing.'],
  ['[].constructor', 'constructor', PLAIN],
  ["''['constructor']", 'constructor', PLAIN],
  ['({}).__proto__', '__proto__', PLAIN],
  ['({ __proto__: [] })', '__proto__', PLAIN],
  ['(({ constructor: found }) => found)(1)', 'constructor', PLAIN],
  ['Object.prototype', 'prototype', PLAIN],
  ['new Error(1).stack', 'stack', PLAIN],
  ['class {}', 'class', 'objects do not outlive a candle.'],
  ['/a+/.test(1)', 'a regular expression', 'how long a regular expression runs cannot be bounded.'],
  ['10n', 'a bigint', 'candles, memory and evidence are plain numbers.'],
  ['({ get value() { return 1; } })', 'a getter or setter', 'a strategy is plain data and functions.'],
  ['String.raw`a`', 'a tagged template', 'it is not offered to strategies.'],
  ['(({ given = fetch }) => given)({})', 'fetch', OUTSIDE],
  ['$tbStep', '$tbStep', "names that start with $tb are the loader's."],
])('refuses %s', (expression, named, why) => {
  expect(refusalOf(fileReturning(expression))).toContain(`mine.ts:${BODY_LINE}: \`${named}\` is refused: ${why}`);
});

test.each([
  ['try { bar.open; } catch { return null; }', 'try', 'where an error strikes can differ between machines, so none may be caught.'],
  ['let power = 2; power **= 3;', '**=', 'the last digits of a power differ between engines.'],
  ['debugger;', 'debugger', 'a strategy runs unattended.'],
  ['undeclared = 1;', 'undeclared', 'the file does not declare it and it is not offered to strategies.'],
  ['return arguments;', 'arguments', 'the file does not declare it and it is not offered to strategies.'],
])('refuses the statement %s', (statement, named, why) => {
  expect(refusalOf(fileWith(`\n\n${statement}`))).toContain(`mine.ts:${BODY_LINE + 2}: \`${named}\` is refused: ${why}`);
});

test.each([
  // file                                                  message
  ["import fs from 'node:fs';\nexport default {};", "mine.ts:1: `import from 'node:fs'` is refused: a strategy reaches nothing outside itself."],
  ["\nimport { readFile } from 'fs';\nexport default {};", "mine.ts:2: `import from 'fs'` is refused"],
  ["import * as tb from '@tracer-bullet/tb/strategy';\nexport default {};", 'mine.ts:1: `import *` is refused: nothing is offered under that form.'],
  ["import tb from '@tracer-bullet/tb/strategy';\nexport default {};", 'mine.ts:1: `a default import` is refused'],
  ["import { updateEmma } from '@tracer-bullet/tb/strategy';\nexport default {};", "mine.ts:1: '@tracer-bullet/tb/strategy' has no export updateEmma. Did you mean updateEma?"],
  ["import { Strategy } from '@tracer-bullet/tb/strategy';\nexport default {};", 'If it is a type, write import { type Strategy }.'],
  ["export { updateEma } from '@tracer-bullet/tb/strategy';", 'mine.ts:1: `export { }` is refused: a strategy file exports one thing.'],
  ["export * from '@tracer-bullet/tb/strategy';", 'mine.ts:1: `export *` is refused'],
  ['const x = 1;\nexport default {};\nexport const strategy = {};', 'mine.ts:3: it exports more than one thing. End the file with export default'],
  ['export const other = {};', 'mine.ts:1: it exports other where a strategy is looked for.'],
  ['export default function observe() {}', 'mine.ts:1: it exports a function, not a strategy.'],
  ['const strategy = {};', 'mine.ts: it exports nothing.'],
  ['await 1;\nexport default {};', 'mine.ts:1: `await` is refused'],
  ['export default {};\n\nconst a = ;\n', 'mine.ts:3: it is not TypeScript that can run as it is: Expression expected. Correct the line.'],
  ['export default {};\nenum Side { Buy }\n', 'mine.ts:2: it is not TypeScript that can run as it is: TypeScript enum is not supported in strip-only mode. Types are erased'],
  ["import.source('x');\nexport default {};", 'mine.ts:1: it '],
  ["import.defer('x');\nexport default {};", 'mine.ts:1: it '],
  ["export default { text: 'a --> b' };", 'mine.ts:1: `-->` is refused, also inside a string: some engines take it for a comment.'],
  ["export default {\n  text: 'import (a)' };", 'mine.ts:2: `import` is refused, also inside a string: nothing may look like an import.'],
  ['export default { import: 1 };', 'mine.ts:1: `import` is refused, also inside a string'],
])('refuses the file %j', (file, message) => {
  expect(refusalOf(file)).toContain(message);
});

test('lets words through where they are only text or names of fields', () => {
  const body = `
    // Date.now(), import(), --> and eval() in a comment are nothing.
    const words = { Date: 1, fetch: 2, eval: 3 }; /* <!-- 2 ** 3 */
    const text = 'Date.now() and 2 ** 3 and require';
    return { action: 'enter', reason: 'SEEN', evidence: { value: words.Date + words.fetch + words.eval + text.length } };`;
  const { strategy } = sandboxed(fileWith(body), 'mine.ts');
  expect(strategy.observe([0], 0, BAR, {})).toEqual({ action: 'enter', reason: 'SEEN', evidence: { value: 39 } });
});

test('lets a name of its own hide one that is not offered', () => {
  const { strategy } = sandboxed(fileReturning('fetch(20) + Date', 'const fetch = (n) => n + 1; const Date = 5;'), 'mine.ts');
  expect(strategy.observe([0], 0, BAR, {})).toEqual({ action: 'enter', reason: 'SEEN', evidence: { value: 26 } });
});
