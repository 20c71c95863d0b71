/**
 * The trial that a strategy file passes before a run may use it: it observes a made-up market with its defaults, twice
 * afresh and once going on with what it left behind. Whatever differs was kept where a replay would not find it.
 */
import { StrategyError } from './strategy-error.ts';
import { trialCandles } from './trial-candles.ts';
import type { Bar, Parameters, Signal, Strategy } from '../../core/strategies/strategy.ts';
import type { Sandboxed } from './sandboxed-strategy.ts';

const CANDLES_AFTER_WARM_UP = 576;
/** A longer warm-up is not sat through: the trial is there to find faults, and has found them by then. */
const WARM_UP_MAX = 12_000;

type Execution = Readonly<{ strategy: Strategy; memory: Float64Array }>;

const HIDDEN = {
  reason: 'it answers otherwise when the file is evaluated afresh, so it keeps something outside of memory',
  hint: 'Keep all that lasts from candle to candle in memory[at ...]; variables of the file are new at every candle.',
};
const UNSTEADY = {
  reason: 'two executions of it differ',
  hint: 'Its answer may depend on nothing but the candle, the parameters and memory.',
};

/** Throws a StrategyError that names the first candle of the trial at which something is wrong. */
export const tryOut = ({ strategy, keeping }: Sandboxed, file: string): void => {
  const parameters: Parameters = Object.fromEntries(strategy.parameters.map(spec => [spec.name, spec.default]));
  const contradiction = strategy.contradiction(parameters);
  if (contradiction !== null) throw problem(file, { reason: `its defaults contradict each other: ${contradiction}`, hint: 'Correct the defaults.' });
  const lookback = strategy.lookbackBars(parameters);
  const size = strategy.memorySize(parameters);
  const warmUp = Math.min(lookback, WARM_UP_MAX);
  const [first, second, kept] = [strategy, strategy, keeping].map(one => ({ strategy: one, memory: new Float64Array(size) })) as [Execution, Execution, Execution];
  for (const [index, bar] of trialCandles(warmUp + CANDLES_AFTER_WARM_UP, warmUp).entries()) {
    const where = `at candle ${index + 1} of the trial run`;
    const answer = observed(first, bar, parameters);
    if (difference(answer, observed(second, bar, parameters)) !== null) throw problem(file, { ...UNSTEADY, reason: `${where} ${UNSTEADY.reason}` });
    const hidden = difference(answer, observed(kept, bar, parameters));
    if (hidden !== null) throw problem(file, { ...HIDDEN, reason: `${where} ${HIDDEN.reason} (${hidden})` });
    if (answer.signal === null || index >= lookback) continue;
    throw problem(file, {
      reason: `${where} it signals, but lookbackBars says that ${lookback} must close before`,
      hint: 'Count in memory how many candles it has seen, or correct lookbackBars.',
    });
  }
};

type Answer = Readonly<{ signal: Signal | null; memory: Float64Array }>;

const observed = ({ strategy, memory }: Execution, bar: Bar, parameters: Parameters): Answer => ({ signal: strategy.observe(memory, 0, bar, parameters), memory });

/** What differs between two answers to the same candle, or null. */
const difference = (left: Answer, right: Answer): string | null => {
  const signals = [JSON.stringify(left.signal), JSON.stringify(right.signal)] as const;
  if (signals[0] !== signals[1]) return `signal ${signals[0]} against ${signals[1]}`;
  const slot = left.memory.findIndex((value, index) => value !== right.memory[index]);
  return slot < 0 ? null : `memory slot ${slot}: ${left.memory[slot]} against ${right.memory[slot]}`;
};

const problem = (file: string, why: Readonly<{ reason: string; hint: string }>): StrategyError => new StrategyError({ file, line: null, ...why, stage: 'load' });
