/**
 * The digests of candles that a dry run has met, series by series, in 36 bytes each, so that a later file of the same
 * series is compared with what an earlier one would have stored. It keeps no values.
 */
import type { Series } from '../core/market/candle.ts';
import { timeframeMs } from '../core/market/timeframe.ts';

/** The latest digest that would be stored of a candle, or null where no file so far had it. */
export type DigestMemory = Readonly<{ digestOf: (openMs: number) => string | null; remember: (openMs: readonly number[], digests: readonly string[]) => void }>;

type Batch = Readonly<{ slots: Int32Array; digests: Buffer }>;

const DIGEST_BYTES = 32;

/** Digests in hex of one series; a batch is ascending by open time, and what is remembered later counts. */
export const newDigestMemory = ({ timeframe }: Series): DigestMemory => {
  const lengthMs = timeframeMs(timeframe);
  const batches: Batch[] = [];
  return {
    digestOf: openMs => {
      const slot = openMs / lengthMs;
      for (let index = batches.length - 1; index >= 0; index -= 1) {
        const { slots, digests } = batches[index]!;
        if (slot < slots[0]! || slot > slots.at(-1)!) continue;
        const row = rowOf(slots, slot);
        if (row >= 0) return digests.toString('hex', DIGEST_BYTES * row, DIGEST_BYTES * (row + 1));
      }
      return null;
    },
    remember: (openMs, digests) => {
      if (openMs.length > 0) batches.push({ slots: Int32Array.from(openMs, time => time / lengthMs), digests: Buffer.from(digests.join(''), 'hex') });
    },
  };
};

const rowOf = (slots: Int32Array, wanted: number): number => {
  let [low, high] = [0, slots.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (slots[middle] === wanted) return middle;
    if (slots[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
};
