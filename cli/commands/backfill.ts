/** `tb backfill`: history from a venue into the store; what is there already is not asked for again. */
import { recordUniverse } from '../../adapters/store/venue-records.ts';
import type { Universe } from '../../adapters/store/venue-records.ts';
import { formatTime, startOfHour } from '../../core/kernel/hours.ts';
import { marketSymbol, timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { planBackfill } from '../../engine/markets/backfill.ts';
import type { FilledSeries } from '../../engine/markets/backfill.ts';
import { recordVenue } from '../../engine/markets/sync.ts';
import { requireUniverse } from '../../engine/markets/universes.ts';
import { usage } from '../../engine/problem.ts';
import { hourOf, symbolsOf, timeframeOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { dim, printResult, table } from '../output.ts';
import { fillShown } from '../fill-shown.ts';
import { withStore } from '../store.ts';
import { tallyDocument, tallyText, withSource } from '../venue-options.ts';
import type { VenueOptions } from '../venue-options.ts';

type BackfillOptions = VenueOptions & Readonly<{ source: string; symbols?: string; universe?: string; quote?: string; timeframe: string; from: string; to?: string }>;

export const run: Action<BackfillOptions> = async options => {
  const started = performance.now();
  const timeframe = timeframeOf('--timeframe', options.timeframe);
  const now = timeMs(Date.now());
  const range = { fromMs: startOfHour(hourOf('--from', options.from)), toMs: options.to === undefined ? now : timeMs(Math.min(now, startOfHour(hourOf('--to', options.to)))) };
  if (range.toMs - range.fromMs < timeframeMs(timeframe)) throw usage('--from: the window has no closed candle.', 'Name an earlier hour.');
  const named = options.symbols === undefined ? null : symbolsOf('--symbols', options.symbols);
  if ((named === null) === (options.universe === undefined)) throw usage('Name the markets with --symbols, or a universe with --universe, and not both.', 'For example --symbols BTC/USD,ETH/USD.');
  if (options.universe === undefined && options.quote !== undefined) throw usage('--quote belongs to --universe.', 'The symbols say what they are paid with.');
  const universe = options.universe === undefined ? null : requireUniverse(options.universe);
  await withSource(options.source, options, source =>
    withStore(options, async client => {
      const markets = await source.markets();
      const listed = new Set(markets.map(({ symbol }) => symbol));
      const symbols = named ?? universeSymbols(universe!, { source: source.id, quote: options.quote ?? 'USD', listed });
      if (universe !== null) await recordUniverse(client, universe, now);
      await recordVenue(client, source.id, { markets, symbols, nowMs: now });
      const unknown = symbols.filter(symbol => !listed.has(symbol));
      const plans = await planBackfill(client, source.id, { series: symbols.filter(symbol => listed.has(symbol)).map(symbol => ({ symbol, timeframe })), range });
      if (named !== null && unknown.length > 0) throw usage(`--symbols: ${source.id} has no market ${unknown.join(', ')}.`, `tb universe show --source ${source.id} lists what it has; a market that is gone may still be in its archives (tb import).`);
      const filled = await fillShown(client, source, plans, options);
      report(options, { source: source.id, timeframe, filled, unknown, tally: source.tally(), wallMs: performance.now() - started });
    }),
  );
};

type Quoted = Readonly<{ source: string; quote: string; listed: ReadonlySet<MarketSymbol> }>;

const universeSymbols = ({ name, members }: Universe, { source, quote, listed }: Quoted): readonly MarketSymbol[] => {
  const symbols = members.map(({ asset }) => marketSymbol(`${asset}/${quote}`));
  if (!symbols.some(symbol => listed.has(symbol))) throw usage(`--quote: ${source} has no market of ${name} against ${quote}.`, 'Quotes: CAD, USD, USDC, USDT.');
  return symbols;
};

type Report = Readonly<{ source: string; timeframe: Timeframe; filled: readonly FilledSeries[]; unknown: readonly MarketSymbol[]; tally: Parameters<typeof tallyText>[0]; wallMs: number }>;

const report = (options: Parameters<Action<BackfillOptions>>[0], { source, timeframe, filled, unknown, tally, wallMs }: Report): void => {
  const sum = (field: keyof FilledSeries['collected']): number => filled.reduce((total, { collected }) => total + collected[field], 0);
  const candlesPerSecond = Math.round((sum('candles') * 1_000) / Math.max(1, wallMs));
  printResult(options, {
    document: {
      added: sum('added'), candles: sum('candles'), candlesPerSecond, duplicates: sum('duplicates'), revisions: sum('revisions'), requests: tallyDocument(tally), source, timeframe, unlisted: unknown,
      series: filled.map(({ series: { symbol }, collected, coveredToMs }) => ({ ...collected, coveredTo: coveredToMs === null ? null : formatTime(coveredToMs), symbol })),
      wallMs: Math.round(wallMs),
    },
    text: () => {
      const rows = filled.map(({ series: { symbol }, collected, coveredToMs }) => [symbol, String(collected.added), String(collected.duplicates), String(collected.revisions), String(collected.absent), coveredToMs === null ? 'complete already' : formatTime(coveredToMs)]);
      const lines = [table(['market', 'added', 'duplicates', 'revisions', 'absent', 'covered to'], rows), dim(`${candlesPerSecond.toLocaleString('en-US')} candles/s; ${tallyText(tally)}`)];
      return [...lines, ...(unknown.length === 0 ? [] : [`${source} has no market ${unknown.join(', ')}`])].join('\n');
    },
  });
};
