/**
 * Executes stored hours again: the recorded facts from outside go in, candles as the hour saw them, and whatever core
 * concludes now comes out beside what is stored. Comparing is the caller's business.
 */
import { setImmediate } from 'node:timers/promises';
import type { StoreClient } from '../adapters/store/connection.ts';
import { prefetched } from '../adapters/store/prefetched.ts';
import { readAllColumns } from '../adapters/store/read-columns.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { readStepsOfHour, readStoredHours, typedFacts } from '../adapters/store/read-run.ts';
import type { StoredHour, StoredStep } from '../adapters/store/read-run.ts';
import { simulatedBucket } from '../core/bucket.ts';
import type { OutsideFact } from '../core/bucket.ts';
import type { Desk } from '../core/desk.ts';
import { closeHour, executeStep } from '../core/execute.ts';
import type { ExecutedHour, ExecutedStep, Progress } from '../core/execute.ts';
import { hoursAfter, startOfHour } from '../core/kernel/hours.ts';
import { isVenueFact } from '../core/log.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { feedOf } from '../core/market/feed.ts';
import type { Witness } from '../core/witness.ts';
import type { Feed } from '../core/market/feed.ts';
import type { CandleColumns } from '../core/market/columns.ts';
import type { StandingOrders } from '../core/risk/standing-operator.ts';
import { standingFacts, storedOrders } from './conduct.ts';
import { readConsumed } from './consumed-columns.ts';
import { seriesOf } from './market-of.ts';

/** A block of hours is read at once: small enough for flat memory, large enough to keep the database out of the way. */
export const BLOCK_HOURS = 720;

/** `openSteps` are those of the first hour that has no record; `orders` make the facts that a summary-kept backtest did not keep. */
export type Block = Readonly<{ toHour: HourUtc; stored: readonly StoredHour[]; openSteps: readonly StoredStep[]; columns: readonly CandleColumns[]; feed: Feed; orders: StandingOrders | null }>;

/** Stored hours of [fromHour, toHour) and the candles they consumed. A backtest or an import saw its vintage. */
export const readBlock = async (client: StoreClient, run: StoredRun, desk: Desk, { fromHour, toHour }: Readonly<{ fromHour: HourUtc; toHour: HourUtc }>): Promise<Block> => {
  const stored = await storedHours(client, run, { fromHour, toHour });
  const openSteps = stored.length < toHour - fromHour ? await readStepsOfHour(client, run, hoursAfter(fromHour, stored.length)) : [];
  const series = seriesOf(desk.symbols, desk.manifest.timeframe);
  const columns =
    run.retention === 'backtest'
      ? await readAllColumns(client, { series, fromMs: startOfHour(fromHour), toMs: startOfHour(toHour), ingestThrough: run.vintageIngestId })
      : await readConsumed(client, { series, fromHour, toHour, ingestThroughOf: sightOf([...stored.flatMap(({ steps }) => steps), ...openSteps], desk) });
  return { toHour, stored, openSteps, columns, feed: feedOf(desk.symbols, desk.manifest.timeframe, columns), orders: await storedOrders(client, run) };
};

type Range = Readonly<{ fromHour: HourUtc; toHour: HourUtc }>;

/** The blocks of a stretch one after another, the next being read while the current is executed. Leaving early is fine; until then the connection is theirs first. */
export const readBlocks = (client: StoreClient, run: StoredRun, desk: Desk, range: Range): AsyncGenerator<Block, void, void> => prefetched(blocksOf(client, run, desk, range));

async function* blocksOf(client: StoreClient, run: StoredRun, desk: Desk, { fromHour, toHour }: Range): AsyncGenerator<Block, void, void> {
  for (let hour = fromHour; hour < toHour; ) {
    const until = Math.min(toHour, hour + BLOCK_HOURS) as HourUtc;
    yield await readBlock(client, run, desk, { fromHour: hour, toHour: until });
    hour = until;
  }
}

const TURN_MS_MAX = 2;

/** Lets the next block come in: what the server sends is read between turns of the event loop only, and hours that follow each other make none. */
export const turnTaker = (): (() => Promise<void> | undefined) => {
  let turnedAt = performance.now();
  return () => {
    if (performance.now() - turnedAt <= TURN_MS_MAX) return undefined;
    return setImmediate().then(() => void (turnedAt = performance.now()));
  };
};

/** Sealed hours of [fromHour, toHour), ascending. */
export const storedHours = async (client: StoreClient, run: StoredRun, { fromHour, toHour }: Readonly<{ fromHour: HourUtc; toHour: HourUtc }>): Promise<readonly StoredHour[]> => {
  const hours: StoredHour[] = [];
  for await (const batch of readStoredHours(client, run, { fromHour, throughHour: hoursAfter(toHour, -1) })) hours.push(...batch);
  return hours;
};

/** By slot, what its executor could see; a slot that is not stored sees what the one before it saw. */
const sightOf = (steps: readonly StoredStep[], desk: Desk): ((slot: number) => number) => {
  const seen = new Map<number, number>();
  for (const { hour, step, ingestThrough } of steps) seen.set(hour * desk.stepsPerHour + step, ingestThrough);
  const first = seen.values().next().value ?? 0;
  const slots = [...seen.keys()];
  return slot => seen.get(slot) ?? seen.get(slots.findLast(known => known < slot) ?? -1) ?? first;
};

/** Stored facts that only the outside can tell; the market and the simulated venue are told anew. */
const outsideOf = (step: StoredStep | undefined): readonly OutsideFact[] => {
  const facts: OutsideFact[] = [];
  for (const fact of step === undefined ? [] : typedFacts(step)) {
    if (!isVenueFact(fact) && fact.type !== 'market') facts.push(fact);
  }
  return facts;
};

/** Who watches entries being judged, where anybody does. */
type Watched = Readonly<{ witness?: Witness }>;

type Steps = Watched & Pick<Block, 'feed' | 'orders'> & Readonly<{ stored: readonly StoredStep[]; count: number }>;

/** Steps of one hour, at most `count`, executed from a state. Throws on a stored fact that cannot be read. */
export const reexecuteSteps = (desk: Desk, before: Progress, { feed, orders, stored, count, witness }: Steps): readonly ExecutedStep[] => {
  const steps: ExecutedStep[] = [];
  let { state } = before;
  for (let step = 0; step < count; step += 1) {
    const market = feed(before.hour * desk.stepsPerHour + step);
    const outside = step === 0 && orders !== null ? standingFacts(orders, state, before.hour) : outsideOf(stored.find(candidate => candidate.step === step));
    const executed = executeStep(desk, state, simulatedBucket(desk, state, { hour: before.hour, step, market }, outside), witness);
    steps.push(executed);
    ({ state } = executed);
  }
  return steps;
};

export const reexecuteHour = (desk: Desk, before: Progress, { feed, orders, witness }: Watched & Pick<Block, 'feed' | 'orders'>, stored: StoredHour | undefined): ExecutedHour =>
  closeHour(desk, before, reexecuteSteps(desk, before, { feed, orders, stored: stored?.steps ?? [], count: desk.stepsPerHour, ...(witness === undefined ? {} : { witness }) }));

export type Rerun = Readonly<{ executed: ExecutedHour; stored: StoredHour | undefined }>;

/** Hours of a run one after another, from where `from` stands up to `toHour`, exclusive; read block by block, so that memory stays flat. */
export async function* executedHours(client: StoreClient, run: StoredRun, desk: Desk, { from, toHour }: Readonly<{ from: Progress; toHour: HourUtc }>): AsyncGenerator<Rerun, void, void> {
  let progress = from;
  const turn = turnTaker();
  for await (const block of readBlocks(client, run, desk, { fromHour: from.hour, toHour })) {
    const byHour = new Map(block.stored.map(hour => [hour.hour, hour]));
    while (progress.hour < block.toHour) {
      const stored = byHour.get(progress.hour);
      const executed = reexecuteHour(desk, progress, block, stored);
      progress = executed.after;
      yield { executed, stored };
      const turned = turn();
      if (turned !== undefined) await turned;
    }
  }
}
