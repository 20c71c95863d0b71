/**
 * Until when candles are closed, by the venue's clock and by ours: the earlier of the two decides, so that neither a clock in the
 * future nor one in the past lets a candle through that can still change.
 */
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { SourceOptions } from './source-options.ts';

export type Closing = Readonly<{ timeframe: Timeframe; toMs: TimeMs }>;
/** The end of the last candle that opens before `toMs` and has certainly closed. */
export type ClosedUntil = (closing: Closing) => Promise<TimeMs>;

/** The venue's clock is asked once in this long; in between the last answer counts, which is earlier and so on the safe side. */
const ASKED_FOR_MS = 30_000;

export const closedUntil = (venueNow: () => Promise<TimeMs>, { now, settleMs }: Pick<SourceOptions, 'now' | 'settleMs'>): ClosedUntil => {
  let [askedMs, venueMs] = [Number.NEGATIVE_INFINITY, 0];
  return async ({ timeframe, toMs }) => {
    const ourMs = now();
    const lengthMs = timeframeMs(timeframe);
    const endMs = Math.floor(toMs / lengthMs) * lengthMs + (toMs % lengthMs === 0 ? 0 : lengthMs);
    if (ourMs < askedMs || ourMs - askedMs > ASKED_FOR_MS) {
      venueMs = await venueNow();
      askedMs = ourMs;
    }
    const closedMs = Math.floor((Math.min(ourMs, venueMs) - settleMs) / lengthMs) * lengthMs;
    return timeMs(Math.min(endMs, closedMs));
  };
};
