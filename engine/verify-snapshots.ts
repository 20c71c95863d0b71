/**
 * Snapshots against the hours they are of: the digest each carries, and the state that its bytes really hold. A snapshot is
 * only a cache, and whoever resumes from one checks it too; a false one still says that somebody was at the store.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { Finding } from '../adapters/store/finding.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { hourSealedWith, readSnapshots } from '../adapters/store/stored-snapshots.ts';
import type { StoredSnapshot } from '../adapters/store/stored-snapshots.ts';
import type { Desk } from '../core/desk.ts';
import { formatHour } from '../core/kernel/hours.ts';
import type { Digest } from '../core/kernel/units.ts';
import { decodeSnapshot } from '../core/snapshot.ts';
import { stateDigest } from '../core/state.ts';
import { hourRecordOfText } from '../schema/wire/seal-text.ts';
import { deskOfRun } from './resume.ts';

/** What is wrong with the snapshots of a run. Bytes are read only where this tb can execute the run. */
export const verifySnapshots = async (client: StoreClient, run: StoredRun): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const desk = await deskOrNull(run);
  for await (const snapshot of readSnapshots(client, run)) {
    const finding = findingOf(snapshot, desk);
    if (finding !== null) findings.push(await named(client, run, finding));
  }
  return findings;
};

const deskOrNull = (run: StoredRun): Promise<Desk | null> => deskOfRun(run).catch(() => null);

/** `state` is what the snapshot claims or holds, where that is not the state of its hour. */
type Wrong = Readonly<{ key: string; column: 'digest' | 'bytes'; expected: string | null; state: Digest | null }>;

const findingOf = ({ hour, digest, bytes, recordText }: StoredSnapshot, desk: Desk | null): Wrong | null => {
  const key = `hour=${hour}`;
  const sealed = recordText === null ? null : stateOf(recordText);
  if (sealed === null || digest !== sealed) return { key, column: 'digest', expected: sealed, state: digest };
  if (desk === null) return null;
  const state = heldIn(desk, bytes);
  return state === sealed ? null : { key, column: 'bytes', expected: sealed, state };
};

const stateOf = (recordText: string): Digest | null => {
  try {
    return hourRecordOfText(recordText).state;
  } catch {
    return null;
  }
};

/** The digest of the state in the bytes; null for bytes that hold none. */
const heldIn = (desk: Desk, bytes: Uint8Array): Digest | null => {
  try {
    return stateDigest(decodeSnapshot(desk, bytes));
  } catch {
    return null;
  }
};

/** A state that another hour was sealed with is stale; one that none was is forged. */
const named = async (client: StoreClient, run: StoredRun, { key, column, expected, state }: Wrong): Promise<Finding> => {
  const hour = state === null ? null : await hourSealedWith(client, run, state);
  const at = { table: 'snapshot', key, column } as const;
  if (hour === null) return { ...at, code: 'SNAPSHOT_FORGED', expected: expected ?? 'a sealed hour', actual: state ?? 'bytes that hold no state' };
  return { ...at, code: 'SNAPSHOT_STALE', expected: expected ?? 'a sealed hour', actual: `${state}, the state after ${formatHour(hour)}` };
};
