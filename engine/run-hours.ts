/** Drives hours through the core at full speed: columns in, sealed hours out, chunk by chunk, so memory stays flat. */
import type { OutsideFact } from '../core/bucket.ts';
import type { Desk } from '../core/desk.ts';
import { beginRun, executeHour } from '../core/execute.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import { HOUR_MS } from '../core/kernel/units.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { CandleColumns } from '../core/market/columns.ts';
import { feedOf } from '../core/market/feed.ts';
import type { Feed } from '../core/market/feed.ts';
import { endsRun } from '../core/risk/standing-operator.ts';
import type { StandingOrders } from '../core/risk/standing-operator.ts';
import { standingFacts } from './conduct.ts';

/** Columns of the whole universe, in its order, over whole hours. Chunks follow each other without a hole. */
export type ColumnChunk = Readonly<{ fromMs: number; toMs: number; columns: readonly CandleColumns[] }>;

export type HourSink = (hour: ExecutedHour) => void | Promise<void>;
export type DrivenHours = Readonly<{ progress: Progress; hours: number; engineMs: number }>;

/** What entered a step of the hour after `before`, beside the market and the venue. */
export type OutsideOf = (before: Progress, step: number) => readonly OutsideFact[];

type Drive = Readonly<{
  desk: Desk;
  from: Progress;
  endHour: HourUtc;
  chunks: AsyncIterable<ColumnChunk>;
  outsideOf: OutsideOf;
  onHour: HourSink;
  /** Whether nothing is executed after this hour. */
  isLast: (executed: ExecutedHour) => boolean;
}>;

type DrivenBacktest = Pick<Drive, 'desk' | 'endHour' | 'chunks'> & Readonly<{ orders: StandingOrders; onHour: (executed: ExecutedHour, isLast: boolean) => void | Promise<void> }>;

/** A backtest from its first hour, under its standing orders; it ends with the window, or with the hour after which they end it. */
export const driveBacktest = ({ desk, endHour, chunks, orders, onHour }: DrivenBacktest): Promise<DrivenHours> => {
  const isLast = ({ after }: ExecutedHour): boolean => after.hour === endHour || endsRun(orders, after.state.risk.standing);
  return driveHours({
    desk,
    from: beginRun(desk),
    endHour,
    chunks,
    outsideOf: ({ state, hour }, step) => standingFacts(step === 0 ? orders : null, state, hour),
    onHour: executed => onHour(executed, isLast(executed)),
    isLast,
  });
};

/** Executes every hour from `from.hour` up to `endHour`, exclusive, or to the one that is the last. `engineMs` counts core alone: no reading, no writing. */
export const driveHours = async ({ desk, from, endHour, chunks, outsideOf, onHour, isLast }: Drive): Promise<DrivenHours> => {
  let progress = from;
  let engineMs = 0;
  let ended = false;
  for await (const chunk of chunks) {
    const until = Math.min(endHour, chunk.toMs / HOUR_MS);
    let started = performance.now();
    const feed = lasting(desk, feedOf(desk.symbols, desk.manifest.timeframe, chunk.columns));
    while (progress.hour < until && !ended) {
      const before = progress;
      const executed = executeHour(desk, before, feed, step => outsideOf(before, step));
      ended = isLast(executed);
      progress = executed.after;
      engineMs += performance.now() - started;
      const pending = onHour(executed);
      if (pending !== undefined) await pending;
      started = performance.now();
    }
    engineMs += performance.now() - started;
    if (ended) break;
  }
  return { progress, hours: progress.hour - from.hour, engineMs };
};

/** A feed writes each step's content into one buffer, and the steps of an hour are looked at when all of them are done. */
const lasting = (desk: Desk, feed: Feed): Feed =>
  desk.stepsPerHour === 1
    ? feed
    : slot => {
        const step = feed(slot);
        return { ...step, content: step.content.slice() };
      };
