/** The first difference between what an hour recorded and what comes out of it now, as a failure of the class it belongs to. */
import { formatHour } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { firstDivergence } from '../core/replay.ts';
import type { ReadJson } from '../core/replay.ts';
import { replayFailure } from './replay-failure.ts';
import type { FailureCode, ReplayFailure } from './replay-failure.ts';

/** Stored text as JSON; undefined where a tamperer left no JSON. */
export const readJson: ReadJson = text => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

export type StepTexts = Readonly<{ factTexts: readonly string[]; decisionTexts: readonly string[] }>;

type Compared<Value> = Readonly<{ expected: Value; actual: Value }>;

/** Facts of the simulated venue: they are told anew, so another rule of fills shows in them first. */
const VENUE_FACT = /^order_/;

/** The first fact, else the first decision of a step that is another; null where all are equal. */
export const eventFailure = (at: Readonly<{ hour: HourUtc; step: number }>, { expected, actual }: Compared<StepTexts>): ReplayFailure | null => {
  for (const [what, texts] of [['fact', 'factTexts'], ['decision', 'decisionTexts']] as const) {
    const found = firstDivergence({ what, ...at }, { expected: expected[texts], actual: actual[texts] }, readJson);
    if (found === null) continue;
    const { hour, step, seq, event, field } = found;
    const code: FailureCode = what === 'decision' ? 'DECISION_MISMATCH' : VENUE_FACT.test(event) ? 'VENUE_MISMATCH' : 'FACT_MISMATCH';
    return replayFailure(code, { hour: formatHour(hour), step, event: `${event} ${hour}.${step}.${seq}`, field, expected: found.expected, actual: found.actual });
  }
  return null;
};

/** Another version in force makes another record, whatever else stands in it. */
const VERSION_FIELDS: ReadonlySet<string> = new Set(['semantics', 'encoding']);

/** Which field of the hour record differs: the state, a root, a count; null where the records are equal. */
export const recordFailure = (hour: HourUtc, { expected, actual }: Compared<string>): ReplayFailure | null => {
  const found = firstDivergence({ what: 'record', hour, step: 0 }, { expected: [expected], actual: [actual] }, readJson);
  if (found === null) return null;
  const { field } = found;
  return replayFailure(VERSION_FIELDS.has(field) ? 'VERSION_MISMATCH' : 'RECORD_MISMATCH', { hour: formatHour(hour), event: 'hour record', field, expected: found.expected, actual: found.actual });
};
