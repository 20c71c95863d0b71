/** `tb report`: what a run did, as a page, as Markdown or as JSON, made of its hours executed again; or two runs side by side. */
import { realpathSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import stableStringify from 'fast-json-stable-stringify';
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { writeWholeFile } from '../../engine/export-candles-file.ts';
import { requireRun } from '../../engine/find-run.ts';
import { usage } from '../../engine/problem.ts';
import { compareReports } from '../../engine/report/compare-reports.ts';
import { comparisonMarkdown } from '../../engine/report/markdown-comparison.ts';
import { reportMarkdown } from '../../engine/report/markdown.ts';
import { reportOfRun } from '../../engine/report/report-of-run.ts';
import type { ComparisonReport, RunReport } from '../../engine/report/report.ts';
import { readHead } from '../../engine/run-head.ts';
import { oneLine, orNearest, typed } from '../../engine/wording.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { openForPeople } from '../open-for-people.ts';
import { requireFilePlace } from '../out-file.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';

const FORMATS = ['html', 'json', 'md'] as const;
type Format = (typeof FORMATS)[number];

type Options = Readonly<{ names: readonly string[]; compare: boolean; format?: string; out?: string; pdf?: string; open: boolean }>;

export const run: Action<Options> = async options => {
  const plan = planOf(options);
  if (plan.pdf !== null) (await import('../../web/report/pdf.ts')).requireChromium();
  const report = await withStore(options, client => reportIn(client, options, plan));
  if (plan.out === null && plan.pdf === null) {
    process.stdout.write(`${await textOf(report, plan.format)}\n`);
    return;
  }
  const files = await written(report, plan);
  const shown = options.open ? openForPeople(plan.out ?? plan.pdf!) : null;
  printResult(options, {
    document: { files, heads: headsOf(report), runs: namesOf(report), verdicts: verdictsOf(report) },
    text: () => [...files.map(({ file, bytes }) => `Wrote ${oneLine(file)} (${sizeText(bytes)}).`), ...verdictsOf(report), ...(shown === null ? [] : [shown])].join('\n'),
  });
};

type Plan = Readonly<{ names: readonly string[]; format: Format; out: string | null; pdf: string | null }>;

/** Everything that can be wrong with the options is told before anything is executed. */
const planOf = ({ names, compare, format, out, pdf, open, json, quiet }: Options & GlobalOptions): Plan => {
  const wanted = compare ? 2 : 1;
  if (names.length !== wanted) {
    throw compare ? usage(`--compare takes two runs, and ${names.length} ${names.length === 1 ? 'is' : 'are'} named.`, 'For example tb report --compare before after --out cmp.html.') : usage(`A report is of one run, and ${names.length} are named.`, 'Two runs side by side: tb report --compare RUN RUN.');
  }
  for (const [option, path] of [['--out', out], ['--pdf', pdf]] as const) {
    if (path === '') throw usage(`${option} is empty.`, 'Name the file to write.');
    if (path !== undefined) requireFilePlace(path, option);
  }
  if (out !== undefined && pdf !== undefined && placeOf(out) === placeOf(pdf)) throw usage(`--pdf: ${typed(pdf)} is the file that --out names too.`, 'Give the PDF a name of its own.');
  const chosen = formatOf(format, { out, json });
  if (out === undefined && pdf === undefined) {
    if (open) throw usage('--open: no file is written that could be opened.', 'Name one with --out FILE.html or --pdf FILE.');
    if (chosen === 'html') throw usage('--format html: a page is written to a file.', 'Name it with --out FILE.html.');
    if (json && chosen !== 'json') throw usage(`--json: what is printed would be ${chosen}.`, 'Leave --format out, or name a file with --out.');
    if (quiet) throw usage('--quiet: nothing would be printed.', 'Name a file with --out.');
  }
  return { names, format: chosen, out: out ?? null, pdf: pdf ?? null };
};

/** Where a file will stand, by whatever name its folder is called. */
const placeOf = (path: string): string => join(realpathSync(dirname(path)), basename(path));

/** Without a word the name of the file says it; on stdout it is Markdown for people and JSON for programs. */
const formatOf = (given: string | undefined, { out, json }: Readonly<{ out: string | undefined; json: boolean }>): Format => {
  const ending = out === undefined ? (json ? 'json' : 'md') : extname(out).slice(1).toLowerCase().replace('markdown', 'md').replace(/^htm$/, 'html');
  const format = FORMATS.find(known => known === (given ?? ending));
  if (format !== undefined) return format;
  if (given === undefined) throw usage(`--out: the name ${typed(out!)} does not say what to write.`, `Give --format (${FORMATS.join(', ')}), or a name that ends in one of them.`);
  throw usage(`--format: there is no format ${typed(given)}${orNearest(given, FORMATS)}`, `Formats: ${FORMATS.join(', ')}.`);
};

const reportIn = async (client: StoreClient, options: GlobalOptions, { names }: Plan): Promise<RunReport | ComparisonReport> => {
  const stored: StoredRun[] = [];
  for (const name of names) stored.push(await requireRun(client, name));
  let total = 0;
  for (const one of stored) total += (await readHead(client, one)).hour - one.startHour + 1;
  const progress = showProgress(options, { label: 'report', total, unit: 'hours' });
  const [left, right] = stored;
  return (right === undefined ? reportOfRun(client, left!, progress.to) : compareReports(client, { left: left!, right }, progress.to)).finally(progress.stop);
};

/** Without its last line feed. What draws the page is loaded only where a page is asked for. */
const textOf = async (report: RunReport | ComparisonReport, format: Format): Promise<string> => {
  switch (format) {
    case 'json':
      return stableStringify(report);
    case 'md':
      return report.format === 'tb-report/1' ? reportMarkdown(report) : comparisonMarkdown(report);
    case 'html':
      return (await pageOf(report)).trimEnd();
  }
};

const pageOf = async (report: RunReport | ComparisonReport): Promise<string> => (await import('../../web/report/page.ts')).reportPage(report);

type Written = Readonly<{ file: string; bytes: number }>;

const written = async (report: RunReport | ComparisonReport, { format, out, pdf }: Plan): Promise<readonly Written[]> => {
  const files: Written[] = [];
  if (out !== null) {
    const text = await textOf(report, format);
    const { bytes } = await writeWholeFile(out, onePiece(`${text}\n`), true);
    files.push({ file: out, bytes });
  }
  if (pdf !== null) {
    const { printPdf } = await import('../../web/report/pdf.ts');
    const { bytes } = await writeWholeFile(pdf, onePiece(await printPdf(await pageOf(report))), true, '--pdf');
    files.push({ file: pdf, bytes });
  }
  return files;
};

async function* onePiece<Piece extends string | Uint8Array>(piece: Piece): AsyncGenerator<Piece, void, void> {
  yield piece;
}

const runsOf = (report: RunReport | ComparisonReport): readonly RunReport[] => (report.format === 'tb-report/1' ? [report] : [report.left, report.right]);
const namesOf = (report: RunReport | ComparisonReport): readonly string[] => runsOf(report).map(({ run: name }) => name);
const headsOf = (report: RunReport | ComparisonReport): readonly string[] => runsOf(report).map(({ verdict }) => verdict.head);
const verdictsOf = (report: RunReport | ComparisonReport): readonly string[] => runsOf(report).map(({ run: name, verdict }) => (report.format === 'tb-report/1' ? verdict.text : `${name}: ${verdict.text}`));

const sizeText = (bytes: number): string => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
