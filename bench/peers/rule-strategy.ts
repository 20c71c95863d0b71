/**
 * The crossing of two averages under the rules of others, as a strategy like any other: it sees closed candles only and
 * keeps what it knows in memory. Under our own rules it is `ema-cross` itself.
 */
import { emaIsReady, emaMemorySize, emaOf, updateEma } from '../../core/features/ema.ts';
import { emaCross } from '../../core/strategies/ema-cross.ts';
import type { Memory, Parameters, Signal, Strategy } from '../../core/strategies/strategy.ts';
import type { Rules } from './rules.ts';

type Average = Readonly<{
  slots: number;
  update: typeof updateEma;
  isReady: typeof emaIsReady;
  of: typeof emaOf;
}>;

const FROM_MEAN: Average = { slots: emaMemorySize(), update: updateEma, isReady: emaIsReady, of: emaOf };

// Slots of an average from the first close: closes seen, and the average.
const VALUE = 1;

const FROM_FIRST: Average = {
  slots: 2,
  update: (memory, at, period, { close }) => {
    const seen = memory[at]!;
    const before = seen === 0 ? close : memory[at + VALUE]!;
    memory[at] = seen + 1;
    memory[at + VALUE] = before + (2 / (period + 1)) * (close - before);
  },
  isReady: (memory, at, period) => memory[at]! >= period,
  of: (memory, at) => memory[at + VALUE]!,
};

// Slots: the last side that was not even, and where a position stands for a rule that is blind while one is filled.
const PHASE = 1;
const FAST = 2;

const OUTSIDE = 0;
const ENTERING = 1;
const INSIDE = 2;
const EXITING = 3;

const ENTER: Signal = { action: 'enter', reason: 'EMA_CROSS_UP', evidence: {} };
const EXIT: Signal = { action: 'exit', reason: 'EMA_CROSS_DOWN', evidence: {} };

/** The side before this candle and after it; 0 while nothing can be said. */
type Sides = Readonly<{ before: number; side: number }>;

const onCross = ({ before, side }: Sides): Signal | null => {
  if (before === 0 || before === side) return null;
  return side > 0 ? ENTER : EXIT;
};

const unlessFilling = (memory: Memory, at: number, { before, side }: Sides): Signal | null => {
  const phase = memory[at + PHASE]!;
  if (phase === ENTERING || phase === EXITING) {
    memory[at + PHASE] = phase === ENTERING ? INSIDE : OUTSIDE;
    return null;
  }
  if (phase === OUTSIDE ? !(before < 0 && side > 0) : side >= 0) return null;
  memory[at + PHASE] = phase === OUTSIDE ? ENTERING : EXITING;
  return phase === OUTSIDE ? ENTER : EXIT;
};

/** A strategy with parameters `fast` and `slow` that signals as the rules say. */
export const ruleStrategy = ({ seed, waits, blindWhenFilling }: Rules): Strategy => {
  if (seed === 'mean' && !blindWhenFilling) return emaCross;
  const average = seed === 'mean' ? FROM_MEAN : FROM_FIRST;
  const slow = FAST + average.slots;
  const sidesOf = (memory: Memory, at: number, slowPeriod: number): Sides | null => {
    if (!average.isReady(memory, at + slow, waits ? slowPeriod : 1)) return null;
    const difference = average.of(memory, at + FAST) - average.of(memory, at + slow);
    const before = memory[at]!;
    const side = difference === 0 ? before : Math.sign(difference);
    memory[at] = side;
    return { before, side };
  };
  return {
    ...emaCross,
    id: 'ema-cross-of-others',
    lookbackBars: (parameters: Parameters) => (waits ? parameters['slow']! : 2),
    memorySize: () => slow + average.slots,
    observe: (memory, at, bar, parameters) => {
      average.update(memory, at + FAST, parameters['fast']!, bar);
      average.update(memory, at + slow, parameters['slow']!, bar);
      const sides = sidesOf(memory, at, parameters['slow']!);
      if (sides === null) return null;
      return blindWhenFilling ? unlessFilling(memory, at, sides) : onCross(sides);
    },
  };
};
