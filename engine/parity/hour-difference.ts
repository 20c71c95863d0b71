/**
 * In which event and field an hour of two runs differs, or in which slice of the state. Events are read as they are stored;
 * of a run that keeps a summary they are executed again.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredHour } from '../../adapters/store/read-run.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { firstDivergence } from '../../core/replay.ts';
import type { State } from '../../core/state.ts';
import { isOwnVersion, versionsIn } from '../changed-rules.ts';
import { readBlock, reexecuteHour, storedHours } from '../reexecute.ts';
import { readJson } from '../replay-difference.ts';
import { sealedState, sliceDifference } from '../replay-slice.ts';
import { deskOfRun, progressAt } from '../resume.ts';

/** The first slice that differs, and the first value in it; `sliceNote` says why none is named, or which others differ. */
export type SliceOfParity = Readonly<{ slice: string | null; sliceField: string | null; sliceLeft: string | null; sliceRight: string | null; sliceNote: string | null }>;

/** `what` is `hash` where hours with equal records have other hashes. Slices are told where states differ and both are known. */
export type ParityDifference = Readonly<{ what: 'manifest' | 'fact' | 'decision' | 'record' | 'hash'; hour: string | null; event: string; field: string; left: string | null; right: string | null }> & SliceOfParity;

export const NO_PARITY_SLICE: SliceOfParity = { slice: null, sliceField: null, sliceLeft: null, sliceRight: null, sliceNote: null };

type Pair = Readonly<{ left: StoredRun; right: StoredRun }>;

/** What is known of an hour; null where it is not stored, not executable, or its facts cannot be read. */
type Side = Readonly<{ run: StoredRun; stored: StoredHour | null; desk: Desk | null; executed: ExecutedHour | null }>;

/** Never empty: where events, records and states are equal, the hashes are told. */
export const hourDifference = async (client: StoreClient, { left, right }: Pair, hour: HourUtc): Promise<readonly ParityDifference[]> => {
  const [one, other] = [await sideOf(client, left, hour), await sideOf(client, right, hour)];
  return [eventDifference(one, other, hour) ?? (await recordDifference(client, { one, other, hour }))];
};

const sideOf = async (client: StoreClient, run: StoredRun, hour: HourUtc): Promise<Side> => {
  const [stored = null] = await storedHours(client, run, { fromHour: hour, toHour: hoursAfter(hour, 1) });
  const versions = versionsIn(run.manifestText);
  if (versions !== null && !isOwnVersion(versions)) return { run, stored, desk: null, executed: null };
  const desk = await deskOfRun(run);
  return { run, stored, desk, executed: await executedAgain(client, run, desk, hour) };
};

/** Recorded facts that contradict the state, or cannot be read, leave what is stored to be compared. */
const executedAgain = async (client: StoreClient, run: StoredRun, desk: Desk, hour: HourUtc): Promise<ExecutedHour | null> => {
  const progress = await progressAt(client, run, desk, hour);
  const block = await readBlock(client, run, desk, { fromHour: hour, toHour: hoursAfter(hour, 1) });
  try {
    return reexecuteHour(desk, progress, block, block.stored[0]);
  } catch {
    return null;
  }
};

type Texts = Readonly<{ fact: readonly string[]; decision: readonly string[] }>;

const stepsOf = ({ run, stored, executed }: Side): readonly Texts[] | null => {
  if (run.keep === 'full' && stored !== null && stored.steps.length > 0) return stored.steps.map(({ facts, decisionTexts }) => ({ fact: facts.map(({ text }) => text), decision: decisionTexts }));
  return executed === null ? null : executed.steps.map(({ factTexts, decisionTexts }) => ({ fact: factTexts, decision: decisionTexts }));
};

const eventDifference = (one: Side, other: Side, hour: HourUtc): ParityDifference | null => {
  const [left, right] = [stepsOf(one), stepsOf(other)];
  if (left === null || right === null) return null;
  for (let step = 0; step < Math.max(left.length, right.length); step += 1) {
    for (const what of ['fact', 'decision'] as const) {
      const found = firstDivergence({ what, hour, step }, { expected: left[step]?.[what] ?? [], actual: right[step]?.[what] ?? [] }, readJson);
      if (found !== null) return { what, hour: formatHour(hour), event: `${found.event} ${hour}.${step}.${found.seq}`, field: found.field, left: found.expected, right: found.actual, ...NO_PARITY_SLICE };
    }
  }
  return null;
};

type Sides = Readonly<{ one: Side; other: Side; hour: HourUtc }>;

/** Records as they were sealed, not as they come out now: a run may differ from what its own facts give. */
const recordDifference = async (client: StoreClient, { one, other, hour }: Sides): Promise<ParityDifference> => {
  const at = { hour: formatHour(hour), event: 'hour record', ...NO_PARITY_SLICE } as const;
  const [left, right] = [one.stored, other.stored];
  if (left === null || right === null) return { ...at, what: 'record', field: 'presence', left: left?.hash ?? null, right: right?.hash ?? null };
  const found = firstDivergence({ what: 'record', hour, step: 0 }, { expected: [left.text], actual: [right.text] }, readJson);
  if (found === null) return { ...at, what: 'hash', field: 'hash', left: left.hash, right: right.hash };
  const slice = found.field === 'state' ? await sliceOfParity(client, { one, other, hour }) : NO_PARITY_SLICE;
  return { ...at, what: 'record', field: found.field, left: found.expected, right: found.actual, ...slice };
};

const sliceOfParity = async (client: StoreClient, { one, other, hour }: Sides): Promise<SliceOfParity> => {
  const [left, right] = [await stateOf(client, one, hour), await stateOf(client, other, hour)];
  const lacking = [...(left === null ? [one] : []), ...(right === null ? [other] : [])].map(({ run }) => run.name);
  if (left === null || right === null || one.desk === null) return { ...NO_PARITY_SLICE, sliceNote: `slice unknown: ${lacking.join(' and ')} has no snapshot at this hour, and its facts do not give what was sealed` };
  const found = sliceDifference(one.desk, { expected: left, actual: right });
  if (found === null) return NO_PARITY_SLICE;
  const sliceNote = found.others.length === 0 ? null : `so do ${found.others.join(', ')}`;
  return { slice: found.slice, sliceField: found.field, sliceLeft: found.expected, sliceRight: found.actual, sliceNote };
};

/** The state that the hour was sealed with: kept as a snapshot, or what its facts give, where that is the one. */
const stateOf = async (client: StoreClient, { run, stored, desk, executed }: Side, hour: HourUtc): Promise<State | null> => {
  if (desk === null) return null;
  const kept = await sealedState(client, run, desk, hour);
  if (kept !== null) return kept;
  return executed !== null && stored?.text.includes(`"state":"${executed.sealed.record.state}"`) === true ? executed.after.state : null;
};
