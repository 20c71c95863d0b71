/**
 * Reversion by Wilder's relative strength index: enters when it falls to the oversold level, exits when it rises to the
 * overbought one. Lying beyond a level is no signal, only arriving there, and a price that never moved is neither.
 */
import { rsiHasMoved, rsiIsReady, rsiLastClose, rsiMemorySize, rsiOf, updateRsi } from '../features/rsi.ts';
import type { Memory, Signal, Strategy } from './strategy.ts';

// Slots: the last signal, 1 for enter and −1 for exit; the zone of the candle before; then the index.
const ZONE = 1;
const INDEX = 2;

const OVERSOLD = 1;
const BETWEEN = 2;
const OVERBOUGHT = 3;

export const rsiReversion: Strategy = {
  id: 'rsi-reversion',
  summary: 'Enters when the relative strength index falls to oversold, exits when it rises to overbought.',
  // 14, 30 and 70 are Wilder's own; an exit nearer to the middle trades more often than hourly moves can pay for.
  parameters: [
    { name: 'period', default: 14, min: 2, max: 2_000, integer: true, meaning: 'differences between closes in the first average' },
    { name: 'oversold', default: 30, min: 1, max: 99, integer: false, meaning: 'the index falling to this or below enters' },
    { name: 'overbought', default: 70, min: 1, max: 99, integer: false, meaning: 'the index rising to this or above exits' },
  ],
  contradiction: ({ oversold, overbought }) =>
    oversold! < overbought! ? null : `oversold (${oversold}) must be less than overbought (${overbought})`,
  // The index first stands at the close of candle number `period + 1`, which can only take the first zone.
  lookbackBars: ({ period }) => period! + 1,
  memorySize: () => INDEX + rsiMemorySize(),
  observe: (memory, at, bar, parameters) => {
    const period = parameters['period']!;
    const index = at + INDEX;
    const still = bar.close === rsiLastClose(memory, index);
    updateRsi(memory, index, period, bar);
    if (!rsiIsReady(memory, index, period) || !rsiHasMoved(memory, index)) return null;
    const before = memory[at + ZONE]!;
    // Both averages shrink alike while the price stands still: only their rounding could move the index then.
    if (still && before !== 0) return null;
    const rsi = rsiOf(memory, index);
    const oversold = parameters['oversold']!;
    const overbought = parameters['overbought']!;
    const zone = rsi <= oversold ? OVERSOLD : rsi >= overbought ? OVERBOUGHT : BETWEEN;
    memory[at + ZONE] = zone;
    if (before === 0 || before === zone) return null;
    if (zone === OVERSOLD) return fallen(memory, at, rsi, oversold);
    return zone === OVERBOUGHT ? risen(memory, at, rsi, overbought) : null;
  },
  indicators: (memory, at, { period }) =>
    rsiIsReady(memory, at + INDEX, period!) && rsiHasMoved(memory, at + INDEX) ? { rsi: rsiOf(memory, at + INDEX) } : null,
};

const fallen = (memory: Memory, at: number, rsi: number, oversold: number): Signal | null => {
  if (memory[at] === 1) return null;
  memory[at] = 1;
  return { action: 'enter', reason: 'RSI_FELL_TO_OVERSOLD', evidence: { oversold, rsi } };
};

const risen = (memory: Memory, at: number, rsi: number, overbought: number): Signal | null => {
  if (memory[at] === -1) return null;
  memory[at] = -1;
  return { action: 'exit', reason: 'RSI_ROSE_TO_OVERBOUGHT', evidence: { overbought, rsi } };
};
