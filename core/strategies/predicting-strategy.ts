/**
 * A strategy that says what it expects instead of what to do: campaigns decide from its predictions. It obeys the rules
 * of every strategy: one symbol's closed candles, a fixed count of numbers to remember, no cash and no position.
 */
import type { PredictionDoubles } from '../predictions/prediction.ts';
import type { Bar, Memory, Parameters, ParameterSpec, Strategy } from './strategy.ts';

export type PredictingStrategy = Readonly<{
  id: string;
  summary: string;
  parameters: readonly ParameterSpec[];
  /** Why these values contradict each other, or null. Each is already within its bounds. */
  contradiction: (parameters: Parameters) => string | null;
  /** How many candles must close before the first prediction can come. */
  lookbackBars: (parameters: Parameters) => number;
  /** How many numbers it remembers per symbol: all zero at first, never NaN, infinite or −0. */
  memorySize: (parameters: Parameters) => number;
  /** The candles of an hour that its horizons are counted in; a run whose timeframe has another count refuses it. */
  candlesPerHour: (parameters: Parameters) => number;
  /**
   * Sees one closed candle, updates memory[at … at + memorySize), and may predict from its close on. Called once per
   * candle, in order, also in warm-up; null says that it cannot predict, which is never the same as expecting nothing.
   */
  predict: (memory: Memory, at: number, bar: Bar, parameters: Parameters) => PredictionDoubles | null;
}>;

/**
 * A strategy whose predictions come from outside as facts of the log: a model is an input, recorded once and never run
 * again. It looks at no candle and remembers nothing.
 */
export type RecordedStrategy = Omit<PredictingStrategy, 'predict' | 'candlesPerHour'> & Readonly<{ recorded: true }>;

/** Every way in which a strategy can speak: plain signals, predictions of its own, or predictions recorded from outside. */
export type AnyStrategy = Strategy | PredictingStrategy | RecordedStrategy;

export const isPredicting = (strategy: AnyStrategy): strategy is PredictingStrategy => 'predict' in strategy;
export const isRecorded = (strategy: AnyStrategy): strategy is RecordedStrategy => 'recorded' in strategy;
