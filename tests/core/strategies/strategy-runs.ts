/** Runs a strategy over a list of candles as the core does, between guards, and lists what it signalled. */
import { validateParameters } from '../../../core/strategies/parameters.ts';
import type { ParameterTexts } from '../../../core/strategies/parameters.ts';
import type { Parameters, Signal, Strategy } from '../../../core/strategies/strategy.ts';
import { barOf, flatBar } from '../../support/reference-indicators.ts';
import type { BarText } from '../../support/reference-indicators.ts';
import { isClean } from '../features/feature-runs.ts';

export type Signalled = Readonly<{ bar: number }> & Signal;

export const parametersOf = (strategy: Strategy, given: ParameterTexts): Parameters => {
  const validated = validateParameters(strategy, given);
  if (!validated.ok) throw new Error(validated.problem);
  return validated.parameters;
};

const GUARD = 777;

export const runStrategy = (strategy: Strategy, given: ParameterTexts, bars: readonly BarText[]): readonly Signalled[] => {
  const parameters = parametersOf(strategy, given);
  const size = strategy.memorySize(parameters);
  const memory = new Float64Array(size + 2);
  memory[0] = GUARD;
  memory[size + 1] = GUARD;
  return bars.flatMap((bar, index): Signalled[] => {
    const signal = strategy.observe(memory, 1, barOf(bar), parameters);
    if (!isClean(memory)) throw new Error(`${strategy.id} left ${memory.join(' ')} in memory after bar ${index}.`);
    if (memory[0] !== GUARD || memory[size + 1] !== GUARD) throw new Error(`${strategy.id} wrote outside of its slots at bar ${index}.`);
    return signal === null ? [] : [{ bar: index, ...signal }];
  });
};

/** Bar and action alone. */
export const marksOf = (signals: readonly Signalled[]): readonly (readonly [number, string])[] =>
  signals.map(({ bar, action }) => [bar, action] as const);

export const closesAsBars = (texts: string): readonly BarText[] => texts.split(' ').map(flatBar);
