/** How a replay is reported: its status in the words of the contract, and each failure with place and values. */
import type { ChangedRule } from '../engine/changed-rules.ts';
import { EXIT } from '../engine/problem.ts';
import type { ExitCode } from '../engine/problem.ts';
import type { ReplayFailure, SliceOfFailure } from '../engine/replay-failure.ts';
import type { ReplayReport } from '../engine/replay-run.ts';
import { counted, oneLine } from '../engine/wording.ts';
import { bold, dim, green, red } from './output.ts';

export const replayExit = ({ status, parity }: Pick<ReplayReport, 'status' | 'parity'>): ExitCode =>
  status === 'NO TARGETS' ? EXIT.nothing : status === 'OTHER VERSION' ? EXIT.refused : parity ? EXIT.done : EXIT.mismatch;

const SHOWN = 10;

/** A failure of a replay, or one that a check of stored hashes puts in its terms. */
export const failureText = (failure: Omit<ReplayFailure, 'code'> & Readonly<{ code: string }>): string => {
  const { code, severity, hour, step, event, field, expected, actual } = failure;
  return [
    `${red(code)} ${dim(severity)} ${hour ?? 'whole run'}${step === null ? '' : ` step ${step}`}`,
    `  where     ${event ?? 'run'}, ${field}`,
    `  expected  ${clipped(expected)}`,
    `  actual    ${clipped(actual)}`,
    ...sliceLines(failure),
  ].join('\n');
};

/** Which slice of the state differs, where it is about state. */
const sliceLines = ({ slice, sliceField, sliceExpected, sliceActual, sliceNote }: SliceOfFailure): readonly string[] => {
  if (slice === null) return sliceNote === null ? [] : [`  slice     ${sliceNote}`];
  return [`  slice     ${slice}, ${sliceField ?? ''}: ${clipped(sliceExpected)} stored, ${clipped(sliceActual)} now${sliceNote === null ? '' : ` (${sliceNote})`}`];
};

const CLIPPED = 300;
const clipped = (text: string | null): string => (text === null ? 'nothing' : oneLine(text.length > CLIPPED ? `${text.slice(0, CLIPPED)} …` : text));

export const replayText = (report: ReplayReport): string => {
  const coloured = report.parity ? green : red;
  const scope = report.from === null ? '' : `${report.run}: ${counted(report.hours, 'hour')}, ${report.from} to ${report.to ?? ''}`;
  const failures = report.failures.slice(0, SHOWN).map(failureText);
  const more = report.failures.length > SHOWN ? [`… and ${report.failures.length - SHOWN} more (--json lists all)`] : [];
  return [bold(coloured(report.status)), scope, ...(report.head === null ? [] : [`head ${report.head}`]), ...failures, ...more, ...ruleLines(report.changedRules)].join('\n');
};

/** Rules that changed between the versions of a run and those of this tb. */
export const ruleLines = (rules: readonly ChangedRule[]): readonly string[] => {
  if (rules.length === 0) return [];
  return [`${counted(rules.length, 'rule')} changed since (specs/decisions.md):`, ...rules.map(({ date, version, title }) => `  ${dim(date)}  ${dim(version)}  ${title}`)];
};
