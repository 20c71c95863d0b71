/**
 * The order rate: how many orders a desk places in an hour. Every placement counts, exits too; what it stops is
 * entries alone.
 */
import type { HourUtc } from '../kernel/units.ts';

/** Orders placed in the last hour that placed any. */
export type OrderRate = Readonly<{ hour: HourUtc; placed: number }>;

export const placedIn = (rate: OrderRate | null, hour: HourUtc): number => (rate !== null && rate.hour === hour ? rate.placed : 0);

/** The rate after `orders` more placements. */
export const afterPlacements = (before: OrderRate | null, hour: HourUtc, orders: number): OrderRate | null =>
  orders === 0 ? before : { hour, placed: placedIn(before, hour) + orders };

/** Whether one more order may be placed for an entry: the last one of the hour's allowance may. */
export const isWithinRate = (ordersPerHour: number | null, placed: number): boolean => ordersPerHour === null || placed + 1 <= ordersPerHour;
