/** How a replay is reported: its status in the words of the contract, and each failure with place and values. */
import { EXIT } from '../engine/problem.ts';
import type { ExitCode } from '../engine/problem.ts';
import type { ReplayFailure } from '../engine/replay-failure.ts';
import type { ReplayReport } from '../engine/replay-run.ts';
import { counted, oneLine } from '../engine/wording.ts';
import { bold, dim, green, red } from './output.ts';

export const replayExit = ({ status, parity }: Pick<ReplayReport, 'status' | 'parity'>): ExitCode =>
  status === 'NO TARGETS' ? EXIT.nothing : parity ? EXIT.done : EXIT.mismatch;

const SHOWN = 10;

export const failureText = ({ code, severity, hour, step, event, field, expected, actual }: ReplayFailure): string =>
  [
    `${red(code)} ${dim(severity)} ${hour ?? 'whole run'}${step === null ? '' : ` step ${step}`}`,
    `  where     ${event ?? 'run'}, ${field}`,
    `  expected  ${clipped(expected)}`,
    `  actual    ${clipped(actual)}`,
  ].join('\n');

const CLIPPED = 300;
const clipped = (text: string | null): string => (text === null ? 'nothing' : oneLine(text.length > CLIPPED ? `${text.slice(0, CLIPPED)} …` : text));

export const replayText = (report: ReplayReport): string => {
  const coloured = report.parity ? green : red;
  const scope = report.from === null ? '' : `${report.run}: ${counted(report.hours, 'hour')}, ${report.from} to ${report.to ?? ''}`;
  const failures = report.failures.slice(0, SHOWN).map(failureText);
  const more = report.failures.length > SHOWN ? [`… and ${report.failures.length - SHOWN} more (--json lists all)`] : [];
  return [bold(coloured(report.status)), scope, ...(report.head === null ? [] : [`head ${report.head}`]), ...failures, ...more].join('\n');
};
