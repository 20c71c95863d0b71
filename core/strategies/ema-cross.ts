/**
 * Crossing of two exponential averages of the close. A cross is a change of sign of fast − slow with zeros skipped, so
 * a touch is none, and a fast line that merely starts above the slow one is no entry.
 */
import { emaIsReady, emaMemorySize, emaOf, updateEma } from '../features/ema.ts';
import type { Strategy } from './strategy.ts';

// Slots: the last sign of fast − slow that was not zero; then the two averages.
const FAST = 1;
const SLOW = FAST + emaMemorySize();

export const emaCross: Strategy = {
  id: 'ema-cross',
  summary: 'Enters when the fast average of closes crosses above the slow one, exits when it crosses below.',
  parameters: [
    { name: 'fast', default: 12, min: 2, max: 1_999, integer: true, meaning: 'candles of the fast exponential average' },
    { name: 'slow', default: 26, min: 3, max: 2_000, integer: true, meaning: 'candles of the slow exponential average' },
  ],
  contradiction: ({ fast, slow }) => (fast! < slow! ? null : `fast (${fast}) must be less than slow (${slow})`),
  // Both lines first stand at the close of candle number `slow`: that one can only take the first sign.
  lookbackBars: ({ slow }) => slow!,
  memorySize: () => SLOW + emaMemorySize(),
  observe: (memory, at, bar, parameters) => {
    const slowPeriod = parameters['slow']!;
    updateEma(memory, at + FAST, parameters['fast']!, bar);
    updateEma(memory, at + SLOW, slowPeriod, bar);
    if (!emaIsReady(memory, at + SLOW, slowPeriod)) return null;
    const fast = emaOf(memory, at + FAST);
    const slow = emaOf(memory, at + SLOW);
    if (fast === slow) return null;
    const sign = fast > slow ? 1 : -1;
    const before = memory[at]!;
    memory[at] = sign;
    if (before === 0 || before === sign) return null;
    return sign > 0
      ? { action: 'enter', reason: 'EMA_CROSS_UP', evidence: { fast, slow } }
      : { action: 'exit', reason: 'EMA_CROSS_DOWN', evidence: { fast, slow } };
  },
  indicators: (memory, at, { slow }) => (emaIsReady(memory, at + SLOW, slow!) ? { fast: emaOf(memory, at + FAST), slow: emaOf(memory, at + SLOW) } : null),
};
