/**
 * What a strategy is: a pure observer of one symbol's closed candles that may say enter or exit. It never sees cash,
 * positions or orders; the one gate in core/risk sizes what it asks for. Built-in strategies and a user's own file
 * obey the same contract.
 */

/**
 * A closed candle as doubles nearest to its decimals. `decimals` is the most any of its four prices has; `tradable` is
 * false during warm-up, when a signal is recorded and refused. The engine reuses the object: read it, do not keep it.
 */
export type Bar = Readonly<{
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  decimals: number;
  tradable: boolean;
}>;

/** What a strategy remembers between candles: a fixed count of numbers per symbol, all zero at first, never NaN. */
export type Memory = { [slot: number]: number };

export type Parameters = Readonly<Record<string, number>>;

export type ParameterSpec = Readonly<{
  name: string;
  default: number;
  min: number;
  max: number;
  integer: boolean;
  meaning: string;
}>;

/** A wish with its reason. Evidence is quantised half-even to 8 decimals where it enters the log. */
export type Signal = Readonly<{ action: 'enter' | 'exit'; reason: string; evidence: Readonly<Record<string, number>> }>;

export type Strategy = Readonly<{
  id: string;
  summary: string;
  parameters: readonly ParameterSpec[];
  /** Why these values contradict each other, or null. Each is already within its bounds. */
  contradiction: (parameters: Parameters) => string | null;
  /** How many candles must close before the first signal can come. */
  lookbackBars: (parameters: Parameters) => number;
  /** How many numbers it remembers per symbol. */
  memorySize: (parameters: Parameters) => number;
  /** Sees one closed candle, updates memory[at … at + memorySize), and may signal. Called once per candle, in order. */
  observe: (memory: Memory, at: number, bar: Bar, parameters: Parameters) => Signal | null;
  /** What a memory says, by name, for people who ask why; null while it says nothing yet. Nothing is decided by it. */
  indicators?: (memory: Memory, at: number, parameters: Parameters) => Readonly<Record<string, number>> | null;
}>;
