/**
 * A sweep: every combination of a grid planned before any is run, candles read once, each combination executed and sealed
 * by the engine of a backtest on some thread, results by a figure. It stores nothing.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { ingestHorizon, vintageOf } from '../../adapters/store/series.ts';
import type { Digest, HourUtc, MarketSymbol } from '../../core/kernel/units.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { manifestText } from '../../core/manifest.ts';
import { conductOf } from '../conduct.ts';
import { seriesOf } from '../market-of.ts';
import { planRun } from '../plan-run.ts';
import type { MarketKnowledge, RunOptions, RunPlan } from '../plan-run.ts';
import { Problem } from '../problem.ts';
import type { RunSummary } from '../run-summary.ts';
import { combinationText } from './grid.ts';
import type { Combination } from './grid.ts';
import { sharpeRatio } from '../report/metrics.ts';
import { ranked } from './ranking.ts';
import type { Sort } from './ranking.ts';
import { selectionOf } from './selection.ts';
import type { Selection } from './selection.ts';
import { readSharedColumns } from './shared-columns.ts';
import { sweepTasks } from './sweep-pool.ts';

/** A combination as it will run. */
type Planned = Readonly<{ combination: Combination; manifestText: string; genesis: Digest; startHour: HourUtc }>;

/** Every combination, in the order of the grid, and what they have in common. */
export type SweepPlan = Readonly<{ trials: readonly Planned[]; symbols: readonly MarketSymbol[]; timeframe: RunOptions['timeframe']; endHour: HourUtc; strategySource: string | null }>;

export type SweptTrial = Readonly<{ combination: Combination; genesis: Digest; summary: RunSummary; sharpe: number | null; dailyReturns: readonly number[] }>;
/** Best first. */
export type SweepReport = Readonly<{ trials: readonly SweptTrial[]; selection: Selection; wallMs: number }>;

/** The options of one combination: what does not vary, and its values. */
export const withCombination = (options: RunOptions, combination: Combination): RunOptions => ({ ...options, param: { ...options.param, ...combination } });

/** Plans every combination, so that one that cannot run is told before any does. Throws Problem, naming the first of them. */
export const planSweep = async (options: RunOptions, combinations: readonly Combination[], market: MarketKnowledge): Promise<SweepPlan> => {
  const trials: Planned[] = [];
  const refusals: Readonly<{ combination: Combination; problem: Problem }>[] = [];
  let first = null as RunPlan | null;
  for (const combination of combinations) {
    try {
      const plan = await planRun(withCombination(options, combination), 'backtest', market);
      first ??= plan;
      trials.push({ combination, manifestText: manifestText(plan.manifest), genesis: plan.desk.genesis, startHour: plan.window.startHour });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refusals.push({ combination, problem: error });
    }
  }
  const [refusal] = refusals;
  if (refusal !== undefined) throw refusedCombination(refusal, { refused: refusals.length, asked: combinations.length });
  const { window, desk, strategySource } = first!;
  return { trials, symbols: desk.symbols, timeframe: desk.manifest.timeframe, endHour: window.endHour, strategySource };
};

/** `vintage`: the imports that the candles were read from, as a stored run names them. */
export type SweepCandles = Readonly<{ columns: readonly CandleColumns[]; vintage: number }>;

/** The candles of every combination: from where the longest warm-up begins. */
export const readSweepCandles = async (client: StoreClient, plan: SweepPlan): Promise<SweepCandles> => {
  const vintage = await vintageFor(client, plan);
  const startHour = plan.trials.reduce((first, trial) => (trial.startHour < first ? trial.startHour : first), plan.endHour);
  const series = seriesOf(plan.symbols, plan.timeframe);
  return { columns: await readSharedColumns(client, { series, startHour, endHour: plan.endHour, ingestThrough: vintage }), vintage };
};

/** The imports that a backtest of this plan would read now. */
export const vintageFor = async (client: StoreClient, { symbols, timeframe }: Pick<SweepPlan, 'symbols' | 'timeframe'>): Promise<number> => {
  const series = seriesOf(symbols, timeframe);
  return vintageOf(client, series, await ingestHorizon(client, series));
};

type Refusal = Readonly<{ combination: Combination; problem: Problem }>;

/** What every combination is refused for is no matter of the combination. */
const refusedCombination = ({ combination, problem }: Refusal, { refused, asked }: Readonly<{ refused: number; asked: number }>): Problem => {
  const where = refused === 1 ? combinationText(combination) : `${refused} of ${asked} combinations; the first, ${combinationText(combination)}`;
  return refused === asked ? problem : new Problem(problem.exit, `Nothing was run: ${where}: ${problem.message}`, problem.hint, problem.lines);
};

type SweepRequest = Readonly<{ onHalt: string; sort: Sort; workers: number; onProgress: (done: number) => void }>;

/** Throws what the first combination that failed threw, with its values before it. */
export const runSweep = async (plan: SweepPlan, columns: readonly CandleColumns[], { onHalt, sort, workers, onProgress }: SweepRequest): Promise<SweepReport> => {
  const started = performance.now();
  const { endHour, strategySource } = plan;
  const swept = await sweepTasks(
    plan.trials.map(trial => ({ manifestText: trial.manifestText })),
    { start: { columns, strategySource, endHour, conduct: conductOf(onHalt, endHour) }, workers, onDone: onProgress },
  );
  if (!swept.ok) {
    const { index, error } = swept.failure;
    error.message = `${combinationText(plan.trials[index]!.combination)}: ${error.message}`;
    throw error;
  }
  const trials = plan.trials.map(({ combination, genesis }, index): SweptTrial => {
    const { summary, dailyReturns } = swept.results[index]!;
    return { combination, genesis, summary, sharpe: sharpeRatio(dailyReturns), dailyReturns };
  });
  const best = ranked(trials, sort);
  return { trials: best, selection: selectionOf(best[0]!, trials), wallMs: performance.now() - started };
};
