/**
 * The returns slice: the last 168 hourly returns of each symbol, from which its volatility is taken. It steps once per
 * hour that has a candle, never for one that came late. It is empty for profiles without volatility sizing.
 */
import { HASH_LENGTH, putHash } from '../kernel/digest.ts';
import { CONTENT_AT, contentOf, copyOfLeaf, leafBytes, leafBytesOf, leafHashOf } from '../kernel/leaf-bytes.ts';
import { doubleAt } from '../market/columns.ts';
import type { MarketStep } from '../market/feed.ts';

export const RETURNS_WINDOW = 168;
/** Rows of the ring that are hashed together: an hour writes one row where there are no gaps, and hashes one twelfth anew. */
const SEGMENTS = 12;
const SEGMENT_ROWS = RETURNS_WINDOW / SEGMENTS;
const CELL_BYTES = 4;
/** Two doubles and two bytes a symbol stand before the hashes. */
const SYMBOL_BYTES = 18;

/**
 * `bytes` is the slice as it is hashed: a symbol's float64 close of its last hour with a candle (0: none yet) and of
 * the hour under way (0: none), uint8 next row and uint8 returns held, one array each; then the leaf hash of every
 * segment. A segment holds int32 returns in units of 10^-8, row by row, a column a symbol.
 */
export type Returns = Readonly<{
  bytes: Uint8Array;
  close: Float64Array;
  latest: Float64Array;
  row: Uint8Array;
  held: Uint8Array;
  segments: readonly Segment[];
}>;

type Segment = Readonly<{ bytes: Uint8Array; cells: Int32Array }>;

const viewOf = (bytes: Uint8Array, symbols: number, segments: readonly Segment[]): Returns => {
  const at = bytes.byteOffset + CONTENT_AT;
  return {
    bytes,
    close: new Float64Array(bytes.buffer, at, symbols),
    latest: new Float64Array(bytes.buffer, at + 8 * symbols, symbols),
    row: new Uint8Array(bytes.buffer, at + 16 * symbols, symbols),
    held: new Uint8Array(bytes.buffer, at + 17 * symbols, symbols),
    segments,
  };
};

const segmentOf = (bytes: Uint8Array): Segment => ({
  bytes,
  cells: new Int32Array(bytes.buffer, bytes.byteOffset + CONTENT_AT, (bytes.length - CONTENT_AT) / CELL_BYTES),
});

const segmentLength = (symbols: number): number => SEGMENT_ROWS * symbols * CELL_BYTES;

/** Nothing at all for no symbols. */
const headLength = (symbols: number): number => (symbols === 0 ? 0 : SYMBOL_BYTES * symbols + SEGMENTS * HASH_LENGTH);

/** The slice of these segments, its hashes written anew. */
const sealed = (head: Uint8Array, symbols: number, segments: readonly Segment[]): Returns => {
  const returns = viewOf(head, symbols, symbols === 0 ? [] : segments);
  for (const index of returns.segments.keys()) sealSegment(returns, index);
  return returns;
};

const sealSegment = ({ bytes, close, segments }: Returns, index: number): void => {
  putHash(bytes, CONTENT_AT + SYMBOL_BYTES * close.length + HASH_LENGTH * index, leafHashOf(segments[index]!.bytes));
};

export const noReturns = (symbols: number): Returns =>
  sealed(leafBytes(headLength(symbols)), symbols, Array.from({ length: SEGMENTS }, () => segmentOf(leafBytes(segmentLength(symbols)))));

/** What is hashed, then the segments in order. */
export const returnsContent = ({ bytes, segments }: Returns): Uint8Array => {
  const parts = [bytes, ...segments.map(segment => segment.bytes)].map(contentOf);
  const content = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    content.set(part, at);
    at += part.length;
  }
  return content;
};

/** The slice as it was stored. Its hashes are made from its segments, so that an altered segment alters the digest. */
export const returnsOfContent = (content: Uint8Array, symbols: number): Returns => {
  const first = headLength(symbols);
  const length = segmentLength(symbols);
  const segmentAt = (index: number): Uint8Array => content.subarray(first + index * length, first + (index + 1) * length);
  const segments = Array.from({ length: SEGMENTS }, (_, index) => segmentOf(leafBytesOf(segmentAt(index))));
  return sealed(leafBytesOf(content.subarray(0, first)), symbols, segments);
};

/** The slice after the candles of one step. Returns are taken at the last step of an hour. */
export const observeReturns = (before: Returns, { rows, series, slot }: MarketStep, stepsPerHour: number): Returns => {
  const symbols = before.close.length;
  if (symbols === 0) return before;
  const closesHour = (slot + 1) % stepsPerHour === 0;
  const hour = Math.floor(slot / stepsPerHour);
  const segments = [...before.segments];
  const returns = viewOf(copyOfLeaf(before.bytes), symbols, segments);
  const { close, latest, row, held } = returns;
  for (let index = 0; index < symbols; index += 1) {
    const candle = rows[index]!;
    if (candle >= 0) latest[index] = doubleAt(series[index]!.close, candle);
    const now = latest[index]!;
    if (!closesHour || now === 0) continue;
    const last = close[index]!;
    close[index] = now;
    latest[index] = 0;
    if (last === 0) continue;
    // A first return lies in the row of its hour, so that symbols without gaps share one row.
    const at = held[index] === 0 ? hour % RETURNS_WINDOW : row[index]!;
    const segment = Math.floor(at / SEGMENT_ROWS);
    if (segments[segment] === before.segments[segment]) segments[segment] = segmentOf(copyOfLeaf(before.segments[segment]!.bytes));
    segments[segment]!.cells[(at % SEGMENT_ROWS) * symbols + index] = hourlyReturn(last, now);
    row[index] = (at + 1) % RETURNS_WINDOW;
    held[index] = Math.min(held[index]! + 1, RETURNS_WINDOW);
  }
  for (let index = 0; index < SEGMENTS; index += 1) if (segments[index] !== before.segments[index]) sealSegment(returns, index);
  return returns;
};

const UNITS = 100_000_000;
const LARGEST = 2_147_483_647;

/** (now − before) × 10^8 ÷ before as doubles, in that order, half-even to a unit; a return beyond an int32 (2,147 %) counts as that. */
const hourlyReturn = (before: number, now: number): number => {
  const scaled = ((now - before) * UNITS) / before;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return Math.max(-LARGEST, Math.min(LARGEST, rounded));
};

/** A symbol's last `count` hourly returns in units of 10^-8, oldest first; null while there are fewer. */
export const lastReturns = ({ close, row, held, segments }: Returns, index: number, count: number): readonly number[] | null => {
  const symbols = close.length;
  if (symbols === 0 || held[index]! < count) return null;
  const returns: number[] = [];
  for (let age = count; age > 0; age -= 1) {
    const at = (row[index]! - age + RETURNS_WINDOW) % RETURNS_WINDOW;
    returns.push(segments[Math.floor(at / SEGMENT_ROWS)]!.cells[(at % SEGMENT_ROWS) * symbols + index]!);
  }
  return returns;
};
