/** Texts of `--param` become combinations: exact, in the order given, and refused by name where they are no values. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axesOf, combinationsOf, combinationText } from '../../../engine/sweep/grid.ts';

const valuesOf = (text: string): readonly string[] => axesOf({ fast: text })[0]!.values;

describe('values', () => {
  test.each([
    ['12', ['12']],
    ['12,24,48', ['12', '24', '48']],
    ['48,12', ['48', '12']],
    ['12..48/12', ['12', '24', '36', '48']],
    ['12..47/12', ['12', '24', '36']],
    ['5..5/1', ['5']],
    ['0.1..0.5/0.1', ['0.1', '0.2', '0.3', '0.4', '0.5']],
    ['-2..2/2', ['-2', '0', '2']],
    ['2,12..36/12,96', ['2', '12', '24', '36', '96']],
    ['12.0,024', ['12', '24']],
    ['often', ['often']],
    ['', ['']],
  ])('%s', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  test.each([
    ['12..48', '--param: fast: 12..48 is no range.'],
    ['12..48/', '--param: fast: 12..48/ is no range.'],
    ['..48/12', '--param: fast: ..48/12 is no range.'],
    ['1.2.3..48/12', '--param: fast: 1.2.3..48/12 is no range.'],
    ['12..48/-12', '--param: fast: 12..48/-12 is no range.'],
    ['12..48/0', '--param: fast: 12..48/0 is a range without values.'],
    ['48..12/12', '--param: fast: 48..12/12 is a range without values.'],
    ['0..1/0.000000000000000001', '--param: fast: 0..1/0.000000000000000001 has more than 10000 values.'],
    ['12,12', '--param: fast is 12 twice.'],
    ['24,12..48/12', '--param: fast is 24 twice.'],
    ['12,12.0', '--param: fast is 12 twice.'],
  ])('%s is refused', (text, message) => {
    expect(() => valuesOf(text)).toThrow(message);
  });

  test('a range has every step from its lower end that does not pass the upper one', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 60 }), (from, width, step) => {
        const expected = Array.from({ length: Math.floor(width / step) + 1 }, (_, index) => String(from + index * step));
        expect(valuesOf(`${from}..${from + width}/${step}`)).toEqual(expected);
      }),
    );
  });
});

describe('combinations', () => {
  test('come in the order given, the last parameter first to vary', () => {
    const combinations = combinationsOf(axesOf({ slow: '120,240', fast: '12..36/12' }));
    expect(combinations.map(combinationText)).toEqual(['slow=120 fast=12', 'slow=120 fast=24', 'slow=120 fast=36', 'slow=240 fast=12', 'slow=240 fast=24', 'slow=240 fast=36']);
    expect(combinations[4]).toEqual({ slow: '240', fast: '24' });
  });

  test('a name that objects have by nature is a name', () => {
    expect(combinationsOf(axesOf(Object.fromEntries([['__proto__', '1,2']]))).map(combinationText)).toEqual(['__proto__=1', '__proto__=2']);
  });

  test('there is at least one parameter, and there are at most ten thousand of them', () => {
    expect(() => axesOf({})).toThrow('--param: a sweep needs a parameter that varies.');
    expect(combinationsOf(axesOf({ fast: '1..100/1', slow: '1..100/1' }))).toHaveLength(10_000);
    expect(() => axesOf({ fast: '1..100/1', slow: '1..101/1' })).toThrow('--param: these values have more than 10000 combinations.');
  });
});
