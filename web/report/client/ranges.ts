/** How far an axis of values reaches for what is on it, so that a line never lies on the frame. */
const ROOM = 0.06;

type Values = readonly Readonly<{ values: readonly number[] }>[];

/** From such a factor on equal steps would press most of a curve flat. */
const FACTOR_OF_LOG = 10;

/** Whether equal steps may stand for equal factors, and whether they do so at first. */
export const logScaleOf = (curves: Values): Readonly<{ hasLogScale: boolean; isLogAtFirst: boolean }> => {
  let [low, high] = [Infinity, 0];
  for (const { values } of curves) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const hasLogScale = low > 0;
  return { hasLogScale, isLogAtFirst: hasLogScale && high > low * FACTOR_OF_LOG };
};

export type Range = readonly [number, number];

/** Around the values, with room on both sides. */
export const around = (low: number, high: number): Range => {
  const room = (high - low || Math.abs(high) || 1) * ROOM;
  return [low - room, high + room];
};

/** Around values above zero where a step is a factor. */
export const byFactor = (low: number, high: number): Range => (low > 0 ? [low / (1 + ROOM), high * (1 + ROOM)] : [1, 10]);

/** From zero up. */
export const fromZero = (_low: number, high: number): Range => [0, high > 0 ? high * (1 + ROOM) : 1];

/** From the lowest up to zero. */
export const toZero = (low: number): Range => [low < 0 ? low * (1 + ROOM) : -0.01, 0];

/** Zero and all values. */
export const withZero = (low: number, high: number): Range => {
  const [bottom, top] = around(Math.min(0, low), Math.max(0, high));
  return [low >= 0 ? 0 : bottom, high <= 0 ? 0 : top];
};
