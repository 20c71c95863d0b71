/**
 * A market in which the next open is this close, so that an engine which fills at the next open fills where others fill
 * at the close of the signal. One candle more, standing still at the last close, lets the last order be filled as well.
 */
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { putHash, sha256 } from '../../core/kernel/digest.ts';
import { HOUR_MS, timeMs } from '../../core/kernel/units.ts';
import { CANDLE_VALUES, candleText } from '../../core/market/candle.ts';
import type { CandleValues } from '../../core/market/candle.ts';
import { emptyColumn, putNormal, widenAt } from '../../core/market/columns.ts';
import type { CandleColumns } from '../../core/market/columns.ts';

/** High and low are stretched to the new open. */
const valuesAt = ({ length, open, high, low, close, volume }: CandleColumns, row: number): CandleValues => {
  const own = Math.min(row, length - 1);
  const opened = row === 0 ? widenAt(open, 0) : widenAt(close, row - 1);
  const [highest, lowest] = row < length ? [widenAt(high, row), widenAt(low, row)] : [opened, opened];
  return {
    open: formatDecimal(opened),
    high: formatDecimal(opened > highest ? opened : highest),
    low: formatDecimal(opened < lowest ? opened : lowest),
    close: formatDecimal(widenAt(close, own)),
    volume: formatDecimal(widenAt(volume, own)),
  };
};

/** Hourly candles only. */
export const filledAtClose = (columns: CandleColumns): CandleColumns => {
  const { series, slot } = columns;
  const length = columns.length + 1;
  const moved: CandleColumns = {
    series,
    length,
    slot: Int32Array.from({ length }, (_, row) => slot[0]! + row),
    open: emptyColumn(length),
    high: emptyColumn(length),
    low: emptyColumn(length),
    close: emptyColumn(length),
    volume: emptyColumn(length),
    digest: new Uint8Array(32 * length),
  };
  for (let row = 0; row < length; row += 1) {
    const values = valuesAt(columns, row);
    for (const name of CANDLE_VALUES) putNormal(moved[name], row, values[name]);
    putHash(moved.digest, 32 * row, sha256(candleText(series, timeMs(moved.slot[row]! * HOUR_MS), values)));
  }
  return moved;
};
