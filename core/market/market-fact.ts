/**
 * The market fact of a step: which candles closed, each named by its digest. Its content is one canonical text shared
 * by every run over the same universe, addressed by its SHA-256; a run's own log holds only that address.
 */
import { sha256Hex } from '../kernel/digest.ts';
import type { Digest, MarketSymbol, TimeMs } from '../kernel/units.ts';
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
const DIGEST_LENGTH = 32;

/** Writes a step's content. The bytes are a view of one buffer: they are valid until the next call. */
export type MarketContentWriter = (openMs: TimeMs, rows: Int32Array, series: readonly CandleColumns[]) => MarketContent;

/**
 * A writer for a fixed universe, ascending by symbol. `rows[i]` is the row of symbol i's candle, or -1 where none
 * closed. Writing bytes directly keeps a thousand hex digits an hour out of the string machinery.
 */
export const marketContentWriter = (symbols: readonly MarketSymbol[], timeframe: Timeframe): MarketContentWriter => {
  const heads = symbols.map(symbol => ascii(`["${symbol}","`));
  const room = OPENING.length + heads.reduce((sum, head) => sum + head.length + DIGEST_HEX_LENGTH + 3, 0) + 120;
  const scratch = new Uint8Array(room);
  const view = new DataView(scratch.buffer);
  scratch.set(OPENING);
  return (openMs, rows, series) => {
    let at = OPENING.length;
    let candles = 0;
    for (let index = 0; index < heads.length; index += 1) {
      const row = rows[index]!;
      if (row < 0) continue;
      if (candles > 0) scratch[at++] = 0x2c;
      const head = heads[index]!;
      scratch.set(head, at);
      at = writeHex(view, at + head.length, series[index]!.digest, row * DIGEST_LENGTH);
      scratch[at++] = 0x22;
      scratch[at++] = 0x5d;
      candles += 1;
    }
    const closing = `],"openMs":${openMs},"timeframe":"${timeframe}","type":"candles","version":1}`;
    for (let index = 0; index < closing.length; index += 1) scratch[at++] = closing.charCodeAt(index);
    const bytes = scratch.subarray(0, at);
    return { bytes, digest: sha256Hex(bytes), candles };
  };
};

const writeHex = (target: DataView, start: number, digests: Uint8Array, from: number): number => {
  let at = start;
  for (let index = from; index < from + DIGEST_LENGTH; index += 1) {
    target.setUint16(at, HEX_PAIRS[digests[index]!]!, true);
    at += 2;
  }
  return at;
};
