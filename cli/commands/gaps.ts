/** `tb gaps`: times without a candle and what is known of them; with --repair a venue is asked for those that nobody told of. */
import { listSeries } from '../../adapters/store/series.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { knownSymbols } from '../../adapters/store/market-knowledge.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import type { SeriesPlan } from '../../engine/markets/backfill.ts';
import { findGaps } from '../../engine/markets/gaps.ts';
import type { Gap } from '../../engine/markets/gaps.ts';
import { nothing, usage } from '../../engine/problem.ts';
import { counted, orNearest } from '../../engine/wording.ts';
import { rangeOf, symbolOf, timeframeOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { fillShown } from '../fill-shown.ts';
import { dim, printResult, table, yellow } from '../output.ts';
import { withStore } from '../store.ts';
import { tallyDocument, tallyText, withSource } from '../venue-options.ts';
import type { VenueOptions } from '../venue-options.ts';

type GapsOptions = VenueOptions & Readonly<{ symbol?: string; timeframe?: string; from?: string; to?: string; quiet: boolean; repair: boolean; source?: string }>;
type SeriesGaps = Readonly<{ series: Series; gaps: readonly Gap[] }>;

const GAPS_SHOWN = 40;

export const run: Action<GapsOptions> = async options => {
  if (options.repair && options.source === undefined) throw usage('--repair needs --source: the venue to ask.', 'For example --repair --source kraken.');
  if (!options.repair && (options.source ?? options.venueUrl ?? options.requestsPerMinute) !== undefined) throw usage('--source, --venue-url and --requests-per-minute belong to --repair.', 'Add --repair, or leave them out.');
  await withStore(options, async client => {
    const before = await allGaps(client, options);
    if (!options.repair) return report(options, before, null);
    const plans = before.map(({ series, gaps }) => ({ series, open: gaps.filter(({ kind }) => kind !== 'quiet') })).filter(({ open }) => open.length > 0);
    const repaired = await repair(client, options, plans);
    report(options, await allGaps(client, options), repaired);
  });
};

const allGaps = async (client: StoreClient, options: GapsOptions): Promise<readonly SeriesGaps[]> => {
  const symbol = options.symbol === undefined ? null : symbolOf('--symbol', options.symbol);
  const timeframe = options.timeframe === undefined ? null : timeframeOf('--timeframe', options.timeframe);
  const stored = (await listSeries(client)).filter(({ series }) => (symbol === null || series.symbol === symbol) && (timeframe === null || series.timeframe === timeframe));
  if (stored.length === 0) throw nothing(symbol === null ? 'The store holds no candles.' : `The store holds no candles of ${symbol}${orNearest(symbol, await knownSymbols(client))}`, 'tb data lists what there is.');
  const all: SeriesGaps[] = [];
  for (const { series } of stored) all.push({ series, gaps: await findGaps(client, series, rangeOf(options.from, options.to), timeMs(Date.now())) });
  return all;
};

type Repaired = Readonly<{ added: number; stillAbsent: number; unlisted: readonly string[]; tally: Parameters<typeof tallyText>[0] }>;

const repair = async (client: StoreClient, options: Parameters<Action<GapsOptions>>[0], plans: readonly SeriesPlan[]): Promise<Repaired> =>
  withSource(options.source!, options, async source => {
    const listed = new Set((await source.markets()).map(({ symbol }) => symbol));
    const filled = await fillShown(client, source, plans.filter(({ series }) => listed.has(series.symbol)), options);
    const sum = (field: 'added' | 'absent'): number => filled.reduce((total, { collected }) => total + collected[field], 0);
    const unlisted = plans.map(({ series: { symbol } }) => symbol).filter(symbol => !listed.has(symbol));
    return { added: sum('added'), stillAbsent: sum('absent'), tally: source.tally(), unlisted };
  });

const MEANING = { quiet: 'nobody traded', lost: 'not in the source', untold: 'never asked for' } as const;

const report = (options: Parameters<Action<GapsOptions>>[0], all: readonly SeriesGaps[], repaired: Repaired | null): void => {
  const count = (kind: Gap['kind']): number => all.flatMap(({ gaps }) => gaps).filter(gap => gap.kind === kind).reduce((sum, { candles }) => sum + candles, 0);
  printResult(options, {
    document: {
      lost: count('lost'), quiet: count('quiet'), untold: count('untold'),
      repaired: repaired === null ? null : { added: repaired.added, requests: tallyDocument(repaired.tally), stillAbsent: repaired.stillAbsent, unlisted: repaired.unlisted },
      series: all.map(({ series, gaps }) => ({ ...series, gaps: gaps.map(({ fromMs, toMs, kind, candles }) => ({ candles, from: formatTime(fromMs), kind, to: formatTime(toMs) })) })),
    },
    text: () => {
      const shown = all.flatMap(({ series, gaps }) => gaps.filter(({ kind }) => kind !== 'quiet').map(gap => [series.symbol, series.timeframe, formatTime(gap.fromMs), formatTime(gap.toMs), String(gap.candles), MEANING[gap.kind]]));
      const more = shown.length > GAPS_SHOWN ? [`… and ${shown.length - GAPS_SHOWN} more (--json lists all)`] : [];
      const listed = shown.length === 0 ? ['Nothing is missing.'] : [table(['market', 'candle', 'from', 'until', 'candles', 'what is known'], shown.slice(0, GAPS_SHOWN)), ...more];
      const quiet = count('quiet') === 0 ? [] : [dim(`${counted(count('quiet'), 'candle')} more are absent because nobody traded`)];
      const next = repaired === null && count('untold') > 0 ? [`${yellow('next')} tb gaps --repair --source NAME asks a venue for them`] : [];
      return [...(repaired === null ? [] : [`${counted(repaired.added, 'candle')} brought; ${tallyText(repaired.tally)}`, ...(repaired.unlisted.length === 0 ? [] : [`${yellow('warning')} the venue does not list ${repaired.unlisted.join(', ')}; its archives may still have them (tb import)`])]), ...listed, ...quiet, ...next].join('\n');
    },
  });
};
