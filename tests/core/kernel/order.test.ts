/** Text by code unit: the same order in every locale. */
import { expect, test } from 'vitest';
import { byCodeUnit, isSortedUnique } from '../../../core/kernel/order.ts';

test('text stands by code unit', () => {
  expect(['é', 'z', 'a', 'Z', '10', '2', 'aa'].toSorted(byCodeUnit)).toEqual(['10', '2', 'Z', 'a', 'aa', 'z', 'é']);
  expect(byCodeUnit('same', 'same')).toBe(0);
});

test.each<readonly [readonly string[], boolean]>([
  [[], true],
  [['a'], true],
  [['a', 'b', 'ba'], true],
  [['a', 'a'], false],
  [['b', 'a'], false],
])('%j ascends without repetition: %s', (texts, expected) => {
  expect(isSortedUnique(texts)).toBe(expected);
});
