/**
 * Executes the hours of a bundle again from what it holds, as core does everywhere, and says where the outcome is not what
 * was recorded: the event, the field, what was expected and what stands there.
 */
import type { Finding } from '../adapters/store/finding.ts';
import { eventKey } from '../adapters/store/finding.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { Feed } from '../core/market/feed.ts';
import { firstDivergence } from '../core/replay.ts';
import type { Divergence } from '../core/replay.ts';
import type { BundledHour } from './bundle-hours.ts';
import { feedOfHours, reexecuteBundled } from './bundle-reexecution.ts';
import { readJson } from './replay-difference.ts';

export type Executed = Readonly<{ progress: Progress; hours: number; finding: Finding | null }>;

/** Executes hours up to the first that comes out otherwise. */
export const executeBundled = (desk: Desk, before: Progress, hours: readonly BundledHour[]): Executed => {
  const feed = feedOfHours(desk, hours);
  let progress = before;
  for (const [done, hour] of hours.entries()) {
    const executed = executedOrNull(desk, progress, { feed, hour });
    const finding = executed === null ? unreadable(hour) : differenceOf(hour, executed);
    if (finding !== null) return { progress, hours: done, finding };
    progress = executed!.after;
  }
  return { progress, hours: hours.length, finding: null };
};

type Recorded = Readonly<{ feed: Feed; hour: BundledHour }>;

const executedOrNull = (desk: Desk, progress: Progress, { feed, hour }: Recorded): ExecutedHour | null => {
  try {
    return reexecuteBundled(desk, progress, feed, hour);
  } catch {
    return null;
  }
};

const unreadable = ({ hour }: BundledHour): Finding => ({
  code: 'UNREADABLE', table: 'fact', key: `hour=${hour}`, column: 'bytes', expected: 'recorded facts that core can consume', actual: 'facts that cannot be read or contradict the state',
});

const differenceOf = ({ hour, steps, recordText, hash }: BundledHour, { sealed, steps: made }: ExecutedHour): Finding | null => {
  for (const [step, { factTexts, decisionTexts }] of made.entries()) {
    for (const [what, expected, actual] of [['fact', factTexts, steps[step]?.factTexts], ['decision', decisionTexts, steps[step]?.decisionTexts]] as const) {
      const found = firstDivergence({ what, hour: hour as HourUtc, step }, { expected, actual: actual ?? [] }, readJson);
      if (found !== null) return divergence(found, what);
    }
  }
  const found = firstDivergence({ what: 'record', hour: hour as HourUtc, step: 0 }, { expected: [sealed.text], actual: [recordText] }, readJson);
  if (found !== null) return { ...divergence(found, 'hour_record'), key: `hour=${hour}` };
  return sealed.hash === hash ? null : { code: 'HASH_DIFFERS', table: 'hour_record', key: `hour=${hour}`, column: 'hash', expected: sealed.hash, actual: hash };
};

const divergence = ({ hour, step, seq, field, expected, actual }: Divergence, table: string): Finding => ({ code: 'EXECUTION_DIFFERS', table, key: eventKey(hour, step, seq), column: field, expected, actual });
