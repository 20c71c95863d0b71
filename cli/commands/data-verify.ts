/** `tb data verify`: stored candles against their digests, each other, and another source. Digests are proofs; the rest is pointed at. */
import { findOutliers } from '../../adapters/store/candle-outliers.ts';
import type { Outlier } from '../../adapters/store/candle-outliers.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { Finding } from '../../adapters/store/finding.ts';
import { listSeries } from '../../adapters/store/series.ts';
import type { StoredSeries } from '../../adapters/store/series.ts';
import { verifyCandles } from '../../adapters/store/verify-candles.ts';
import { knownSymbols } from '../../adapters/store/market-knowledge.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { shareOf } from '../../engine/cost-options.ts';
import { compareWithSource } from '../../engine/markets/compare-source.ts';
import { findGaps } from '../../engine/markets/gaps.ts';
import type { GapKind } from '../../engine/markets/gaps.ts';
import type { Range } from '../../engine/markets/ranges.ts';
import { EXIT, nothing, usage } from '../../engine/problem.ts';
import { orNearest } from '../../engine/wording.ts';
import { rangeOf, symbolOf, timeframeOf } from '../arguments.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { dataVerifyDocument, dataVerifyText } from '../data-verify-report.ts';
import type { Against, DataVerifyReport } from '../data-verify-report.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { withSource } from '../venue-options.ts';
import type { VenueOptions } from '../venue-options.ts';

type Options = VenueOptions & Readonly<{ symbol?: string; timeframe?: string; from?: string; to?: string; outlier: string; against?: string }>;

export const run: Action<Options> = async options => {
  if (options.against === undefined && (options.venueUrl ?? options.requestsPerMinute) !== undefined) throw usage('--venue-url and --requests-per-minute belong to --against.', 'Add --against, or leave them out.');
  if (options.against !== undefined && options.from === undefined) throw usage('--against needs --from: how far back the source is asked.', 'For example --from 2024-01-01T00:00:00Z.');
  const symbol = options.symbol === undefined ? null : symbolOf('--symbol', options.symbol);
  const range = rangeOf(options.from, options.to) ?? { fromMs: timeMs(0), toMs: timeMs(Date.now()) };
  const share = shareOf('--outlier', options.outlier);
  const report = await withStore(options, async client => {
    const stored = await seriesOf(client, symbol, options);
    const findings: Finding[] = [];
    const revisions = await verifyCandles(client, finding => void findings.push(finding), { symbols: symbol === null ? null : [symbol], ingestAfter: 0 });
    const progress = showProgress(options, { label: 'data verify', total: stored.length, unit: 'series' });
    const looked = await lookedAt(client, stored, { range, share: formatDecimal(share), onSeries: progress.to }).finally(progress.stop);
    return { revisions, findings, ...looked, against: await againstOf(client, options, { stored, range }) };
  });
  printResult(options, { document: dataVerifyDocument(report), text: () => dataVerifyText(report) });
  if (report.findings.length > 0) process.exitCode = EXIT.mismatch;
};

const seriesOf = async (client: StoreClient, symbol: MarketSymbol | null, options: Options): Promise<readonly StoredSeries[]> => {
  const timeframe = options.timeframe === undefined ? null : timeframeOf('--timeframe', options.timeframe);
  const stored = (await listSeries(client)).filter(({ series }) => (symbol === null || series.symbol === symbol) && (timeframe === null || series.timeframe === timeframe));
  if (stored.length === 0) throw nothing(symbol === null ? 'The store holds no candles that fit.' : `The store holds no candles of ${symbol} that fit${orNearest(symbol, await knownSymbols(client))}`, 'tb data lists what there is.');
  return stored;
};

type Look = Readonly<{ range: Range; share: string; onSeries: (done: number) => void }>;

const lookedAt = async (client: StoreClient, stored: readonly StoredSeries[], { range, share, onSeries }: Look): Promise<Pick<DataVerifyReport, 'gaps' | 'outliers'>> => {
  const gaps: Record<GapKind, number> = { lost: 0, quiet: 0, untold: 0 };
  const outliers: (Outlier & Readonly<{ series: Series }>)[] = [];
  for (const [index, { id, series }] of stored.entries()) {
    onSeries(index);
    for (const gap of await findGaps(client, series, range, timeMs(Date.now()))) gaps[gap.kind] += gap.candles;
    outliers.push(...(await findOutliers(client, { seriesId: id, share, ...range })).map(outlier => ({ ...outlier, series })));
  }
  return { gaps, outliers };
};

/** A source is asked once for every series; what it does not list is said so. */
const againstOf = async (client: StoreClient, options: Options & GlobalOptions, { stored, range }: Readonly<{ stored: readonly StoredSeries[]; range: Range }>): Promise<Against | null> => {
  if (options.against === undefined) return null;
  return withSource(options.against, options, async source => {
    const listed = new Set((await source.markets()).map(({ symbol }) => symbol));
    const compared = [];
    for (const { series } of stored.filter(one => listed.has(one.series.symbol))) {
      const lengthMs = timeframeMs(series.timeframe);
      const whole = { fromMs: timeMs(Math.ceil(range.fromMs / lengthMs) * lengthMs), toMs: timeMs(Math.floor(range.toMs / lengthMs) * lengthMs) };
      if (whole.fromMs < whole.toMs) compared.push(await compareWithSource(client, source, { series, range: whole }));
    }
    return { source: source.id, series: compared, unlisted: [...new Set(stored.map(({ series }) => series.symbol))].filter(name => !listed.has(name)), tally: source.tally() };
  });
};
