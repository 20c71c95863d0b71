/**
 * Brings a stored run back to where it stands: from its last good snapshot when there is one, else from the beginning.
 * A snapshot is believed only when its state has the digest that the hour was sealed with.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { dropSnapshot, latestSnapshot } from '../adapters/store/snapshots.ts';
import type { StoredHour } from '../adapters/store/read-run.ts';
import type { Desk } from '../core/desk.ts';
import { beginRun } from '../core/execute.ts';
import type { ExecutedStep, Progress } from '../core/execute.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { decodeSnapshot } from '../core/snapshot.ts';
import { stateDigest } from '../core/state.ts';
import type { State } from '../core/state.ts';
import { manifestOfText } from '../schema/wire/manifest-text.ts';
import { EXIT, Problem } from './problem.ts';
import { executedHours, readBlock, reexecuteSteps, storedHours } from './reexecute.ts';
import type { Head } from './run-head.ts';
import { deskOf } from './strategies.ts';

export type Resumed = Readonly<{ desk: Desk; progress: Progress; openSteps: readonly ExecutedStep[] }>;

/** The desk of a stored run, its user's strategy rebuilt from the source that was stored with it. */
export const deskOfRun = async (run: StoredRun): Promise<Desk> => {
  const source = run.strategySource === null ? null : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(run.strategySource);
  return deskOf(manifestOfText(run.manifestText), source);
};

export const resumeRun = async (client: StoreClient, run: StoredRun, head: Head): Promise<Resumed> => {
  const desk = await deskOfRun(run);
  const progress = await progressAt(client, run, desk, hoursAfter(head.hour, 1));
  if (progress.previous !== head.hash) throw broken(run, `its hour ${formatHour(head.hour)} does not come out of its recorded facts`);
  return { desk, progress, openSteps: await openStepsOf(client, run, desk, { progress, count: head.openSteps }) };
};

const broken = (run: StoredRun, what: string): Problem =>
  new Problem(EXIT.mismatch, `Run ${run.name} cannot go on: ${what}.`, `tb replay-window --run ${run.name} names the first difference; tb verify --run ${run.name} names a changed value.`);

/** The state before `hour`, from the nearest snapshot that can be believed. */
export const progressAt = async (client: StoreClient, run: StoredRun, desk: Desk, hour: HourUtc): Promise<Progress> => {
  let progress = await fromSnapshot(client, run, desk, hour);
  for await (const { executed } of executedHours(client, run, desk, { from: progress, toHour: hour })) progress = executed.after;
  return progress;
};

const fromSnapshot = async (client: StoreClient, run: StoredRun, desk: Desk, hour: HourUtc): Promise<Progress> => {
  for (let before = hoursAfter(hour, -1); before >= run.startHour; ) {
    const snapshot = await latestSnapshot(client, run.id, before);
    if (snapshot === null) break;
    const [sealed] = await storedHours(client, run, { fromHour: snapshot.hour, toHour: hoursAfter(snapshot.hour, 1) });
    const state = sealed === undefined ? null : decodedOrNull(desk, snapshot.bytes);
    if (state !== null && sealed !== undefined && stateDigest(state) === stateInRecord(sealed)) {
      return { hour: hoursAfter(snapshot.hour, 1), previous: sealed.hash, state };
    }
    // A damaged cache entry is worth nothing and would be tried again every time.
    await dropSnapshot(client, run.id, snapshot.hour);
    before = hoursAfter(snapshot.hour, -1);
  }
  return beginRun(desk);
};

/** Snapshot bytes that were damaged may not even decode. */
const decodedOrNull = (desk: Desk, bytes: Uint8Array): State | null => {
  try {
    return decodeSnapshot(desk, bytes);
  } catch {
    return null;
  }
};

const stateInRecord = ({ text }: StoredHour): string | null => {
  try {
    return (JSON.parse(text) as { state?: string }).state ?? null;
  } catch {
    return null;
  }
};

type Open = Readonly<{ progress: Progress; count: number }>;

/** Steps of the open hour that were appended before the executor ended: executed again, and equal to what is stored. */
const openStepsOf = async (client: StoreClient, run: StoredRun, desk: Desk, { progress, count }: Open): Promise<readonly ExecutedStep[]> => {
  if (count === 0) return [];
  const range = { fromHour: progress.hour, toHour: hoursAfter(progress.hour, 1) };
  const { stored, openSteps, feed, orders } = await readBlock(client, run, desk, range);
  // Another executor may have closed the hour since the head was read; its first steps are still the ones that were open.
  const recorded = stored[0]?.steps ?? openSteps;
  const steps = reexecuteSteps(desk, progress, { feed, orders, stored: recorded, count });
  const differs = steps.findIndex((step, index) => stateDigest(step.state) !== recorded[index]?.stateDigest);
  if (differs >= 0) throw broken(run, `step ${differs} of its open hour ${formatHour(progress.hour)} does not come out of its recorded facts`);
  return steps;
};
