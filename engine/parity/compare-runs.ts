/**
 * Two runs side by side: equal hour for hour, or the first hour, event and field in which they part. Runs of different
 * manifests cannot have equal hashes, so for them the first differing manifest field is told and content is compared.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readHourRecords } from '../../adapters/store/read-run.ts';
import type { StoredHour } from '../../adapters/store/read-run.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import { firstDivergence } from '../../core/replay.ts';
import { isOwnVersion, versionsIn } from '../changed-rules.ts';
import { readJson } from '../replay-difference.ts';
import { readHead } from '../run-head.ts';
import { firstDifferent } from './bisect.ts';
import type { Hours } from './bisect.ts';
import { hourDifference, NO_PARITY_SLICE } from './hour-difference.ts';
import type { ParityDifference } from './hour-difference.ts';
import { valueDifference } from './value-difference.ts';
import type { ValueDifference } from './value-difference.ts';

export type ParityReport = Readonly<{
  status: 'PARITY: TRUE' | 'PARITY: FALSE' | 'NO TARGETS';
  parity: boolean;
  left: string;
  right: string;
  /** Hours both have. */
  hours: number;
  /** Hours only one of them has, because it started earlier or was executed further. */
  leftOnly: number;
  rightOnly: number;
  heads: Readonly<{ left: Digest; right: Digest }>;
  /** The head both have after their last common hour; null when they differ. */
  head: Digest | null;
  differences: readonly ParityDifference[];
  /** Rows of hour records that were read of both runs to find the first hour that differs. */
  rowsRead: number;
  /** Null where the runs agree, have no hour in common, or are histories of accounts. */
  value: ValueDifference | null;
}>;

type Pair = Readonly<{ left: StoredRun; right: StoredRun }>;

export const compareRuns = async (client: StoreClient, pair: Pair, onProgress: (hours: number) => void): Promise<ParityReport> => {
  const { left, right } = pair;
  const [leftHead, rightHead] = [await readHead(client, left), await readHead(client, right)];
  const fromHour = Math.max(left.startHour, right.startHour) as HourUtc;
  const throughHour = Math.min(leftHead.hour, rightHead.hour) as HourUtc;
  const hours = Math.max(0, throughHour - fromHour + 1);
  const counts = { left: left.name, right: right.name, hours, leftOnly: leftHead.hour - left.startHour + 1 - hours, rightOnly: rightHead.hour - right.startHour + 1 - hours };
  const heads = { left: leftHead.hash, right: rightHead.hash };
  if (hours === 0) return { ...counts, heads, status: 'NO TARGETS', parity: false, head: null, differences: [], rowsRead: 0, value: null };
  const shared = { fromHour, throughHour };
  const { hour, lastHash, rowsRead } = await (left.genesis === right.genesis ? firstDifferentHash(client, pair, shared) : firstDifferentContent(client, pair, shared));
  const differences = [...manifestDifference(pair), ...(hour === null ? [] : await hourDifference(client, pair, hour))];
  const parity = differences.length === 0;
  const value = parity || !isExecutable(pair) ? null : await valueDifference(client, { ...pair, ...shared, heads: { left: leftHead.hour, right: rightHead.hour }, onProgress });
  return { ...counts, heads, value, rowsRead, status: parity ? 'PARITY: TRUE' : 'PARITY: FALSE', parity, head: parity ? lastHash : null, differences };
};

/** Runs of other versions are compared by what is stored of them. */
const isExecutable = ({ left, right }: Pair): boolean =>
  [left, right].every(({ manifestText }) => {
    const versions = versionsIn(manifestText);
    return versions === null || isOwnVersion(versions);
  });

const manifestDifference = ({ left, right }: Pair): readonly ParityDifference[] => {
  if (left.genesis === right.genesis) return [];
  const found = firstDivergence({ what: 'record', hour: left.startHour, step: 0 }, { expected: [left.manifestText], actual: [right.manifestText] }, readJson);
  if (found === null) return [{ what: 'manifest', hour: null, event: 'manifest', field: 'genesis', left: left.genesis, right: right.genesis, ...NO_PARITY_SLICE }];
  return [{ what: 'manifest', hour: null, event: 'manifest', field: found.field, left: found.expected, right: found.actual, ...NO_PARITY_SLICE }];
};

/** `lastHash` is that of the last hour both have, where no hour differs. */
type Found = Readonly<{ hour: HourUtc | null; lastHash: Digest | null; rowsRead: number }>;

/** Hours are chained, so equal hashes of an hour say that everything before it is equal too. */
const firstDifferentHash = async (client: StoreClient, { left, right }: Pair, shared: Hours): Promise<Found> => {
  let [rowsRead, lastHash]: [number, Digest | null] = [0, null];
  const hashOf = async (run: StoredRun, hour: HourUtc): Promise<Digest | null> => {
    const row = await recordAt(client, run, hour);
    if (row !== null) rowsRead += 1;
    return row?.hash ?? null;
  };
  const hour = await firstDifferent(shared, async at => {
    const [one, other] = [await hashOf(left, at), await hashOf(right, at)];
    if (one !== null && one === other && at === shared.throughHour) lastHash = one;
    return one !== null && one === other;
  });
  return { hour, lastHash, rowsRead };
};

const recordAt = async (client: StoreClient, run: StoredRun, hour: HourUtc): Promise<Omit<StoredHour, 'steps'> | null> => {
  for await (const [row] of readHourRecords(client, run, { fromHour: hour, throughHour: hour })) return row ?? null;
  return null;
};

/** Of runs with different manifests every hash differs: the parts of each record that say what happened are compared, and no hour answers for another. */
const firstDifferentContent = async (client: StoreClient, { left, right }: Pair, { fromHour, throughHour }: Hours): Promise<Found> => {
  const contents = new Map<number, string>();
  let rowsRead = 0;
  for await (const batch of readHourRecords(client, left, { fromHour, throughHour })) for (const { hour, text } of batch) contents.set(hour, contentOf(text));
  for await (const batch of readHourRecords(client, right, { fromHour, throughHour })) {
    for (const { hour, text } of batch) {
      rowsRead += 1;
      if (contents.get(hour) !== contentOf(text)) return { hour, lastHash: null, rowsRead: rowsRead + contents.size };
    }
  }
  return { hour: null, lastHash: null, rowsRead: rowsRead + contents.size };
};

const contentOf = (text: string): string => {
  const record = readJson(text) as Readonly<Record<string, unknown>> | undefined;
  return record === undefined ? text : JSON.stringify([record['counts'], record['factsRoot'], record['decisionsRoot']]);
};
