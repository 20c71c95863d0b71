/**
 * Executes the hours of a frozen run again, from its own candles and recorded facts, and goes on where one comes out
 * otherwise: what a change does later belongs to the change. It compares nothing.
 */
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import type { BundledHour } from './bundle-hours.ts';
import { feedOfHours, reexecuteBundled } from './bundle-reexecution.ts';

/** Each hour as it comes out now. Throws what core or a strategy throws where an hour cannot be executed at all. */
export function* executeFrozen(desk: Desk, before: Progress, hours: readonly BundledHour[]): Generator<Readonly<{ frozen: BundledHour; executed: ExecutedHour }>, void, void> {
  const feed = feedOfHours(desk, hours);
  let progress = before;
  for (const frozen of hours) {
    const executed = reexecuteBundled(desk, progress, feed, frozen);
    progress = executed.after;
    yield { frozen, executed };
  }
}
