/** What is in a store, in brief: whether candles are fresh where somebody expects them to be, and whether runs stand still that could go on. */
import type { SeriesCondition } from '../../adapters/store/store-condition.ts';
import { formatHour, formatTime, hoursAfter } from '../../core/kernel/hours.ts';
import { HOUR_MS } from '../../core/kernel/units.ts';
import type { HourUtc, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { ageText } from '../ages.ts';
import { counted, listText } from '../wording.ts';
import { warning, well } from './check.ts';
import type { Check } from './check.ts';

/** A candle closes within its length, venues are asked two minutes after the hour, and one failed round is no reason to worry. */
const STALE_AFTER_MS = 3 * HOUR_MS;

export const seriesName = ({ series: { symbol, timeframe } }: Pick<SeriesCondition, 'series'>): string => `${symbol} ${timeframe}`;

/** When the last candle of a series closes; null without any. */
export const latestCloseOf = ({ lastOpenMs, series }: SeriesCondition): TimeMs | null => (lastOpenMs === null ? null : timeMs(lastOpenMs + timeframeMs(series.timeframe)));

/** A series of files is as old as its files, and that is no fault; one that a venue was asked for, or that an open run trades on, is expected to be fresh. */
const judgeSeries = (one: SeriesCondition, nowMs: number, open: readonly OpenRun[]): Check => {
  const { series, firstOpenMs, lastOpenMs, candles, absent, venue } = one;
  const about = seriesName(one);
  const closeMs = latestCloseOf(one);
  if (firstOpenMs === null || lastOpenMs === null || closeMs === null) return warning('candles', { about, found: 'no candle', mend: `Import some: tb import FILE --symbol ${series.symbol}` });
  const missing = (lastOpenMs - firstOpenMs) / timeframeMs(series.timeframe) + 1 - candles;
  const holes = missing === 0 ? 'no gap' : `${counted(missing, 'candle')} absent (${absent === 'quiet' ? 'nobody traded' : 'not here'})`;
  const found = `${formatTime(firstOpenMs)} to ${formatTime(closeMs)}, the last closed ${ageText(closeMs, nowMs)}; ${holes}`;
  if (venue !== null && nowMs - Math.max(closeMs, venue.coveredToMs) > STALE_AFTER_MS) return warning('candles', { about, found: `${found}; ${venue.source} told up to ${formatTime(venue.coveredToMs)}`, mend: `Run tb sync --source ${venue.source}` });
  const needing = open.filter(({ symbols, timeframe }) => timeframe === series.timeframe && symbols.includes(series.symbol)).map(({ name }) => name);
  if (venue === null && needing.length > 0 && nowMs - closeMs > STALE_AFTER_MS) {
    return warning('candles', { about, found: `${found}; ${listText(needing)} ${needing.length === 1 ? 'trades' : 'trade'} on it`, mend: `Import newer candles of ${series.symbol}, or have a venue asked: tb backfill --source VENUE --symbols ${series.symbol} --from ${formatTime(closeMs)}` });
  }
  if (missing > 0 && absent === 'missing') return warning('candles', { about, found, mend: `tb gaps --symbol ${series.symbol} lists them; import what is missing, or tb gaps --repair --source VENUE` });
  return well('candles', { about, found });
};

/** `open` are the runs that go on. */
export const judgeCandles = (series: readonly SeriesCondition[], nowMs: number, open: readonly OpenRun[] = []): readonly Check[] =>
  series.length === 0 ? [well('candles', { found: 'none yet; import some: tb import FILE --symbol BTC/USD' })] : series.map(one => judgeSeries(one, nowMs, open));

/** A paper or live run: its last sealed hour, or the one before its first, and steps of an hour that is not sealed yet. */
export type OpenRun = Readonly<{ name: string; mode: string; headHour: HourUtc; sealed: boolean; openSteps: number; symbols: readonly MarketSymbol[]; timeframe: Timeframe; /** `HALTED (reason)` where nothing is bought until somebody resumes it; else null. */ stopped: string | null; semantics: number; ownSemantics: number }>;

/** The last hour that the candles of these markets reach into, by any of them; null where there is none. */
const reachOf = (symbols: readonly MarketSymbol[], series: readonly SeriesCondition[]): HourUtc | null => {
  const opens = series.flatMap(({ series: { symbol }, lastOpenMs }) => (lastOpenMs !== null && symbols.includes(symbol) ? [lastOpenMs] : []));
  return opens.length === 0 ? null : (Math.floor(Math.max(...opens) / HOUR_MS) as HourUtc);
};

const judgeRun = (run: OpenRun, series: readonly SeriesCondition[], nowMs: number): Check => {
  const { name, headHour, openSteps, sealed, symbols, semantics, ownSemantics } = run;
  const stands = sealed ? `sealed through ${formatHour(headHour)} (${ageText((headHour + 1) * HOUR_MS, nowMs)})` : `no hour sealed yet, the first is ${formatHour(hoursAfter(headHour, 1))}`;
  const half = openSteps === 0 ? '' : `, ${counted(openSteps, 'step')} of the next hour recorded`;
  const found = `${run.mode}, ${stands}${half}${run.stopped === null ? '' : `; ${run.stopped}: it buys nothing`}`;
  if (semantics !== ownSemantics) return warning('runs', { about: name, found: `${found}; opened under semantics ${semantics}, and this tb executes ${ownSemantics}`, mend: `Go on with the tb that opened it, or open a new run from ${formatHour(hoursAfter(headHour, 1))}` });
  const reach = reachOf(symbols, series);
  const resume = run.stopped === null ? '' : `tb operator resume --run ${name} --reason "…" allows entries again`;
  // The hour that is still going on cannot be executed, whatever a file says of it.
  const due = reach === null ? 0 : Math.min(reach, Math.floor(nowMs / HOUR_MS) - 1) - headHour;
  if (due > 0) return warning('runs', { about: name, found: `${found}; the store has candles of ${counted(due, 'more hour')}`, mend: `tb execute-hour --run ${name} --through ${formatHour(hoursAfter(headHour, due))}${resume === '' ? '' : `; ${resume}`}` });
  if (resume !== '') return warning('runs', { about: name, found: `${found}; every hour with candles is executed`, mend: resume });
  return well('runs', { about: name, found: `${found}; every hour with candles is executed` });
};

/** `closed` are backtests and imports, which never go on. */
export const judgeRuns = ({ open, closed }: Readonly<{ open: readonly OpenRun[]; closed: number }>, series: readonly SeriesCondition[], nowMs: number): readonly Check[] =>
  open.length === 0 ? [well('runs', { found: closed === 0 ? 'none yet' : `${counted(closed, 'run')}, none of which goes on` })] : open.map(run => judgeRun(run, series, nowMs));
