/**
 * What a strategy may name besides its own: a short list of pure things that come out the same on every engine. What is
 * missing from it is refused, and for what people usually reach for this says why.
 */

/** The module a strategy file may import from; the loader resolves it to offered.ts, whatever is installed. */
export const OFFERED_MODULE = '@tracer-bullet/tb/strategy';

/** Exact, or correctly rounded by IEEE 754, on every engine. */
export const OFFERED_MATH: readonly string[] = ['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'];

export const OFFERED_GLOBALS: readonly string[] = [
  'Array', 'Boolean', 'Error', 'Infinity', 'Map', 'Math', 'NaN', 'Number', 'Object', 'RangeError', 'Set', 'String', 'TypeError',
  'isFinite', 'isNaN', 'undefined',
];

export type Why = Readonly<{ reason: string; hint: string }>;

const CLOCK: Why = { reason: 'a strategy has no clock, or a replay would come out differently', hint: 'Count candles in memory instead.' };
const CHANCE: Why = { reason: 'a strategy has no randomness, or a replay would come out differently', hint: 'Derive what varies from the candles.' };
const OUTSIDE: Why = { reason: 'a strategy reaches nothing outside itself', hint: 'All it sees is the candle, its parameters and its memory.' };
const CODE: Why = { reason: 'a strategy makes no code while it runs', hint: 'Write the function out.' };
const LATER: Why = { reason: 'a strategy answers at once, inside observe', hint: 'Return the signal, or null.' };
const LOCALE: Why = { reason: 'language data differs from machine to machine', hint: 'Evidence is plain numbers; the reports format them.' };
const COLLECTED: Why = { reason: 'when memory is collected differs from run to run', hint: 'Keep numbers in memory.' };
const SHARED: Why = { reason: 'a strategy shares nothing with other threads', hint: 'Keep numbers in memory.' };
const GLOBAL: Why = { reason: 'a strategy has no global object', hint: `Offered are ${OFFERED_GLOBALS.join(', ')}.` };
const CONSOLE: Why = { reason: 'a strategy prints nothing', hint: 'Put what you want to see into the evidence of a signal.' };
const PATTERN: Why = { reason: 'how long a regular expression runs cannot be bounded', hint: 'Compare numbers.' };

const WHY_BY_NAME: Readonly<Record<string, Why>> = {
  Date: CLOCK, Temporal: CLOCK, performance: CLOCK,
  crypto: CHANCE,
  fetch: OUTSIDE, process: OUTSIDE, require: OUTSIDE, module: OUTSIDE, exports: OUTSIDE, Deno: OUTSIDE, Bun: OUTSIDE, XMLHttpRequest: OUTSIDE,
  WebSocket: OUTSIDE, Buffer: OUTSIDE, localStorage: OUTSIDE, WebAssembly: OUTSIDE, __dirname: OUTSIDE, __filename: OUTSIDE,
  eval: CODE, Function: CODE, Compartment: CODE,
  Promise: LATER, setTimeout: LATER, setInterval: LATER, setImmediate: LATER, queueMicrotask: LATER, requestAnimationFrame: LATER,
  Intl: LOCALE,
  WeakRef: COLLECTED, FinalizationRegistry: COLLECTED,
  SharedArrayBuffer: SHARED, Atomics: SHARED, Worker: SHARED,
  globalThis: GLOBAL, window: GLOBAL, self: GLOBAL, global: GLOBAL,
  console: CONSOLE,
  RegExp: PATTERN,
};

/** Why a name is not offered. */
export const whyNotOffered = (name: string): Why =>
  Object.hasOwn(WHY_BY_NAME, name)
    ? WHY_BY_NAME[name]!
    : { reason: 'the file does not declare it and it is not offered to strategies', hint: `Declare it, import it from '${OFFERED_MODULE}', or use one of ${OFFERED_GLOBALS.join(', ')}.` };

/** Why a member of Math is not offered. Its constants are exact; they stay out so that the list has one meaning. */
export const whyNotMath = (member: string): Why => {
  if (member === 'random') return CHANCE;
  const offered = `Of Math there are ${OFFERED_MATH.join(', ')}.`;
  if (/^[A-Z]/.test(member)) return { reason: 'of Math only functions are offered', hint: `Write the number out. ${offered}` };
  return { reason: 'its digits may differ between engines', hint: offered };
};

/** Properties through which a value leads to its constructor or its prototype. */
export const CLOSED_PROPERTIES: readonly string[] = ['__proto__', 'caller', 'callee', 'constructor', 'prototype', 'stack'];
