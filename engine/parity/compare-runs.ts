/**
 * Two runs side by side: equal hour for hour, or the first hour, event and field in which they part. Runs of different
 * manifests cannot have equal hashes, so for them the first differing manifest field is told and content is compared.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readHourRecords } from '../../adapters/store/read-run.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import { firstDivergence } from '../../core/replay.ts';
import { readBlock, reexecuteHour } from '../reexecute.ts';
import { readJson } from '../replay-run.ts';
import { deskOfRun, progressAt } from '../resume.ts';
import { readHead } from '../run-head.ts';
import { valueDifference } from './value-difference.ts';
import type { ValueDifference } from './value-difference.ts';

export type ParityDifference = Readonly<{ what: 'manifest' | 'fact' | 'decision' | 'record'; hour: string | null; event: string; field: string; left: string | null; right: string | null }>;

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
  if (hours === 0) return { ...counts, heads, status: 'NO TARGETS', parity: false, head: null, differences: [], value: null };
  const sameGenesis = left.genesis === right.genesis;
  const found = await firstDifferentHour(client, pair, { fromHour, throughHour, sameGenesis });
  const differences = [...(sameGenesis ? [] : manifestDifference(pair)), ...(found.hour === null ? [] : await hourDifference(client, pair, found.hour))];
  const parity = differences.length === 0;
  const value = parity ? null : await valueDifference(client, { ...pair, fromHour, throughHour, heads: { left: leftHead.hour, right: rightHead.hour }, onProgress });
  return { ...counts, heads, value, status: parity ? 'PARITY: TRUE' : 'PARITY: FALSE', parity, head: parity ? found.lastHash : null, differences };
};

const manifestDifference = ({ left, right }: Pair): readonly ParityDifference[] => {
  const found = firstDivergence({ what: 'record', hour: left.startHour, step: 0 }, { expected: [left.manifestText], actual: [right.manifestText] }, readJson);
  return found === null ? [] : [{ what: 'manifest', hour: null, event: 'manifest', field: found.field, left: found.expected, right: found.actual }];
};

type SharedHours = Readonly<{ fromHour: HourUtc; throughHour: HourUtc; sameGenesis: boolean }>;
type Found = Readonly<{ hour: HourUtc | null; lastHash: Digest | null }>;

/** Compares hashes; of runs with different manifests, the parts of the record that say what happened. */
const firstDifferentHour = async (client: StoreClient, { left, right }: Pair, { fromHour, throughHour, sameGenesis }: SharedHours): Promise<Found> => {
  const keys = new Map<number, string>();
  let lastHash: Digest | null = null;
  for await (const batch of readHourRecords(client, left, { fromHour, throughHour })) {
    for (const { hour, hash, text } of batch) keys.set(hour, sameGenesis ? hash : contentOf(text));
  }
  for await (const batch of readHourRecords(client, right, { fromHour, throughHour })) {
    for (const { hour, hash, text } of batch) {
      if (keys.get(hour) !== (sameGenesis ? hash : contentOf(text))) return { hour, lastHash: null };
      lastHash = hash;
    }
  }
  return { hour: null, lastHash };
};

const contentOf = (text: string): string => {
  const record = readJson(text) as Readonly<Record<string, unknown>> | undefined;
  return record === undefined ? text : JSON.stringify([record['counts'], record['factsRoot'], record['decisionsRoot']]);
};

const hourDifference = async (client: StoreClient, { left, right }: Pair, hour: HourUtc): Promise<readonly ParityDifference[]> => {
  const [one, other] = [await executedAgain(client, left, hour), await executedAgain(client, right, hour)];
  const at = formatHour(hour);
  for (let step = 0; step < Math.max(one.steps.length, other.steps.length); step += 1) {
    for (const [what, texts] of [['fact', 'factTexts'], ['decision', 'decisionTexts']] as const) {
      const found = firstDivergence({ what, hour, step }, { expected: one.steps[step]?.[texts] ?? [], actual: other.steps[step]?.[texts] ?? [] }, readJson);
      if (found !== null) return [{ what, hour: at, event: `${found.event} ${hour}.${step}.${found.seq}`, field: found.field, left: found.expected, right: found.actual }];
    }
  }
  const found = firstDivergence({ what: 'record', hour, step: 0 }, { expected: [one.sealed.text], actual: [other.sealed.text] }, readJson);
  return found === null ? [] : [{ what: 'record', hour: at, event: 'hour record', field: found.field, left: found.expected, right: found.actual }];
};

const executedAgain = async (client: StoreClient, run: StoredRun, hour: HourUtc) => {
  const desk = await deskOfRun(run);
  const progress = await progressAt(client, run, desk, hour);
  const block = await readBlock(client, run, desk, { fromHour: hour, toHour: hoursAfter(hour, 1) });
  return reexecuteHour(desk, progress, block, block.stored[0]);
};
