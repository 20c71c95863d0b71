/**
 * What asking a source costs: requests, retries, waits, bytes. It counts and never decides; waits that keep a limit are told
 * apart from waits after a failure.
 */
import type { RequestTally } from '../ports.ts';

export type Counted = keyof RequestTally;
export type Tally = Readonly<{ add: (counted: Counted, amount: number) => void; read: () => RequestTally }>;

export const newTally = (): Tally => {
  const counts: Record<Counted, number> = { requests: 0, retries: 0, refusals: 0, rateLimitWaitMs: 0, backoffWaitMs: 0, bytes: 0 };
  return {
    add: (counted, amount) => {
      counts[counted] += amount;
    },
    read: () => ({ ...counts, rateLimitWaitMs: Math.round(counts.rateLimitWaitMs), backoffWaitMs: Math.round(counts.backoffWaitMs) }),
  };
};
