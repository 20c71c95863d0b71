/**
 * Predictions recorded from outside: which of them an agent may decide from at this close. One made at another close
 * came too late or too early, stays in the log, and counts for nothing.
 */
import type { MarketSymbol } from '../kernel/units.ts';
import type { Fact, PredictionFact } from '../log.ts';
import type { Prediction } from './prediction.ts';

const isPredictionFact = (fact: Fact): fact is PredictionFact => fact.type === 'prediction';

/** The agent's predictions made at the close that these facts belong to, by place of the symbol; of several of one symbol the last. */
export const recordedPredictions = (facts: readonly Fact[], agent: string, indexOf: ReadonlyMap<MarketSymbol, number>): ReadonlyMap<number, Prediction> => {
  const closeMs = facts.find(fact => fact.type === 'market')?.atMs;
  const predictions = new Map<number, Prediction>();
  for (const fact of facts) {
    if (!isPredictionFact(fact) || fact.agent !== agent || fact.atMs !== closeMs) continue;
    const index = indexOf.get(fact.symbol);
    if (index !== undefined) predictions.set(index, fact.prediction);
  }
  return predictions;
};
