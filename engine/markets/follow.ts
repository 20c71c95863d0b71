/**
 * A paper run on a live market: two minutes after each hour its markets are brought up to date, and the hour is executed with
 * what arrived. A venue that does not answer is waited for, but not for ever: a desk that trades cannot stop the clock, and what
 * comes later enters the next hour as a late fact.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { MarketSource } from '../../adapters/ports.ts';
import { hourContaining, hoursAfter } from '../../core/kernel/hours.ts';
import { HOUR_MS, timeMs } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { executeHours } from '../execute-hours.ts';
import type { ExecuteReport } from '../execute-hours.ts';
import { openSession } from '../paper.ts';
import { SETTLE_MS } from './schedule.ts';
import { sync } from './sync.ts';
import type { Synced } from './sync.ts';

export type FollowRequest = Readonly<{
  source: MarketSource;
  /** How long after it was due an hour waits for a venue that fails. */
  patienceMs: number;
  /** Candles before the end that are asked for again. */
  again: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Told of every failure of the venue that is waited out. */
  onFailure: (error: Error) => void;
}>;

/** `failure` is what the venue failed with, where its candles were not waited for any longer. */
export type FollowedHours = Readonly<{ report: ExecuteReport; synced: Synced | null; failure: Error | null }>;

/** The last hour that is due: its end lies two minutes back. */
const lastDue = (nowMs: number): HourUtc => hoursAfter(hourContaining(timeMs(nowMs - SETTLE_MS)), -1);
const dueMs = (hour: HourUtc): number => (hour + 1) * HOUR_MS + SETTLE_MS;

/** Waits until the run's next hour is due, then executes every hour that is. One call is one turn; calling it again goes on. */
export const followTurn = async (client: StoreClient, run: StoredRun, request: FollowRequest): Promise<FollowedHours> => {
  const { now, sleep } = request;
  const session = await openSession(client, run);
  const next = session.progress.hour;
  while (lastDue(now()) < next) await sleep(Math.max(1, dueMs(next) - now()));
  const through = lastDue(now());
  const { synced, failure } = await synchronised(client, { ...request, symbols: session.desk.symbols, deadlineMs: dueMs(through) + request.patienceMs });
  const report = await executeHours(client, session, { hour: null, through, facts: [], withoutData: true, nowMs: now(), onHour: () => undefined });
  return { report, synced, failure };
};

type Trial = FollowRequest & Readonly<{ symbols: Parameters<typeof sync>[2]['symbols']; deadlineMs: number }>;

const RETRY_MS = 20_000;

const synchronised = async (client: StoreClient, { source, symbols, again, now, sleep, onFailure, deadlineMs }: Trial): Promise<Pick<FollowedHours, 'synced' | 'failure'>> => {
  for (;;) {
    try {
      return { synced: await sync(client, source, { symbols, again, nowMs: timeMs(now()) }), failure: null };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'SourceError') throw error;
      onFailure(error);
      if (now() + RETRY_MS > deadlineMs) return { synced: null, failure: error };
      await sleep(RETRY_MS);
    }
  }
};
