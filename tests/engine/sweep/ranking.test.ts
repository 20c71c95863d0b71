/** Trials in the order of a figure: exact where the figure is exact, and equals as they came. */
import { describe, expect, test } from 'vitest';
import { isSort, ranked } from '../../../engine/sweep/ranking.ts';

const trial = (name: string, change: string, maxDrawdown: string, sharpe: number | null) => ({ name, summary: { return: change, maxDrawdown }, sharpe });
const TRIALS = [
  trial('a', '-0.5', '0.6', -2),
  trial('b', '0.100000000000000001', '0.1', null),
  trial('c', '0.1', '0.1', 0.5),
  trial('d', '0.100000000000000001', '0.05', 1.5),
];

describe('ranked', () => {
  test.each([
    ['return', 'bdca'],
    ['sharpe', 'dcab'],
    ['drawdown', 'dbca'],
  ] as const)('by %s', (sort, names) => {
    expect(ranked(TRIALS, sort).map(({ name }) => name).join('')).toBe(names);
    expect(TRIALS.map(({ name }) => name).join('')).toBe('abcd');
  });

  test('no other figure', () => {
    expect(['return', 'sharpe', 'drawdown'].every(isSort)).toBe(true);
    expect(['Return', 'sortino', '', 'constructor'].some(isSort)).toBe(false);
  });
});
