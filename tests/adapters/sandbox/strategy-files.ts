/** Strategy files as text, and candles to show them. */
import type { StrategyError } from '../../../adapters/sandbox/strategy-error.ts';
import type { Bar } from '../../../core/strategies/strategy.ts';

/** What a user reads: what is wrong, and what to do next. */
export const told = ({ message, hint }: StrategyError): string => `${message} ${hint}`.trimEnd();

export const BAR: Bar = { open: 100, high: 103, low: 99, close: 102, volume: 5, decimals: 2, tradable: true };

/** A strategy with one memory slot, whose observe has the given body. The body begins on line `BODY_LINE`. */
export const fileWith = (body: string, top = ''): string => `${top}
export default {
  id: 'under-test', summary: 'What the test needs.', parameters: [], lookbackBars: () => 0, memorySize: () => 1,
  observe: (memory, at, bar) => {
${body}
  },
};
`;

export const BODY_LINE = 5;

/** One that answers with a signal carrying the value of an expression as evidence. */
export const fileReturning = (expression: string, top = ''): string =>
  fileWith(`return { action: 'enter', reason: 'SEEN', evidence: { value: ${expression} } };`, top);

/** The built-in crossing of two averages, written as a user would. */
export const EMA_CROSS = `
import { emaIsReady, emaMemorySize, emaOf, updateEma as take } from '@tracer-bullet/tb/strategy';
import type { Memory, Strategy } from '@tracer-bullet/tb/strategy';

const FAST = 1;
const SLOW = FAST + emaMemorySize();

export const strategy: Strategy = {
  id: 'my-cross',
  summary: 'Crossing of two averages.',
  parameters: [
    { name: 'fast', default: 12, min: 2, max: 1_999, integer: true, meaning: 'candles of the fast average' },
    { name: 'slow', default: 26, min: 3, max: 2_000, integer: true, meaning: 'candles of the slow average' },
  ],
  contradiction: ({ fast, slow }) => (fast! < slow! ? null : 'fast must be less than slow'),
  lookbackBars: ({ slow }) => slow!,
  memorySize: () => SLOW + emaMemorySize(),
  observe: (memory: Memory, at, bar, { fast: fastPeriod, slow: slowPeriod }) => {
    take(memory, at + FAST, fastPeriod!, bar);
    take(memory, at + SLOW, slowPeriod!, bar);
    if (!emaIsReady(memory, at + SLOW, slowPeriod!)) return null;
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
};
`;
