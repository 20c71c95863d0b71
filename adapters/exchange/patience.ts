/**
 * How often and how long a source is asked again: bounded attempts with growing, jittered waits, the wait that the source asks
 * for, and a pause for all requests after too many failures in a row. What failed is never turned into an answer.
 */
import { circuitBreaker, ConsecutiveBreaker, DelegateBackoff, handleWhen, isBrokenCircuitError, retry, wrap } from 'cockatiel';
import type { IRetryBackoffContext } from 'cockatiel';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { RequestTally } from '../ports.ts';
import type { Tally } from './request-tally.ts';
import { mayPass, SourceError } from './source-error.ts';

export type Patience = Readonly<{
  /** Attempts of one request, the first included; as many failures in a row, of any requests, begin a pause. */
  attempts: number;
  /** The wait after the first failure; doubled with each further one. Three times as long where we asked too often. */
  backoffMs: number;
  backoffCapMs: number;
  /** No answer within this is none. */
  timeoutMs: number;
  /** How long nothing is asked after too many failures in a row. */
  pauseMs: number;
  /** A longer wait that the source asks for is not waited for: the failure says until when. */
  longestWaitMs: number;
}>;

export const PATIENCE: Patience = { attempts: 5, backoffMs: 1_000, backoffCapMs: 60_000, timeoutMs: 30_000, pauseMs: 60_000, longestWaitMs: 120_000 };

export type PatientSource = Readonly<{ source: string; patience: Patience; tally: Tally; now: () => TimeMs }>;
/** Asks until an answer comes or patience ends. */
export type AskPatiently = <Answer>(asked: string, attempt: () => Promise<Answer>) => Promise<Answer>;

const RATE_LIMIT_FACTOR = 3;

/** Half of it certain and half of it drawn, so that those who failed together do not come back together. */
const backoffMs = ({ attempt, result }: IRetryBackoffContext<unknown>, { backoffMs: first, backoffCapMs }: Patience): number => {
  const error = 'error' in result ? result.error : null;
  const limited = error instanceof SourceError && error.failure === 'rate-limited';
  const full = Math.min(backoffCapMs, first * (limited ? RATE_LIMIT_FACTOR : 1) * 2 ** (attempt - 1));
  const drawn = full / 2 + (full / 2) * Math.random();
  return Math.max(drawn, error instanceof SourceError ? (error.retryAfterMs ?? 0) : 0);
};

const waitsFor = ({ longestWaitMs }: Patience) => (error: unknown): boolean => mayPass(error) && (error.retryAfterMs ?? 0) <= longestWaitMs;

const again = (atMs: number): string => `Try again after ${formatTime(timeMs(Math.ceil(atMs / 1_000) * 1_000))}; what was stored so far stays, and asking again goes on from there.`;

const giveUp = ({ patience, now }: PatientSource, error: SourceError, failures: number): SourceError =>
  mayPass(error)
    ? new SourceError({
      source: error.source,
      failure: error.failure,
      asked: error.asked,
      reason: failures > 1 ? `${error.reason}; ${failures} attempts in a row failed` : error.reason,
      hint: `${error.failure === 'malformed' ? `${error.hint} ` : ''}${again(now() + (error.retryAfterMs ?? patience.pauseMs))}`,
      retryAfterMs: error.retryAfterMs,
    })
    : error;

const countWait = (tally: Tally, error: unknown, delay: number): void => {
  const kind: keyof RequestTally = error instanceof SourceError && error.failure === 'rate-limited' ? 'rateLimitWaitMs' : 'backoffWaitMs';
  tally.add('retries', 1);
  tally.add(kind, delay);
};

/** An answer that cannot be read is of one market; the source is there, and its other markets are asked. */
const isOutage = (error: unknown): boolean => mayPass(error) && error.failure !== 'malformed';

/** A caller for all requests of one source: they share the count of failures in a row. */
export const patientCaller = (of: PatientSource): AskPatiently => {
  const { source, patience, tally, now } = of;
  let lastFailure: SourceError | null = null;
  let failedAtMs = 0;
  const breaker = circuitBreaker(handleWhen(isOutage), { halfOpenAfter: patience.pauseMs, breaker: new ConsecutiveBreaker(patience.attempts) });
  const retries = retry(handleWhen(waitsFor(patience)), {
    maxAttempts: patience.attempts - 1,
    backoff: new DelegateBackoff((context: IRetryBackoffContext<unknown>) => backoffMs(context, patience)),
  });
  retries.onRetry(({ delay, ...reason }) => countWait(tally, 'error' in reason ? reason.error : null, delay));
  const policy = wrap(retries, breaker);
  return async (asked, attempt) => {
    let failures = 0;
    try {
      return await policy.execute(async () => {
        try {
          return await attempt();
        } catch (error) {
          failures += 1;
          if (error instanceof SourceError) [lastFailure, failedAtMs] = [error, now()];
          throw error;
        }
      });
    } catch (error) {
      if (error instanceof SourceError) throw giveUp(of, error, failures);
      if (!isBrokenCircuitError(error)) throw error;
      if (failures > 0 && lastFailure !== null) throw giveUp(of, lastFailure, failures);
      const reason = `nothing is asked for a while, because ${patience.attempts} attempts in a row failed${lastFailure === null ? '' : `; the last: ${lastFailure.reason}`}`;
      throw new SourceError({ source, failure: 'paused', asked, reason, hint: again(failedAtMs + patience.pauseMs) });
    }
  };
};
