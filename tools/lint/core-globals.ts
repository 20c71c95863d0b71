/**
 * Decides which names from outside a core file may be used in it. It is an allow-list: what nobody has shown to give
 * the same value on every engine, at every moment, in every place, is refused. It never looks at names a file declares.
 */
import { globalReferences, memberName } from './syntax.ts';
import type { Reference, Rule, SyntaxNode } from './syntax.ts';

const ALLOWED_VALUES: ReadonlySet<string> = new Set([
  'Array', 'ArrayBuffer', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Boolean', 'DataView', 'Error', 'Float64Array',
  'Infinity', 'Int8Array', 'Int16Array', 'Int32Array', 'JSON', 'Map', 'Math', 'NaN', 'Number', 'Object', 'Set',
  'String', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'WeakMap', 'WeakSet', 'undefined',
]);

/** What ECMA-262 defines exactly. The others are left approximate and differ between engines and processors. */
const ALLOWED_MATH: ReadonlySet<string> = new Set([
  'abs', 'floor', 'ceil', 'trunc', 'sign', 'min', 'max', 'imul', 'clz32', 'fround', 'sqrt', 'round',
]);

const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['Date', 'Time comes from the bucket; kernel/hours.ts converts it.'],
  ['Temporal', 'Time comes from the bucket; kernel/hours.ts converts it.'],
  ['performance', 'Time comes from the bucket; a caller outside core measures.'],
  ['Intl', 'Text is compared by code unit (kernel/order.ts) and formatted by kernel/decimal.ts.'],
  ['Promise', 'Core is synchronous; what the outside answers is the next fact.'],
  ['process', 'What core needs is an argument.'],
  ['globalThis', 'What core needs is an argument.'],
  ['console', 'Return a value; the caller prints it.'],
  ['fetch', 'An adapter fetches, and what it gets is a fact.'],
  ['crypto', 'kernel/digest.ts hashes; identifiers derive from (hour, step, seq).'],
]);

const TYPES_REFUSED: ReadonlySet<string> = new Set(['Date', 'Temporal', 'Intl', 'Promise', 'PromiseLike', 'AsyncIterable', 'AsyncGenerator']);

const isRefused = (reference: Reference): boolean => {
  const name = reference.identifier['name'] as string;
  return reference.isValueReference === false ? TYPES_REFUSED.has(name) : !ALLOWED_VALUES.has(name);
};

export const coreGlobals: Rule = {
  create: context => ({
    'Program:exit': () => {
      for (const reference of globalReferences(context)) {
        if (!isRefused(reference)) continue;
        const name = reference.identifier['name'] as string;
        const instead = REPLACEMENTS.get(name) ?? 'If it is the same everywhere and always, add it to tools/lint/core-globals.ts.';
        context.report({ node: reference.identifier, message: `core/ does not use ${name}. ${instead}` });
      }
    },
  }),
};

const isExactMath = (identifier: SyntaxNode): boolean => {
  const { parent } = identifier;
  if (parent === undefined || parent['object'] !== identifier) return false;
  const name = memberName(parent);
  return name !== null && ALLOWED_MATH.has(name);
};

export const mathAllowList: Rule = {
  create: context => ({
    'Program:exit': () => {
      for (const { identifier } of globalReferences(context)) {
        if (identifier['name'] !== 'Math' || isExactMath(identifier)) continue;
        const message = `core/ uses only Math.${[...ALLOWED_MATH].join(', ')}, spelled out; the rest differs between engines.`;
        context.report({ node: identifier, message });
      }
    },
  }),
};
