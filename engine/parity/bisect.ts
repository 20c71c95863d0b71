/**
 * Finds the first of many hours that differ by halving. It holds where an hour that differs makes every later one differ,
 * as hashes do that are chained: each question about one hour answers for all before it.
 */
import type { HourUtc } from '../../core/kernel/units.ts';

/** Both inclusive. */
export type Hours = Readonly<{ fromHour: HourUtc; throughHour: HourUtc }>;

/** The first hour for which `isEqual` says no, asking at most log₂(n) + 1 times; null where all are equal. */
export const firstDifferent = async ({ fromHour, throughHour }: Hours, isEqual: (hour: HourUtc) => Promise<boolean>): Promise<HourUtc | null> => {
  if (fromHour > throughHour || (await isEqual(throughHour))) return null;
  let [low, high]: [number, number] = [fromHour, throughHour];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isEqual(middle as HourUtc)) low = middle + 1;
    else high = middle;
  }
  return low as HourUtc;
};
