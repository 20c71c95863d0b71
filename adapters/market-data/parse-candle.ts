/**
 * One line of a market file as a candle, or the reason why it is none. Prices stay decimal text from the file to the
 * candle; whether the candle is a duplicate of another line is not decided here.
 */
import { assert } from '../../core/kernel/assert.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { normalCandleValue } from '../../core/market/candle.ts';
import type { CandleValues, Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { FileLayout } from './file-layout.ts';
import { inferSymbol, speaksOf } from './infer-symbol.ts';
import { expandKrakenVolume } from './kraken-volume.ts';
import { isLess, isPlainlyNormal } from './normal-text.ts';
import { timestampReader } from './read-timestamp.ts';
import { splitFields } from './split-fields.ts';

/** A candle as the file has it. `trades` is envelope: null where the file has no count. */
export type FileCandle = Readonly<{ line: number; openMs: TimeMs; values: CandleValues; trades: number | null }>;

export type LineRules = Readonly<{ layout: FileLayout; series: Series; nowMs: TimeMs }>;
/** A candle, or the reason why the line is none. */
export type ParsedLine = FileCandle | string;
export type ParseLine = (text: string, line: number) => ParsedLine;

const VALUE_NAMES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** The normal form, or null when the field is not a candle's value. */
const normalOrNull = (field: string): string | null => {
  if (isPlainlyNormal(field)) return field;
  const normal = normalCandleValue(field.trim());
  return normal.ok ? normal.text : null;
};

/** As normalOrNull; in Kraken's archive also a whole number with an exponent, which that archive contains. */
const normalVolumeOrNull = (field: string, { format }: FileLayout): string | null =>
  normalOrNull(field) ?? (format === 'kraken-ohlcvt' ? expandKrakenVolume(field.trim()) : null);

/** The first value that is none, in the order a candle is read. Called only when there is one. */
const whyNotValues = (fields: readonly string[], { columns }: FileLayout): string => {
  const reasons = VALUE_NAMES.map(name => {
    const normal = normalCandleValue(fields[columns[name]]!.trim());
    return normal.ok ? null : `${name} ${normal.why}`;
  });
  const first = reasons.find(reason => reason !== null);
  assert(first !== undefined, 'A value that was refused has a reason.');
  return first;
};

const whyNotPrices = ({ open, high, low, close }: CandleValues): string | null => {
  if (low === '0' || open === '0' || close === '0' || high === '0') return 'a price of zero is no price';
  if (isLess(high, low)) return `high ${high} is below low ${low}`;
  if (isLess(open, low) || isLess(high, open)) return `open ${open} is outside low ${low} to high ${high}`;
  if (isLess(close, low) || isLess(high, close)) return `close ${close} is outside low ${low} to high ${high}`;
  return null;
};

const whyNotOpenTime = (openMs: TimeMs, { series, nowMs }: LineRules): string | null => {
  const lengthMs = timeframeMs(series.timeframe);
  if (openMs % lengthMs !== 0) return `time ${formatTime(openMs)} is not on a ${series.timeframe} boundary`;
  if (openMs > nowMs) return `time ${formatTime(openMs)} is in the future; now is ${formatTime(nowMs)}`;
  if (openMs + lengthMs > nowMs) {
    return `the candle of ${formatTime(openMs)} closes at ${formatTime(timeMs(openMs + lengthMs))} and is not closed yet; now is ${formatTime(nowMs)}`;
  }
  return null;
};

/** Whole numbers, also as `12.0`, up to what a double holds exactly; an empty field says nothing. */
const readTrades = (field: string): number | null | string => {
  const text = field.trim();
  if (text === '') return null;
  return /^\d{1,15}(?:\.0+)?$/.test(text) ? Number(text) : `trades ${text} is not a whole number`;
};

/** Why a line's symbol column says that it is not of this market; an empty one says nothing. */
const whyNotSymbol = (field: string, symbol: MarketSymbol): string | null => {
  const text = field.trim();
  return text === '' || speaksOf(text, symbol) ? null : `the line is of symbol ${inferSymbol(text) ?? text}, not of ${symbol}`;
};

/** Judges each spelling of the symbol once, because files repeat it on every line. */
const symbolJudge = (symbol: MarketSymbol): ((field: string) => string | null) => {
  let [judged, verdict]: [string | null, string | null] = [null, null];
  return field => {
    if (field !== judged) [judged, verdict] = [field, whyNotSymbol(field, symbol)];
    return verdict;
  };
};

/**
 * A parser of the lines of one file. Checks in this order, and the first that fails is the reason: quotes, number of
 * columns, time readable, symbol, time on the boundary, candle closed, the five values, prices above zero, high ≥ low,
 * open and close between them, trade count.
 */
export const lineParser = (rules: LineRules): ParseLine => {
  const { layout, series } = rules;
  const { columns } = layout;
  const readTime = timestampReader(layout.timeIsUtc);
  const judgeSymbol = symbolJudge(series.symbol);
  return (text, line) => {
    const fields = splitFields(text);
    if (fields === null) return 'a quote is not closed';
    if (fields.length !== layout.columnCount) return `the line has ${fields.length} ${fields.length === 1 ? 'column' : 'columns'}, expected ${layout.columnCount}`;
    const openMs = readTime(fields[columns.time]!);
    if (typeof openMs === 'string') return openMs;
    const whyNot = (columns.symbol === null ? null : judgeSymbol(fields[columns.symbol]!)) ?? whyNotOpenTime(openMs, rules);
    if (whyNot !== null) return whyNot;
    const open = normalOrNull(fields[columns.open]!);
    const high = normalOrNull(fields[columns.high]!);
    const low = normalOrNull(fields[columns.low]!);
    const close = normalOrNull(fields[columns.close]!);
    const volume = normalVolumeOrNull(fields[columns.volume]!, layout);
    if (open === null || high === null || low === null || close === null || volume === null) return whyNotValues(fields, layout);
    const values: CandleValues = { open, high, low, close, volume };
    const whyNotPrice = whyNotPrices(values);
    if (whyNotPrice !== null) return whyNotPrice;
    const trades = columns.trades === null ? null : readTrades(fields[columns.trades]!);
    return typeof trades === 'string' ? trades : { line, openMs, values, trades };
  };
};
