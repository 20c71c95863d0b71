/** How verification is reported: the status of the contract, and each finding by table, key and column. */
import { formatTime, parseTime } from '../core/kernel/hours.ts';
import { timeMs } from '../core/kernel/units.ts';
import { isSignedAnew } from '../engine/anchors.ts';
import { EXIT } from '../engine/problem.ts';
import type { ExitCode } from '../engine/problem.ts';
import { hourOfFinding } from '../engine/verify-store.ts';
import type { BundleReport } from '../engine/verify-bundle.ts';
import type { DatabaseReport } from '../engine/verify-in-database.ts';
import type { LocatedFinding, VerifiedRun, VerifyReport } from '../engine/verify-store.ts';
import { counted, oneLine } from '../engine/wording.ts';
import { bold, dim, green, red, yellow } from './output.ts';

export const verifyExit = ({ status, verified }: Pick<VerifyReport, 'status' | 'verified'>): ExitCode => (status === 'NO TARGETS' ? EXIT.nothing : verified ? EXIT.done : EXIT.mismatch);

const SHOWN = 20;
const CLIPPED = 200;

const clipped = (text: string | null): string => (text === null ? 'nothing' : oneLine(text.length > CLIPPED ? `${text.slice(0, CLIPPED)} …` : text));

const findingText = (finding: LocatedFinding): string => {
  const { run, code, failure, table, key, column, expected, actual } = finding;
  const hour = hourOfFinding(finding);
  return [
    `${red(code)} ${run === null ? '' : `${run}: `}table ${bold(table)}, key ${bold(oneLine(key))}${column === null ? '' : `, column ${bold(column)}`}`,
    ...(hour === null ? [] : [`  hour      ${hour}`]),
    `  expected  ${clipped(expected)}`,
    `  actual    ${clipped(actual)}`,
    `  failure   ${failure}`,
  ].join('\n');
};

/** What a report of intact chains must say beside its status: how far the proof reaches. */
export const anchorWarnings = ({ status, runs, dropped, findings }: VerifyReport, requireAnchor: boolean): readonly string[] => {
  const gone = dropped.map(name => `${name} was signed and then dropped; its checkpoints anchor nothing any more.`);
  if (status === 'NO TARGETS' || status === 'CHAIN BROKEN') return gone;
  const anew = [...new Set(findings.filter(isSignedAnew).map(({ run }) => run))];
  if (anew.length > 0) return [...gone, ...anew.map(run => `Only revoked keys signed ${run} as it is; that anchors nothing. If you know the log to be yours, tb checkpoint ${run} signs it anew.`)];
  if (runs.every(({ anchor }) => anchor === null)) {
    return [...gone, requireAnchor || findings.length > 0 ? 'No signed checkpoint anchors these chains, and --require-anchor asks for one.' : 'No signed checkpoint anchors these chains: a tail cut off would not be seen.'];
  }
  const without = runs.filter(({ anchor }) => anchor === null).map(({ run }) => `No signed checkpoint anchors ${run}: a tail cut off would not be seen.`);
  const tails = runs.filter(({ anchor, to }) => anchor !== null && hourAfter(anchor.through) < to).map(({ run, anchor }) => `${run} is anchored through ${anchor!.through}; what was sealed since then is not: tb checkpoint ${run}.`);
  return [...gone, ...without, ...tails];
};

const HOUR_MS = 3_600_000;
const hourAfter = (hour: string): string => formatTime(timeMs(parseTime(hour)! + HOUR_MS));

const runText = ({ run, head, findings, anchor, eventsFrom, from }: VerifiedRun): string => {
  const by = anchor === null ? '' : ` anchored through ${anchor.through} by ${anchor.signers.join(', ')}`;
  const read = eventsFrom === from ? '' : eventsFrom === null ? '; its events are covered by that and were not read again' : `; events read from ${eventsFrom}`;
  return `${findings === 0 ? green('ok') : red('broken')} ${run} ${dim(head ?? 'no sealed hour')}${by}${read}`;
};

/** Migrations have rows of their own; everything else of the schema can be made anew. */
const isOfSchema = ({ code, table }: LocatedFinding): boolean => code === 'SCHEMA_DIFFERS' && table !== 'schema_version';
const SCHEMA_MENDED = 'The schema is not the one that this tb makes. Find out who changed it; then put back what is named, or make it anew: tb backup --out FILE, and tb restore FILE into a new store, which is verified on the way.';

export const verifyText = (report: VerifyReport, requireAnchor: boolean): string => {
  const { status, runs, hours, facts, decisions, candles } = report;
  // That an anchor is missing is the warning below; it has no place in a table.
  const findings = report.findings.filter(({ code }) => code !== 'UNANCHORED');
  const more = findings.length > SHOWN ? [`… and ${findings.length - SHOWN} more (--json lists all)`] : [];
  return [
    bold((status.startsWith('CHAIN OK') ? green : red)(status)),
    [counted(runs.length, 'run'), counted(hours, 'hour'), counted(facts, 'fact'), counted(decisions, 'decision'), counted(candles, 'candle')].join(', '),
    ...runs.map(runText),
    ...('inDatabase' in report ? [databaseText(report.inDatabase as DatabaseReport)] : []),
    ...findings.slice(0, SHOWN).map(findingText),
    ...more,
    ...(findings.some(isOfSchema) ? [SCHEMA_MENDED] : []),
    ...anchorWarnings(report, requireAnchor).map(yellow),
  ].join('\n');
};

const databaseText = ({ agrees, findings, ms }: DatabaseReport): string =>
  `${agrees ? green('agrees') : red('disagrees')} the verification inside the database: ${findings.length === 0 ? 'nothing wrong' : counted(findings.length, 'finding')}, ${ms} ms`;

export const bundleText = (report: BundleReport, requireAnchor: boolean): string => {
  const { executed, reducer, sameReducer } = report.bundle;
  const [status, tally, ...rest] = verifyText(report, requireAnchor).split('\n') as [string, string, ...string[]];
  const by = sameReducer ? 'by the code that made it' : `made by ${reducer?.build ?? 'other code'}, executed by other code here`;
  return [status, tally, `${executed === report.hours ? green('executed') : red('executed')} ${counted(executed, 'hour')} again, ${by}`, ...rest].join('\n');
};
