/** `tb parity`: two runs side by side. */
import { requireRun } from '../../engine/find-run.ts';
import { compareRuns } from '../../engine/parity/compare-runs.ts';
import type { ParityReport } from '../../engine/parity/compare-runs.ts';
import { readHead } from '../../engine/run-head.ts';
import { counted } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { bold, green, printResult, red, table } from '../output.ts';
import { showProgress } from '../progress.ts';
import { replayExit } from '../replay-report.ts';
import { withStore } from '../store.ts';
import { amount } from '../verdict.ts';

export const run: Action<Readonly<{ left: string; right: string }>> = async options => {
  const report = await withStore(options, async client => {
    const pair = { left: await requireRun(client, options.left), right: await requireRun(client, options.right) };
    const hours = (await readHead(client, pair.left)).hour - pair.left.startHour + 1;
    const progress = showProgress(options, { label: 'parity', total: hours, unit: 'hours' });
    return compareRuns(client, pair, progress.to).finally(progress.stop);
  });
  printResult(options, { document: report, text: () => textOf(report) });
  process.exitCode = replayExit({ parity: report.parity, status: report.status === 'NO TARGETS' ? 'NO TARGETS' : 'REPLAY PARITY: FALSE' });
};

const textOf = ({ status, parity, left, right, hours, leftOnly, rightOnly, heads, head, differences, value }: ParityReport): string => {
  const extra = [...(leftOnly > 0 ? [`${left} has ${counted(leftOnly, 'hour')} more`] : []), ...(rightOnly > 0 ? [`${right} has ${counted(rightOnly, 'hour')} more`] : [])];
  const lines = differences.flatMap(difference => [
    `first difference  ${difference.hour ?? 'before the first hour'}: ${difference.event}, ${difference.field}`,
    `  ${left}  ${difference.left ?? 'nothing'}`,
    `  ${right}  ${difference.right ?? 'nothing'}`,
    ...sliceLines(difference),
  ]);
  return [
    bold((parity ? green : red)(status)),
    `${counted(hours, 'hour')} in common${extra.length === 0 ? '' : `; ${extra.join(', ')}`}`,
    ...(head === null ? [`heads ${heads.left} and ${heads.right}`] : [`head ${head}`]),
    ...lines,
    ...(value === null ? [] : valueLines(left, right, value)),
  ].join('\n');
};

/** Which slice of the state differs, where nothing else does. */
const sliceLines = ({ slice, sliceField, sliceLeft, sliceRight, sliceNote }: ParityReport['differences'][number]): readonly string[] => {
  if (slice === null) return sliceNote === null ? [] : [`  ${sliceNote}`];
  return [`  in slice ${slice}, ${sliceField ?? ''}: ${sliceLeft ?? 'nothing'} against ${sliceRight ?? 'nothing'}${sliceNote === null ? '' : ` (${sliceNote})`}`];
};

/** What each cause is, for whoever reads the table. */
const CAUSES = {
  opening: 'opened with other money or holdings',
  data: 'other candle values',
  gap: 'a candle that one of them did not have',
  operator: 'other commands of operators',
  rule: 'another strategy, parameter, size, profile or instrument',
  fills: 'the same order filled otherwise',
  fees: 'another fee for the same fill',
  missing_hour: 'hours that only one has executed',
  rounding: 'last decimals',
} as const;

const valueLines = (left: string, right: string, value: NonNullable<ParityReport['value']>): readonly string[] => [
  `${left} is worth ${amount(value.left)}, ${right} ${amount(value.right)}: ${amount(value.difference)} more or less, by cause`,
  table(['cause', 'amount', 'which is'], [...value.causes.map(part => [part.cause, part.amount, CAUSES[part.cause]]), ['sum', value.difference, '']]),
];
