/** The metrics of a run with their definitions, in the order in which a report shows them. A figure that is not defined says why. */
import type { RunSummary } from '../run-summary.ts';
import type { Calendar } from './collect-days.ts';
import type { Counted } from './collect-curves.ts';
import * as figures from './metrics.ts';
import { probabilisticSharpe } from './overfitting.ts';
import type { Metric } from './report.ts';
import type { ClosedTrade } from './collect-trades.ts';
import { asDouble } from './amounts.ts';

export type Measured = Readonly<{ summary: RunSummary; calendar: Calendar; counted: Counted; trades: readonly ClosedTrade[] }>;

const HOURS_PER_YEAR = figures.DAYS_PER_YEAR * 24;
/** Fewer daily returns than these, annualised, would say more than anybody knows. */
const ANNUAL_DAYS_MIN = 30;
/** One return in twenty is the worst 5 %. */
const TAIL_DAYS_MIN = 20;

type Value = Readonly<{ value: number | null; reason: string }>;
type Named = Pick<Metric, 'id' | 'name' | 'unit' | 'definition'>;

const metric = (group: Metric['group'], named: Named, { value, reason }: Value): Metric => {
  const known = value !== null && Number.isFinite(value);
  return { ...named, group, value: known ? value : null, reason: known ? null : reason };
};

const known = (value: number): Value => ({ value, reason: '' });

export const metricsOf = (measured: Measured): readonly Metric[] => [...returnMetrics(measured), ...riskMetrics(measured), ...tradeMetrics(measured), ...costMetrics(measured)];

/** Undefined over fewer days than it takes. */
const over = ({ daily }: Calendar, daysMin: number, { value, reason }: Readonly<{ value: number | null; reason: string }>): Value =>
  daily.length < daysMin ? { value: null, reason: `fewer than ${daysMin} days` } : { value, reason };

const STILL = 'daily returns do not vary';

const returnMetrics = ({ summary, calendar, counted }: Measured): readonly Metric[] => {
  const { daily } = calendar;
  const annualised = annualisedOf({ summary, calendar });
  return [
    metric('return', { id: 'total_return', name: 'Total return', unit: 'fraction', definition: 'Change of the value of one unit of the portfolio since the opening; deposits and withdrawals are no return.' }, known(Number(summary.return))),
    metric('return', { id: 'annualised_return', name: 'Annualised return', unit: 'fraction', definition: '(1 + total return) to the power of 1 / years since trading began, less 1; a year has 365 days.' }, annualised),
    metric('return', { id: 'benchmark_return', name: 'Buy and hold', unit: 'fraction', definition: 'The opening capital in equal parts in every market at its first close once trading began, without costs, then held.' }, { value: counted.benchmarkReturn, reason: 'no market had a close, or the run books an account' }),
    metric('return', { id: 'sharpe', name: 'Sharpe ratio', unit: 'ratio', definition: 'Mean of the daily returns over their sample deviation, times √365; the risk-free rate is 0.' }, over(calendar, ANNUAL_DAYS_MIN, { value: figures.sharpeRatio(daily), reason: STILL })),
    metric('return', { id: 'sortino', name: 'Sortino ratio', unit: 'ratio', definition: 'Mean of the daily returns over their downside deviation √(Σ min(return, 0)² / days), times √365.' }, over(calendar, ANNUAL_DAYS_MIN, { value: figures.sortinoRatio(daily), reason: 'no day lost anything' })),
    metric('return', { id: 'calmar', name: 'Calmar ratio', unit: 'ratio', definition: 'Annualised return over the largest drawdown.' }, annualised.value === null ? annualised : { value: figures.calmarRatio({ annualised: annualised.value, maxDrawdown: counted.drawdown.depth }), reason: 'there was no drawdown' }),
  ];
};

const annualisedOf = ({ summary, calendar }: Pick<Measured, 'summary' | 'calendar'>): Value =>
  over(calendar, ANNUAL_DAYS_MIN, { value: figures.annualisedReturn({ total: Number(summary.return), years: calendar.hours / HOURS_PER_YEAR }), reason: 'more than everything was lost' });

const riskMetrics = ({ summary, calendar, counted }: Measured): readonly Metric[] => {
  const { daily } = calendar;
  const { drawdown } = counted;
  return [
    metric('risk', { id: 'volatility', name: 'Volatility', unit: 'fraction', definition: 'Sample deviation (n − 1) of the daily returns, times √365.' }, over(calendar, ANNUAL_DAYS_MIN, { value: figures.annualisedVolatility(daily), reason: 'fewer than two days' })),
    metric('risk', { id: 'max_drawdown', name: 'Largest drawdown', unit: 'fraction', definition: 'Largest fall of unit value below its highest so far, hour by hour, as a fraction of that highest.' }, known(Number(summary.maxDrawdown))),
    metric('risk', { id: 'max_drawdown_hours', name: 'Length of the largest drawdown', unit: 'hours', definition: 'Hours from its peak to the first hour at or above it again, or to the end of the run where it never came back.' }, { value: drawdown.peakHour === null ? null : drawdown.hours, reason: 'there was no drawdown' }),
    metric('risk', { id: 'value_at_risk', name: 'Value at risk, 95 %, a day', unit: 'fraction', definition: 'The daily return that 5 % of the days fell short of, as it happened (historical); negative is a loss.' }, over(calendar, TAIL_DAYS_MIN, { value: figures.valueAtRisk(daily), reason: STILL })),
    metric('risk', { id: 'expected_shortfall', name: 'Expected shortfall, 95 %, a day', unit: 'fraction', definition: 'Mean of the worst 5 % of the daily returns; negative is a loss.' }, over(calendar, TAIL_DAYS_MIN, { value: figures.expectedShortfall(daily), reason: STILL })),
    metric('risk', { id: 'probabilistic_sharpe', name: 'Probability of a Sharpe ratio above 0', unit: 'probability', definition: 'Given length, skewness and kurtosis of the daily returns (Bailey and López de Prado). It knows nothing of other trials: a sweep deflates it.' }, over(calendar, ANNUAL_DAYS_MIN, { value: probabilisticSharpe(daily), reason: STILL })),
    metric('risk', { id: 'exposure', name: 'Average exposure', unit: 'fraction', definition: 'Mean share of the portfolio held in positions, over the hours that could trade.' }, known(Number(summary.averageExposure))),
  ];
};

const NO_TRADE = 'no trade was closed';

const tradeMetrics = ({ summary, trades }: Measured): readonly Metric[] => {
  const results = trades.map(({ match }) => asDouble(match.result));
  const held = figures.meanOf(trades.map(({ entryHour, exitHour }) => exitHour - entryHour));
  const perTrade = (value: number | null): Value => ({ value, reason: NO_TRADE });
  return [
    metric('trades', { id: 'trades', name: 'Closed trades', unit: 'count', definition: 'Disposals matched with the lot they came from: each is a part of a position, or all of it.' }, known(summary.trades)),
    metric('trades', { id: 'hit_rate', name: 'Hit rate', unit: 'fraction', definition: 'Share of the closed trades with a result above zero, net of fees.' }, perTrade(figures.hitRate(results))),
    metric('trades', { id: 'profit_factor', name: 'Profit factor', unit: 'ratio', definition: 'Sum of the gains over the sum of the losses of closed trades, net of fees.' }, { value: figures.profitFactor(results), reason: results.length === 0 ? NO_TRADE : 'no trade lost anything' }),
    metric('trades', { id: 'expectancy', name: 'Expectancy', unit: 'quote', definition: 'Mean result of a closed trade, net of fees.' }, perTrade(figures.meanOf(results))),
    metric('trades', { id: 'holding_hours', name: 'Average holding time', unit: 'hours', definition: 'Mean hours from the hour in which a lot came to the hour in which it was sold, over closed trades.' }, perTrade(held)),
  ];
};

const costMetrics = ({ summary, calendar, counted }: Measured): readonly Metric[] => [
  metric('costs', { id: 'turnover', name: 'Turnover a year', unit: 'ratio', definition: 'What was bought and sold, halved, over the mean value of the portfolio, a year.' }, over(calendar, ANNUAL_DAYS_MIN, { value: figures.annualTurnover({ ...counted, years: calendar.hours / HOURS_PER_YEAR }), reason: 'the portfolio was worth nothing' })),
  metric('costs', { id: 'fees', name: 'Fees', unit: 'quote', definition: 'What fills were charged, valued in quote; part of the results.' }, known(Number(summary.fees))),
  metric('costs', { id: 'slippage', name: 'Slippage', unit: 'quote', definition: 'How far fills of takers lay from the open they met, times their quantity; part of the fill prices.' }, known(Number(summary.slippage))),
];
