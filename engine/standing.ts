/** Where a run stands after its last sealed hour, and what it amounted to so far. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readSummary } from '../adapters/store/results.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import type { Desk } from '../core/desk.ts';
import { beginRun } from '../core/execute.ts';
import { hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { State } from '../core/state.ts';
import { nothing } from './problem.ts';
import { executedHours } from './reexecute.ts';
import { deskOfRun, progressAt } from './resume.ts';
import { readHead } from './run-head.ts';
import { countSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';

export type Standing = Readonly<{ desk: Desk; state: State; summary: RunSummary; through: HourUtc; manifestText: string }>;

const PROGRESS_EVERY = 250;

/** A backtest's summary is stored; a paper run's is counted anew, for it grows with every hour. */
export const standingOf = async (client: StoreClient, run: StoredRun, onProgress: (hours: number) => void): Promise<Standing> => {
  const head = await readHead(client, run);
  if (head.hour < run.startHour) throw nothing(`Run ${run.name} has no sealed hour yet.`, `Execute one: tb execute-hour --run ${run.name}`);
  const desk = await deskOfRun(run);
  const stored = await readSummary(client, run);
  const place = { desk, through: head.hour, manifestText: run.manifestText };
  if (stored !== null && stored.throughHour === head.hour) {
    const { state } = await progressAt(client, run, desk, hoursAfter(head.hour, 1));
    return { ...place, state, summary: JSON.parse(stored.text) as RunSummary };
  }
  const counter = countSummary(desk, null);
  let progress = beginRun(desk);
  for await (const { executed } of executedHours(client, run, desk, { from: progress, toHour: hoursAfter(head.hour, 1) })) {
    counter.add(executed);
    progress = executed.after;
    if ((progress.hour - run.startHour) % PROGRESS_EVERY === 0) onProgress(progress.hour - run.startHour);
  }
  onProgress(progress.hour - run.startHour);
  return { ...place, state: progress.state, summary: counter.summary() };
};
