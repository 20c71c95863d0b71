/**
 * A series ready for the hot loop: columns that can be read as doubles, value by value and only where somebody asks.
 * Doubles kept beside the columns would be five more streams of memory to wait for in every hour.
 */
import { readable } from './columns.ts';
import type { CandleColumns, ReadableColumn } from './columns.ts';

export type SeriesBars = Readonly<{
  columns: CandleColumns;
  open: ReadableColumn;
  high: ReadableColumn;
  low: ReadableColumn;
  close: ReadableColumn;
  volume: ReadableColumn;
}>;

export const barsOf = (columns: CandleColumns): SeriesBars => {
  const { open, high, low, close, volume } = columns;
  return { columns, open: readable(open), high: readable(high), low: readable(low), close: readable(close), volume: readable(volume) };
};

/** The most decimals any of a candle's four prices has. */
export const decimalsAt = ({ open, high, low, close }: SeriesBars, row: number): number =>
  Math.max(open.scale[row]!, high.scale[row]!, low.scale[row]!, close.scale[row]!);
