/** A series ready for the hot loop: its columns, and beside them the doubles that features read, converted once. */
import { doublesOf } from './columns.ts';
import type { CandleColumns } from './columns.ts';

export type SeriesBars = Readonly<{
  columns: CandleColumns;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  /** The most decimals any of a candle's four prices has. */
  decimals: Uint8Array;
}>;

export const barsOf = (columns: CandleColumns): SeriesBars => {
  const { open, high, low, close, volume, length } = columns;
  const decimals = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) {
    decimals[row] = Math.max(open.scale[row]!, high.scale[row]!, low.scale[row]!, close.scale[row]!);
  }
  return {
    columns,
    open: doublesOf(open),
    high: doublesOf(high),
    low: doublesOf(low),
    close: doublesOf(close),
    volume: doublesOf(volume),
    decimals,
  };
};
