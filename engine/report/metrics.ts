/**
 * Figures of performance over arrays of doubles, each defined in specs/metrics.md. Null where a figure is not defined,
 * never zero or infinity in its place. They know nothing of runs, and nothing here is fed back.
 */

/** Crypto trades on every day. */
export const DAYS_PER_YEAR = 365;

type Numbers = readonly number[];

export const sumOf = (values: Numbers): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};

/** Null of nothing. */
export const meanOf = (values: Numbers): number | null => (values.length === 0 ? null : sumOf(values) / values.length);

/** Sample standard deviation, n − 1; null of fewer than two. */
export const deviationOf = (values: Numbers): number | null => {
  const mean = meanOf(values);
  if (mean === null || values.length < 2) return null;
  return Math.sqrt(sumOf(values.map(value => (value - mean) ** 2)) / (values.length - 1));
};

/** What rounding alone leaves of equal values is no deviation: it would make a ratio of 10^15 of nothing. */
const isNone = (deviation: number, values: Numbers): boolean => deviation <= 1e-12 * Math.max(...values.map(Math.abs));

/** Returns of periods one after another as one return. */
export const totalReturn = (returns: Numbers): number => {
  let growth = 1;
  for (const value of returns) growth *= 1 + value;
  return growth - 1;
};

/** The yearly return that gives the total in so many years; −1 where everything was lost, null without any time. */
export const annualisedReturn = ({ total, years }: Readonly<{ total: number; years: number }>): number | null => {
  if (!(years > 0) || total < -1) return null;
  return (1 + total) ** (1 / years) - 1;
};

/** Sample deviation of the returns of periods times √(periods a year). */
export const annualisedVolatility = (returns: Numbers, periodsPerYear = DAYS_PER_YEAR): number | null => {
  const deviation = deviationOf(returns);
  return deviation === null ? null : deviation * Math.sqrt(periodsPerYear);
};

/** Mean over sample deviation of a period, not annualised; null where nothing varies. The risk-free rate is 0. */
export const sharpeOfPeriod = (returns: Numbers): number | null => {
  const [mean, deviation] = [meanOf(returns), deviationOf(returns)];
  return mean === null || deviation === null || isNone(deviation, returns) ? null : mean / deviation;
};

export const sharpeRatio = (returns: Numbers, periodsPerYear = DAYS_PER_YEAR): number | null => {
  const sharpe = sharpeOfPeriod(returns);
  return sharpe === null ? null : sharpe * Math.sqrt(periodsPerYear);
};

/** Mean over downside deviation, √(Σ min(return, 0)² ÷ n) about a target of 0; null where no period lost. */
export const sortinoRatio = (returns: Numbers, periodsPerYear = DAYS_PER_YEAR): number | null => {
  const mean = meanOf(returns);
  if (mean === null) return null;
  const downside = Math.sqrt(sumOf(returns.map(value => Math.min(value, 0) ** 2)) / returns.length);
  return downside === 0 ? null : (mean / downside) * Math.sqrt(periodsPerYear);
};

/** Annualised return over the largest fall, both as fractions, the fall positive; null without a fall. */
export const calmarRatio = ({ annualised, maxDrawdown }: Readonly<{ annualised: number | null; maxDrawdown: number }>): number | null =>
  annualised === null || maxDrawdown <= 0 ? null : annualised / maxDrawdown;

/** The largest fall of the compounded returns from their highest so far, the opening among it; positive, 0 where there is none. */
export const maxDrawdownOf = (returns: Numbers): number => {
  let [worth, peak, deepest] = [1, 1, 0];
  for (const value of returns) {
    worth *= 1 + value;
    peak = Math.max(peak, worth);
    deepest = Math.max(deepest, (peak - worth) / peak);
  }
  return deepest;
};

const ascending = (values: Numbers): number[] => [...values].sort((left, right) => left - right);

/** The quantile of a share, by linear interpolation between the two nearest values (Hyndman and Fan, type 7). */
export const quantileOf = (values: Numbers, share: number): number | null => {
  if (values.length === 0) return null;
  const sorted = ascending(values);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (at - below);
};

const TAIL = 0.05;

/** The return that 5 % of the periods fall short of, as it happened: negative is a loss. */
export const valueAtRisk = (returns: Numbers): number | null => quantileOf(returns, TAIL);

/** Mean of the worst ⌊(n − 1) × 5 %⌋ + 1 periods: negative is a loss. */
export const expectedShortfall = (returns: Numbers): number | null => meanOf(ascending(returns).slice(0, Math.floor((returns.length - 1) * TAIL) + 1));

/** Share of the results above zero; null of none. */
export const hitRate = (results: Numbers): number | null => (results.length === 0 ? null : results.filter(result => result > 0).length / results.length);

/** Gains over losses, both positive sums; null where nothing was lost. */
export const profitFactor = (results: Numbers): number | null => {
  const lost = -sumOf(results.filter(result => result < 0));
  return lost === 0 ? null : sumOf(results.filter(result => result > 0)) / lost;
};

/** What was bought and sold, halved, over the mean value of the portfolio, a year; null without value or time. */
export const annualTurnover = ({ traded, meanValue, years }: Readonly<{ traded: number; meanValue: number; years: number }>): number | null =>
  meanValue > 0 && years > 0 ? traded / 2 / meanValue / years : null;
