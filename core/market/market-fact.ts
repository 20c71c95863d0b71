/**
 * The market fact of a step: which candles closed, each named by its digest. Its content is one canonical text shared
 * by every run over the same universe, addressed by its SHA-256; a run's own log holds only that address.
 */
import { sha256Hex } from '../kernel/digest.ts';
import type { Digest, TimeMs } from '../kernel/units.ts';
import type { CandleColumns } from './columns.ts';
import type { Timeframe } from './timeframe.ts';

/** `{"candles":[["BTC/USDT","<digest>"],…],"openMs":…,"timeframe":"1h","type":"candles","version":1}` and its SHA-256. */
export type MarketContent = Readonly<{ bytes: Uint8Array; digest: Digest; candles: number }>;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0));

/** ASCII of both hex digits of a byte, the first digit in the low half. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => {
  const hex = byte.toString(16).padStart(2, '0');
  return hex.charCodeAt(0) | (hex.charCodeAt(1) << 8);
});

const OPENING = ascii('{"candles":[');
const DIGEST_HEX_LENGTH = 64;
const DIGEST_WORDS = 8;

/** Writes a step's content. The bytes are a view of one buffer: they are valid until the next call. */
export type MarketContentWriter = (openMs: TimeMs, rows: Int32Array) => MarketContent;

/**
 * A writer over series in the order of a fixed universe, ascending by symbol. `rows[i]` is the row of symbol i's candle,
 * or -1 where none closed. The text stays as it lies while the same symbols close, so that an hour writes digits over
 * digits: a thousand of them, kept out of the string machinery.
 */
export const marketContentWriter = (timeframe: Timeframe, series: readonly Pick<CandleColumns, 'series' | 'digest'>[]): MarketContentWriter => {
  const heads = series.map(({ series: { symbol } }) => ascii(`["${symbol}","`));
  const digests = series.map(({ digest }) => wordsOf(digest));
  const scratch = new Uint8Array(OPENING.length + heads.reduce((sum, head) => sum + head.length + DIGEST_HEX_LENGTH + 3, 0) + 120);
  const view = new DataView(scratch.buffer);
  const gathered = new Uint32Array(DIGEST_WORDS * series.length);
  // Where each symbol's digits stand; -1 where it has none, -2 before anything was laid out.
  const digits = new Int32Array(series.length).fill(-2);
  let laid: Layout = { candles: 0, end: 0 };
  const tail = `,"timeframe":"${timeframe}","type":"candles","version":1}`;
  return (openMs, rows) => {
    if (!isLaidOut(digits, rows)) laid = layOut(scratch, digits, { heads, rows });
    gather(gathered, digests, rows);
    for (let index = 0; index < digits.length; index += 1) if (digits[index]! >= 0) writeHex(view, digits[index]!, gathered, index);
    const end = putAscii(scratch, laid.end, `],"openMs":${openMs}${tail}`);
    const bytes = scratch.subarray(0, end);
    return { bytes, digest: sha256Hex(bytes), candles: laid.candles };
  };
};

const wordsOf = (digest: Uint8Array): Uint32Array => {
  const aligned = digest.byteOffset % 4 === 0 ? digest : digest.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
};

/** Brings the digests together first: each lies somewhere else in memory, and a short loop waits for many of them at once. */
const gather = (gathered: Uint32Array, digests: readonly Uint32Array[], rows: Int32Array): void => {
  for (let index = 0; index < rows.length; index += 1) {
    const from = DIGEST_WORDS * rows[index]!;
    if (from < 0) continue;
    const words = digests[index]!;
    for (let word = 0; word < DIGEST_WORDS; word += 1) gathered[DIGEST_WORDS * index + word] = words[from + word]!;
  }
};

/** How many candles are listed, and where the list ends. */
type Layout = Readonly<{ candles: number; end: number }>;

/** Whether the same symbols have closed a candle as when the text was laid out. */
const isLaidOut = (digits: Int32Array, rows: Int32Array): boolean => {
  for (let index = 0; index < digits.length; index += 1) if (digits[index]! === -2 || digits[index]! >= 0 !== rows[index]! >= 0) return false;
  return true;
};

/** Writes everything of the list but the digits of its digests. */
const layOut = (scratch: Uint8Array, digits: Int32Array, { heads, rows }: Readonly<{ heads: readonly Uint8Array[]; rows: Int32Array }>): Layout => {
  scratch.set(OPENING);
  let end = OPENING.length;
  let candles = 0;
  for (let index = 0; index < heads.length; index += 1) {
    digits[index] = -1;
    if (rows[index]! < 0) continue;
    if (candles > 0) scratch[end++] = 0x2c;
    const head = heads[index]!;
    scratch.set(head, end);
    digits[index] = end + head.length;
    end = putAscii(scratch, end + head.length + DIGEST_HEX_LENGTH, '"]');
    candles += 1;
  }
  return { candles, end };
};

const putAscii = (target: Uint8Array, start: number, text: string): number => {
  for (let index = 0; index < text.length; index += 1) target[start + index] = text.charCodeAt(index);
  return start + text.length;
};

const writeHex = (target: DataView, start: number, gathered: Uint32Array, index: number): void => {
  for (let word = 0; word < DIGEST_WORDS; word += 1) {
    const four = gathered[DIGEST_WORDS * index + word]!;
    target.setInt32(start + 8 * word, HEX_PAIRS[four & 0xff]! | (HEX_PAIRS[(four >>> 8) & 0xff]! << 16), true);
    target.setInt32(start + 8 * word + 4, HEX_PAIRS[(four >>> 16) & 0xff]! | (HEX_PAIRS[four >>> 24]! << 16), true);
  }
};
