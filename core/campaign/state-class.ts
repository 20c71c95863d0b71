/** What a prediction amounts to for one asset. An absent prediction is a class of its own and never counts as neutral. */

export type StateClass = 'STRONG_POSITIVE' | 'POSITIVE' | 'NEUTRAL' | 'NEGATIVE' | 'STRONG_NEGATIVE' | 'DATA_MISSING';

export const isPositive = (stateClass: StateClass): boolean => stateClass === 'POSITIVE' || stateClass === 'STRONG_POSITIVE';

export const isNegative = (stateClass: StateClass): boolean => stateClass === 'NEGATIVE' || stateClass === 'STRONG_NEGATIVE';
