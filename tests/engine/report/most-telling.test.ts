/** Which marks stay: whole trades by their results, refusals with a share of their own, and every room used. */
import { expect, test } from 'vitest';
import { join, longest, marksOfMarket, mostTelling } from '../../../engine/report/most-telling.ts';
import type { Growing } from '../../../engine/report/most-telling.ts';

const mark = (hour: number, kind: Growing['kind'], rest: Partial<Growing> = {}): Growing => ({ hour, lastHour: hour, kind, price: 1, text: kind, count: 1, trade: null, weight: 0, joined: null, ...rest });

/** An entry at an hour and its exit in the next, of a result. */
const trade = (hour: number, weight: number): readonly Growing[] => {
  const [entry, exit] = [mark(hour, 'entry', { weight }), mark(hour + 1, 'exit', { weight })];
  join(exit, entry);
  return [entry, exit];
};
const hoursOf = (marks: readonly Growing[]): readonly number[] => marks.map(({ hour }) => hour);

test('what fits stays as it is, in order of hour', () => {
  const fills = [...trade(0, 1), ...trade(10, 2)];
  expect(hoursOf(mostTelling({ fills, refusals: [mark(5, 'refused')] }, 5))).toEqual([0, 1, 5, 10, 11]);
});

test('entry and exit of a trade stay or go together, the largest results first', () => {
  const fills = [...trade(0, 1), ...trade(10, 9), ...trade(20, 5)];
  expect(hoursOf(mostTelling({ fills, refusals: [] }, 5))).toEqual([10, 11, 20, 21]);
});

test('an exit of two entries brings both', () => {
  const [one, two, out] = [mark(0, 'entry', { weight: 1 }), mark(1, 'entry', { weight: 1 }), mark(2, 'exit', { weight: 2 })];
  join(out, one);
  join(out, two);
  expect(hoursOf(mostTelling({ fills: [one, two, out, ...trade(10, 1.5)], refusals: [] }, 3))).toEqual([0, 1, 2]);
});

test('refusals have a fifth of the room, the longest first, and all that fills leave', () => {
  const fills = Array.from({ length: 10 }, (_, index) => trade(index * 10, index)).flat();
  const refusals = Array.from({ length: 8 }, (_, index) => mark(200 + index, 'refused', { count: index }));
  const kinds = (most: number): readonly number[] => [mostTelling({ fills, refusals }, most)].map(kept => kept.filter(({ kind }) => kind === 'refused').length);
  expect([kinds(10), kinds(20), kinds(25), kinds(28)]).toEqual([[2], [4], [5], [8]]);
  expect(hoursOf(longest(refusals, 2))).toEqual([206, 207]);
});

test('a position that was never closed gives its largest fills', () => {
  const entry = mark(0, 'entry', { weight: 100 });
  const parts = Array.from({ length: 9 }, (_, index) => mark(index + 1, 'partial', { weight: index }));
  for (const part of parts) join(part, entry);
  expect(hoursOf(mostTelling({ fills: [entry, ...parts], refusals: [] }, 4))).toEqual([0, 7, 8, 9]);
});

test('one market has twenty thousand, many have six hundred each', () => {
  expect([0, 1, 10, 30, 500].map(marksOfMarket)).toEqual([20_000, 20_000, 2_000, 666, 600]);
});
