/** `tb import-fills`: the history of an account from files, booked and sealed hour by hour into a run of its own. */
import { HISTORY_FORMATS } from '../../adapters/market-data/account-history/detect-history.ts';
import type { HistoryChoice } from '../../adapters/market-data/account-history/detect-history.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { Asset } from '../../core/kernel/units.ts';
import { importAccount } from '../../engine/import-account.ts';
import type { ImportReport } from '../../engine/import-account.ts';
import { planImport } from '../../engine/import-plan.ts';
import type { ImportPlan } from '../../engine/import-plan.ts';
import { usage } from '../../engine/problem.ts';
import { counted, orNearest, typed } from '../../engine/wording.ts';
import { accountText, booksOf, positionsIn, positionsText } from '../account-report.ts';
import { assetOf, pairsOf, runNameOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { dim, printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore, withWriters } from '../store.ts';

type ImportFillsOptions = Readonly<{ paths: readonly string[]; run: string; quote: string; format: string; rename: readonly string[]; dryRun: boolean }>;

/** Renamed by its issuer one for one. */
const RENAMES: Readonly<Record<string, string>> = { MATIC: 'POL' };

export const run: Action<ImportFillsOptions> = async options => {
  const name = runNameOf('--run', options.run);
  const quote = assetOf('--quote', options.quote);
  const { paths, dryRun } = options;
  if (paths.includes('')) throw usage('One of the paths is empty.', 'Name the files, for example tb import-fills ledgers.csv --run mine --quote USD.');
  const plan = await planImport({ paths, choice: choiceOf(options.format), quote, renames: renamesOf(options.rename) }, timeMs(Date.now()));
  const hours = plan.endHour - plan.manifest.startHour;
  await withStore(options, async reader => {
    const progress = showProgress(options, { label: 'import-fills', total: hours, unit: 'hours' });
    const request = { plan, name, onProgress: progress.to };
    const importing = dryRun ? importAccount(reader, { ...request, store: null }) : withWriters(options, store => importAccount(reader, { ...request, store }));
    const report = await importing.finally(progress.stop);
    printResult(options, { document: documentOf(name, plan, { report, dryRun }), text: () => textOf(name, plan, { report, dryRun }) });
  });
};

const choiceOf = (format: string): HistoryChoice => {
  const choice = HISTORY_FORMATS.find(known => known === format);
  if (choice === undefined) throw usage(`--format: there is no format ${typed(format)}${orNearest(format, HISTORY_FORMATS)}`, `Formats: ${HISTORY_FORMATS.join(', ')}.`);
  return choice;
};

const renamesOf = (texts: readonly string[]): ReadonlyMap<Asset, Asset> =>
  new Map(Object.entries({ ...RENAMES, ...pairsOf('--rename', texts) }).map(([old, fresh]) => [assetOf('--rename', old), assetOf('--rename', fresh)]));

type Done = Readonly<{ report: ImportReport; dryRun: boolean }>;

const documentOf = (name: string, plan: ImportPlan, { report, dryRun }: Done): Readonly<Record<string, unknown>> => {
  const { desk, history, endHour } = plan;
  const standing = { desk, state: report.last.state };
  return {
    ...report.summary,
    books: booksOf(standing),
    dryRun,
    engineMs: Math.round(report.engineMs),
    existing: report.existing,
    facts: report.facts,
    files: history.files,
    from: formatHour(desk.manifest.startHour),
    genesis: desk.genesis,
    pendingLines: history.pending,
    positions: positionsIn(standing),
    quote: desk.manifest.quote,
    run: dryRun ? null : name,
    to: formatHour(endHour),
    wallMs: Math.round(report.wallMs),
  };
};

const textOf = (name: string, plan: ImportPlan, { report, dryRun }: Done): string => {
  const { desk, history, endHour } = plan;
  const standing = { desk, state: report.last.state };
  const told = Object.entries(report.facts).map(([type, count]) => `${type} ${count}`);
  const skipped = history.pending === 0 ? '' : `; ${counted(history.pending, 'line')} only announced what another line tells`;
  const kept = dryRun ? 'A dry run: nothing was kept.' : report.existing ? 'This history was in the store already; nothing was written.' : `Sealed through ${formatHour(hoursAfter(endHour, -1))}.`;
  return [
    accountText(dryRun ? `${name} (dry run)` : name, standing, report.summary),
    positionsText(positionsIn(standing)),
    dim(`${counted(history.files.length, 'file')}: ${told.join(', ')}${skipped}. ${kept}`),
  ].join('\n');
};
