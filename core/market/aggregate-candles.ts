/**
 * Candles of a longer timeframe out of shorter ones, exactly, each with how many of its parts were there. Whether an hour of 59
 * minutes will do is for the caller to say; nothing is filled in, and no part is looked at twice.
 */
import { assert } from '../kernel/assert.ts';
import { decimal } from '../kernel/decimal.ts';
import { timeMs } from '../kernel/units.ts';
import type { TimeMs } from '../kernel/units.ts';
import { volumeText } from './candle.ts';
import type { CandleValues } from './candle.ts';
import { timeframeMs } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';

/** A candle with its values in normal form. The trade count is null where the source has none. */
export type PartCandle = Readonly<{ openMs: TimeMs; values: CandleValues; trades: number | null }>;

/** A candle with the number of shorter ones that it was made of, and how many there would be without holes. */
export type WholeCandle = PartCandle & Readonly<{ parts: number; expected: number }>;

type Timeframes = Readonly<{ from: Timeframe; to: Timeframe }>;

/** Whether candles of one timeframe add up to those of another. */
export const addsUp = ({ from, to }: Timeframes): boolean => timeframeMs(from) < timeframeMs(to) && timeframeMs(to) % timeframeMs(from) === 0;

const wholeOf = (openMs: number, parts: readonly PartCandle[], expected: number): WholeCandle => {
  const [first, last] = [parts[0]!, parts[parts.length - 1]!];
  let [high, low] = [first.values.high, first.values.low];
  let [highest, lowest, volume] = [decimal(high), decimal(low), 0n];
  let trades: number | null = 0;
  for (const part of parts) {
    const [partHigh, partLow] = [decimal(part.values.high), decimal(part.values.low)];
    if (partHigh > highest) [highest, high] = [partHigh, part.values.high];
    if (partLow < lowest) [lowest, low] = [partLow, part.values.low];
    volume += decimal(part.values.volume);
    trades = trades === null || part.trades === null ? null : trades + part.trades;
  }
  const values: CandleValues = { open: first.values.open, high, low, close: last.values.close, volume: volumeText(volume) };
  return { openMs: timeMs(openMs), values, trades, parts: parts.length, expected };
};

/**
 * The candles of the longer timeframe, ascending. Parts ascend by open time and lie on the boundaries of their own timeframe.
 * A longer candle without any part does not exist. The trade count is the sum where every part has one, else null.
 */
export const aggregateCandles = ({ from, to }: Timeframes, candles: readonly PartCandle[]): readonly WholeCandle[] => {
  assert(addsUp({ from, to }), `Candles of ${from} add up to candles of ${to}.`);
  const lengthMs = timeframeMs(to);
  const expected = lengthMs / timeframeMs(from);
  const whole: WholeCandle[] = [];
  let parts: PartCandle[] = [];
  let openMs = -1;
  let previousMs = -1;
  for (const candle of candles) {
    assert(candle.openMs > previousMs, 'Candles that are aggregated ascend, and none comes twice.');
    assert(candle.openMs % timeframeMs(from) === 0, 'A candle opens on a boundary of its timeframe.');
    previousMs = candle.openMs;
    const opensIn = candle.openMs - (candle.openMs % lengthMs);
    if (opensIn !== openMs && parts.length > 0) {
      whole.push(wholeOf(openMs, parts, expected));
      parts = [];
    }
    openMs = opensIn;
    parts.push(candle);
  }
  if (parts.length > 0) whole.push(wholeOf(openMs, parts, expected));
  return whole;
};
