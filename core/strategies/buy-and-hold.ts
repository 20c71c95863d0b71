/**
 * Buy and hold: enters at the first candle on which it may trade and never again, and never exits. The yardstick that
 * every other strategy has to beat after costs.
 */
import type { Strategy } from './strategy.ts';

export const buyAndHold: Strategy = {
  id: 'buy-and-hold',
  summary: 'Enters each symbol once, at its first candle after warm-up, and holds it to the end.',
  parameters: [],
  contradiction: () => null,
  lookbackBars: () => 0,
  memorySize: () => 1,
  observe: (memory, at, bar) => {
    // Its only signal would be refused during warm-up, and never come again.
    if (memory[at] === 1 || !bar.tradable) return null;
    memory[at] = 1;
    return { action: 'enter', reason: 'FIRST_CANDLE', evidence: { close: bar.close } };
  },
};
