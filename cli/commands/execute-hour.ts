/** `tb execute-hour`: executes and seals the next hour of a paper run, the named one, or all through one. */
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import { executeHours } from '../../engine/execute-hours.ts';
import type { ExecuteReport } from '../../engine/execute-hours.ts';
import { requireRun } from '../../engine/find-run.ts';
import { readOperatorFile } from '../../engine/operator-file.ts';
import { openSession } from '../../engine/paper.ts';
import { refused } from '../../engine/problem.ts';
import { counted } from '../../engine/wording.ts';
import { hourOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { withStore } from '../store.ts';
import { amount } from '../verdict.ts';

type ExecuteOptions = Readonly<{ run: string; hour?: string; through?: string; facts?: string; withoutData: boolean }>;

export const run: Action<ExecuteOptions> = async options => {
  const started = performance.now();
  const hour = options.hour === undefined ? null : hourOf('--hour', options.hour);
  const through = options.through === undefined ? null : hourOf('--through', options.through);
  const facts = options.facts === undefined ? [] : await readOperatorFile(options.facts);
  await withStore(options, async client => {
    const stored = await requireRun(client, options.run);
    if (stored.mode !== 'paper') throw refused(`Run ${stored.name} is a ${stored.mode}; only a paper run is executed hour by hour.`, 'Open one: tb open --mode paper --run NAME …');
    const session = await openSession(client, stored);
    const last = through ?? hour ?? session.progress.hour;
    const progress = await progressOf(options, Math.max(1, last - session.progress.hour + 1));
    const report = await executeHours(client, session, { hour, through, facts, withoutData: options.withoutData, nowMs: Date.now(), onHour: progress.to }).finally(progress.stop);
    printReport(options, report, performance.now() - started);
  });
};

/** The bar is loaded only for what takes longer than a second. */
const progressOf = async (options: Parameters<Action<ExecuteOptions>>[0], total: number) =>
  total < 20 ? { to: () => undefined, stop: () => undefined } : (await import('../progress.ts')).showProgress(options, { label: 'execute', total, unit: 'hours' });

const printReport = (options: Parameters<Action<ExecuteOptions>>[0], report: ExecuteReport, wallMs: number): void => {
  const { session, hour, executed, already, valuation } = report;
  const worth = valuation === null ? '' : `, worth ${amount(formatDecimal(valuation.value))} ${session.desk.manifest.quote}`;
  printResult(options, {
    document: {
      already,
      cash: valuation === null ? null : formatDecimal(valuation.cash),
      decisions: report.decisions,
      engineMs: Math.round(report.engineMs),
      equity: valuation === null ? null : formatDecimal(valuation.value),
      executed,
      fills: report.fills,
      head: report.engineHead,
      hour: formatHour(hour),
      hours: session.progress.hour - session.run.startHour,
      run: session.run.name,
      symbolHours: executed * session.desk.symbols.length,
      trades: report.trades,
      wallMs: Math.round(wallMs),
    },
    text: () =>
      already
        ? `${session.run.name}: the hour was sealed already, nothing was done.\nhead ${report.engineHead}`
        : `${session.run.name}: ${counted(executed, 'hour')} through ${formatHour(hour)}, ${counted(report.decisions, 'decision')}, ${counted(report.fills, 'fill')}${worth}\nhead ${report.engineHead}`,
  });
};
