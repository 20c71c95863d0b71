/** `tb import`: candles from files into the store, each file in one transaction, every line accounted for. */
import { statSync } from 'node:fs';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { fileProvenance } from '../../adapters/market-data/file-provenance.ts';
import { MARKET_FILE_FORMATS } from '../../adapters/market-data/file-layout.ts';
import type { MarketFileFormat } from '../../adapters/market-data/file-layout.ts';
import { isMarketFileFormat } from '../../adapters/market-data/detect-format.ts';
import { readCandles } from '../../adapters/market-data/read-candles.ts';
import type { RejectedLine } from '../../adapters/market-data/read-candles.ts';
import { readCoverage } from '../../adapters/store/coverage.ts';
import { importCandles } from '../../adapters/store/import-candles.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { labelOf } from '../../engine/operator-file.ts';
import { usage } from '../../engine/problem.ts';
import { counted, oneLine, orNearest, typed } from '../../engine/wording.ts';
import { symbolOf, timeframeOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult, table, yellow } from '../output.ts';
import type { OutputOptions } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';

type ImportOptions = Readonly<{ paths: readonly string[]; symbol: string; timeframe: string; source?: string; format: string; absent?: string; strict: boolean }>;
type Absent = 'quiet' | 'missing';
type Plan = Readonly<{ series: Series; format: 'auto' | MarketFileFormat; source: string | null; absent: Absent | null; strict: boolean }>;

type FileReport = Readonly<{ file: string; format: string; added: number; duplicates: number; revisions: number; rejected: readonly RejectedLine[]; candles: number }>;

const REJECTED_SHOWN = 10;

export const run: Action<ImportOptions> = async options => {
  const plan = planOf(options);
  const { reports, gaps, wallMs } = await withStore(options, async client => {
    const started = performance.now();
    const done: FileReport[] = [];
    for (const path of options.paths) done.push(await importFile(client, path, plan, options));
    const coverage = (await readCoverage(client, plan.series.symbol)).find(({ series }) => series.timeframe === plan.series.timeframe);
    return { reports: done, gaps: { count: coverage?.gaps.length ?? 0, missing: coverage?.missing ?? 0 }, wallMs: performance.now() - started };
  });
  const sum = (field: 'added' | 'duplicates' | 'revisions' | 'candles'): number => reports.reduce((total, report) => total + report[field], 0);
  const rejected = reports.flatMap(report => report.rejected);
  const rowsPerSecond = Math.round((sum('candles') * 1_000) / Math.max(1, wallMs));
  printResult(options, {
    document: { added: sum('added'), duplicates: sum('duplicates'), files: reports.length, gaps, rejected, revisions: sum('revisions'), rowsPerSecond, series: plan.series, wallMs: Math.round(wallMs) },
    text: () => textOf(plan, reports, { rejected, gaps, rowsPerSecond }),
    warnings: rejected.length === 0 ? [] : [`${counted(rejected.length, 'line')} ${rejected.length === 1 ? 'was' : 'were'} rejected; --json names each with its reason.`],
  });
};

const planOf = (options: ImportOptions): Plan => {
  const { format, absent } = options;
  if (format !== 'auto' && !isMarketFileFormat(format)) {
    throw usage(`--format: there is no format ${typed(format)}${orNearest(format, MARKET_FILE_FORMATS)}`, `Formats: auto, ${MARKET_FILE_FORMATS.join(', ')}.`);
  }
  if (absent !== undefined && absent !== 'quiet' && absent !== 'missing') throw usage(`--absent: ${typed(absent)} is neither quiet nor missing.`);
  if (options.paths.includes('')) throw usage('One of the paths is empty.', 'Name the files, for example tb import FILE --symbol BTC/USD.');
  const series = { symbol: symbolOf('--symbol', options.symbol), timeframe: timeframeOf('--timeframe', options.timeframe) };
  return { series, format, source: options.source === undefined ? null : labelOf('--source', options.source), absent: absent ?? null, strict: options.strict };
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const importFile = async (client: StoreClient, path: string, plan: Plan, options: OutputOptions): Promise<FileReport> => {
  const receivedMs = timeMs(Date.now());
  const reading = readCandles({ path, series: plan.series, format: plan.format, nowMs: receivedMs, strict: plan.strict });
  const rejected: RejectedLine[] = [];
  const progress = showProgress(options, { label: oneLine(path), total: Math.max(1, Math.round(sizeOf(path) / 60)), unit: 'candles' });
  let candles = 0;
  let duplicates = 0;
  const first = await reading.next();
  const { format } = first.done === true ? first.value : first.value.tally;
  const provenance = await fileProvenance(path);
  async function* batches() {
    for (let batch = first; batch.done !== true; batch = await reading.next()) {
      rejected.push(...batch.value.rejected);
      candles += batch.value.candles.length;
      duplicates = batch.value.tally.duplicates;
      progress.to(candles);
      yield batch.value.candles;
    }
  }
  const origin = {
    series: plan.series,
    source: plan.source ?? format,
    format,
    absent: plan.absent ?? (format === 'kraken-ohlcvt' ? 'quiet' : 'missing'),
    fileName: provenance.sourceName,
    fileSha256: provenance.sha256,
    fileBytes: provenance.sizeBytes,
    receivedMs,
  } as const;
  const outcome = await importCandles(client, origin, batches(), () => rejected.length).finally(progress.stop);
  return { file: path, format, added: outcome.added, duplicates: outcome.duplicates + duplicates, revisions: outcome.revisions, rejected, candles };
};

type Totals = Readonly<{ rejected: readonly RejectedLine[]; gaps: Readonly<{ count: number; missing: number }>; rowsPerSecond: number }>;

const textOf = ({ series }: Plan, reports: readonly FileReport[], { rejected, gaps, rowsPerSecond }: Totals): string => {
  const rows = reports.map(({ file, format, added, duplicates, revisions, rejected: lines }) => [file, format, String(added), String(duplicates), String(revisions), String(lines.length)]);
  const shown = rejected.slice(0, REJECTED_SHOWN).map(({ file, line, reason }) => `${yellow('rejected')} ${oneLine(`${file}:${line} ${reason}`)}`);
  const more = rejected.length > REJECTED_SHOWN ? [`… and ${rejected.length - REJECTED_SHOWN} more (--json lists all)`] : [];
  const holes = gaps.count === 0 ? 'no gaps' : `${counted(gaps.count, 'gap')}, ${counted(gaps.missing, 'candle')} absent (tb data --symbol ${series.symbol} lists them)`;
  return [`${series.symbol} ${series.timeframe}: ${holes}; ${rowsPerSecond.toLocaleString('en-US')} candles/s`, table(['file', 'format', 'added', 'duplicates', 'revisions', 'rejected'], rows), ...shown, ...more].join('\n');
};
