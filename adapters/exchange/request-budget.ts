/**
 * A budget of requests a minute. Who would pass it waits until the oldest request of the last minute is a minute old; nobody
 * fails. It counts attempts, retries included, because that is what a venue counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tally } from './request-tally.ts';

/** Resolves when one more request may be sent. */
export type RequestBudget = () => Promise<void>;

const MINUTE_MS = 60_000;

/** A budget over any 60 seconds, on a clock that nobody can set back; null is none. Waits are counted as waits for a limit. */
export const requestBudget = (perMinute: number | null, tally: Tally): RequestBudget => {
  if (perMinute === null) return () => Promise.resolve();
  const sentAt: number[] = [];
  return async () => {
    for (;;) {
      const now = performance.now();
      while (sentAt.length > 0 && sentAt[0]! <= now - MINUTE_MS) sentAt.shift();
      if (sentAt.length < perMinute) {
        sentAt.push(now);
        return;
      }
      const waitMs = sentAt[0]! + MINUTE_MS - now;
      tally.add('rateLimitWaitMs', waitMs);
      await sleep(waitMs);
    }
  };
};
