/**
 * Shapes that two adapters share. An adapter imports no other adapter: what one hands to another, through a command, is
 * described here and nowhere else.
 */
import type { Digest, TimeMs } from '../core/kernel/units.ts';
import type { CandleValues, Series } from '../core/market/candle.ts';

/** A candle that a source told us, checked, its values in normal form. Trade count is kept and never hashed. */
export type IncomingCandle = Readonly<{ openMs: TimeMs; values: CandleValues; trades: number | null }>;

/** Where candles come from: what is recorded of every import. */
export type CandleOrigin = Readonly<{
  series: Series;
  source: string;
  format: string;
  /** What a hole in this source means: nobody traded, or nobody told us. */
  absent: 'quiet' | 'missing';
  fileName: string;
  fileSha256: Digest;
  fileBytes: number;
  receivedMs: TimeMs;
}>;
