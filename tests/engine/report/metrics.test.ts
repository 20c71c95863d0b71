/** Metrics against figures of QuantStats, empyrical and SciPy over drawn series, against tables and a paper, and where they are not defined. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as metrics from '../../../engine/report/metrics.ts';
import { normalCdf, normalInverse } from '../../../engine/report/normal.ts';
import { deflatedSharpe, expectedHighestSharpe, momentsOf, probabilisticSharpe, probabilisticSharpeOf, probabilityOfOverfitting } from '../../../engine/report/overfitting.ts';

type Draw = Readonly<{ seed: number; count: number; drift: number; divisor: number }>;
type Figures = Readonly<Record<string, number>>;
type Golden = Readonly<{
  series: readonly (Draw & Readonly<{ name: string; first: readonly number[]; empyrical: Figures; quantstats: Figures; scipy: Figures }>)[];
  normal: readonly (readonly [number, number])[];
  inverse: readonly (readonly [number, number])[];
  overfitting: Readonly<{ trials: number; periods: number; seed: number; blocks: number; divisor: number; sharpes: readonly number[]; best: number; deflatedSharpe: number; probabilityOfOverfitting: number }>;
}>;

const golden = JSON.parse(readFileSync(new URL('metrics-golden.json', import.meta.url), 'utf8')) as Golden;

/** The recurrence of tools/metrics_oracle.py. */
const drawn = ({ seed, count, drift, divisor }: Draw): readonly number[] => {
  let state = BigInt(seed);
  const draw = (): number => {
    state = (state * 1_103_515_245n + 12_345n) % 2n ** 31n;
    return (Number(state >> 8n) % 2_001) - 1_000;
  };
  return Array.from({ length: count }, (_, index) => (Math.floor(((index % 17 === 0 ? 3 : 1) * (draw() + draw() + draw())) / 3) + drift) / divisor);
};

/** Equal to twelve digits: the order in which doubles are summed is nobody's definition. */
const expectClose = (actual: number | null, expected: number): void => {
  expect(actual).not.toBeNull();
  expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
};

describe.each(golden.series)('the series $name', series => {
  const returns = drawn(series);
  const years = series.count / 365;
  const total = metrics.totalReturn(returns);
  const annualised = metrics.annualisedReturn({ total, years });
  const maxDrawdown = metrics.maxDrawdownOf(returns);
  const ours: Readonly<Record<string, number | null>> = {
    totalReturn: total,
    annualisedReturn: annualised,
    annualisedVolatility: metrics.annualisedVolatility(returns),
    sharpeRatio: metrics.sharpeRatio(returns),
    sortinoRatio: metrics.sortinoRatio(returns),
    calmarRatio: metrics.calmarRatio({ annualised, maxDrawdown }),
    maxDrawdown,
    valueAtRisk: metrics.valueAtRisk(returns),
    expectedShortfall: metrics.expectedShortfall(returns),
    profitFactor: metrics.profitFactor(returns),
    // QuantStats leaves periods out that made nothing.
    hitRate: metrics.hitRate(returns.filter(value => value !== 0)),
    quantile: metrics.quantileOf(returns, 0.05),
    skewness: momentsOf(returns)!.skewness,
    kurtosis: momentsOf(returns)!.kurtosis,
    probabilisticSharpe: probabilisticSharpe(returns),
  };

  test('is the one that was measured', () => {
    expect(returns.slice(0, 3)).toEqual(series.first);
  });

  test.each(['empyrical', 'quantstats', 'scipy'] as const)('has the figures of %s', program => {
    for (const [name, expected] of Object.entries(series[program])) expectClose(ours[name]!, expected);
  });
});

describe('small series', () => {
  test('by hand', () => {
    const returns = [0.1, -0.05, 0.02, -0.01];
    expectClose(metrics.totalReturn(returns), 0.0552410);
    expectClose(metrics.meanOf(returns), 0.015);
    expectClose(metrics.deviationOf(returns), Math.sqrt(0.0121 / 3));
    expectClose(metrics.maxDrawdownOf(returns), 0.05);
    expectClose(metrics.sortinoRatio(returns, 1), 0.015 / Math.sqrt(0.0026 / 4));
    expectClose(metrics.valueAtRisk(returns), -0.044);
    expectClose(metrics.expectedShortfall(returns), -0.05);
    expectClose(metrics.annualisedReturn({ total: 0.21, years: 2 }), 0.1);
    expectClose(metrics.annualisedReturn({ total: -1, years: 2 }), -1);
    expectClose(metrics.profitFactor([30, -10, -5, 0]), 2);
    expectClose(metrics.hitRate([30, -10, -5, 0]), 0.25);
    expectClose(metrics.annualTurnover({ traded: 4_000, meanValue: 1_000, years: 0.5 }), 4);
    expectClose(metrics.calmarRatio({ annualised: 0.2, maxDrawdown: 0.1 }), 2);
  });

  test('what is not defined is null', () => {
    expect([metrics.meanOf([]), metrics.deviationOf([0.1]), metrics.annualisedVolatility([0.1]), metrics.sharpeRatio([0.01, 0.01, 0.01]), metrics.sharpeRatio([0.1]), metrics.sharpeRatio([0, 0])]).toEqual([null, null, null, null, null, null]);
    expect([metrics.sortinoRatio([0.1, 0.2]), metrics.sortinoRatio([]), metrics.calmarRatio({ annualised: 0.1, maxDrawdown: 0 }), metrics.calmarRatio({ annualised: null, maxDrawdown: 0.1 })]).toEqual([null, null, null, null]);
    expect([metrics.quantileOf([], 0.05), metrics.valueAtRisk([]), metrics.expectedShortfall([]), metrics.hitRate([]), metrics.profitFactor([1, 2]), metrics.profitFactor([])]).toEqual([null, null, null, null, null, null]);
    expect([metrics.annualisedReturn({ total: 0.1, years: 0 }), metrics.annualisedReturn({ total: -1.5, years: 1 }), metrics.annualTurnover({ traded: 1, meanValue: 0, years: 1 })]).toEqual([null, null, null]);
    expect(metrics.totalReturn([])).toBe(0);
    expect(metrics.quantileOf([3], 0.05)).toBe(3);
  });
});

describe('the normal distribution', () => {
  test('as SciPy has it, in the tails too', () => {
    for (const [x, expected] of golden.normal) expect(Math.abs(normalCdf(x) / expected - 1), String(x)).toBeLessThan(1e-12);
    for (const [p, expected] of golden.inverse) expectClose(normalInverse(p), expected);
  });

  test('as printed tables have it', () => {
    const table = [[-3, '0.00135'], [-1.96, '0.02500'], [-1, '0.15866'], [0, '0.50000'], [0.5, '0.69146'], [1, '0.84134'], [1.645, '0.95002'], [2, '0.97725'], [2.575, '0.99499'], [3.09, '0.99900']] as const;
    expect(table.map(([x]) => normalCdf(x).toFixed(5))).toEqual(table.map(([, printed]) => printed));
    expect([0.9, 0.95, 0.975, 0.99, 0.995, 0.999].map(p => normalInverse(p).toFixed(4))).toEqual(['1.2816', '1.6449', '1.9600', '2.3263', '2.5758', '3.0902']);
  });

  test('at and beyond its ends', () => {
    expect([normalInverse(0), normalInverse(1), normalInverse(-0.1), normalInverse(Number.NaN), normalCdf(-40), normalCdf(40), normalCdf(Number.NaN)]).toEqual([-Infinity, Infinity, Number.NaN, Number.NaN, 0, 1, Number.NaN]);
  });
});

describe('overfitting', () => {
  const { trials, periods, seed, blocks, divisor, ...expected } = golden.overfitting;
  const returnsOfTrials = Array.from({ length: trials }, (_, trial) => drawn({ seed: seed + trial, count: periods, drift: 8 * trial, divisor }));

  test('the worked example of the paper on the deflated Sharpe ratio', () => {
    const sample = { sharpe: 2.5 / Math.sqrt(250), length: 1_250, skewness: -3, kurtosis: 10 };
    const thresholdOf = (count: number): number => expectedHighestSharpe({ trials: count, variance: 0.5 / 250 });
    expect(thresholdOf(100).toFixed(4)).toBe('0.1132');
    expect(probabilisticSharpeOf(sample, thresholdOf(100)).toFixed(4)).toBe('0.9004');
    expect(probabilisticSharpeOf(sample, thresholdOf(46)).toFixed(4)).toBe('0.9505');
  });

  test('drawn trials, as NumPy and SciPy measure them', () => {
    const sharpes = returnsOfTrials.map(returns => metrics.sharpeOfPeriod(returns)!);
    sharpes.forEach((sharpe, index) => expectClose(sharpe, expected.sharpes[index]!));
    expectClose(deflatedSharpe({ returns: returnsOfTrials[expected.best]!, trials: sharpes }), expected.deflatedSharpe);
    expectClose(probabilityOfOverfitting(returnsOfTrials, blocks), expected.probabilityOfOverfitting);
  });

  test('one trial is deflated by nothing', () => {
    const returns = returnsOfTrials[9]!;
    expect(deflatedSharpe({ returns, trials: [metrics.sharpeOfPeriod(returns)!] })).toBe(probabilisticSharpe(returns));
  });

  test('a trial that is best everywhere is not overfitted; one whose luck turns always is', () => {
    const better = Array.from({ length: 3 }, (_, trial) => drawn({ seed: 5, count: 64, drift: 500 * trial, divisor: 10_000 }));
    expect(probabilityOfOverfitting(better, 4)).toBe(0);
    const [up, down] = [drawn({ seed: 5, count: 32, drift: 900, divisor: 10_000 }), drawn({ seed: 5, count: 32, drift: -900, divisor: 10_000 })];
    expect(probabilityOfOverfitting([[...up, ...down], [...down, ...up]], 2)).toBe(1);
  });

  test('what cannot be measured is NaN', () => {
    expect([probabilityOfOverfitting([[0.1, 0.2]]), probabilityOfOverfitting(returnsOfTrials, 7), probabilityOfOverfitting([[1, 2, 3], [3, 2, 1]], 2), deflatedSharpe({ returns: [0.1, 0.1], trials: [1] })]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});
