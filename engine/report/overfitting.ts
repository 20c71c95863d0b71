/**
 * How much of a good backtest may be luck of having tried much: the probabilistic and the deflated Sharpe ratio (Bailey
 * and López de Prado 2014), and the probability of backtest overfitting by combinatorially symmetric cross-validation
 * (Bailey, Borwein, López de Prado and Zhu 2017). specs/metrics.md has the formulas. It chooses nothing.
 */
import { deviationOf, meanOf, sharpeOfPeriod, sumOf } from './metrics.ts';
import { normalCdf, normalInverse } from './normal.ts';

type Numbers = readonly number[];

/** Of the population, n: skewness γ₃, and kurtosis γ₄, which is 3 for a normal distribution. Null where nothing varies. */
export const momentsOf = (values: Numbers): Readonly<{ skewness: number; kurtosis: number }> | null => {
  const mean = meanOf(values);
  if (mean === null || sharpeOfPeriod(values) === null) return null;
  const central = (power: number): number => sumOf(values.map(value => (value - mean) ** power)) / values.length;
  const variance = central(2);
  return { skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 };
};

/** Sharpe ratios are of one period, not annualised; `length` is the number of periods. */
export type SharpeSample = Readonly<{ sharpe: number; length: number; skewness: number; kurtosis: number }>;

/** The probability that the true Sharpe ratio is above `threshold`, which is one of a period too. */
export const probabilisticSharpeOf = ({ sharpe, length, skewness, kurtosis }: SharpeSample, threshold = 0): number => {
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  return normalCdf(((sharpe - threshold) * Math.sqrt(length - 1)) / Math.sqrt(spread));
};

const EULER_MASCHERONI = 0.577_215_664_901_532_9;

/** The highest Sharpe ratio to be expected of so many trials without any skill, whose ratios have this variance. */
export const expectedHighestSharpe = ({ trials, variance }: Readonly<{ trials: number; variance: number }>): number => {
  if (trials < 2) return 0;
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * normalInverse(1 - 1 / trials) + EULER_MASCHERONI * normalInverse(1 - 1 / (trials * Math.E)));
};

/** Of returns of periods; NaN where they do not vary. */
export const probabilisticSharpe = (returns: Numbers, threshold = 0): number => {
  const [sharpe, moments] = [sharpeOfPeriod(returns), momentsOf(returns)];
  return sharpe === null || moments === null ? Number.NaN : probabilisticSharpeOf({ sharpe, length: returns.length, ...moments }, threshold);
};

/**
 * The probability that the chosen trial's true Sharpe ratio is above the highest that luck alone gives so many trials.
 * `returns` are those of the chosen trial; `trials` the Sharpe ratios of every one tried, the chosen among them, of one
 * period and not annualised. With one trial it is the probabilistic Sharpe ratio over 0. NaN where returns do not vary.
 */
export const deflatedSharpe = ({ returns, trials }: Readonly<{ returns: Numbers; trials: Numbers }>): number => {
  const deviation = deviationOf(trials) ?? 0;
  return probabilisticSharpe(returns, expectedHighestSharpe({ trials: trials.length, variance: deviation * deviation }));
};

const BLOCKS = 16;

/**
 * The probability that the trial which is best in one half of the time is no better than the median in the other, over
 * every way to halve the blocks. Returns are of equal periods, `returnsOfTrials[trial][period]`; blocks are even, and
 * periods that do not fill them are left out at the beginning. NaN of fewer than two trials, or two periods a block.
 */
export const probabilityOfOverfitting = (returnsOfTrials: readonly Numbers[], blocks = BLOCKS): number => {
  const periods = Math.min(...returnsOfTrials.map(({ length }) => length));
  const size = Math.floor(periods / blocks);
  if (returnsOfTrials.length < 2 || blocks < 2 || blocks % 2 !== 0 || size < 2) return Number.NaN;
  const trials = returnsOfTrials.map(returns => blockSums(returns, { size, blocks }));
  let [halvings, overfitted] = [0, 0];
  for (const chosen of halvesOf(blocks)) {
    const inside = trials.map(sums => sharpeIn(sums, chosen, true));
    const outside = trials.map(sums => sharpeIn(sums, chosen, false));
    halvings += 1;
    if (rankShare(outside, indexOfHighest(inside)) <= 0.5) overfitted += 1;
  }
  return overfitted / halvings;
};

type Block = Readonly<{ sum: number; squares: number; count: number }>;

const blockSums = (returns: Numbers, { size, blocks }: Readonly<{ size: number; blocks: number }>): readonly Block[] => {
  const start = returns.length - size * blocks;
  return Array.from({ length: blocks }, (_, block) => {
    const values = returns.slice(start + block * size, start + (block + 1) * size);
    return { sum: sumOf(values), squares: sumOf(values.map(value => value * value)), count: size };
  });
};

/** Every choice of half of the blocks, as bits. */
function* halvesOf(blocks: number): Generator<number, void, void> {
  for (let bits = 0; bits < 2 ** blocks; bits += 1) if (onesIn(bits) === blocks / 2) yield bits;
}

const onesIn = (bits: number): number => {
  let ones = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) ones += 1;
  return ones;
};

/** The Sharpe ratio over the blocks that are chosen, or over the others; what does not vary is worth nothing. */
const sharpeIn = (blocks: readonly Block[], chosen: number, isChosen: boolean): number => {
  let [sum, squares, count] = [0, 0, 0];
  for (let index = 0; index < blocks.length; index += 1) {
    if (((chosen >> index) & 1) !== (isChosen ? 1 : 0)) continue;
    const block = blocks[index]!;
    sum += block.sum;
    squares += block.squares;
    count += block.count;
  }
  const mean = sum / count;
  const variance = (squares - sum * mean) / (count - 1);
  return variance <= 1e-24 * squares || variance <= 0 ? 0 : mean / Math.sqrt(variance);
};

const indexOfHighest = (values: Numbers): number => values.reduce((best, value, index) => (value > values[best]! ? index : best), 0);

/** Rank among the values from 1, equals sharing theirs, over one more than there are. */
const rankShare = (values: Numbers, index: number): number => {
  const own = values[index]!;
  let [below, equal] = [0, 0];
  for (const value of values) {
    if (value < own) below += 1;
    else if (value === own) equal += 1;
  }
  return (below + (equal + 1) / 2) / (values.length + 1);
};
