/**
 * Whether two executions of one hour came out the same. The executor runs them; here only what differs first is found
 * and said, so that a strategy which is not a function of its facts is refused before the hour is sealed.
 */
import { shown, StrategyError } from './strategy-error.ts';

/** Decisions as their canonical text in order, and the digest of the state after them. */
export type Execution = Readonly<{ decisions: readonly string[]; stateDigest: string }>;
export type TwoExecutions = Readonly<{ strategy: string; hour: string; first: Execution; second: Execution }>;

/** Throws a StrategyError that names the hour and the first decision that differs. */
export const assertSameTwice = ({ strategy, hour, first, second }: TwoExecutions): void => {
  const difference = firstDifference(first, second);
  if (difference === null) return;
  throw new StrategyError({
    file: strategy,
    line: null,
    reason: `two executions of ${hour} differ: ${difference}`,
    hint: 'Nothing was sealed. A strategy may depend on nothing but the candle, its parameters and its memory.',
    stage: 'observe',
  });
};

const firstDifference = (first: Execution, second: Execution): string | null => {
  const count = Math.max(first.decisions.length, second.decisions.length);
  for (let index = 0; index < count; index += 1) {
    const [left, right] = [first.decisions[index], second.decisions[index]];
    if (left !== right) return `decision ${index + 1} is ${textOf(left)} and then ${textOf(right)}`;
  }
  return first.stateDigest === second.stateDigest ? null : `the state is ${first.stateDigest} and then ${second.stateDigest}`;
};

const textOf = (decision: string | undefined): string => (decision === undefined ? 'none' : shown(decision));
