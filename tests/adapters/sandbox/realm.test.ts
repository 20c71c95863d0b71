/** What holds behind the gate: code that never passed it finds nothing in the realm, and the host is left as it was. */
import { Command } from 'commander';
import { Decimal } from 'decimal.js';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openRealm } from '../../../adapters/sandbox/realm.ts';

const { guest, offeredId } = openRealm();

/** Evaluates an expression in a strategy's compartment as the realm would, without the gate. */
const inRealm = (expression: string): unknown => {
  const code = `(function () { return () => ({ value: ${expression} }); })`;
  const made = guest.strategy(code, offeredId);
  const outcome = typeof made === 'string' ? made : made.shape();
  return outcome.startsWith('=') ? (JSON.parse(outcome.slice(1)) as Readonly<{ value: unknown }>).value : outcome;
};

test('the global object has the offered names and no other, and is frozen', () => {
  const code = '(world => () => () => ({ names: Object.getOwnPropertyNames(world).sort(), frozen: Object.isFrozen(world) }))(this)';
  const made = guest.strategy(code, offeredId);
  expect(typeof made === 'string' ? made : JSON.parse(made.shape().slice(1))).toEqual({
    names: [
      'Array', 'Boolean', 'Error', 'Infinity', 'Map', 'Math', 'NaN', 'Number', 'Object', 'RangeError', 'Set', 'String', 'TypeError',
      'isFinite', 'isNaN', 'undefined',
    ],
    frozen: true,
  });
});

test.each([
  'Date', 'Temporal', 'performance', 'crypto', 'fetch', 'process', 'require', 'globalThis', 'Function', 'Compartment', 'Promise', 'setTimeout',
  'queueMicrotask', 'Intl', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'WebAssembly', 'console', 'RegExp', 'Reflect',
  'Proxy', 'Symbol', 'JSON', 'BigInt', 'Float64Array', 'ArrayBuffer', 'DataView', 'Buffer', 'lockdown', 'harden', 'getStackString', 'escape',
])('%s is not there', name => {
  expect(inRealm(`typeof ${name}`)).toBe('undefined');
});

test('no function leads to one that makes code', () => {
  expect(inRealm("[].constructor.constructor('return this')()")).toContain('Function.prototype.constructor is not a valid constructor');
  expect(inRealm("(() => 1).constructor('return process')()")).toContain('is not a valid constructor');
  expect(inRealm("(async () => 1).constructor('return 1')()")).toContain('is not a valid constructor');
  expect(inRealm("(function* () {}).constructor('return 1')()")).toContain('is not a valid constructor');
  expect(inRealm("typeof eval === 'undefined'")).toBe(true);
});

test('this is nobody, neither in a function nor in a callback', () => {
  expect(inRealm('(function () { return typeof this; })()')).toBe('undefined');
  expect(inRealm('[1].map(function () { return typeof this; })[0]')).toBe('undefined');
});

test('prototypes are frozen', () => {
  for (const target of ['Object.prototype', 'Array.prototype', '(() => 1).__proto__', 'Math', 'Number', "''.__proto__", 'Error.prototype', 'Map.prototype']) {
    expect(inRealm(`Object.isFrozen(${target})`)).toBe(true);
  }
  expect(inRealm('(() => { Object.prototype.polluted = 1; })()')).toContain('object is not extensible');
  expect(inRealm('(() => { Array.prototype.push = 1; })()')).toContain('Cannot assign to read only property');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('what a strategy may import is frozen, so two of them cannot meet there', () => {
  const tried = (expression: string): unknown => {
    const made = guest.strategy(`(function (step, from) { return () => ({ value: ${expression} }); })`, offeredId);
    return typeof made === 'string' ? made : made.shape();
  };
  expect(tried('Object.isFrozen(from[0]) && Object.isFrozen(from[0].updateEma)')).toBe('={"value":true}');
  expect(tried('(from[0].updateEma.left = 1)')).toContain('Cannot add property left, object is not extensible');
  expect(tried('(step.left = 1)')).toContain('Cannot add property left, object is not extensible');
});

test('Math is cut also for who computes the name', () => {
  expect(inRealm("Math['ex' + 'p'](1)")).toContain('Math.exp is refused: its digits may differ between engines');
  expect(inRealm("Math['ran' + 'dom']()")).toContain('Math.random is refused: a strategy has no randomness');
  expect(inRealm('(({ log }) => log(2))(Math)')).toContain('Math.log is refused');
  expect(inRealm('Math.max(Math.abs(-2), Math.sqrt(9), Math.imul(1, 1))')).toBe(3);
});

test('numbers are written and read in base ten only, also by who borrows the method', () => {
  const refused = (name: string): string => `${name} with a radix other than 10 is refused: its digits may differ between engines`;
  for (const radix of ['2', '3', '16', '36', "'16'", 'null', '10.5']) {
    expect(inRealm(`(0.1).toString(${radix})`), radix).toContain(refused('Number.toString'));
    expect(inRealm(`Number.parseInt('12', ${radix})`), radix).toContain(refused('Number.parseInt'));
  }
  expect(inRealm("(0.1)['to' + 'String'](2)")).toContain(refused('Number.toString'));
  expect(inRealm('Number.prototype.toString.call(0.1, 2)')).toContain(refused('Number.toString'));
  expect(inRealm('Object(0.1).toString(2)')).toContain(refused('Number.toString'));
  expect(inRealm("[0.1.toString(), (0.1).toString(10), (0.1).toString(undefined), `${0.1}`, String(1e21), Number.prototype.toString.call(5)]")).toEqual(['0.1', '0.1', '0.1', '0.1', '1e+21', '5']);
  expect(inRealm("[(1.005).toFixed(2), (1.25).toPrecision(2), (12345.5).toExponential(), (255n).toString(16)]")).toEqual(['1.00', '1.3', '1.23455e+4', 'ff']);
  expect(inRealm("[Number.parseInt('12px'), Number.parseInt('12', 10), Number.parseInt('0x10')]")).toEqual([12, 12, 16]);
  expect(inRealm("[Object.keys(Number).length, Object.keys(Number.prototype).length, typeof Number.parseInt.prototype, Number.parseInt.name]")).toEqual([0, 0, 'undefined', 'parseInt']);
  expect(inRealm("(() => { Number.prototype.toString = 1; })()")).toContain('Cannot assign to read only property');
});

test('errors carry no trace of the machine', () => {
  expect(inRealm("new Error('x').stack")).toBe('');
  expect(inRealm('(() => { try { null.x; } catch (error) { return error.stack; } })()')).toBe('');
  expect(inRealm("(() => { const held = {}; Error.captureStackTrace(held); return held.stack; })()")).toBe('');
  expect(inRealm("(Error.prepareStackTrace = () => 'x', new Error('x').stack)")).toBe('');
});

test('what differs between engines or answers later is gone', () => {
  expect(inRealm('typeof Array.fromAsync')).toBe('undefined');
  for (const method of ['normalize', 'match', 'matchAll', 'search', 'toLowerCase', 'toUpperCase', 'localeCompare', 'toLocaleUpperCase']) {
    expect(inRealm(`typeof 'a'.${method}`)).toBe('undefined');
  }
  for (const value of ['1.5', '(15n)', '[1.5]', '({})', "'a'", 'true', '(() => 1)']) expect(inRealm(`typeof ${value}.toLocaleString`), value).toBe('undefined');
});

test('every form of dynamic import is refused by the realm as well', () => {
  expect(inRealm("import('node:fs')")).toContain('the word import is refused');
  expect(inRealm("import.source('node:fs')")).toContain('the word import is refused');
  expect(inRealm("import.meta")).toContain('the word import is refused');
  expect(inRealm("i\\u006dport('node:fs')")).toMatch(/^!0!/);
});

test('the host is left as it was', () => {
  expect(Object.isFrozen(Object.prototype)).toBe(false);
  expect(Object.isFrozen(Array.prototype)).toBe(false);
  expect(Date.now()).toBeGreaterThan(1_700_000_000_000);
  expect(new Date(0).toLocaleDateString('en-GB', { timeZone: 'UTC' })).toBe('01/01/1970');
  expect(new Function('return 7')()).toBe(7);
  expect(new Error('x').stack).toContain('realm.test.ts');
  expect('harden' in globalThis || 'Compartment' in globalThis).toBe(false);
});

test('libraries of the host still work', () => {
  expect(new Decimal('0.1').plus('0.2').toFixed()).toBe('0.3');
  expect(pg.types.getTypeParser(1700, 'text')('12.50')).toBe('12.50');
  expect(pg.types.getTypeParser(1114, 'text')('2024-03-01 05:00:00')).toBeInstanceOf(Date);
  expect(new Command().option('--cash <n>').parse(['--cash', '5'], { from: 'user' }).opts()).toEqual({ cash: '5' });
});
