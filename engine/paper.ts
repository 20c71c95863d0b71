/**
 * A paper run, hour by hour: loads where it stands, lets each closed hour's facts in, and appends what core concludes
 * step by step. Doing an hour again changes nothing; of two executors one wins and the other goes on from there.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { appendStep } from '../adapters/store/append-step.ts';
import { pendingCommands } from '../adapters/store/inbox.ts';
import type { StoredCommand } from '../adapters/store/inbox.ts';
import { readAllColumns } from '../adapters/store/read-columns.ts';
import { readArrivals } from '../adapters/store/read-revisions.ts';
import type { Arrival } from '../adapters/store/read-revisions.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { ingestHorizon } from '../adapters/store/series.ts';
import { simulatedBucket } from '../core/bucket.ts';
import type { OutsideFact } from '../core/bucket.ts';
import type { Desk } from '../core/desk.ts';
import { closeHour, executeStep } from '../core/execute.ts';
import type { ExecutedHour, ExecutedStep, Progress } from '../core/execute.ts';
import { formatHour, startOfHour } from '../core/kernel/hours.ts';
import { HOUR_MS, timeMs } from '../core/kernel/units.ts';
import type { Digest, HourUtc, TimeMs } from '../core/kernel/units.ts';
import type { Fact } from '../core/log.ts';
import { feedOf } from '../core/market/feed.ts';
import type { Feed } from '../core/market/feed.ts';
import { seriesOf } from './market-of.ts';
import { refused } from './problem.ts';
import { readHead } from './run-head.ts';
import { closeOf, recordStep } from './record.ts';
import type { RunIdentity, Sight } from './record.ts';
import { resumeRun } from './resume.ts';

/** A run loaded at its head, ready for its next hour. Replaced by a newer one after every hour. */
export type Session = Readonly<{
  run: StoredRun;
  desk: Desk;
  progress: Progress;
  /** Steps of the next hour that are stored already, executed again from their facts. */
  openSteps: readonly ExecutedStep[];
  envelopeHash: Digest;
  ingestThrough: number;
  inboxThrough: number;
}>;

export const openSession = async (client: StoreClient, run: StoredRun): Promise<Session> => {
  const head = await readHead(client, run);
  const { desk, progress, openSteps } = await resumeRun(client, run, head);
  return { run, desk, progress, openSteps, envelopeHash: head.envelopeHash, ingestThrough: head.ingestThrough, inboxThrough: head.inboxThrough };
};

/** Candles of a stretch of hours as one executor sees them: read once, consumed hour by hour. */
export type Sighted = Readonly<{ feed: Feed; fromHour: HourUtc; toHour: HourUtc; ingestThrough: number }>;

/** What the store has of these hours now. Everything up to `ingestThrough` is visible for good. */
export const lookAt = async (client: StoreClient, { desk }: Session, hours: Readonly<{ fromHour: HourUtc; toHour: HourUtc }>): Promise<Sighted> => {
  const series = seriesOf(desk.symbols, desk.manifest.timeframe);
  const ingestThrough = await ingestHorizon(client, series);
  const range = { fromMs: startOfHour(hours.fromHour), toMs: startOfHour(hours.toHour) };
  const columns = await readAllColumns(client, { series, ...range, ingestThrough });
  return { feed: feedOf(desk.symbols, desk.manifest.timeframe, columns), ...hours, ingestThrough };
};

/** `engineMs` counts core alone: no reading, no writing. */
export type HourOutcome = Readonly<{ session: Session; executed: ExecutedHour | null; engineMs: number }>;

/**
 * Executes the session's next hour and returns the session after it; `executed` is null when another executor had sealed
 * the same hour first. Throws Problem (refused) when it had sealed another.
 */
export const executeNextHour = async (client: StoreClient, session: Session, sighted: Sighted): Promise<HourOutcome> => {
  const { desk, run, progress } = session;
  const { hour } = progress;
  const identity: RunIdentity = { key: run, name: run.name, mode: run.mode };
  const steps: ExecutedStep[] = [...session.openSteps];
  let { state } = steps.at(-1) ?? progress;
  let seen = { ingestThrough: session.ingestThrough, inboxThrough: session.inboxThrough };
  let engineMs = 0;
  for (let step = steps.length; step < desk.stepsPerHour; step += 1) {
    const market = sighted.feed(hour * desk.stepsPerHour + step);
    const outside = await outsideFacts(client, session, { hour, step, openMs: market.openMs, seen, ingestThrough: sighted.ingestThrough });
    const started = performance.now();
    const bucket = simulatedBucket(desk, state, { hour, step, market }, outside.facts);
    const executed = executeStep(desk, state, bucket);
    steps.push(executed);
    const closed = steps.length === desk.stepsPerHour ? closeHour(desk, progress, steps) : null;
    engineMs += performance.now() - started;
    seen = { ingestThrough: sighted.ingestThrough, inboxThrough: outside.inboxThrough };
    const sight: Sight = { ...seen, executedAtMs: timeMs(Date.now()) };
    const close = closed === null ? null : closeOf(closed, { identity, previousEnvelope: session.envelopeHash, sight, withSnapshot: true });
    const recorded = recordStep(executed, sight, { inboxIds: outside.inboxIds, digest: closed?.sealed.record.state ?? null });
    const appended = await appendStep(client, run, { step: recorded, close });
    if (appended.outcome === 'already') return overtaken(client, session, { same: appended.same, engineMs });
    ({ state } = executed);
    if (closed !== null && close !== null) {
      return { executed: closed, engineMs, session: { ...session, ...seen, openSteps: [], progress: closed.after, envelopeHash: close.envelope.hash } };
    }
  }
  throw new Error('An hour is closed by its last step.');
};

type Overtaken = Readonly<{ same: boolean; engineMs: number }>;

/** Another executor was faster: the same conclusions are no conflict, others are. */
const overtaken = async (client: StoreClient, { run, progress }: Session, { same, engineMs }: Overtaken): Promise<HourOutcome> => {
  if (!same) {
    throw refused(`Hour ${formatHour(progress.hour)} of run ${run.name} was sealed meanwhile with other facts.`, `Sealed hours never change: tb replay-hour --run ${run.name} --hour ${formatHour(progress.hour)} shows what it has.`);
  }
  return { executed: null, engineMs, session: await openSession(client, run) };
};

type Step = Readonly<{ hour: HourUtc; step: number; openMs: TimeMs; seen: Readonly<{ ingestThrough: number; inboxThrough: number }>; ingestThrough: number }>;
type Outside = Readonly<{ facts: readonly OutsideFact[]; inboxIds: Readonly<Record<string, number>>; inboxThrough: number }>;

/** What came since the step before: candles of sealed hours, and commands of the operator. */
const outsideFacts = async (client: StoreClient, { desk, run }: Session, at: Step): Promise<Outside> => {
  const commands = await pendingCommands(client, run.id, at.seen.inboxThrough);
  const arrivals = await readArrivals(client, {
    series: seriesOf(desk.symbols, desk.manifest.timeframe),
    ingestAfter: at.seen.ingestThrough,
    ingestThrough: at.ingestThrough,
    fromMs: startOfHour(desk.manifest.startHour),
    toMs: at.openMs,
  });
  return {
    facts: [...newestOf(arrivals).map(arrival => arrivedFact(arrival, at.openMs)), ...commands.map(command => operatorFact(command, at.openMs))],
    inboxIds: Object.fromEntries(commands.map(({ key, id }) => [key, id])),
    inboxThrough: Math.max(at.seen.inboxThrough, ...commands.map(({ id }) => id)),
  };
};

/**
 * One arrival per candle: its newest version, superseding the one that an hour consumed. Versions that came and went
 * between two steps were seen by nobody, and one that came back to what was consumed is no news. `arrivals` stand by
 * candle, ascending by revision.
 */
const newestOf = (arrivals: readonly Arrival[]): readonly Arrival[] => {
  const newest = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    const key = `${arrival.series.symbol} ${arrival.openMs}`;
    const first = newest.get(key) ?? arrival;
    newest.set(key, { ...arrival, supersedes: first.supersedes });
  }
  return [...newest.values()].filter(({ digest, supersedes }) => digest !== supersedes);
};

/** It entered the log when this step opened; when the provider sent it is on its ingest row. */
const arrivedFact = ({ series, openMs, values, digest, supersedes }: Arrival, atMs: TimeMs): OutsideFact => {
  const candle = { atMs, symbol: series.symbol, openMs, values, digest };
  return supersedes === null ? { ...candle, type: 'candle_late' } : { ...candle, type: 'candle_revised', supersedes };
};

const operatorFact = (command: StoredCommand, atMs: TimeMs): Extract<Fact, { type: 'operator' }> => {
  const told = { type: 'operator', atMs, key: command.key, actor: command.actor, reason: command.reason } as const;
  switch (command.command) {
    case 'deposit':
    case 'withdraw':
      return { ...told, command: command.command, amount: command.amount };
    case 'profile':
      return { ...told, command: command.command, profile: command.profile };
    case 'kill':
    case 'halt':
    case 'resume':
    case 'flatten':
    case 'cancel':
      return { ...told, command: command.command };
  }
};

/** The first moment at which an hour may be executed: its end and a grace for candles on their way. */
const GRACE_MS = 60_000;
export const executableFrom = (hour: HourUtc): TimeMs => timeMs((hour + 1) * HOUR_MS + GRACE_MS);
