/** How verification is reported: the status of the contract, and each finding by table, key and column. */
import { EXIT } from '../engine/problem.ts';
import type { ExitCode } from '../engine/problem.ts';
import type { LocatedFinding, VerifyReport } from '../engine/verify-store.ts';
import { bold, dim, green, red, yellow } from './output.ts';

export const verifyExit = ({ status, verified }: VerifyReport): ExitCode => (status === 'NO TARGETS' ? EXIT.nothing : verified ? EXIT.done : EXIT.mismatch);

const SHOWN = 20;
const CLIPPED = 200;

const clipped = (text: string | null): string => (text === null ? 'nothing' : text.length > CLIPPED ? `${text.slice(0, CLIPPED)} …` : text);

const findingText = ({ run, code, table, key, column, expected, actual }: LocatedFinding): string =>
  [`${red(code)} ${run === null ? '' : `${run}: `}table ${bold(table)}, key ${bold(key)}${column === null ? '' : `, column ${bold(column)}`}`, `  expected  ${clipped(expected)}`, `  actual    ${clipped(actual)}`].join('\n');

export const verifyText = (report: VerifyReport, requireAnchor: boolean): string => {
  const { status, runs, hours, facts, decisions, candles, findings } = report;
  const intact = findings.length === 0;
  const heads = runs.map(({ run, head, findings: found }) => `${found === 0 ? green('ok') : red('broken')} ${run} ${dim(head ?? 'no sealed hour')}`);
  const more = findings.length > SHOWN ? [`… and ${findings.length - SHOWN} more (--json lists all)`] : [];
  const anchor = intact ? [yellow(requireAnchor ? 'No signed checkpoint anchors these chains, and --require-anchor asks for one.' : 'No signed checkpoint anchors these chains: a tail cut off would not be seen.')] : [];
  return [
    bold((intact ? green : red)(status)),
    `${runs.length} runs, ${hours} hours, ${facts} facts, ${decisions} decisions, ${candles} candles`,
    ...heads,
    ...findings.slice(0, SHOWN).map(findingText),
    ...more,
    ...anchor,
  ].join('\n');
};
