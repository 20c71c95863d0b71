/**
 * Rows of an answer as candles: inside the window, closed, ascending, each once, in normal form. A row that cannot be a candle
 * refuses the whole answer with its place, because a hole that we made ourselves would look like one of the market.
 */
import { formatTime } from '../../core/kernel/hours.ts';
import { parseDecimal } from '../../core/kernel/decimal.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import { CANDLE_VALUES, candleText, normalCandleValue } from '../../core/market/candle.ts';
import type { CandleValues, Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { IncomingCandle } from '../ports.ts';
import { malformed } from './source-error.ts';
import type { Asked } from './source-error.ts';

/** A candle as a venue wrote it: decimal text as it came, the open time in milliseconds. */
export type CandleRow = Readonly<{ openMs: number; values: CandleValues; trades: number | null }>;

/** Candles that open in [from, to) count; `to` is never later than the end of the last closed candle. */
export type Window = Readonly<{ series: Series; fromMs: TimeMs; toMs: TimeMs }>;

const placeOf = (row: CandleRow, index: number): string =>
  `row ${index + 1}${Number.isSafeInteger(row.openMs) && row.openMs >= 0 && row.openMs < 4_102_444_800_000 ? ` (${formatTime(timeMs(row.openMs))})` : ''}`;

const normalValues = ({ values }: CandleRow): CandleValues | string => {
  const normal: Record<keyof CandleValues, string> = { ...values };
  for (const name of CANDLE_VALUES) {
    const value = normalCandleValue(values[name]);
    if (!value.ok) return `${name} ${value.why}`;
    normal[name] = value.text;
  }
  return normal;
};

const whyNoCandle = ({ open, high, low, close }: CandleValues): string | null => {
  const [opened, highest, lowest, closed] = [parseDecimal(open)!, parseDecimal(high)!, parseDecimal(low)!, parseDecimal(close)!];
  if (lowest === 0n || opened === 0n || closed === 0n) return 'a price of zero is no price';
  if (highest < lowest) return `high ${high} is below low ${low}`;
  if (opened < lowest || opened > highest) return `open ${open} is outside low ${low} to high ${high}`;
  if (closed < lowest || closed > highest) return `close ${close} is outside low ${low} to high ${high}`;
  return null;
};

const candleOf = (asked: Asked, row: CandleRow, index: number): IncomingCandle => {
  const values = normalValues(row);
  if (typeof values === 'string') throw malformed(asked, `${placeOf(row, index)}: ${values}`);
  const whyNot = whyNoCandle(values);
  if (whyNot !== null) throw malformed(asked, `${placeOf(row, index)}: ${whyNot}`);
  return { openMs: timeMs(row.openMs), values, trades: row.trades };
};

const sameValues = (series: Series, left: IncomingCandle, right: IncomingCandle): boolean =>
  candleText(series, left.openMs, left.values) === candleText(series, right.openMs, right.values);

/** One candle per open time; the same candle twice is one, two different ones of the same time are none. */
const eachOnce = (asked: Asked, series: Series, ascending: readonly IncomingCandle[]): readonly IncomingCandle[] => {
  const once: IncomingCandle[] = [];
  for (const candle of ascending) {
    const previous = once[once.length - 1];
    if (previous === undefined || previous.openMs !== candle.openMs) once.push(candle);
    else if (!sameValues(series, previous, candle)) throw malformed(asked, `the candle of ${formatTime(candle.openMs)} stands in it twice, with different values`);
  }
  return once;
};

const ascends = (candles: readonly IncomingCandle[]): boolean => candles.every((candle, index) => index === 0 || candles[index - 1]!.openMs < candle.openMs);

/** Rows of one answer, in whatever order, as candles of the window. Rows outside of it, such as the candle still open, are passed over. */
export const candlesOfRows = (asked: Asked, { series, fromMs, toMs }: Window, rows: readonly CandleRow[]): readonly IncomingCandle[] => {
  const lengthMs = timeframeMs(series.timeframe);
  const candles: IncomingCandle[] = [];
  for (const [index, row] of rows.entries()) {
    if (!Number.isSafeInteger(row.openMs)) throw malformed(asked, `${placeOf(row, index)}: its time is no whole number of milliseconds`);
    if (row.openMs % lengthMs !== 0) throw malformed(asked, `${placeOf(row, index)}: its time is not on a ${series.timeframe} boundary`);
    if (row.openMs >= fromMs && row.openMs < toMs) candles.push(candleOf(asked, row, index));
  }
  if (ascends(candles)) return candles;
  return eachOnce(asked, series, candles.toSorted((left, right) => left.openMs - right.openMs));
};
