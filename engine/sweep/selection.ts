/**
 * What a sweep says against itself: how much of the best Sharpe ratio is owed to having tried many combinations, and how
 * often what is best in one half of the time is no better than the median in the other.
 */
import { sharpeOfPeriod } from '../report/metrics.ts';
import { deflatedSharpe, probabilityOfOverfitting } from '../report/overfitting.ts';

/** Probabilities from 0 to 1; null where they say nothing: of one combination, of too few days, of returns that never vary. */
export type Selection = Readonly<{ deflatedSharpe: number | null; probabilityOfOverfitting: number | null }>;

type Returns = Readonly<{ dailyReturns: readonly number[] }>;

/** Of all trials, and of the one that was chosen among them. A trial that never traded has a Sharpe ratio of zero. */
export const selectionOf = (chosen: Returns, trials: readonly Returns[]): Selection => {
  if (trials.length < 2) return { deflatedSharpe: null, probabilityOfOverfitting: null };
  const returns = trials.map(({ dailyReturns }) => dailyReturns);
  return {
    deflatedSharpe: finiteOrNull(deflatedSharpe({ returns: chosen.dailyReturns, trials: returns.map(one => sharpeOfPeriod(one) ?? 0) })),
    probabilityOfOverfitting: finiteOrNull(probabilityOfOverfitting(returns)),
  };
};

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
