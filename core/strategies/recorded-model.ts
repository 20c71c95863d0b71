/**
 * A model outside of tb: what it predicts enters the log as facts, and campaigns decide from those. It has no code here,
 * so a run with it needs somebody who records its predictions; without one every hour is missing data.
 */
import type { RecordedStrategy } from './predicting-strategy.ts';

export const recordedModel: RecordedStrategy = {
  id: 'recorded-model',
  summary: 'Trades in campaigns from predictions that a model outside of tb recorded.',
  parameters: [],
  contradiction: () => null,
  lookbackBars: () => 0,
  memorySize: () => 0,
  recorded: true,
};
