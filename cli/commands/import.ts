/** `tb import`: candles from files into the store, each file in one transaction, every line accounted for. */
import { isMarketFileFormat } from '../../adapters/market-data/detect-format.ts';
import { MARKET_FILE_FORMATS } from '../../adapters/market-data/file-layout.ts';
import { findMarketFiles } from '../../adapters/market-data/find-market-files.ts';
import type { Asked, FoundFiles } from '../../adapters/market-data/find-market-files.ts';
import { readCoverage } from '../../adapters/store/coverage.ts';
import type { Coverage } from '../../adapters/store/coverage.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { Series } from '../../core/market/candle.ts';
import { labelOf } from '../../engine/operator-file.ts';
import { usage } from '../../engine/problem.ts';
import { counted, oneLine, orNearest, typed } from '../../engine/wording.ts';
import { symbolOf, timeframeOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { forecastFiles, importFiles, withStoreIfAny } from './import-files.ts';
import type { FileReport, ReadPlan } from './import-files.ts';
import { documentOf, marketsOf, textOf } from './import-report.ts';

type ImportOptions = Readonly<{
  paths: readonly string[]; symbol?: string; timeframe?: string; source?: string; format: string; absent?: string; strict: boolean; dryRun: boolean;
}>;

/** A candle as text, for the progress that is shown. */
const LINE_BYTES = 60;

export const run: Action<ImportOptions> = async options => {
  const { dryRun } = options;
  const plan = planOf(options);
  const asked = askedOf(options);
  const { files, skipped } = requireNoneSkipped(plan, await findMarketFiles(options.paths, asked));
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const progress = showProgress(options, { label: oneLine(options.paths.length === 1 ? options.paths[0]! : 'import'), total: Math.max(1, Math.round(bytes / LINE_BYTES)), unit: 'candles' });
  const work = { files, plan, onCandles: progress.to };
  const importing = dryRun
    ? withStoreIfAny(options, client => timed(async () => ({ reports: await forecastFiles(client, work), coverage: null })))
    : withStore(options, client => timed(async () => ({ reports: await importFiles(client, work), coverage: await coverageOf(client, files.map(({ series }) => series)) })));
  const { reports, coverage, wallMs } = await importing.finally(progress.stop);
  const rejected = reports.flatMap(report => report.rejected);
  const report = { dryRun, reports, markets: marketsOf(reports, series => gapsIn(coverage, series)), skipped, rejected, rowsPerSecond: rateOf(reports, wallMs), wallMs: Math.round(wallMs) };
  printResult(options, {
    document: documentOf(report),
    text: () => textOf(report),
    warnings: [
      ...(rejected.length === 0 ? [] : [`${counted(rejected.length, 'line')} ${rejected.length === 1 ? 'was' : 'were'} rejected; --json names each with its reason.`]),
      ...(skipped.length === 0 ? [] : [`${counted(skipped.length, 'file')} ${skipped.length === 1 ? 'was' : 'were'} skipped; --json names each with its reason.`]),
    ],
  });
};

type Imported = Readonly<{ reports: readonly FileReport[]; coverage: readonly Coverage[] | null }>;

/** Without what it takes to find a server or to start one. */
const timed = async (work: () => Promise<Imported>): Promise<Imported & Readonly<{ wallMs: number }>> => {
  const started = performance.now();
  const done = await work();
  return { ...done, wallMs: performance.now() - started };
};

const planOf = (options: ImportOptions): ReadPlan => {
  const { format, absent } = options;
  if (format !== 'auto' && !isMarketFileFormat(format)) {
    throw usage(`--format: there is no format ${typed(format)}${orNearest(format, MARKET_FILE_FORMATS)}`, `Formats: auto, ${MARKET_FILE_FORMATS.join(', ')}.`);
  }
  if (absent !== undefined && absent !== 'quiet' && absent !== 'missing') throw usage(`--absent: ${typed(absent)} is neither quiet nor missing${orNearest(absent, ['quiet', 'missing'])}`);
  if (options.paths.includes('')) throw usage('One of the paths is empty.', 'Name the files, for example tb import FILE --symbol BTC/USD.');
  return { format, source: options.source === undefined ? null : labelOf('--source', options.source), absent: absent ?? null, strict: options.strict };
};

const askedOf = ({ symbol, timeframe }: ImportOptions): Asked => ({
  symbol: symbol === undefined ? null : symbolOf('--symbol', symbol),
  timeframe: timeframe === undefined ? null : timeframeOf('--timeframe', timeframe),
});

/** A strict import takes all that was named or nothing. */
const requireNoneSkipped = ({ strict }: ReadPlan, found: FoundFiles): FoundFiles => {
  const first = found.skipped[0];
  if (strict && first !== undefined) throw usage(`${first.file} would be skipped: ${first.reason}.`, 'Name the files one by one, or leave --strict out.');
  return found;
};

const coverageOf = async (client: StoreClient, series: readonly Series[]): Promise<readonly Coverage[]> => {
  const symbols = [...new Set(series.map(({ symbol }) => symbol))];
  return (await Promise.all(symbols.map(symbol => readCoverage(client, symbol)))).flat();
};

const gapsIn = (coverage: readonly Coverage[] | null, { symbol, timeframe }: Series): Readonly<{ count: number; missing: number }> | null => {
  const found = coverage?.find(({ series }) => series.symbol === symbol && series.timeframe === timeframe);
  return found === undefined ? null : { count: found.gaps.length, missing: found.missing };
};

const rateOf = (reports: readonly FileReport[], wallMs: number): number =>
  Math.round((reports.reduce((sum, { candles }) => sum + candles, 0) * 1_000) / Math.max(1, wallMs));
