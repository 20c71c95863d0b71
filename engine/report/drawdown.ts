/** How far unit value lies below its highest so far, and the largest such fall with its length. A resume of an operator begins no new peak here. */

/** `hours` from the peak to the first hour at or above it again, or to the end. Hours are null where there was no fall. */
export type Drawdown = Readonly<{ depth: number; hours: number; peakHour: number | null; deepestHour: number | null; isRecovered: boolean }>;

const NO_DRAWDOWN: Drawdown = { depth: 0, hours: 0, peakHour: null, deepestHour: null, isRecovered: true };

export type DrawdownCollector = Readonly<{
  /** The fall after an hour: zero or below. Hours ascend. */
  after: (hour: number, unitValue: bigint) => number;
  /** The first of the deepest. */
  largest: () => Drawdown;
}>;

export const collectDrawdown = (): DrawdownCollector => {
  let [peak, peakHour, lastHour] = [0n, 0, 0];
  let [largest, open] = [NO_DRAWDOWN, NO_DRAWDOWN];

  const after = (hour: number, unitValue: bigint): number => {
    lastHour = hour;
    if (unitValue >= peak) {
      if (open.depth > largest.depth) largest = { ...open, hours: hour - peakHour, isRecovered: true };
      [peak, peakHour, open] = [unitValue, hour, NO_DRAWDOWN];
      return 0;
    }
    const depth = Number(peak - unitValue) / Number(peak);
    if (depth > open.depth) open = { depth, hours: 0, peakHour, deepestHour: hour, isRecovered: false };
    return -depth;
  };
  return { after, largest: () => (open.depth > largest.depth ? { ...open, hours: lastHour - peakHour } : largest) };
};
