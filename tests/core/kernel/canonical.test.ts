/** Canonical text: one spelling for one value, and an error for whatever is outside of the closed set. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';

describe('the closed set', () => {
  test.each([
    ['plain', '"plain"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['line\nfeed\ttab\u0001', '"line\\nfeed\\ttab\\u0001"'],
    ['é € 😀', '"é € 😀"'],
    ['\u007f\u2028', '"\u007f\u2028"'],
    [true, 'true'],
    [false, 'false'],
    [null, 'null'],
    [0, '0'],
    [-5, '-5'],
    [9_007_199_254_740_991, '9007199254740991'],
    [12_500_000_000_000_000_000n, '"12.5"'],
    [-1n, '"-0.000000000000000001"'],
    [0n, '"0"'],
    [[], '[]'],
    [[1, [2n, null]], '[1,["0.000000000000000002",null]]'],
    [{}, '{}'],
    [{ b: 1, a: { d: [], c: '' } }, '{"a":{"c":"","d":[]},"b":1}'],
    [Object.assign(Object.create(null) as object, { x: 1 }), '{"x":1}'],
  ])('%o is %s', (value, text) => {
    expect(canonicalText(value)).toBe(text);
  });

  test('keys stand by code unit, whatever order they were written in', () => {
    expect(canonicalText({ é: 1, z: 2, a: 3, Z: 4, 10: 5, 2: 6, '': 7, '😀': 8, '\uffff': 9 })).toBe(
      '{"":7,"10":5,"2":6,"Z":4,"a":3,"z":2,"é":1,"😀":8,"\uffff":9}',
    );
  });

  test('keys are escaped as text is', () => {
    expect(canonicalText({ 'a"b': 1, 'a\nb': 2 })).toBe('{"a\\nb":2,"a\\"b":1}');
  });
});

describe('outside of it', () => {
  const hole: unknown[] = [1];
  hole.length = 2;
  const cycle: unknown[] = [];
  cycle.push(cycle);

  test.each<readonly [string, unknown]>([
    ['a fraction', 1.5],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['minus zero', -0],
    ['an unsafe integer', 2 ** 53],
    ['undefined', undefined],
    ['undefined in an object', { a: undefined }],
    ['undefined in an array', [undefined]],
    ['a hole in an array', hole],
    ['a field of an array', Object.assign([1, 2], { total: 3 })],
    ['a symbol as a key', { a: 1, [Symbol('s')]: 2 }],
    ['a symbol as a key of an array', Object.assign([1], { [Symbol('s')]: 2 })],
    ['a symbol as a key, deep inside', { a: [{ [Symbol.iterator]: 1 }] }],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a set', new Set()],
    ['bytes', new Uint8Array(1)],
    ['a regular expression', /a/],
    ['a boxed string', Object('x')],
    ['an instance', new Error('x')],
    ['a value inside itself', cycle],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate as a key', { '\udc00': 1 }],
    ['an amount beyond twenty digits', 10n ** 38n],
  ])('%s throws', (_, value) => {
    expect(() => canonicalText(value)).toThrow(/^Assertion failed/);
  });

  test('32 levels are deep enough, 33 too deep', () => {
    const nested = (depth: number): unknown => (depth === 0 ? [] : [nested(depth - 1)]);
    expect(canonicalText(nested(31))).toHaveLength(64);
    expect(() => canonicalText(nested(32))).toThrow(/nests at most 32/);
  });
});

const canonical = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger().filter(number => !Object.is(number, -0)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('for any value of the set without amounts', () => {
  test('it is JSON that reads back as the value', () => {
    fc.assert(
      fc.property(canonical, value => {
        expect(JSON.parse(canonicalText(value))).toEqual(value);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('a copy with its keys the other way round has the same text', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).toReversed().map(([key, field]) => [key, reversed(field)]));
    };
    fc.assert(
      fc.property(canonical, value => {
        expect(canonicalText(reversed(value))).toBe(canonicalText(value));
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
