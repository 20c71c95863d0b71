/** How the gate over frozen runs is reported: for people, as the summary of a job in Markdown, and as annotations of GitHub Actions. */
import type { FrozenChange } from '../engine/frozen-changes.ts';
import type { FrozenRun } from '../engine/frozen-run.ts';
import { counted, oneLine } from '../engine/wording.ts';
import { bold, dim, green, red, table, yellow } from './output.ts';
import { failureText, ruleLines } from './replay-report.ts';

export const isParity = ({ verdict }: Pick<FrozenRun, 'verdict'>): boolean => verdict === 'SAME';

type Gate = Readonly<{ runs: readonly FrozenRun[]; folder: string }>;

const nameOf = ({ run, file }: FrozenRun): string => run ?? file;
const shortHead = (head: string | null): string => (head === null ? '-' : head.slice(0, 12));

const CLIPPED = 160;
const clipped = (text: string | null): string => (text === null ? 'nothing' : oneLine(text.length > CLIPPED ? `${text.slice(0, CLIPPED)} …` : text));

/** What is wrong with a run in one sentence. */
const sentenceOf = (run: FrozenRun): string => {
  const { verdict, changedDecisions, decisions, changedHours, hours, failures } = run;
  const changed = `${counted(changedDecisions, 'changed decision')} (${decisions} were frozen) and ${changedHours} of ${counted(hours, 'hour')} with changed events`;
  switch (verdict) {
    case 'SAME':
      return `${counted(decisions, 'decision')} in ${counted(hours, 'hour')}, all as frozen`;
    case 'CHANGED':
      return changedHours > 0 ? changed : `no event changed, but ${failures[0]?.event ?? 'the run'} did: ${failures[0]?.field ?? ''}`;
    case 'OTHER VERSION':
      return `frozen under other versions; ${hours === 0 ? 'nothing could be executed' : `under the rules of this tb ${changed}`}`;
    case 'BROKEN':
      return 'the file is damaged, so nothing can be said of the run';
  }
};

/** What became of an event: gone, new, or another value in a field. */
const becameOf = ({ field, expected, actual }: FrozenChange): string => (field !== 'presence' ? field : actual === null ? 'no longer there' : expected === null ? 'not there before' : field);

const changeText = (change: FrozenChange): string => {
  const { hour, step, event, symbol, field, expected, actual } = change;
  const values = field === 'presence' ? clipped(expected ?? actual) : `${clipped(expected)} ${dim('frozen')}, ${clipped(actual)} ${dim('now')}`;
  return `  ${hour}${step === 0 ? '' : ` step ${step}`}  ${bold(event)}${symbol === null ? '' : ` ${symbol}`}  ${becameOf(change)}: ${values}`;
};

const moreText = ({ changes, changedDecisions }: FrozenRun): string | null => {
  const more = changedDecisions - changes.filter(({ what }) => what === 'decision').length;
  return more > 0 ? `… and ${counted(more, 'more changed decision')} (--changes lists them)` : null;
};

const runText = (run: FrozenRun): string => {
  const more = moreText(run);
  return [
    `${red(run.verdict)} ${bold(oneLine(nameOf(run)))} ${dim(oneLine(run.file))}: ${sentenceOf(run)}`,
    ...(run.changes.length > 0 ? run.changes.map(changeText) : run.failures.map(failureText)),
    ...(more === null ? [] : [`  ${more}`]),
    ...ruleLines(run.changedRules),
  ].join('\n');
};

const HEAD = ['run', 'hours', 'expected head', 'actual head', 'verdict', 'file'];
const rowOf = (run: FrozenRun): readonly string[] => [nameOf(run), String(run.hours), shortHead(run.expectedHead), shortHead(run.actualHead), run.verdict, run.file];

export const bundlesText = (status: string, { runs, folder, warnings }: Gate & Readonly<{ warnings: readonly string[] }>): string => {
  if (runs.length === 0) return [bold(red(status)), nothingFrozen(folder)].join('\n');
  const failing = runs.filter(run => !isParity(run));
  return [bold((failing.length === 0 ? green : red)(status)), table(HEAD, runs.map(rowOf)), ...failing.map(runText), ...warnings.map(warning => yellow(oneLine(warning)))].join('\n');
};

const nothingFrozen = (folder: string): string => `No frozen run lies in ${oneLine(folder)}. Freeze one: tb bundle RUN --out ${oneLine(folder)}/RUN.tb`;

/** Text from outside in Markdown: one line, and nothing that would begin markup or end a cell. */
const plain = (text: string): string => oneLine(text).replace(/[\\`*_[\]<>#|~&]/g, sign => `&#${sign.charCodeAt(0)};`);

/** The same as code; empty stays empty. */
const code = (text: string | null): string => (text === null || text === '' ? '' : `\`${oneLine(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``);

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);

const changeRow = (change: FrozenChange): readonly string[] => [change.hour, code(change.event), plain(change.symbol ?? ''), code(becameOf(change)), code(clipped(change.expected)), code(clipped(change.actual))];
const failureRow = ({ code: name, hour, event, field, expected, actual }: FrozenRun['failures'][number]): readonly string[] => [name, hour ?? '', code(event), code(field), code(clipped(expected)), code(clipped(actual))];

const runMarkdown = (run: FrozenRun): readonly string[] => {
  const more = moreText(run);
  return [
    '',
    `### ${plain(nameOf(run))}: ${run.verdict}`,
    '',
    `${plain(sentenceOf(run))}.`,
    '',
    ...(run.changes.length > 0 ? markdownTable(['hour', 'event', 'market', 'field', 'frozen', 'now'], run.changes.map(changeRow)) : []),
    ...(run.changes.length === 0 && run.failures.length > 0 ? markdownTable(['code', 'hour', 'where', 'field', 'frozen', 'now'], run.failures.map(failureRow)) : []),
    ...(more === null ? [] : ['', plain(more)]),
    ...(run.changedRules.length === 0 ? [] : ['', `${counted(run.changedRules.length, 'rule')} changed since:`, '', ...run.changedRules.map(({ date, version, title }) => `* ${date}, ${version}: ${plain(title)}`)]),
  ];
};

/** What `$GITHUB_STEP_SUMMARY` gets. */
export const summaryMarkdown = ({ runs, folder }: Gate): string => {
  const failing = runs.filter(run => !isParity(run));
  const title = runs.length === 0 ? 'nothing to replay' : failing.length === 0 ? `${counted(runs.length, 'frozen run')} as before` : `${failing.length} of ${counted(runs.length, 'frozen run')} changed`;
  const notes = runs.flatMap(run => run.notes.map(note => `* ${plain(nameOf(run))}: ${plain(note)}`));
  return [`## Parity gate: ${title}`, '', ...(runs.length === 0 ? [plain(nothingFrozen(folder))] : markdownTable(HEAD, runs.map(run => rowOf(run).map(plain)))), ...failing.flatMap(runMarkdown), ...(notes.length === 0 ? [] : ['', ...notes]), '', ''].join('\n');
};

/** The characters that end a part of a workflow command. */
const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** An error at the user's strategy file, where one stands in, else at the bundle. */
export const annotation = (run: FrozenRun): string => {
  const [first] = run.changes;
  const [failure] = run.failures;
  const shown = first ?? failure;
  const where = shown === undefined ? '' : `${'\n'}${shown.hour ?? ''} ${shown.event ?? ''}, ${shown.field}: ${clipped(shown.expected)} frozen, ${clipped(shown.actual)} now`;
  return `::error file=${escapedProperty(run.strategies[0] ?? run.file)},title=${escapedProperty(`Parity gate: ${oneLine(nameOf(run))} ${run.verdict}`)}::${escaped(`${sentenceOf(run)}${where}`)}`;
};
