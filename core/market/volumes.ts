/**
 * The volumes slice: the last 24 candle volumes of each symbol, from which sizing takes a median. It steps once per
 * candle, so a quiet hour neither counts nor erases. It is empty for runs without a participation limit.
 */
import { CONTENT_AT, contentOf, copyOfLeaf, leafBytes, leafBytesOf } from '../kernel/leaf-bytes.ts';
import { divideDown } from '../kernel/rounding.ts';
import { quantity } from '../kernel/units.ts';
import type { Quantity } from '../kernel/units.ts';
import { widen } from './columns.ts';
import type { MarketStep } from './feed.ts';

export const VOLUME_WINDOW = 24;

/** Content: int64 mantissas and later uint8 scales, 24 a symbol as a ring, with a uint32 count of candles seen between. */
export type Volumes = Readonly<{ bytes: Uint8Array; mantissa: BigInt64Array; count: Uint32Array; scale: Uint8Array }>;

const viewOf = (bytes: Uint8Array, symbols: number): Volumes => {
  const cells = VOLUME_WINDOW * symbols;
  return {
    bytes,
    mantissa: new BigInt64Array(bytes.buffer, bytes.byteOffset + CONTENT_AT, cells),
    count: new Uint32Array(bytes.buffer, bytes.byteOffset + CONTENT_AT + 8 * cells, symbols),
    scale: new Uint8Array(bytes.buffer, bytes.byteOffset + CONTENT_AT + 8 * cells + 4 * symbols, cells),
  };
};

export const noVolumes = (symbols: number): Volumes => viewOf(leafBytes(symbols * (9 * VOLUME_WINDOW + 4)), symbols);
export const volumesOfContent = (content: Uint8Array, symbols: number): Volumes => viewOf(leafBytesOf(content), symbols);
export const volumesContent = (volumes: Volumes): Uint8Array => contentOf(volumes.bytes);

export const observeVolumes = (before: Volumes, market: MarketStep): Volumes => {
  const { rows, series } = market;
  if (before.count.length === 0) return before;
  const volumes = viewOf(copyOfLeaf(before.bytes), before.count.length);
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index]!;
    if (row < 0) continue;
    const cell = index * VOLUME_WINDOW + (volumes.count[index]! % VOLUME_WINDOW);
    const column = series[index]!.columns.volume;
    volumes.mantissa[cell] = column.mantissa[row]!;
    volumes.scale[cell] = column.scale[row]!;
    volumes.count[index] = volumes.count[index]! + 1;
  }
  return volumes;
};

/** The median of the window, the mean of the middle two rounded down; zero before the first candle. */
export const medianVolume = (volumes: Volumes, index: number): Quantity => {
  const seen = Math.min(volumes.count[index]!, VOLUME_WINDOW);
  if (seen === 0) return quantity(0n);
  const first = index * VOLUME_WINDOW;
  const window: bigint[] = [];
  for (let cell = first; cell < first + seen; cell += 1) window.push(widen(volumes.mantissa[cell]!, volumes.scale[cell]!));
  window.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const middle = Math.floor(seen / 2);
  return quantity(seen % 2 === 1 ? window[middle]! : divideDown(window[middle - 1]! + window[middle]!, 2n));
};
