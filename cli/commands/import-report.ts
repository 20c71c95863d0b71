/** What an import says: a table of markets, a table of files with what their names were read as, and the rejected lines. */
import type { Series } from '../../core/market/candle.ts';
import type { SkippedFile } from '../../adapters/market-data/zip-archive.ts';
import type { RejectedLine } from '../../adapters/market-data/read-candles.ts';
import { counted, oneLine } from '../../engine/wording.ts';
import { table, yellow } from '../output.ts';
import type { FileReport } from './import-files.ts';

export type MarketReport = Readonly<{ series: Series; files: number; candles: number; added: number; duplicates: number; revisions: number; rejected: number; gaps: Readonly<{ count: number; missing: number }> }>;
export type ImportReport = Readonly<{
  dryRun: boolean; reports: readonly FileReport[]; markets: readonly MarketReport[]; skipped: readonly SkippedFile[]; rejected: readonly RejectedLine[]; rowsPerSecond: number; wallMs: number;
}>;

const REJECTED_SHOWN = 10;
const SKIPPED_SHOWN = 10;
const FILES_SHOWN = 50;

const keyOf = ({ symbol, timeframe }: Series): string => `${symbol} ${timeframe}`;

/** The files market by market, in the order in which the markets came. `gapsOf` tells those of the whole series. */
export const marketsOf = (reports: readonly FileReport[], gapsOf: (series: Series) => Readonly<{ count: number; missing: number }> | null): readonly MarketReport[] =>
  [...Map.groupBy(reports, ({ file }) => keyOf(file.series)).values()].map(files => {
    const sum = (field: 'candles' | 'added' | 'duplicates' | 'revisions' | 'gaps' | 'absent'): number => files.reduce((total, report) => total + report[field], 0);
    const { series } = files[0]!.file;
    return {
      series, files: files.length, candles: sum('candles'), added: sum('added'), duplicates: sum('duplicates'), revisions: sum('revisions'),
      rejected: files.reduce((total, { rejected }) => total + rejected.length, 0), gaps: gapsOf(series) ?? { count: sum('gaps'), missing: sum('absent') },
    };
  });

const total = (markets: readonly MarketReport[], field: 'added' | 'duplicates' | 'revisions' | 'files'): number => markets.reduce((sum, market) => sum + market[field], 0);

export const documentOf = ({ dryRun, reports, markets, skipped, rejected, rowsPerSecond, wallMs }: ImportReport): Readonly<Record<string, unknown>> => ({
  added: total(markets, 'added'),
  dryRun,
  duplicates: total(markets, 'duplicates'),
  files: reports.length,
  gaps: { count: markets.reduce((sum, { gaps }) => sum + gaps.count, 0), missing: markets.reduce((sum, { gaps }) => sum + gaps.missing, 0) },
  markets: markets.map(({ series, ...market }) => ({ ...series, ...market })),
  read: reports.map(({ file, format }) => ({ ...file.series, file: file.path, format, readFrom: file.readFrom })),
  rejected,
  revisions: total(markets, 'revisions'),
  rowsPerSecond,
  series: markets.length === 1 ? markets[0]!.series : null,
  skipped,
  wallMs,
});

export const textOf = (report: ImportReport): string => {
  const { dryRun, reports, markets, skipped, rejected, rowsPerSecond } = report;
  const rate = `${rowsPerSecond.toLocaleString('en-US')} candles/s`;
  const head = markets.length === 1 ? `${keyOf(markets[0]!.series)}: ${holesOf(markets[0]!, dryRun)}; ${rate}` : `${counted(markets.length, 'market')} from ${counted(reports.length, 'file')}; ${rate}\n${marketTable(markets)}`;
  return [...(dryRun ? [yellow('Dry run: this is what an import would do. Nothing was written.')] : []), head, ...fileTable(report), ...listOf(rejectedLines(rejected), REJECTED_SHOWN), ...listOf(skippedLines(skipped), SKIPPED_SHOWN)].join('\n');
};

const holesOf = ({ series, gaps }: MarketReport, dryRun: boolean): string => {
  if (gaps.count === 0) return dryRun ? 'no gaps inside the files' : 'no gaps';
  const holes = `${counted(gaps.count, 'gap')}, ${counted(gaps.missing, 'candle')} absent`;
  return dryRun ? `inside the files ${holes}` : `${holes} (tb data --symbol ${series.symbol} lists them)`;
};

const marketTable = (markets: readonly MarketReport[]): string =>
  table(
    ['symbol', 'candle', 'files', 'candles', 'added', 'duplicates', 'revisions', 'rejected', 'gaps', 'absent'],
    markets.map(({ series, files, candles, added, duplicates, revisions, rejected, gaps }) => [series.symbol, series.timeframe, ...[files, candles, added, duplicates, revisions, rejected, gaps.count, gaps.missing].map(String)]),
  );

/** Where names were read, each says what it was read as. */
const fileTable = ({ reports }: ImportReport): readonly string[] => {
  const byName = reports.some(({ file }) => file.readFrom !== 'option');
  const head = ['file', ...(byName ? ['is', 'by its name of'] : []), 'format', 'added', 'duplicates', 'revisions', 'rejected'];
  const rows = reports.slice(0, FILES_SHOWN).map(({ file, format, added, duplicates, revisions, rejected }) => [
    file.path, ...(byName ? [keyOf(file.series), file.readFrom] : []), format, String(added), String(duplicates), String(revisions), String(rejected.length),
  ]);
  const more = reports.length - rows.length;
  return [table(head, rows), ...(more > 0 ? [`… and ${counted(more, 'file')} more (--json lists all)`] : [])];
};

const rejectedLines = (rejected: readonly RejectedLine[]): readonly string[] => rejected.map(({ file, line, reason }) => `${yellow('rejected')} ${oneLine(`${file}:${line} ${reason}`)}`);
const skippedLines = (skipped: readonly SkippedFile[]): readonly string[] => skipped.map(({ file, reason }) => `${yellow('skipped')} ${oneLine(`${file}: ${reason}`)}`);

const listOf = (lines: readonly string[], shown: number): readonly string[] =>
  lines.length <= shown ? lines : [...lines.slice(0, shown), `… and ${lines.length - shown} more (--json lists all)`];
