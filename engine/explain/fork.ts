/**
 * What would have come of a run if it had gone on otherwise from an hour: the same market, the same operators, the same
 * state, another rule. Both courses are executed side by side; nothing is stored, and equal forks give equal hashes.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Desk } from '../../core/desk.ts';
import type { LotMatched } from '../../core/events.ts';
import { beginRun } from '../../core/execute.ts';
import type { ExecutedHour, Progress } from '../../core/execute.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { feedOf } from '../../core/market/feed.ts';
import { RETURNS_WINDOW } from '../../core/risk/returns.ts';
import { firstDivergence } from '../../core/replay.ts';
import type { Divergence } from '../../core/replay.ts';
import { usage } from '../problem.ts';
import { BLOCK_HOURS, readBlock, reexecuteHour } from '../reexecute.ts';
import type { Block } from '../reexecute.ts';
import { readJson } from '../replay-difference.ts';
import { deskOfRun, progressAt } from '../resume.ts';
import { readHead } from '../run-head.ts';
import { countSummary } from '../run-summary.ts';
import type { RunSummary } from '../run-summary.ts';
import { forkedDesk, forkedState } from './fork-desk.ts';
import type { ForkChanges } from './fork-desk.ts';
import { requireSealed } from './state-at.ts';

export type ForkRequest = Readonly<{ run: StoredRun; at: HourUtc; to: HourUtc | null; changes: ForkChanges; onProgress: (hours: number) => void }>;

/** One of the two courses over the stretch from the fork on; `openingEquity` is what both began with. */
export type Course = Readonly<{ summary: RunSummary; trades: readonly LotMatched[] }>;
export type ForkReport = Readonly<{ from: HourUtc; to: HourUtc; parent: Course; fork: Course; desk: Desk; genesis: string; firstDifference: Divergence | null }>;

export const forkRun = async (client: StoreClient, { run, at, to: asked, changes, onProgress }: ForkRequest): Promise<ForkReport> => {
  await requireSealed(client, run, { hour: at, option: '--at' });
  const end = hoursAfter((await readHead(client, run)).hour, 1);
  const to = asked ?? end;
  if (to <= at || to > end) throw usage(`--to: ${formatHour(to)} is no end of the fork.`, `It lies after ${formatHour(at)} and at most at ${formatHour(end)}.`);
  const parent = await deskOfRun(run);
  const desk = await forkedDesk(parent, changes);
  const before = await progressAt(client, run, parent, at);
  const opening = await openingOf(client, run, { parent, desk, before });
  const courses = { parent: courseOf(parent, before), fork: courseOf(desk, opening) };
  let firstDifference: Divergence | null = null;
  while (courses.parent.progress().hour < to) {
    const fromHour = courses.parent.progress().hour;
    const block = await readBlock(client, run, parent, { fromHour, toHour: Math.min(to, fromHour + BLOCK_HOURS) as HourUtc });
    // Each course reads its own feed: slots are asked for in ascending order.
    const own = { ...block, feed: feedOf(desk.symbols, desk.manifest.timeframe, block.columns) };
    for (const stored of hoursOf(block, fromHour, Math.min(to, fromHour + BLOCK_HOURS))) {
      const [went, goes] = [courses.parent.execute(block, stored), courses.fork.execute(own, stored)];
      firstDifference ??= differenceOf(went, goes);
    }
    onProgress(courses.parent.progress().hour - at);
  }
  return { from: at, to, desk, genesis: desk.genesis, parent: courses.parent.course(), fork: courses.fork.course(), firstDifference };
};

type StoredOrNot = Block['stored'][number] | undefined;

const hoursOf = ({ stored }: Block, fromHour: HourUtc, toHour: number): readonly StoredOrNot[] => {
  const byHour = new Map(stored.map(hour => [hour.hour, hour]));
  return Array.from({ length: toHour - fromHour }, (_, index) => byHour.get(hoursAfter(fromHour, index)));
};

type Running = Readonly<{ execute: (block: Block, stored: StoredOrNot) => ExecutedHour; progress: () => Progress; course: () => Course }>;

const courseOf = (desk: Desk, from: Progress): Running => {
  const counter = countSummary(desk, null);
  const trades: LotMatched[] = [];
  let progress = from;
  return {
    execute: (block, stored) => {
      const executed = reexecuteHour(desk, progress, block, stored);
      counter.add(executed);
      for (const { decisions } of executed.steps) for (const decision of decisions) if (decision.type === 'lot_matched' && !decision.paidFee) trades.push(decision);
      progress = executed.after;
      return executed;
    },
    progress: () => progress,
    course: () => ({ summary: counter.summary(), trades }),
  };
};

type Opening = Readonly<{ parent: Desk; desk: Desk; before: Progress }>;

/** A fork of the very first hour is a run from the beginning; any other goes on from the parent's state and hash. */
const openingOf = async (client: StoreClient, run: StoredRun, { parent, desk, before }: Opening): Promise<Progress> => {
  if (before.hour === run.startHour) return beginRun(desk);
  const fromHour = Math.max(run.startHour, before.hour - warmHours(desk)) as HourUtc;
  const { columns } = await readBlock(client, run, parent, { fromHour, toHour: before.hour });
  const slots = { fromSlot: fromHour * desk.stepsPerHour, toSlot: before.hour * desk.stepsPerHour };
  return { ...before, state: forkedState(desk, { parent, before: before.state, columns, ...slots }) };
};

/** As a run's default warm-up: ten lookbacks; and at least what volumes and returns remember. */
const warmHours = ({ agents, stepsPerHour }: Desk): number => {
  const [{ voice, parameters }] = agents as readonly [Desk['agents'][number]];
  const bars = voice.kind === 'recorded' ? 0 : voice.strategy.lookbackBars(parameters);
  return Math.max(Math.ceil((LOOKBACKS * bars) / stepsPerHour), RETURNS_WINDOW + 1);
};

const LOOKBACKS = 10;

const differenceOf = ({ sealed, steps }: ExecutedHour, other: ExecutedHour): Divergence | null => {
  for (const [step, { factTexts, decisionTexts }] of steps.entries()) {
    const place = { hour: sealed.hour, step };
    const found =
      firstDivergence({ what: 'fact', ...place }, { expected: factTexts, actual: other.steps[step]!.factTexts }, readJson) ??
      firstDivergence({ what: 'decision', ...place }, { expected: decisionTexts, actual: other.steps[step]!.decisionTexts }, readJson);
    if (found !== null) return found;
  }
  return null;
};
