/** `tb parity`: two runs side by side. */
import { requireRun } from '../../engine/find-run.ts';
import { compareRuns } from '../../engine/parity.ts';
import type { ParityReport } from '../../engine/parity.ts';
import { counted } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { bold, green, printResult, red } from '../output.ts';
import { replayExit } from '../replay-report.ts';
import { withStore } from '../store.ts';

export const run: Action<Readonly<{ left: string; right: string }>> = async options => {
  const report = await withStore(options, async client => compareRuns(client, { left: await requireRun(client, options.left), right: await requireRun(client, options.right) }));
  printResult(options, { document: report, text: () => textOf(report) });
  process.exitCode = replayExit({ parity: report.parity, status: report.status === 'NO TARGETS' ? 'NO TARGETS' : 'REPLAY PARITY: FALSE' });
};

const textOf = ({ status, parity, left, right, hours, leftOnly, rightOnly, heads, head, differences }: ParityReport): string => {
  const extra = [...(leftOnly > 0 ? [`${left} has ${counted(leftOnly, 'hour')} more`] : []), ...(rightOnly > 0 ? [`${right} has ${counted(rightOnly, 'hour')} more`] : [])];
  const lines = differences.flatMap(difference => [
    `first difference  ${difference.hour ?? 'before the first hour'}: ${difference.event}, ${difference.field}`,
    `  ${left}  ${difference.left ?? 'nothing'}`,
    `  ${right}  ${difference.right ?? 'nothing'}`,
  ]);
  return [
    bold((parity ? green : red)(status)),
    `${counted(hours, 'hour')} in common${extra.length === 0 ? '' : `; ${extra.join(', ')}`}`,
    ...(head === null ? [`heads ${heads.left} and ${heads.right}`] : [`head ${head}`]),
    ...lines,
  ].join('\n');
};
