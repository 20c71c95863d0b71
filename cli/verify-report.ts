/** How verification is reported: the status of the contract, and each finding by table, key and column. */
import { EXIT } from '../engine/problem.ts';
import type { ExitCode } from '../engine/problem.ts';
import { hourOfFinding } from '../engine/verify-store.ts';
import type { LocatedFinding, VerifyReport } from '../engine/verify-store.ts';
import { counted, oneLine } from '../engine/wording.ts';
import { bold, dim, green, red, yellow } from './output.ts';

export const verifyExit = ({ status, verified }: VerifyReport): ExitCode => (status === 'NO TARGETS' ? EXIT.nothing : verified ? EXIT.done : EXIT.mismatch);

const SHOWN = 20;
const CLIPPED = 200;

const clipped = (text: string | null): string => (text === null ? 'nothing' : oneLine(text.length > CLIPPED ? `${text.slice(0, CLIPPED)} …` : text));

const findingText = (finding: LocatedFinding): string => {
  const { run, code, table, key, column, expected, actual } = finding;
  const hour = hourOfFinding(finding);
  return [
    `${red(code)} ${run === null ? '' : `${run}: `}table ${bold(table)}, key ${bold(oneLine(key))}${column === null ? '' : `, column ${bold(column)}`}`,
    ...(hour === null ? [] : [`  hour      ${hour}`]),
    `  expected  ${clipped(expected)}`,
    `  actual    ${clipped(actual)}`,
  ].join('\n');
};

/** What a report of intact chains must say beside its status: how far the proof reaches. */
export const anchorWarnings = ({ status, findings }: VerifyReport, requireAnchor: boolean): readonly string[] => {
  if (status === 'NO TARGETS' || findings.length > 0) return [];
  return [requireAnchor ? 'No signed checkpoint anchors these chains, and --require-anchor asks for one.' : 'No signed checkpoint anchors these chains: a tail cut off would not be seen.'];
};

export const verifyText = (report: VerifyReport, requireAnchor: boolean): string => {
  const { status, runs, hours, facts, decisions, candles, findings } = report;
  const heads = runs.map(({ run, head, findings: found }) => `${found === 0 ? green('ok') : red('broken')} ${run} ${dim(head ?? 'no sealed hour')}`);
  const more = findings.length > SHOWN ? [`… and ${findings.length - SHOWN} more (--json lists all)`] : [];
  return [
    bold((status === 'CHAIN OK, UNANCHORED' ? green : red)(status)),
    [counted(runs.length, 'run'), counted(hours, 'hour'), counted(facts, 'fact'), counted(decisions, 'decision'), counted(candles, 'candle')].join(', '),
    ...heads,
    ...findings.slice(0, SHOWN).map(findingText),
    ...more,
    ...anchorWarnings(report, requireAnchor).map(yellow),
  ].join('\n');
};
