/** `tb backtest`: a strategy over a whole window, every hour sealed. */
import { hourUtc } from '../../core/kernel/units.ts';
import { runBacktest } from '../../engine/backtest.ts';
import type { BacktestRequest } from '../../engine/backtest.ts';
import { conductOf, ordersOf } from '../../engine/conduct.ts';
import { marketOf } from '../../engine/market-of.ts';
import { planRun } from '../../engine/plan-run.ts';
import { usage } from '../../engine/problem.ts';
import { orNearest, typed } from '../../engine/wording.ts';
import { runNameOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { dim, printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { runOptionsOf } from '../run-options.ts';
import type { RunOptionTexts } from '../run-options.ts';
import { withStore, withWriters } from '../store.ts';
import { verdictText } from '../verdict.ts';

type BacktestOptions = RunOptionTexts & Readonly<{ run?: string; keep: string; onHalt: string }>;

export const run: Action<BacktestOptions> = async options => {
  const choices = runOptionsOf(options);
  const { keep } = options;
  if (keep !== 'summary' && keep !== 'full') throw usage(`--keep: ${typed(keep)} is neither summary nor full${orNearest(keep, ['summary', 'full'])}`);
  ordersOf(conductOf(options.onHalt, hourUtc(0)));
  const name = options.run === undefined ? null : runNameOf('--run', options.run);
  const idle = name !== null ? '--run' : keep === 'full' ? '--keep' : null;
  if (options.noStore && idle !== null) throw usage(`${idle}: with --no-store nothing is kept.`, 'Leave one of the two out.');
  await withStore(options, async reader => {
    const market = await marketOf(reader, choices.symbols, { timeframe: choices.timeframe, hour: choices.fromHour });
    const plan = await planRun(choices, 'backtest', market);
    const hours = plan.window.endHour - plan.window.startHour;
    const progress = showProgress(options, { label: 'backtest', total: hours, unit: 'hours' });
    const request: Omit<BacktestRequest, 'store'> = { plan, name, keep, conduct: conductOf(options.onHalt, plan.window.endHour), onProgress: progress.to };
    const running = options.noStore ? runBacktest(reader, { ...request, store: null }) : withWriters(options, store => runBacktest(reader, { ...request, store }));
    const report = await running.finally(progress.stop);
    const { summary, engineMs, wallMs, existing } = report;
    printResult(options, {
      document: {
        ...summary,
        engineMs: Math.round(engineMs),
        existing,
        genesis: report.genesis,
        profile: plan.manifest.profile.name,
        run: report.name,
        symbolHoursPerSecond: engineMs === 0 ? null : Math.round((summary.symbolHours * 1_000) / engineMs),
        wallMs: Math.round(wallMs),
      },
      text: () => `${verdictText(report.name, plan.manifest, summary)}\n${dim(speedText(existing, summary.symbolHours, engineMs))}`,
    });
  });
};

const speedText = (existing: boolean, symbolHours: number, engineMs: number): string =>
  existing
    ? 'This run was in the store already; nothing was executed.'
    : `${symbolHours.toLocaleString('en-US')} symbol-hours in ${(engineMs / 1_000).toFixed(2)} s (${Math.round((symbolHours * 1_000) / Math.max(1, engineMs)).toLocaleString('en-US')}/s)`;
