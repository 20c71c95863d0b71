/** Executes a paper run's hours one after another, as far as they are closed and the store has their candles. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { addCommand } from '../adapters/store/inbox.ts';
import { readRanges } from '../adapters/store/market-knowledge.ts';
import { readStoredHours } from '../adapters/store/read-run.ts';
import type { StoredHour } from '../adapters/store/read-run.ts';
import type { OperatorRefused } from '../core/events.ts';
import { canonicalText } from '../core/kernel/canonical.ts';
import { formatHour, formatTime, hoursAfter } from '../core/kernel/hours.ts';
import { timeMs } from '../core/kernel/units.ts';
import type { Digest, HourUtc } from '../core/kernel/units.ts';
import type { Valuation } from '../core/portfolio/valuation.ts';
import type { GivenCommand } from './operator-file.ts';
import { executableFrom, executeNextHour, lookAt } from './paper.ts';
import type { Session, Sighted } from './paper.ts';
import { nothing, refused, usage } from './problem.ts';
import { requireUpToCheckpoints } from './restore-ahead.ts';
import type { Witnesses } from './restore-ahead.ts';
import { dataHours } from './window.ts';

export type ExecuteRequest = Readonly<{
  /** Null executes the next hour. */
  hour: HourUtc | null;
  /** Null executes one hour. */
  through: HourUtc | null;
  facts: readonly GivenCommand[];
  withoutData: boolean;
  nowMs: number;
  onHour: (done: number) => void;
  /** The signed checkpoints of this machine: a store that ends before one of them executes nothing. Without them none is looked for. */
  witnesses?: Witnesses;
}>;

export type ExecuteReport = Readonly<{
  session: Session;
  /** The last hour executed, or the one that was named and is sealed already; `engineHead` is its hash. */
  hour: HourUtc;
  executed: number;
  /** The named hour was sealed already; nothing was done. */
  already: boolean;
  fills: number;
  trades: number;
  decisions: number;
  /** Commands of the operator that an hour executed now refused. */
  refusedCommands: readonly RefusedCommand[];
  valuation: Valuation | null;
  /** Time inside the engine: core alone, no reading, no writing. */
  engineMs: number;
  /** Wall time of each executed hour, commit included. */
  hourMs: readonly number[];
  engineHead: Digest;
}>;

export type RefusedCommand = OperatorRefused & Readonly<{ hour: HourUtc }>;

/** Candles are read this many hours ahead when several hours are executed. */
const LOOK_HOURS = 240;

export const executeHours = async (client: StoreClient, session: Session, request: ExecuteRequest): Promise<ExecuteReport> => {
  const next = session.progress.hour;
  const { startHour } = session.run;
  if (request.witnesses !== undefined) await requireUpToCheckpoints(client, session.run, { hours: next - startHour, witnesses: request.witnesses });
  const last = request.through ?? request.hour ?? next;
  // Without --hour the same command goes on where it ended, or finds every hour sealed.
  const first = request.hour ?? (last < next ? startHour : next);
  if (first < startHour || last < startHour) throw usage(`${first < startHour ? '--hour' : '--through'}: ${formatHour(first < startHour ? first : last)} lies before the run, which starts at ${formatHour(startHour)}.`);
  if (last < first) throw usage('--through lies before --hour.');
  if (first < next) {
    const hash = await sealedHash(client, session, { first, last: Math.min(last, next - 1) as HourUtc, facts: request.facts });
    if (last < next) return alreadySealed(session, last, hash);
  }
  if (first > next) throw refused(`Hour ${formatHour(first)} skips hours: the next hour of run ${session.run.name} is ${formatHour(next)}.`, `Execute them in order: tb execute-hour --run ${session.run.name} --through ${formatHour(first)}`);
  requireClosed(last, request.nowMs);
  await requireCandles(client, session, { next, last, withoutData: request.withoutData });
  for (const command of request.facts) await submit(client, session, command);
  return drive(client, session, { last, request });
};

const requireClosed = (hour: HourUtc, nowMs: number): void => {
  const from = executableFrom(hour);
  if (nowMs < from) throw refused(`Hour ${formatHour(hour)} is not closed yet.`, `It can be executed from ${formatTime(from)}, a minute after its end.`);
};

type Extent = Readonly<{ next: HourUtc; last: HourUtc; withoutData: boolean }>;

/** An hour beyond all candles would be sealed as a market that stood still, and could never be taken back. */
const requireCandles = async (client: StoreClient, { desk, run }: Session, { next, last, withoutData }: Extent): Promise<void> => {
  if (withoutData) return;
  const ranges = await readRanges(client, desk.symbols, desk.manifest.timeframe);
  const { end } = dataHours(ranges, desk.manifest.timeframe);
  if (last < end) return;
  const earlier = end <= next ? '' : ` name an earlier hour with --through ${formatHour(hoursAfter(end, -1))},`;
  throw nothing(`The store has no candle of run ${run.name} at or after ${formatHour(end)}.`, `Import newer candles,${earlier} or add --without-data.`);
};

const submit = async (client: StoreClient, { run }: Session, command: GivenCommand): Promise<void> => {
  const outcome = await addCommand(client, run.id, { ...command, atMs: null, receivedMs: timeMs(Date.now()) });
  if (outcome.outcome === 'already' && !outcome.same) throw refused(`--facts: the key ${command.key} was used before for another command.`, 'Give each command a key of its own.');
};

type Named = Readonly<{ first: HourUtc; last: HourUtc; facts: readonly GivenCommand[] }>;

/** The hash of the last of these sealed hours. They stay as they are: with facts that one of them has this is a no-op, with others it is refused. */
const sealedHash = async (client: StoreClient, { run }: Session, { first, last, facts }: Named): Promise<Digest> => {
  let missing = facts;
  let hash: Digest | null = null;
  for await (const batch of readStoredHours(client, run, { fromHour: missing.length === 0 ? last : first, throughHour: last })) {
    missing = missing.filter(fact => !batch.some(stored => has(stored, fact)));
    hash = batch.at(-1)?.hash ?? hash;
  }
  const [command] = missing;
  if (command !== undefined) {
    const hours = first === last ? `Hour ${formatHour(last)} of run ${run.name} is` : `Hours ${formatHour(first)} to ${formatHour(last)} of run ${run.name} are`;
    throw refused(`${hours} sealed without the command ${command.key} (${command.command}).`, 'Sealed hours never change; submit it for the next hour.');
  }
  return hash!;
};

const alreadySealed = (session: Session, hour: HourUtc, hash: Digest): ExecuteReport => ({
  session, hour, executed: 0, already: true, fills: 0, trades: 0, decisions: 0, refusedCommands: [], valuation: null, engineMs: 0, hourMs: [], engineHead: hash,
});

const has = ({ steps }: StoredHour, fact: GivenCommand): boolean =>
  steps.some(({ facts }) =>
    facts.some(({ text }) => {
      const stored = JSON.parse(text) as Readonly<Record<string, unknown>>;
      return stored['type'] === 'operator' && canonicalText(fact) === canonicalText({ ...fact, ...pick(stored, Object.keys(fact)) });
    }),
  );

const pick = (from: Readonly<Record<string, unknown>>, keys: readonly string[]): Readonly<Record<string, unknown>> => Object.fromEntries(keys.map(key => [key, from[key]]));

const drive = async (client: StoreClient, opened: Session, { last, request }: Readonly<{ last: HourUtc; request: ExecuteRequest }>): Promise<ExecuteReport> => {
  let session = opened;
  let sighted: Sighted | null = null;
  let valuation: Valuation | null = null;
  const counted = { executed: 0, fills: 0, trades: 0, decisions: 0, engineMs: 0 };
  const hourMs: number[] = [];
  const refusedCommands: RefusedCommand[] = [];
  while (session.progress.hour <= last) {
    const started = performance.now();
    const { hour } = session.progress;
    if (sighted === null || hour >= sighted.toHour) sighted = await lookAt(client, session, { fromHour: hour, toHour: Math.min(hoursAfter(last, 1), hour + LOOK_HOURS) as HourUtc });
    const outcome = await executeNextHour(client, session, sighted);
    counted.engineMs += outcome.engineMs;
    // A feed only goes forward; after another executor's hour a new one is opened.
    if (outcome.executed === null) sighted = null;
    ({ session } = outcome);
    if (outcome.executed === null) continue;
    counted.executed += 1;
    ({ valuation } = outcome.executed);
    for (const { bucket, decisions } of outcome.executed.steps) {
      counted.fills += bucket.facts.filter(fact => fact.type === 'order_filled').length;
      counted.trades += decisions.filter(decision => decision.type === 'lot_matched').length;
      counted.decisions += decisions.length;
      for (const decision of decisions) if (decision.type === 'operator_refused') refusedCommands.push({ ...decision, hour });
    }
    hourMs.push(performance.now() - started);
    request.onHour(counted.executed);
  }
  return { session, hour: hoursAfter(session.progress.hour, -1), ...counted, refusedCommands, already: false, valuation, hourMs, engineHead: session.progress.previous };
};

