/**
 * A paper run on a live market: two minutes after each hour its markets are brought up to date, and the hour is executed with
 * what arrived. A venue that does not answer is waited for, but not for ever: a desk that trades cannot stop the clock, and what
 * comes later enters the next hour as a late fact.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { SourceError } from '../../adapters/exchange/source-error.ts';
import { readListings } from '../../adapters/store/venue-records.ts';
import type { MarketSource } from '../../adapters/ports.ts';
import { formatTime, hourContaining, hoursAfter, startOfHour } from '../../core/kernel/hours.ts';
import { HOUR_MS, timeMs } from '../../core/kernel/units.ts';
import type { HourUtc, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { executeHours } from '../execute-hours.ts';
import type { ExecuteReport } from '../execute-hours.ts';
import { openSession } from '../paper.ts';
import type { Session } from '../paper.ts';
import { EXIT, Problem } from '../problem.ts';
import { SETTLE_MS } from './schedule.ts';
import { followedOf, syncCandles, syncVenue } from './sync.ts';
import type { Synced, SyncedSeries, VenueNow } from './sync.ts';

export type FollowRequest = Readonly<{
  source: MarketSource;
  /** How long an hour waits for a venue that fails, counted from when it was due or first asked for, whichever is later. */
  patienceMs: number;
  /** Candles before the end that are asked for again. */
  again: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Told of the first failure of a turn that is waited out. */
  onFailure: (error: Error) => void;
}>;

/**
 * What a turn did. `report` is null when no hour was due or none was executed. `unlisted` are markets of the run that the venue lists no more. `failure` is why the candles of the hour were not waited for any longer,
 * `venueFailure` what went wrong with what else the venue tells.
 */
export type FollowedHours = Readonly<{
  session: Session;
  report: ExecuteReport | null;
  series: readonly SyncedSeries[];
  unlisted: readonly MarketSymbol[];
  venue: VenueNow | null;
  failure: Error | null;
  venueFailure: Error | null;
}>;

/** The last hour that is due: its end lies two minutes back. */
const lastDue = (nowMs: number): HourUtc => hoursAfter(hourContaining(timeMs(nowMs - SETTLE_MS)), -1);
export const dueMs = (hour: HourUtc): TimeMs => timeMs((hour + 1) * HOUR_MS + SETTLE_MS);

/** A computer that was asleep has lost count of a long sleep, so none is longer than a minute. */
const NAP_MS = 60_000;

/** Waits until an hour is due. */
export const untilDue = async (hour: HourUtc, { now, sleep }: Pick<FollowRequest, 'now' | 'sleep'>): Promise<void> => {
  for (let leftMs = dueMs(hour) - now(); leftMs > 0; leftMs = dueMs(hour) - now()) await sleep(Math.min(NAP_MS, leftMs));
};

/** Executes every hour that is due, with what its venue tells. Calling it again goes on. */
export const followTurn = async (client: StoreClient, run: StoredRun, request: FollowRequest): Promise<FollowedHours> => {
  const session = await openSession(client, run);
  const through = lastDue(request.now());
  if (through < session.progress.hour) return { session, report: null, series: [], unlisted: [], venue: null, failure: null, venueFailure: null };
  const told = await candlesThrough(client, session, { ...request, through });
  const until = told.failure === null ? through : await executableThrough(client, session, { source: request.source, through });
  const report = until < session.progress.hour ? null : await executed(client, session, { through: until, nowMs: request.now() });
  return { session: report?.session ?? (await openSession(client, run)), report, ...told, ...(await venueNow(client, session, { ...request, failed: isOutage(told.failure) })) };
};

/**
 * A desk that trades cannot stop the clock for a venue that is silent. One that lay behind did not trade: of a backlog only those
 * hours are executed whose candles are here, and the others wait for the venue.
 */
const BLIND_HOURS_MAX = 2;

const executableThrough = async (client: StoreClient, { progress, desk: { symbols, manifest } }: Session, { source, through }: Readonly<{ source: MarketSource; through: HourUtc }>): Promise<HourUtc> => {
  const followed = (await followedOf(client, source.id, symbols)).filter(({ series }) => series.timeframe === manifest.timeframe);
  const told = hoursAfter(hourContaining(timeMs(Math.min(...followed.map(({ coveredToMs }) => coveredToMs)))), -1);
  return through - Math.max(told, progress.hour - 1) <= BLIND_HOURS_MAX ? through : told;
};

/** Null when another executor was faster: two that follow one run do no harm, and the slower one goes on from there. */
const executed = async (client: StoreClient, session: Session, { through, nowMs }: Readonly<{ through: HourUtc; nowMs: number }>): Promise<ExecuteReport | null> => {
  try {
    return await executeHours(client, session, { hour: null, through, facts: [], withoutData: true, nowMs, onHour: () => undefined });
  } catch (error) {
    const { progress } = await openSession(client, session.run);
    if (error instanceof Problem && error.exit === EXIT.refused && progress.hour > session.progress.hour) return null;
    throw error;
  }
};

type Trial = FollowRequest & Readonly<{ through: HourUtc }>;
type Told = Pick<FollowedHours, 'series' | 'unlisted' | 'failure'>;

/** How long after a failure the venue is asked again. */
const RETRY_MS = 20_000;

/** Asks until the venue has told of the hour completely, or patience ends. */
const candlesThrough = async (client: StoreClient, { desk: { symbols, manifest } }: Session, trial: Trial): Promise<Told> => {
  const { source, again, now, sleep, onFailure, through } = trial;
  const deadlineMs = Math.max(dueMs(through), now()) + trial.patienceMs;
  const series: SyncedSeries[] = [];
  const known = await knownGone(client, source.id);
  let unlisted: readonly MarketSymbol[] = [];
  for (let attempt = 1; ; attempt += 1) {
    let failure: Error | null = null;
    try {
      const markets = await source.markets();
      const synced = await syncCandles(client, source, { symbols, again, nowMs: timeMs(now()), markets });
      series.push(...synced.series);
      ({ unlisted } = synced);
      const wanted = { timeframe: manifest.timeframe, symbols: symbols.filter(symbol => !unlisted.includes(symbol)), endMs: startOfHour(hoursAfter(through, 1)) };
      failure = synced.unread[0]?.error ?? vanished(source, unlisted.filter(symbol => !known.has(symbol))) ?? (await untold(client, source, wanted));
    } catch (error) {
      if (!isOfVenue(error)) throw error;
      failure = error;
    }
    if (failure === null || now() + RETRY_MS > deadlineMs) return { series, unlisted, failure };
    if (attempt === 1) onFailure(failure);
    await sleep(RETRY_MS);
  }
};

/** Markets that were found gone in an earlier turn: nobody waits for them any more. */
const knownGone = async (client: StoreClient, source: string): Promise<ReadonlySet<MarketSymbol>> =>
  new Set((await readListings(client, source)).filter(({ status }) => status === 'delisted').map(({ symbol }) => symbol));

/** A list that lacks a market may be half a list. */
const vanished = ({ id }: MarketSource, [symbol, ...others]: readonly MarketSymbol[]): Error | null =>
  symbol === undefined ? null : new Error(`${id} does not list ${[symbol, ...others].join(', ')} any more`);

const isOfVenue = (error: unknown): error is SourceError => error instanceof SourceError;

type Wanted = Readonly<{ symbols: readonly string[]; timeframe: string; endMs: TimeMs }>;

/** A venue whose clock stands behind ours has not closed the hour yet; that is no silence of its market. */
const untold = async (client: StoreClient, { id }: MarketSource, { symbols, timeframe, endMs }: Wanted): Promise<Error | null> => {
  const followed = (await followedOf(client, id, null)).filter(({ series }) => series.timeframe === timeframe && symbols.includes(series.symbol));
  const behind = followed.find(({ coveredToMs }) => coveredToMs < endMs);
  return behind === undefined ? null : new Error(`${id} tells ${behind.series.symbol} until ${formatTime(behind.coveredToMs)} only, and ${formatTime(endMs)} has passed here; one of the clocks may be wrong`);
};

/** A venue that answers is asked for the rest too, whatever one of its markets is like. */
const isOutage = (failure: Error | null): boolean => failure instanceof SourceError && failure.failure !== 'malformed';

/** What cannot be asked for later. The hour is sealed without it, so a failure is told and nothing else. */
const venueNow = async (client: StoreClient, { desk: { symbols } }: Session, { source, again, now, failed }: FollowRequest & Readonly<{ failed: boolean }>): Promise<Pick<FollowedHours, 'venue' | 'venueFailure'>> => {
  if (failed) return { venue: null, venueFailure: null };
  try {
    return { venue: await syncVenue(client, source, { symbols, again, nowMs: timeMs(now()), markets: await source.markets() }), venueFailure: null };
  } catch (error) {
    if (!isOfVenue(error)) throw error;
    return { venue: null, venueFailure: error };
  }
};

/** Candles of a turn that were new, and those that the venue had changed. */
export const countCandles = (series: Synced['series']): Readonly<{ added: number; revisions: number }> => ({
  added: series.reduce((sum, { collected }) => sum + collected.added, 0),
  revisions: series.reduce((sum, { collected }) => sum + collected.revisions, 0),
});
