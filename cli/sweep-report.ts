/** What a sweep answers: one document for programs, a table and what speaks against it for people. */
import type { Sort } from '../engine/sweep/ranking.ts';
import type { SweepReport, SweptTrial } from '../engine/sweep/sweep.ts';
import { counted } from '../engine/wording.ts';
import { dim, table } from './output.ts';
import { percent } from './verdict.ts';

type Told = Readonly<{ sort: Sort; workers: number; kept: string | null }>;

/** Report arithmetic has doubles; documents have decimal text. */
const DECIMALS = 6;
const decimals = (value: number | null): string | null => (value === null ? null : value.toFixed(DECIMALS));

const symbolHoursOf = ({ trials }: SweepReport): number => trials.reduce((sum, { summary }) => sum + summary.symbolHours, 0);
const perSecond = (report: SweepReport): number => Math.round((symbolHoursOf(report) * 1_000) / Math.max(1, report.wallMs));

export const sweepDocument = (report: SweepReport, { sort, workers, kept }: Told): Readonly<Record<string, unknown>> => ({
  combinations: report.trials.length,
  kept,
  overfitting: { deflatedSharpe: decimals(report.selection.deflatedSharpe), probability: decimals(report.selection.probabilityOfOverfitting) },
  sort,
  symbolHours: symbolHoursOf(report),
  symbolHoursPerSecond: perSecond(report),
  trials: report.trials.map(trialDocument),
  wallMs: Math.round(report.wallMs),
  workers,
});

const trialDocument = ({ combination, genesis, sharpe, summary }: SweptTrial) => ({
  averageExposure: summary.averageExposure,
  equity: summary.equity,
  fees: summary.fees,
  genesis,
  head: summary.head,
  hours: summary.hours,
  maxDrawdown: summary.maxDrawdown,
  notTraded: summary.notTraded,
  parameters: combination,
  return: summary.return,
  sharpe: decimals(sharpe),
  trades: summary.trades,
  winningTrades: summary.winningTrades,
});

const HEAD_SHOWN = 12;

export const sweepText = (report: SweepReport, { sort, workers, kept, top }: Told & Readonly<{ top: number }>): string => {
  const { trials } = report;
  const names = Object.keys(trials[0]!.combination);
  const rows = trials.slice(0, top).map(({ combination, summary, sharpe }) => [
    ...names.map(name => combination[name]!),
    percent(summary.return, true).replace(' ', ''),
    sharpe === null ? '' : sharpe.toFixed(2),
    percent(summary.maxDrawdown).replace(' ', ''),
    String(summary.trades),
    percent(summary.averageExposure).replace(' ', ''),
    summary.head.slice(0, HEAD_SHOWN),
  ]);
  const hidden = trials.length - rows.length;
  return [
    table([...names, 'return', 'sharpe', 'drawdown', 'trades', 'exposure', 'head'], rows),
    ...(hidden === 0 ? [] : [dim(`and ${counted(hidden, 'more combination')}; --top shows more, --json all`)]),
    ...overfittingText(report),
    kept === null ? dim('Nothing was stored; --keep-best NAME stores the best.') : `The best by ${sort} is stored as ${kept}.`,
    dim(`${counted(trials.length, 'combination')}, ${symbolHoursOf(report).toLocaleString('en-US')} symbol-hours in ${(report.wallMs / 1_000).toFixed(2)} s on ${counted(workers, 'thread')} (${perSecond(report).toLocaleString('en-US')}/s)`),
  ].join('\n');
};

/** Both are probabilities, and no promise: trading costs and markets change besides. */
const overfittingText = ({ selection: { deflatedSharpe, probabilityOfOverfitting }, trials }: SweepReport): readonly string[] => [
  ...(deflatedSharpe === null ? [] : [`The best has a Sharpe ratio above what ${trials.length} tries give by luck with a probability of ${percent(String(deflatedSharpe))} (deflated Sharpe ratio).`]),
  ...(probabilityOfOverfitting === null ? [] : [`What is best in one half of the days is no better than the median in the other with a probability of ${percent(String(probabilityOfOverfitting))} (overfitting).`]),
];
