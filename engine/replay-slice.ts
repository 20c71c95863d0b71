/**
 * Names the slice in which two states differ, and the first value in it. Of a stored run a state is known where a snapshot
 * of it is kept and has the digest that was sealed; where there is none, that is said and nothing is guessed.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { latestSnapshot } from '../adapters/store/snapshots.ts';
import type { Desk } from '../core/desk.ts';
import type { Progress } from '../core/execute.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { decodeSnapshot, encodeSnapshot } from '../core/snapshot.ts';
import { stateDigest } from '../core/state.ts';
import type { State } from '../core/state.ts';
import { sliceViews } from './explain/slice-views.ts';
import { stateDifferences } from './explain/state-diff.ts';
import { executedHours, storedHours } from './reexecute.ts';
import type { SliceOfFailure } from './replay-failure.ts';
import { NO_SLICE } from './replay-failure.ts';

/** Where two states part; `others` are further slices that differ. */
export type SliceDifference = Readonly<{ slice: string; field: string; expected: string | null; actual: string | null; others: readonly string[] }>;

type States = Readonly<{ expected: State; actual: State }>;

/** The first slice that differs, in the order of the state's leaves, and its first differing value; null where none does. */
export const sliceDifference = (desk: Desk, { expected, actual }: States): SliceDifference | null => {
  const [was, is] = [sliceViews(desk, expected), sliceViews(desk, actual)];
  const differing = was.filter((view, index) => view.digest !== is[index]!.digest).map(({ slice }) => slice);
  const [slice, ...others] = differing;
  if (slice === undefined) return null;
  const found = stateDifferences(was, is).find(difference => difference.slice === slice);
  if (found !== undefined) return { slice, field: found.path, expected: found.before, actual: found.after, others };
  const index = was.findIndex(view => view.slice === slice);
  return { slice, ...byteDifference(contentOf(expected, index), contentOf(actual, index)), others };
};

const LENGTH_BYTES = 4;

/** The content of one slice as a snapshot holds it. */
const contentOf = (state: State, index: number): Uint8Array => {
  const bytes = encodeSnapshot(state);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let before = 0; before < index; before += 1) at += LENGTH_BYTES + view.getUint32(at, true);
  return bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + view.getUint32(at, true));
};

/** Of what a view leaves out, such as every volume behind a median, the first byte that differs is told. */
const byteDifference = (expected: Uint8Array, actual: Uint8Array): Pick<SliceDifference, 'field' | 'expected' | 'actual'> => {
  const length = Math.max(expected.length, actual.length);
  let at = 0;
  while (at < length && expected[at] === actual[at]) at += 1;
  const hexAt = (bytes: Uint8Array): string | null => bytes[at]?.toString(16).padStart(2, '0') ?? null;
  return { field: `byte ${at}`, expected: hexAt(expected), actual: hexAt(actual) };
};

/** The state that a stored hour was sealed with, from the snapshot of that very hour; null where none is kept that holds it. */
export const sealedState = async (client: StoreClient, run: StoredRun, desk: Desk, hour: HourUtc): Promise<State | null> => {
  const snapshot = await latestSnapshot(client, run.id, hour);
  if (snapshot?.hour !== hour) return null;
  const [sealed] = await storedHours(client, run, { fromHour: hour, toHour: hoursAfter(hour, 1) });
  const state = decodedOrNull(desk, snapshot.bytes);
  return state !== null && sealed !== undefined && sealed.text.includes(`"state":"${stateDigest(state)}"`) ? state : null;
};

const decodedOrNull = (desk: Desk, bytes: Uint8Array): State | null => {
  try {
    return decodeSnapshot(desk, bytes);
  } catch {
    return null;
  }
};

/** The first hour in [from, through] that has a snapshot, found by halving; null where there is none. */
const firstSnapshotHour = async (client: StoreClient, run: StoredRun, { from, through }: Readonly<{ from: HourUtc; through: HourUtc }>): Promise<HourUtc | null> => {
  let found: HourUtc | null = null;
  let [low, high]: [number, number] = [from, through];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2) as HourUtc;
    const snapshot = await latestSnapshot(client, run.id, middle);
    if (snapshot === null || snapshot.hour < from) low = middle + 1;
    else {
      found = snapshot.hour;
      high = found - 1;
    }
  }
  return found;
};

/** `after` is where the replay stands behind the hour whose state differs; `lastHour` the last sealed one. */
export type Parted = Readonly<{ desk: Desk; after: Progress; lastHour: HourUtc }>;

/** The slice in which the stored state and the executed one differ: at the hour itself, else at the next hour that has a snapshot. */
export const sliceOfFailure = async (client: StoreClient, run: StoredRun, { desk, after, lastHour }: Parted): Promise<SliceOfFailure> => {
  const hour = hoursAfter(after.hour, -1);
  const known = await firstSnapshotHour(client, run, { from: hour, through: lastHour });
  if (known === null) return unknown('slice unknown: no snapshot at this hour or after it');
  const stored = await sealedState(client, run, desk, known);
  if (stored === null) return unknown(`slice unknown: the snapshot of ${formatHour(known)} does not hold what that hour was sealed with`);
  const executed = await stateAfterHour(client, run, { desk, after, lastHour: known });
  if (executed === null) return unknown(`slice unknown: no snapshot at this hour, and what follows cannot be executed up to that of ${formatHour(known)}`);
  const found = sliceDifference(desk, { expected: stored, actual: executed });
  if (found === null) return unknown(`slice unknown: no snapshot at this hour, and at that of ${formatHour(known)} the states are equal again`);
  const notes = [...(known === hour ? [] : [`as of ${formatHour(known)}, the first hour from here on with a snapshot`]), ...(found.others.length === 0 ? [] : [`so do ${found.others.join(', ')}`])];
  return { slice: found.slice, sliceField: found.field, sliceExpected: found.expected, sliceActual: found.actual, sliceNote: notes.length === 0 ? null : notes.join('; ') };
};

const unknown = (sliceNote: string): SliceOfFailure => ({ ...NO_SLICE, sliceNote });

/** Executes on from the failure: the recorded facts of later hours may contradict the state they meet. */
const stateAfterHour = async (client: StoreClient, run: StoredRun, { desk, after, lastHour }: Parted): Promise<State | null> => {
  let { state } = after;
  try {
    for await (const { executed } of executedHours(client, run, desk, { from: after, toHour: hoursAfter(lastHour, 1) })) ({ state } = executed.after);
    return state;
  } catch {
    return null;
  }
};
