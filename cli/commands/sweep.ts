/** `tb sweep`: a strategy with every combination of parameters over one window, each sealed as a backtest is. */
import { availableParallelism } from 'node:os';
import { findRun } from '../../adapters/store/runs.ts';
import { assert } from '../../core/kernel/assert.ts';
import { hourUtc } from '../../core/kernel/units.ts';
import { runBacktest } from '../../engine/backtest.ts';
import { conductOf, ordersOf } from '../../engine/conduct.ts';
import { marketOf } from '../../engine/market-of.ts';
import { planRun } from '../../engine/plan-run.ts';
import type { RunOptions } from '../../engine/plan-run.ts';
import { refused, usage } from '../../engine/problem.ts';
import { axesOf, combinationsOf } from '../../engine/sweep/grid.ts';
import { isSort, SORTS } from '../../engine/sweep/ranking.ts';
import { planSweep, readSweepCandles, runSweep, vintageFor, withCombination } from '../../engine/sweep/sweep.ts';
import type { SweepPlan, SweptTrial } from '../../engine/sweep/sweep.ts';
import { orNearest, typed } from '../../engine/wording.ts';
import { countOf, pairsOf, runNameOf } from '../arguments.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { runOptionsOf } from '../run-options.ts';
import type { RunOptionTexts } from '../run-options.ts';
import { withStore, withWriters } from '../store.ts';
import { sweepDocument, sweepText } from '../sweep-report.ts';

type SweepOptions = RunOptionTexts & Readonly<{ sort: string; workers?: string; top: string; onHalt: string; keepBest?: string }>;

const WORKERS_MAX = 256;
const TOP_MAX = 10_000;

export const run: Action<SweepOptions> = async options => {
  const { sort, onHalt } = options;
  if (!isSort(sort)) throw usage(`--sort: ${typed(sort)} is none of ${SORTS.join(', ')}${orNearest(sort, SORTS)}`);
  ordersOf(conductOf(onHalt, hourUtc(0)));
  const top = countOf('--top', options.top, { min: 1, max: TOP_MAX });
  const asked = options.workers === undefined ? availableParallelism() : countOf('--workers', options.workers, { min: 1, max: WORKERS_MAX });
  const name = options.keepBest === undefined ? null : runNameOf('--keep-best', options.keepBest);
  const combinations = combinationsOf(axesOf(pairsOf('--param', options.param)));
  const choices = runOptionsOf({ ...options, param: [] });
  const { plan, candles } = await withStore(options, async client => {
    const market = await marketOf(client, choices.symbols, { timeframe: choices.timeframe, hour: choices.fromHour });
    const planned = await planSweep(choices, combinations, market);
    if (name !== null) requireFree(name, planned, await findRun(client, name));
    return { plan: planned, candles: await readSweepCandles(client, planned) };
  });
  const workers = Math.min(asked, combinations.length);
  const progress = showProgress(options, { label: 'sweep', total: combinations.length, unit: 'runs' });
  const report = await runSweep(plan, candles.columns, { onHalt, sort, workers, onProgress: progress.to }).finally(progress.stop);
  if (name !== null) await keepBest(options, { name, choices, best: report.trials[0]!, vintage: candles.vintage });
  printResult(options, {
    document: sweepDocument(report, { sort, workers, kept: name }),
    text: () => sweepText(report, { sort, workers, kept: name, top }),
  });
};

/** Told before anything runs. Which combination will be the best is not known yet, so the run there may be any of them. */
const requireFree = (name: string, plan: SweepPlan, stored: Awaited<ReturnType<typeof findRun>>): void => {
  if (stored === null || plan.trials.some(({ genesis }) => genesis === stored.genesis)) return;
  throw usage(`--keep-best: a run ${name} exists already, with other options, another window or other data.`, 'Choose another name; tb runs lists them.');
};

type Kept = Readonly<{ name: string; choices: RunOptions; best: SweptTrial; vintage: number }>;

/** An ordinary backtest of the best combination, over the candles that the sweep saw. */
const keepBest = (options: SweepOptions & GlobalOptions, { name, choices, best, vintage }: Kept): Promise<void> =>
  withStore(options, async reader => {
    const market = await marketOf(reader, choices.symbols, { timeframe: choices.timeframe, hour: choices.fromHour });
    const plan = await planRun(withCombination(choices, best.combination), 'backtest', market);
    const isSame = plan.desk.genesis === best.genesis && (await vintageFor(reader, { symbols: plan.desk.symbols, timeframe: choices.timeframe })) === vintage;
    if (!isSame) throw refused('--keep-best: candles were imported, or the strategy was changed, while the sweep ran; nothing was stored.', 'Run the sweep again.');
    const conduct = conductOf(options.onHalt, plan.window.endHour);
    const { summary } = await withWriters(options, store => runBacktest(reader, { plan, name, keep: 'summary', conduct, store, onProgress: () => undefined }));
    assert(summary.head === best.summary.head, 'A combination of a sweep and its backtest end in one head.');
  });
