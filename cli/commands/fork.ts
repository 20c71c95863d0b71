/** `tb fork`: a run as it went, beside how it would have gone under another rule. */
import { formatHour } from '../../core/kernel/hours.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { requireRun } from '../../engine/find-run.ts';
import { readHead } from '../../engine/run-head.ts';
import { forkRun } from '../../engine/explain/fork.ts';
import type { Course, ForkReport } from '../../engine/explain/fork.ts';
import type { ForkChanges } from '../../engine/explain/fork-desk.ts';
import { hourOf, pairsOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { bold, dim, facts, printResult, table } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { amount, percent } from '../verdict.ts';

type ForkOptions = Omit<ForkChanges, 'param'> & Readonly<{ run: string; at: string; to?: string; param: readonly string[]; trades: boolean }>;

export const run: Action<ForkOptions> = async options => {
  const at = hourOf('--at', options.at);
  const to = options.to === undefined ? null : hourOf('--to', options.to);
  const { strategy, profile, fees, slippage, participation, size, entry } = options;
  const changes = { param: pairsOf('--param', options.param), ...given({ strategy, profile, fees, slippage, participation, size, entry }) };
  const report = await withStore(options, async client => {
    const stored = await requireRun(client, options.run);
    const total = (to ?? (await readHead(client, stored)).hour + 1) - at;
    const progress = showProgress(options, { label: 'fork', total, unit: 'hours' });
    return forkRun(client, { run: stored, at, to, changes, onProgress: progress.to }).finally(progress.stop);
  });
  printResult(options, { document: documentOf(options, report), text: () => textOf(options, report) });
};

/** Only what was typed: absent means as the parent has it. */
const given = <Texts extends Readonly<Record<string, string | undefined>>>(texts: Texts): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).filter((pair): pair is [string, string] => pair[1] !== undefined));

const documentOf = (options: ForkOptions, { from, to, desk, genesis, parent, fork, firstDifference }: ForkReport): Readonly<Record<string, unknown>> => ({
  firstDifference: firstDifference === null ? null : { ...firstDifference, hour: formatHour(firstDifference.hour) },
  fork: courseDocument(options, fork),
  from: formatHour(from),
  genesis,
  hours: to - from,
  manifest: JSON.parse(canonicalText(desk.manifest)) as unknown,
  parent: courseDocument(options, parent),
  run: options.run,
  to: formatHour(to),
});

const courseDocument = ({ trades: listed }: ForkOptions, { summary, trades }: Course): Readonly<Record<string, unknown>> => {
  // Neither says anything of a stretch: both count from the opening of the run.
  const { notTraded: _, conduct: __, ...counted } = summary;
  return listed ? { ...counted, tradeList: JSON.parse(canonicalText(trades)) as unknown } : counted;
};

const textOf = (options: ForkOptions, { from, to, parent, fork, firstDifference }: ForkReport): string => {
  const rows: readonly (readonly [string, (course: Course) => string])[] = [
    ['equity', ({ summary }) => amount(summary.equity)],
    ['since the fork', ({ summary }) => percent(String(Number(summary.equity) / Number(summary.openingEquity) - 1), true)],
    ['drawdown', ({ summary }) => percent(summary.maxDrawdown)],
    ['exposure', ({ summary }) => percent(summary.averageExposure)],
    ['fees', ({ summary }) => amount(summary.fees)],
    ['slippage', ({ summary }) => amount(summary.slippage)],
    ['fills', ({ summary }) => String(summary.fills)],
    ['trades', ({ summary }) => String(summary.trades)],
    ['with a gain', ({ summary }) => String(summary.winningTrades)],
    ['refused', ({ summary }) => String(Object.values(summary.refusals).reduce((sum, count) => sum + count, 0))],
  ];
  const difference =
    firstDifference === null
      ? 'Both went the same way.'
      : facts([
          ['first difference', `${formatHour(firstDifference.hour)} ${firstDifference.event}, ${firstDifference.field}`],
          [options.run, firstDifference.expected ?? 'nothing'],
          ['fork', firstDifference.actual ?? 'nothing'],
        ]);
  return [
    `${bold(options.run)} ${dim(`forked at ${formatHour(from)}, to ${formatHour(to)}; nothing is stored`)}`,
    table(['', options.run, 'fork'], rows.map(([name, of]) => [name, of(parent), of(fork)])),
    difference,
    ...(options.trades ? [tradesText(options.run, parent), tradesText('fork', fork)] : []),
    dim(`head of the fork ${fork.summary.head}`),
  ].join('\n');
};

const tradesText = (name: string, { trades }: Course): string =>
  trades.length === 0
    ? `${name}: no closed trade`
    : table(
        [`${name}: trade`, 'quantity', 'proceeds', 'result'],
        trades.map(trade => {
          const { quantity, proceeds, result } = JSON.parse(canonicalText({ quantity: trade.quantity, proceeds: trade.proceeds, result: trade.result })) as Readonly<Record<string, string>>;
          return [trade.symbol, quantity!, amount(proceeds!), amount(result!)];
        }),
      );
