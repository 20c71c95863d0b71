/**
 * Curves of different hours on one axis of time, and what a curve says at a moment. Only hours that a curve has are ever
 * read from it; between them a line is drawn and no figure given.
 */
import type { Curve } from '../../../engine/report/report.ts';

export const SECONDS_PER_HOUR = 3600;

export type HourSpan = Readonly<{ from: number; to: number }>;

/** First and last hour of several curves; null where they have none. */
export const spanOf = (curves: readonly Curve[]): HourSpan | null => {
  let from = Infinity;
  let to = -Infinity;
  for (const { hours } of curves) {
    from = Math.min(from, hours[0] ?? Infinity);
    to = Math.max(to, hours.at(-1) ?? -Infinity);
  }
  return from <= to ? { from, to } : null;
};

export type Aligned = Readonly<{ hours: readonly number[]; columns: readonly (readonly (number | undefined)[])[] }>;

/** All hours of all curves and of the span, and for each curve its value or nothing. */
export const align = (curves: readonly Curve[], span: HourSpan): Aligned => {
  const every = new Set<number>([span.from, span.to]);
  for (const { hours } of curves) for (const hour of hours) every.add(hour);
  const hours = Float64Array.from(every).toSorted((left, right) => left - right);
  const columns = curves.map(curve => {
    let next = 0;
    return Array.from(hours, hour => {
      if (curve.hours[next] !== hour) return undefined;
      next += 1;
      return curve.values[next - 1];
    });
  });
  return { hours: Array.from(hours), columns };
};

/** Index of the last hour at or before one; -1 where all are later. */
export const lastAtOrBefore = (hours: readonly number[], hour: number): number => {
  let low = 0;
  let high = hours.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hours[middle]! <= hour) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** What the curve says last at or before an hour; null before its first. */
export const valueAt = ({ hours, values }: Curve, hour: number): number | null => values[lastAtOrBefore(hours, hour)] ?? null;
