/**
 * Donchian channel: the highest high and the lowest low of the last `period` candles, each side with a period of its
 * own. The candle last taken in is part of it; who asks for the candles before the current one reads before updating.
 */
import type { Bar, Memory } from '../strategies/strategy.ts';

// Slots of one side: candles seen; the extreme of the window; then the window as a ring, written at `seen` modulo period.
const EXTREME = 1;
const RING = 2;

export const donchianSideMemorySize = (period: number): number => RING + period;

/** Takes the high of one closed candle into the upper side. The period is 1 to 2,000. */
export const updateHighestHigh = (memory: Memory, at: number, period: number, bar: Bar): void =>
  updateHighest(memory, at, period, bar.high);

/** Takes the low of one closed candle into the lower side. Lows are kept negated: the lowest is then the highest. */
export const updateLowestLow = (memory: Memory, at: number, period: number, bar: Bar): void =>
  updateHighest(memory, at, period, -bar.low);

const updateHighest = (memory: Memory, at: number, period: number, value: number): void => {
  const seen = memory[at]!;
  const slot = at + RING + (seen % period);
  const leaving = memory[slot]!;
  const extreme = memory[at + EXTREME]!;
  memory[slot] = value;
  memory[at] = seen + 1;
  if (seen === 0 || value >= extreme) memory[at + EXTREME] = value;
  else if (seen >= period && leaving === extreme) memory[at + EXTREME] = highestInRing(memory, at, period);
};

/** Only when the extreme itself has left: a window is read in full about once in its own length. */
const highestInRing = (memory: Memory, at: number, period: number): number => {
  let highest = memory[at + RING]!;
  for (let slot = 1; slot < period; slot += 1) {
    const value = memory[at + RING + slot]!;
    if (value > highest) highest = value;
  }
  return highest;
};

export const donchianSideIsReady = (memory: Memory, at: number, period: number): boolean => memory[at]! >= period;

/** Quote currency per base, of the upper side; only once it is ready. */
export const highestHighOf = (memory: Memory, at: number): number => memory[at + EXTREME]!;

/** Quote currency per base, of the lower side; only once it is ready. */
export const lowestLowOf = (memory: Memory, at: number): number => -memory[at + EXTREME]!;
