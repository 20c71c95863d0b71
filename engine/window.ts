/** Which hours a run covers: the window asked for, the data there is, and the warm-up before it. */
import { formatHour, hourContaining } from '../core/kernel/hours.ts';
import { HOUR_MS, timeMs } from '../core/kernel/units.ts';
import type { HourUtc, MarketSymbol, TimeMs } from '../core/kernel/units.ts';
import { timeframeMs } from '../core/market/timeframe.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import { nothing, usage } from './problem.ts';
import { counted, orNearest } from './wording.ts';

/** What the store has of one symbol in the run's timeframe. */
export type SymbolRange = Readonly<{ symbol: MarketSymbol; firstOpenMs: TimeMs | null; lastOpenMs: TimeMs | null; absent: 'quiet' | 'missing' | null }>;

export type Window = Readonly<{ startHour: HourUtc; tradeFromHour: HourUtc; endHour: HourUtc }>;

type Known = Readonly<{ ranges: readonly SymbolRange[]; timeframe: Timeframe; known: readonly MarketSymbol[] }>;

/** Every symbol must have candles in this timeframe; an unknown one gets the nearest known name. */
export const requireData = ({ ranges, timeframe, known }: Known): void => {
  for (const { symbol, firstOpenMs } of ranges) {
    if (firstOpenMs !== null) continue;
    if (known.includes(symbol)) throw nothing(`The store has no ${timeframe} candles of ${symbol}.`, `tb data --symbol ${symbol} shows which it has; tb import adds more.`);
    throw usage(`--symbols: the store knows no ${symbol}${orNearest(symbol, known)}`, 'tb data lists the symbols; tb import adds one.');
  }
};

/** First and last hour with any candle of these symbols. */
export const dataHours = (ranges: readonly SymbolRange[], timeframe: Timeframe): Readonly<{ first: HourUtc; end: HourUtc }> => {
  const firsts = ranges.flatMap(({ firstOpenMs }) => (firstOpenMs === null ? [] : [firstOpenMs]));
  const lasts = ranges.flatMap(({ lastOpenMs }) => (lastOpenMs === null ? [] : [lastOpenMs]));
  const closeMs = Math.max(...lasts) + timeframeMs(timeframe);
  return { first: hourContaining(timeMs(Math.min(...firsts))), end: Math.ceil(closeMs / HOUR_MS) as HourUtc };
};

type Asked = Readonly<{ fromHour: HourUtc; toHour: HourUtc | null; warmupHours: number | null; lookbackHours: number }>;

const WARMUP_LOOKBACKS = 10;

/**
 * The window with its warm-up: ten lookbacks before trading where candles exist, else what exists. Hours outside the
 * data are refused: they would be sealed empty and read as a market that stood still.
 */
export const windowOf = (asked: Asked, ranges: readonly SymbolRange[], timeframe: Timeframe): Window => {
  const { fromHour, toHour, warmupHours, lookbackHours } = asked;
  const { first, end } = dataHours(ranges, timeframe);
  const there = `The store has ${ranges.map(({ symbol }) => symbol).join(', ')} from ${formatHour(first)} to ${formatHour(end)}.`;
  if (toHour !== null && toHour <= fromHour) throw usage('--to must come after --from.', '--from is inclusive, --to exclusive.');
  if (fromHour < first) throw usage(`--from: ${formatHour(fromHour)} lies before the data.`, there);
  if (fromHour >= end && toHour !== null) throw usage(`--from: ${formatHour(fromHour)} lies beyond the data.`, there);
  if (toHour !== null && toHour > end) throw usage(`--to: ${formatHour(toHour)} lies beyond the data.`, there);
  const warmup = warmupHours ?? WARMUP_LOOKBACKS * lookbackHours;
  if (warmupHours !== null && fromHour - warmup < first) throw usage(`--warmup: ${counted(warmup, 'hour')} before ${formatHour(fromHour)} ${warmup === 1 ? 'lies' : 'lie'} before the data.`, there);
  return { startHour: Math.max(first, fromHour - warmup) as HourUtc, tradeFromHour: fromHour, endHour: toHour ?? end };
};
