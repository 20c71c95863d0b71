/** The judge of `make bench-gate`: what counts as lost, what noise it leaves out, and what it says. */
import { describe, expect, test } from 'vitest';
import { floorOf, formatJudgements, judge, lower } from '../../bench/gate-judge.ts';

describe('floorOf', () => {
  test('takes each stretch where it was least disturbed', () => {
    expect(floorOf([[5, 90, 7], [40, 6, 8], [6, 7, 70]])).toBe(5 + 6 + 7);
    expect(floorOf([[3]])).toBe(3);
  });
});

describe('judge', () => {
  const verdictOf = (was: number, is: number): string => judge({ costs: { path: was } }, { path: is })[0]!.verdict;

  test.each([
    [10, 10, 'kept'],
    [10, 5, 'kept'],
    [10, 11.7, 'kept'],
    [8.5, 10, 'kept'],
    [8.4, 10, 'lost'],
    [10, 11.9, 'lost'],
    [10, 1_000, 'lost'],
  ])('%f before and %f now is %s', (was, is, verdict) => {
    expect(verdictOf(was, is)).toBe(verdict);
  });

  test('a loss is of speed: twice the cost is half the speed', () => {
    expect(judge({ costs: { path: 4 } }, { path: 8 })).toEqual([{ path: 'path', was: 4, is: 8, loss: 0.5, verdict: 'lost' }]);
  });

  test('what only one side knows needs a new baseline', () => {
    expect(judge({ costs: { old: 2, both: 3 } }, { both: 3, fresh: 1 }).map(({ path, verdict }) => `${path} ${verdict}`)).toEqual(['both kept', 'fresh new', 'old gone']);
  });
});

test('a second measurement can only help', () => {
  expect(lower({ one: 4, other: 6 }, { one: 5, other: 3 })).toEqual({ one: 4, other: 3 });
  expect(lower({}, { one: 5 })).toEqual({ one: 5 });
});

test('each path is told with what it was and what it is', () => {
  expect(formatJudgements(judge({ costs: { engine: 2, gone: 1 } }, { engine: 4, fresh: 3 }))).toBe(
    [
      'engine  baseline  2.00 ×  now  4.00 ×   -50.0 %  LOST',
      'fresh   baseline       -  now  3.00 ×            NOT IN THE BASELINE',
      'gone    baseline  1.00 ×  now       -            NOT MEASURED',
    ].join('\n'),
  );
});
