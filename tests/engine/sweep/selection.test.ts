/** What a sweep says against itself, of trials whose answer is known: skill that lasts, and luck that does not. */
import { describe, expect, test } from 'vitest';
import { selectionOf } from '../../../engine/sweep/selection.ts';
import { drawsOf } from '../../support/market.ts';

const DAYS = 320;

/** Noise around a mean, in thousandths of a percent. */
const trial = (seed: number, mean: number): Readonly<{ dailyReturns: readonly number[] }> => {
  const draw = drawsOf(seed);
  return { dailyReturns: Array.from({ length: DAYS }, () => (mean + draw(2_001) - 1_000) / 100_000) };
};

const LUCK = Array.from({ length: 20 }, (_, seed) => trial(seed + 1, 0));

describe('selectionOf', () => {
  test('one combination that is better on every stretch is no luck', () => {
    const skilled = trial(99, 400);
    const { deflatedSharpe, probabilityOfOverfitting } = selectionOf(skilled, [...LUCK, skilled]);
    expect(deflatedSharpe).toBeGreaterThan(0.99);
    expect(probabilityOfOverfitting).toBe(0);
  });

  test('the best of twenty that have nothing in them is', () => {
    const mean = ({ dailyReturns }: (typeof LUCK)[number]): number => dailyReturns.reduce((sum, value) => sum + value, 0);
    const best = LUCK.reduce((left, right) => (mean(right) > mean(left) ? right : left));
    const { deflatedSharpe, probabilityOfOverfitting } = selectionOf(best, LUCK);
    expect(deflatedSharpe).toBeLessThan(0.9);
    expect(probabilityOfOverfitting).toBeGreaterThan(0.2);
  });

  test('nothing is said of one combination, of a fortnight, and of what never trades', () => {
    expect(selectionOf(LUCK[0]!, [LUCK[0]!])).toEqual({ deflatedSharpe: null, probabilityOfOverfitting: null });
    const short = LUCK.map(({ dailyReturns }) => ({ dailyReturns: dailyReturns.slice(0, 14) }));
    expect(selectionOf(short[0]!, short).probabilityOfOverfitting).toBeNull();
    const idle = { dailyReturns: Array.from({ length: DAYS }, () => 0) };
    expect(selectionOf(idle, [idle, ...LUCK]).deflatedSharpe).toBeNull();
  });
});
