/** One hour of a frozen run beside what comes out of it now: which events changed, and the first difference as a replay tells it. */
import type { ExecutedHour } from '../core/execute.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { BundledHour } from './bundle-hours.ts';
import { changedEvents } from './frozen-changes.ts';
import type { FrozenChange } from './frozen-changes.ts';
import { eventFailure, recordFailure } from './replay-difference.ts';
import type { ReplayFailure } from './replay-failure.ts';

/** `isStrict`: the whole record must be the same, not its events alone. */
export type HourPair = Readonly<{ frozen: BundledHour; executed: ExecutedHour; isStrict: boolean }>;

/** A difference that is no changed event, such as one of state, is a failure without changes. */
export type HourComparison = Readonly<{ changes: readonly FrozenChange[]; failure: ReplayFailure | null }>;

export const compareHour = ({ frozen, executed, isStrict }: HourPair): HourComparison => {
  if (frozen.recordText === executed.sealed.text) return { changes: [], failure: null };
  const hour = frozen.hour as HourUtc;
  const changes = executed.steps.flatMap(({ factTexts, decisionTexts }, step) => [
    ...changedEvents({ what: 'fact', hour, step }, { expected: frozen.steps[step]?.factTexts ?? [], actual: factTexts }),
    ...changedEvents({ what: 'decision', hour, step }, { expected: frozen.steps[step]?.decisionTexts ?? [], actual: decisionTexts }),
  ]);
  return { changes, failure: firstEventFailure(frozen, executed) ?? (isStrict ? failureOfRecord(frozen, executed) : null) };
};

/** The first event that is another, place by place. */
const firstEventFailure = (frozen: BundledHour, { steps }: ExecutedHour): ReplayFailure | null => {
  for (const [step, actual] of steps.entries()) {
    const failure = eventFailure({ hour: frozen.hour as HourUtc, step }, { expected: frozen.steps[step] ?? { factTexts: [], decisionTexts: [] }, actual });
    if (failure !== null) return failure;
  }
  return null;
};

/** Equal events under another record. */
const failureOfRecord = ({ hour, recordText }: BundledHour, { sealed }: ExecutedHour): ReplayFailure | null => {
  const failure = recordFailure(hour as HourUtc, { expected: recordText, actual: sealed.text });
  return failure?.field === 'state' ? { ...failure, sliceNote: 'slice unknown: a bundle keeps no state of this hour' } : failure;
};
