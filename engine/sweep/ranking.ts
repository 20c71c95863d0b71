/**
 * Trials in the order of a figure. Report arithmetic: doubles that are shown and sorted by, and never fed back into a run.
 */
import { parseDecimal } from '../../core/kernel/decimal.ts';
import type { RunSummary } from '../run-summary.ts';

export const SORTS = ['return', 'sharpe', 'drawdown'] as const;
export type Sort = (typeof SORTS)[number];

export const isSort = (text: string): text is Sort => (SORTS as readonly string[]).includes(text);

type Ranked = Readonly<{ summary: Pick<RunSummary, 'return' | 'maxDrawdown'>; sharpe: number | null }>;

/** Best first: the highest return or Sharpe ratio, the smallest drawdown; what has no ratio comes last, and equals keep their order. */
export const ranked = <Trial extends Ranked>(trials: readonly Trial[], sort: Sort): readonly Trial[] => [...trials].sort((left, right) => COMPARE[sort](left, right));

const byText = (left: string, right: string): number => {
  const [one, other] = [parseDecimal(left)!, parseDecimal(right)!];
  return one < other ? -1 : one > other ? 1 : 0;
};

const COMPARE: Readonly<Record<Sort, (left: Ranked, right: Ranked) => number>> = {
  return: (left, right) => byText(right.summary.return, left.summary.return),
  sharpe: (left, right) => (left.sharpe === right.sharpe ? 0 : left.sharpe === null ? 1 : right.sharpe === null ? -1 : right.sharpe - left.sharpe),
  drawdown: (left, right) => byText(left.summary.maxDrawdown, right.summary.maxDrawdown),
};
