/**
 * Thins a curve while it is being told, hour by hour, so that a chart of ten years stays small and loses no extreme: of
 * every stretch of hours the lowest and the highest value stay, and the very first and last. It never makes a value up.
 */
import type { Curve } from './report.ts';

export type CurveThinner = Readonly<{
  /** Hours ascend; a curve may leave hours out. */
  add: (hour: number, value: number) => void;
  curve: () => Curve;
}>;

/** The hours a curve may have: `hours` of them from `fromHour` on, and the most points that are left. */
export type CurveSize = Readonly<{ fromHour: number; hours: number; pointsMax: number }>;

/** Enough for any chart, and half the size of a double in text. Rounding keeps the order of values, so extremes stay extremes. */
const SIGNIFICANT_DIGITS = 7;

export const drawn = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS));

type Point = Readonly<{ hour: number; value: number }>;
type Stretch = Readonly<{ index: number; lowest: Point; highest: Point }>;

/** A curve of at most `pointsMax` hours keeps them all. */
export const curveThinner = ({ fromHour, hours, pointsMax }: CurveSize): CurveThinner => {
  // Two points a stretch, and room for the first and the last.
  const stretchHours = hours <= pointsMax ? 1 : Math.ceil(hours / Math.max(1, Math.floor((pointsMax - 2) / 2)));
  const points: Point[] = [];
  let [first, last, open]: [Point | null, Point | null, Stretch | null] = [null, null, null];

  const close = (): void => {
    if (open === null) return;
    const [one, other] = open.lowest.hour <= open.highest.hour ? [open.lowest, open.highest] : [open.highest, open.lowest];
    points.push(...(one.hour === other.hour ? [one] : [one, other]));
  };
  const add = (hour: number, value: number): void => {
    const point = { hour, value: drawn(value) };
    const index = Math.floor((hour - fromHour) / stretchHours);
    first ??= point;
    last = point;
    if (open === null || open.index !== index) {
      close();
      open = { index, lowest: point, highest: point };
    } else if (point.value < open.lowest.value) open = { ...open, lowest: point };
    else if (point.value > open.highest.value) open = { ...open, highest: point };
  };
  const curve = (): Curve => {
    close();
    open = null;
    const ends = [...(first === null || points[0]?.hour === first.hour ? [] : [first]), ...points, ...(last === null || points.at(-1)?.hour === last.hour ? [] : [last])];
    return { hours: ends.map(({ hour }) => hour), values: ends.map(({ value }) => value) };
  };
  return { add, curve };
};
