/** What is kept of the last value: computed once for it, and never given for another. */
import { describe, expect, test } from 'vitest';
import { keptForItems, keptForLast } from '../../../core/kernel/kept.ts';

describe('of a value', () => {
  test('is computed again for another one only', () => {
    const asked: string[] = [];
    const length = keptForLast((text: string) => {
      asked.push(text);
      return text.length;
    });
    expect(['ab', 'ab', 'cde', 'ab'].map(length)).toEqual([2, 2, 3, 2]);
    expect(asked).toEqual(['ab', 'cde', 'ab']);
  });
});

type Item = Readonly<{ name: string }>;
const [a, b, c, d]: readonly Item[] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }];

const keeping = () => {
  const asked: string[] = [];
  const named = keptForItems(({ name }: Item, prefix: string) => {
    asked.push(name);
    return `${prefix}${name}`;
  });
  return { asked, named };
};

describe('of a list', () => {
  test('an item that stayed where the order put it is not computed again', () => {
    const { asked, named } = keeping();
    expect(named([a!, b!, c!], '')).toEqual(['a', 'b', 'c']);
    expect(named([a!, c!, d!], '')).toEqual(['a', 'c', 'd']);
    expect(named([c!, d!], '')).toEqual(['c', 'd']);
    expect(named([], '')).toEqual([]);
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
  });

  test('an item that moved forward is computed again, and the result is its own', () => {
    const { asked, named } = keeping();
    named([a!, b!, c!], '');
    expect(named([c!, a!, b!], '')).toEqual(['c', 'a', 'b']);
    expect(asked).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  test('the same list gives the same results, and an equal item is another one', () => {
    const { asked, named } = keeping();
    const list = [a!];
    expect(named(list, '')).toBe(named(list, ''));
    expect(named([{ name: 'a' }], '')).toEqual(['a']);
    expect(asked).toEqual(['a', 'a']);
  });

  test('another context forgets everything', () => {
    const { named } = keeping();
    expect([named([a!], 'x'), named([a!], 'y'), named([a!], 'x')]).toEqual([['xa'], ['ya'], ['xa']]);
  });
});
