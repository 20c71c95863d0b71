/**
 * The bytes of a cached chunk of candles: columns side by side, little-endian, each starting where a typed array can
 * look at it in place. The bytes name what they hold, so that one chunk can never pass for another.
 */
import type { Series } from '../../core/market/candle.ts';
import type { CandleColumns, Column } from '../../core/market/columns.ts';

/** Slots a chunk spans: 90 days of hours, a day and a half of minutes. */
export const CHUNK_SLOTS = 2_160;

export const chunkOfSlot = (slot: number): number => Math.floor(slot / CHUNK_SLOTS);

export type ChunkName = Readonly<{ series: Series; chunk: number; ingestThrough: number }>;

const PRICE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;
const DIGEST_LENGTH = 32;
const ROWS_AT = 0;
const NAME_LENGTH_AT = 4;
const NAME_AT = 8;

const headOf = ({ series, chunk, ingestThrough }: ChunkName): string => `tb candles 1 ${series.symbol} ${series.timeframe} ${chunk} ${ingestThrough}`;

const padded = (length: number): number => Math.ceil(length / 8) * 8;

type Layout = Readonly<{ mantissa: number; slot: number; scale: number; digest: number; end: number }>;

const layoutOf = (nameLength: number, rows: number): Layout => {
  const mantissa = padded(NAME_AT + nameLength);
  const slot = mantissa + 8 * PRICE_COLUMNS.length * rows;
  const scale = slot + 4 * rows;
  const digest = scale + PRICE_COLUMNS.length * rows;
  return { mantissa, slot, scale, digest, end: digest + DIGEST_LENGTH * rows };
};

export const encodeChunk = (name: ChunkName, columns: CandleColumns): Uint8Array => {
  const head = Buffer.from(headOf(name), 'utf8');
  const rows = columns.length;
  const layout = layoutOf(head.length, rows);
  const bytes = new Uint8Array(layout.end);
  const view = new DataView(bytes.buffer);
  view.setUint32(ROWS_AT, rows, true);
  view.setUint32(NAME_LENGTH_AT, head.length, true);
  bytes.set(head, NAME_AT);
  new Int32Array(bytes.buffer, layout.slot, rows).set(columns.slot);
  PRICE_COLUMNS.forEach((column, place) => {
    new BigInt64Array(bytes.buffer, layout.mantissa + 8 * place * rows, rows).set(columns[column].mantissa);
    bytes.set(columns[column].scale, layout.scale + place * rows);
  });
  bytes.set(columns.digest, layout.digest);
  return bytes;
};

/** The columns in the bytes, sharing their memory; null when the bytes are not the chunk of this name. Start aligned to 8. */
export const decodeChunk = (name: ChunkName, bytes: Uint8Array<ArrayBuffer>): CandleColumns | null => {
  const head = Buffer.from(headOf(name), 'utf8');
  if (bytes.length < NAME_AT + head.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const rows = view.getUint32(ROWS_AT, true);
  const named = view.getUint32(NAME_LENGTH_AT, true) === head.length && head.equals(bytes.subarray(NAME_AT, NAME_AT + head.length));
  const layout = layoutOf(head.length, rows);
  if (!named || layout.end !== bytes.length) return null;
  const columnAt = (place: number): Column => ({
    mantissa: new BigInt64Array(bytes.buffer, bytes.byteOffset + layout.mantissa + 8 * place * rows, rows),
    scale: bytes.subarray(layout.scale + place * rows, layout.scale + (place + 1) * rows),
  });
  return {
    series: name.series,
    length: rows,
    slot: new Int32Array(bytes.buffer, bytes.byteOffset + layout.slot, rows),
    open: columnAt(0),
    high: columnAt(1),
    low: columnAt(2),
    close: columnAt(3),
    volume: columnAt(4),
    digest: bytes.subarray(layout.digest, layout.end),
  };
};
