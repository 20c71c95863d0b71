/** `tb data`: what candles the store holds, where they came from, and where there are none. */
import { readCoverage } from '../../adapters/store/coverage.ts';
import type { Coverage } from '../../adapters/store/coverage.ts';
import { knownSymbols } from '../../adapters/store/market-knowledge.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { ageText } from '../../engine/ages.ts';
import { nothing } from '../../engine/problem.ts';
import { orNearest } from '../../engine/wording.ts';
import { symbolOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult, table } from '../output.ts';
import { withStore } from '../store.ts';

const GAPS_SHOWN = 20;

const timeOf = (time: Coverage['firstOpenMs']): string | null => (time === null ? null : formatTime(time));

export const run: Action<Readonly<{ symbol?: string }>> = async options => {
  const symbol = options.symbol === undefined ? null : symbolOf('--symbol', options.symbol);
  const { coverage, known } = await withStore(options, async client => {
    const found = await readCoverage(client, symbol);
    return { coverage: found, known: found.length === 0 ? await knownSymbols(client) : [] };
  });
  if (coverage.length === 0) {
    throw nothing(symbol === null ? 'The store holds no candles.' : `The store holds no candles of ${symbol}${orNearest(symbol, known)}`, 'Import some: tb import FILE --symbol BTC/USD');
  }
  printResult(options, { document: { series: coverage.map(documentOf) }, text: () => textOf(coverage, symbol !== null) });
};

const documentOf = (one: Coverage) => ({
  absent: one.absent,
  candles: one.candles,
  first: timeOf(one.firstOpenMs),
  gaps: one.gaps.map(({ fromMs, toMs, missing }) => ({ from: formatTime(fromMs), missing, to: formatTime(toMs) })),
  last: timeOf(one.lastOpenMs),
  missing: one.missing,
  revisions: one.revisions,
  sources: one.sources.map(({ source, format, absent, imports, lastReceivedMs }) => ({ absent, format, imports, lastReceived: formatTime(lastReceivedMs), source })),
  symbol: one.series.symbol,
  timeframe: one.series.timeframe,
});

const counts = (count: number): string => count.toLocaleString('en-US');

const textOf = (coverage: readonly Coverage[], detailed: boolean): string => {
  const rows = coverage.map(one => [
    one.series.symbol,
    one.series.timeframe,
    timeOf(one.firstOpenMs) ?? '-',
    timeOf(one.lastOpenMs) ?? '-',
    one.lastOpenMs === null ? '-' : ageText(one.lastOpenMs + timeframeMs(one.series.timeframe), Date.now()),
    counts(one.candles),
    counts(one.gaps.length),
    counts(one.missing),
    counts(one.revisions),
    one.absent ?? '-',
    [...new Set(one.sources.map(({ source }) => source))].join(', '),
    one.sources.length === 0 ? '-' : ageText(Math.max(...one.sources.map(({ lastReceivedMs }) => lastReceivedMs)), Date.now()),
  ]);
  const overview = table(['symbol', 'candle', 'first open', 'last open', 'it closed', 'candles', 'gaps', 'absent', 'revisions', 'a hole is', 'sources', 'received'], rows, { least: ['received', 'a hole is', 'revisions', 'sources', 'it closed', 'absent', 'candle'] });
  return detailed ? [overview, ...coverage.map(gapsText)].join('\n\n') : overview;
};

const gapsText = ({ series, gaps }: Coverage): string => {
  if (gaps.length === 0) return `${series.symbol} ${series.timeframe}: no gaps`;
  const rows = gaps.slice(0, GAPS_SHOWN).map(({ fromMs, toMs, missing }) => [formatTime(fromMs), formatTime(toMs), String(missing)]);
  const more = gaps.length > GAPS_SHOWN ? `\n… and ${gaps.length - GAPS_SHOWN} more (--json lists all)` : '';
  return `${series.symbol} ${series.timeframe}\n${table(['gap from', 'until', 'candles absent'], rows)}${more}`;
};
