/**
 * Breakout from a Donchian channel: a close beyond every high of the candles before it enters, a close beyond every low
 * of a shorter stretch exits. The candle that breaks out is never part of the channel it breaks.
 */
import {
  donchianSideIsReady,
  donchianSideMemorySize,
  highestHighOf,
  lowestLowOf,
  updateHighestHigh,
  updateLowestLow,
} from '../features/donchian.ts';
import type { Bar, Memory, Signal, Strategy } from './strategy.ts';

// Slots: the last signal, 1 for enter and −1 for exit; then the upper side, then the lower side.
const UPPER = 1;

export const donchianBreakout: Strategy = {
  id: 'donchian-breakout',
  summary: 'Enters on a close above the highest high of the candles before, exits on a close below their lowest low.',
  // Whole days, so that every hour of the day weighs the same, and an exit of half the entry, as the turtles had it.
  parameters: [
    { name: 'entry', default: 48, min: 2, max: 2_000, integer: true, meaning: 'candles whose highest high a close must pass to enter' },
    { name: 'exit', default: 24, min: 2, max: 2_000, integer: true, meaning: 'candles whose lowest low a close must pass to exit' },
  ],
  // No pair contradicts itself: a close cannot pass the high and the low of the candle before it at once.
  contradiction: () => null,
  lookbackBars: ({ entry, exit }) => Math.max(entry!, exit!),
  memorySize: ({ entry, exit }) => UPPER + donchianSideMemorySize(entry!) + donchianSideMemorySize(exit!),
  observe: (memory, at, bar, parameters) => {
    const entry = parameters['entry']!;
    const exit = parameters['exit']!;
    const upper = at + UPPER;
    const lower = upper + donchianSideMemorySize(entry);
    const stand = donchianSideIsReady(memory, upper, entry) && donchianSideIsReady(memory, lower, exit);
    const highestHigh = highestHighOf(memory, upper);
    const lowestLow = lowestLowOf(memory, lower);
    updateHighestHigh(memory, upper, entry, bar);
    updateLowestLow(memory, lower, exit, bar);
    if (!stand) return null;
    if (bar.close > highestHigh) return brokenAbove(memory, at, bar, highestHigh);
    return bar.close < lowestLow ? brokenBelow(memory, at, bar, lowestLow) : null;
  },
  indicators: (memory, at, { entry, exit }) => {
    const lower = at + UPPER + donchianSideMemorySize(entry!);
    if (!donchianSideIsReady(memory, at + UPPER, entry!) || !donchianSideIsReady(memory, lower, exit!)) return null;
    return { highestHigh: highestHighOf(memory, at + UPPER), lowestLow: lowestLowOf(memory, lower) };
  },
};

/** One signal a breakout: asking again while it lasts is the orders' business. */
const brokenAbove = (memory: Memory, at: number, bar: Bar, highestHigh: number): Signal | null => {
  if (memory[at] === 1) return null;
  memory[at] = 1;
  return { action: 'enter', reason: 'DONCHIAN_HIGH_BROKEN', evidence: { close: bar.close, highestHigh } };
};

const brokenBelow = (memory: Memory, at: number, bar: Bar, lowestLow: number): Signal | null => {
  if (memory[at] === -1) return null;
  memory[at] = -1;
  return { action: 'exit', reason: 'DONCHIAN_LOW_BROKEN', evidence: { close: bar.close, lowestLow } };
};
