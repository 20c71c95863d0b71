/** Candles for tests: written out by hand, or a seeded walk with gaps. A walk is a market of no real asset. */
import { putHash, sha256 } from '../../core/kernel/digest.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { candleText } from '../../core/market/candle.ts';
import type { CandleValues } from '../../core/market/candle.ts';
import { emptyColumn, putNormal } from '../../core/market/columns.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { drawsOf } from '../../tools/chaos/draws.ts';
import type { Draw } from '../../tools/chaos/draws.ts';

/** One candle; `slot` counts its timeframe since the epoch. */
export type SlotCandle = Readonly<{ slot: number; values: CandleValues }>;

export const columnsOf = (symbol: MarketSymbol, timeframe: Timeframe, candles: readonly SlotCandle[]): CandleColumns => {
  const { length } = candles;
  const columns: CandleColumns = {
    series: { symbol, timeframe },
    length,
    slot: Int32Array.from(candles, candle => candle.slot),
    open: emptyColumn(length),
    high: emptyColumn(length),
    low: emptyColumn(length),
    close: emptyColumn(length),
    volume: emptyColumn(length),
    digest: new Uint8Array(32 * length),
  };
  candles.forEach(({ slot, values }, row) => {
    putNormal(columns.open, row, values.open);
    putNormal(columns.high, row, values.high);
    putNormal(columns.low, row, values.low);
    putNormal(columns.close, row, values.close);
    putNormal(columns.volume, row, values.volume);
    putHash(columns.digest, 32 * row, sha256(candleText({ symbol, timeframe }, timeMs(slot * timeframeMs(timeframe)), values)));
  });
  return columns;
};

/** `open high low close volume` from the slot on, one candle a line; a line `-` leaves a hole. */
export const candlesFrom = (firstSlot: number, lines: string): readonly SlotCandle[] =>
  lines
    .trim()
    .split('\n')
    .flatMap((line, index): readonly SlotCandle[] => {
      const [open, high, low, close, volume] = line.trim().split(/\s+/);
      if (open === '-') return [];
      return [{ slot: firstSlot + index, values: { open: open!, high: high!, low: low!, close: close!, volume: volume! } }];
    });

export { drawsOf };
export type { Draw };

/** A whole number of smallest units as decimal text in normal form. */
const decimalOf = (units: number, decimals: number): string => {
  const digits = String(units).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${fraction}`;
};

export type Walk = Readonly<{
  seed: number;
  firstSlot: number;
  candles: number;
  /** How many of a thousand candles are absent, in runs of up to eight. */
  gapsPerMille: number;
  /** Largest move of a candle in parts per thousand. */
  movePerMille: number;
  decimals: number;
}>;

export const walk = ({ seed, firstSlot, candles, gapsPerMille, movePerMille, decimals }: Walk): readonly SlotCandle[] => {
  const draw = drawsOf(seed);
  const made: SlotCandle[] = [];
  const moved = (price: number, most: number): number => Math.max(2, price + Math.floor((price * (draw(2 * most + 1) - most)) / 1000));
  let price = 1_000 + draw(400_000);
  let absent = 0;
  for (let index = 0; index < candles; index += 1) {
    const open = moved(price, Math.ceil(movePerMille / 4));
    const close = moved(open, movePerMille);
    const high = Math.max(open, close) + draw(Math.max(1, Math.floor(open / 100)));
    const low = Math.max(1, Math.min(open, close) - draw(Math.max(1, Math.floor(open / 100))));
    const volume = draw(20) === 0 ? 0 : draw(2_000_000);
    price = Math.min(close, 50_000_000);
    if (absent === 0 && draw(1000) < gapsPerMille / 4) absent = 1 + draw(8);
    if (absent > 0 && index > 0) {
      absent -= 1;
      continue;
    }
    const text = (units: number): string => decimalOf(units, decimals);
    const values = { open: text(open), high: text(high), low: text(low), close: text(close), volume: decimalOf(volume, 3) };
    made.push({ slot: firstSlot + index, values });
  }
  return made;
};
