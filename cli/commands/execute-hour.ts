/** `tb execute-hour`: executes and seals the next hour of a paper run, the named one, or all through one. */
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import type { checkpointsFolder, keysFolder, readTrust } from '../../engine/evidence-places.ts';
import { executeHours } from '../../engine/execute-hours.ts';
import type { ExecuteReport, RefusedCommand } from '../../engine/execute-hours.ts';
import { requireRun } from '../../engine/find-run.ts';
import { readOperatorFile } from '../../engine/operator-file.ts';
import { openSession } from '../../engine/paper.ts';
import { refused } from '../../engine/problem.ts';
import type { Witnesses } from '../../engine/restore-ahead.ts';
import { counted } from '../../engine/wording.ts';
import { hourOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult, yellow } from '../output.ts';
import { entriesStopped, riskReport } from '../risk-report.ts';
import { withStore } from '../store.ts';
import { amount } from '../verdict.ts';

type ExecuteOptions = Readonly<{ run: string; hour?: string; through?: string; facts?: string; withoutData: boolean }>;

export const run: Action<ExecuteOptions> = async options => {
  const started = performance.now();
  const hour = options.hour === undefined ? null : hourOf('--hour', options.hour);
  const through = options.through === undefined ? null : hourOf('--through', options.through);
  const facts = options.facts === undefined ? [] : await readOperatorFile(options.facts);
  // Loaded while the connection is made: it is needed at the first hour, and takes longer than what is asked of it.
  const places = import('../../engine/evidence-places.ts');
  await withStore(options, async client => {
    const stored = await requireRun(client, options.run);
    if (stored.mode !== 'paper') throw refused(`Run ${stored.name} is of mode ${stored.mode}; only a paper run is executed hour by hour.`, 'Open one: tb open --mode paper --run NAME …');
    const session = await openSession(client, stored);
    const last = through ?? hour ?? session.progress.hour;
    const progress = await progressOf(options, Math.max(1, last - session.progress.hour + 1));
    const witnesses = witnessesOf(await places);
    const report = await executeHours(client, session, { hour, through, facts, withoutData: options.withoutData, nowMs: Date.now(), onHour: progress.to, witnesses }).finally(progress.stop);
    printReport(options, report, performance.now() - started);
  });
};

type Places = Readonly<{ checkpointsFolder: typeof checkpointsFolder; keysFolder: typeof keysFolder; readTrust: typeof readTrust }>;

const witnessesOf = (places: Places): Witnesses => ({
  folder: places.checkpointsFolder(undefined),
  trustedKeys: () => places.readTrust({ trust: [], keys: places.keysFolder(undefined) }),
});

/** The bar is loaded only for what takes longer than a second. */
const progressOf = async (options: Parameters<Action<ExecuteOptions>>[0], total: number) =>
  total < 20 ? { to: () => undefined, stop: () => undefined } : (await import('../progress.ts')).showProgress(options, { label: 'execute', total, unit: 'hours' });

const printReport = (options: Parameters<Action<ExecuteOptions>>[0], report: ExecuteReport, wallMs: number): void => {
  const { session, hour, executed, already, valuation } = report;
  const worth = valuation === null ? '' : `, worth ${amount(formatDecimal(valuation.value))} ${session.desk.manifest.quote}`;
  const risk = riskReport(session.desk, session.progress.state.risk);
  const stopped = entriesStopped(session.run.name, risk);
  const warnings = [...report.refusedCommands.map(command => refusalText(command, session.desk.manifest.quote)), ...(stopped === null ? [] : [stopped])];
  printResult(options, {
    warnings,
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
      refusedCommands: report.refusedCommands.map(({ asked, code, command, hour: at, key, limit }) => ({ asked: formatDecimal(asked), code, command, hour: formatHour(at), key, limit: formatDecimal(limit) })),
      risk,
      run: session.run.name,
      symbolHours: executed * session.desk.symbols.length,
      trades: report.trades,
      wallMs: Math.round(wallMs),
    },
    text: () => {
      const done = already
        ? `${session.run.name}: the hour was sealed already, nothing was done.`
        : `${session.run.name}: ${counted(executed, 'hour')} through ${formatHour(hour)}, ${counted(report.decisions, 'decision')}, ${counted(report.fills, 'fill')}${worth}`;
      return [done, `head ${report.engineHead}`, ...warnings.map(warning => `${yellow('warning')} ${warning}`)].join('\n');
    },
  });
};

/** What became of a command that the desk did not obey, and what its sender may do. */
const refusalText = ({ asked, code, command, hour, limit }: RefusedCommand, quote: string): string => `${command} was refused in hour ${formatHour(hour)}: ${code}. ${whyRefused({ asked, code, limit }, quote)}`;

const whyRefused = ({ asked, code, limit }: Pick<RefusedCommand, 'asked' | 'code' | 'limit'>, quote: string): string => {
  switch (code) {
    case 'INSUFFICIENT_FREE_CASH':
      return `${formatDecimal(asked)} ${quote} were asked for and ${formatDecimal(limit)} are free; nothing was paid out. Ask for less, or flatten first.`;
    case 'NOT_HALTED':
      return 'The desk is active and no review is open; the peak of drawdown stays.';
    case 'NOTHING_HELD':
      return 'There is no position, order or wish to end.';
    case 'NOTHING_TO_CANCEL':
      return 'No order works and nothing is wished.';
    case 'PROFILE_UNCHANGED':
      return 'This profile is in force already.';
    case 'PROFILE_REFUSED':
      return 'The profile before stays in force; tb profile show --profile FILE names the bounds.';
  }
};
