/**
 * What must hold after every fault, in this order: acknowledged is stored (V1), sealed hours recompute (V2), the chain is
 * whole and extends the last signed checkpoint (V3), the books balance (V4), replay gives the live hashes (V5), no intent
 * was sent twice (V6). Throws ChaosFailure with the first that does not.
 */
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { listRuns } from '../../adapters/store/runs.ts';
import { hourUtc } from '../../core/kernel/units.ts';
import { replayRun } from '../../engine/replay-run.ts';
import { findings, readPrelude, readValidations, undone } from '../validate-schema/validations.ts';
import { mustHold } from './failure.ts';
import { documentOf } from './run-tb.ts';
import type { Document } from './run-tb.ts';
import { readStored } from './stored.ts';
import type { ChainLink, Stored } from './stored.ts';
import { hourText, START_HOUR } from './workload.ts';
import { required } from './world.ts';
import type { Acknowledged, How, World } from './world.ts';

/** `course` is the chain of the undisturbed run: whatever is sealed must be the beginning of it. */
export type Expected = Readonly<{
  course: readonly ChainLink[];
  /** From which of the stored snapshots to replay, besides the genesis. */
  snapshots: (stored: readonly number[]) => readonly number[];
  /** Another store than the world's own, such as a copy of it; no checkpoint is signed over that. */
  elsewhere?: Readonly<{ address: StoreAddress; how: How }>;
}>;

/** Hours that are sealed, and how many acknowledged ones were looked for. */
export type Checked = Readonly<{ hours: number; acknowledged: number }>;

export const checkInvariants = async (world: World, { course, snapshots, elsewhere }: Expected): Promise<Checked> => {
  const how = elsewhere?.how ?? {};
  const stored = await readStored(elsewhere?.address ?? (await world.address()));
  const [verified, replayed] = await Promise.all([world.tb('verify --full --in-database', how), world.tb('replay-window --run desk', how)]);
  const acknowledged = checkAcknowledged(world.acknowledged, stored);
  checkSealed(documentOf(required(verified, [0, 5])));
  checkChain(stored.chain, course);
  checkAnchor(documentOf(verified), world.acknowledged);
  if (elsewhere === undefined) await sign(world, stored.chain.length);
  const address = elsewhere?.address ?? (await world.address());
  await checkBooks(address);
  checkReplay(documentOf(required(replayed, [0, 5])), stored.chain);
  await checkSnapshots(address, snapshots(stored.snapshotHours));
  checkOrders(stored);
  return { hours: stored.chain.length, acknowledged };
};

/** V1. Returns how many acknowledged hours, commands and backtests were found. */
const checkAcknowledged = ({ hours, keys, backtests, candles }: Acknowledged, { chain, ...stored }: Stored): number => {
  const hashes = new Map(chain.map(({ hour, hash }) => [hourText(hour), hash]));
  for (const [hour, hash] of hours) mustHold(hashes.get(hour) === hash, () => `V1: hour ${hour} was acknowledged with hash ${hash}, and the store has ${hashes.get(hour) ?? 'no such hour'}.`);
  for (const key of keys) mustHold(stored.keys.has(key), () => `V1: the command ${key} was acknowledged and is not stored.`);
  for (const [name, head] of backtests) mustHold(stored.heads.get(name) === head, () => `V1: backtest ${name} was acknowledged with head ${head}, and the store has ${stored.heads.get(name) ?? 'no such run'}.`);
  const added = candles.reduce((sum, count) => sum + count, 0);
  mustHold(stored.candles >= added, () => `V1: ${added} candles were acknowledged, and the store has ${stored.candles}.`);
  return hours.size + keys.size + backtests.size;
};

/** V2: bytes, counts, roots and columns, by this program and by the database. */
const checkSealed = (document: Document): void => {
  const { agrees } = document['inDatabase'] as Readonly<{ agrees: boolean }>;
  mustHold(document['verified'] === true && agrees, () => `V2: the store does not verify: ${JSON.stringify(document['findings'])}`);
};

/** V3: contiguous, linked, and the beginning of the undisturbed course. */
export const checkChain = (chain: readonly ChainLink[], course: readonly ChainLink[]): void => {
  chain.forEach(({ hour, hash, previous }, index) => {
    const before = chain[index - 1];
    mustHold(hour === START_HOUR + index, () => `V3: the hour at place ${index} of the chain is ${hourText(hour)}, expected ${hourText(START_HOUR + index)}.`);
    mustHold(before === undefined || before.hash === previous, () => `V3: hour ${hourText(hour)} does not follow the hash of the hour before.`);
    const undisturbed = course[index];
    mustHold(hash === undisturbed?.hash, () => `V3: hour ${hourText(hour)} was sealed as ${hash}, undisturbed as ${undisturbed?.hash ?? 'not at all'}.`);
  });
};

/** V3: what is stored extends the latest checkpoint that was signed. */
const checkAnchor = (document: Document, { signed }: Acknowledged): void => {
  const runs = document['runs'] as readonly Readonly<{ run: string; anchor: Readonly<{ size: number }> | null }>[];
  const size = runs.find(({ run }) => run === 'desk')?.anchor?.size;
  mustHold(size === Math.max(...signed), () => `V3: the chain is anchored over ${size ?? 'no'} envelopes, and ${Math.max(...signed)} were signed.`);
};

const sign = async (world: World, hours: number): Promise<void> => {
  const { size } = await world.done('checkpoint desk');
  mustHold(size === hours + 1, () => `V3: the new checkpoint is over ${String(size)} envelopes, expected ${hours + 1}.`);
};

/** V4: every invariant of the schema, computed by SQL. */
export const checkBooks = (address: StoreAddress): Promise<void> =>
  withConnection(address, 'owner', async client => {
    const found = await undone(client, async () => {
      await client.query(readPrelude());
      return findings(client, readValidations());
    });
    const broken = found.filter(({ violations }) => violations > 0);
    mustHold(broken.length === 0, () => `V4: ${broken.map(({ id, sample }) => `${id} at ${sample}`).join('; ')}`);
  });

/** V5: executing the recorded facts again gives the hash that is stored. */
export const checkReplay = (document: Document, chain: readonly ChainLink[]): void => {
  const head = chain.at(-1)?.hash;
  mustHold(document['parity'] === true && document['head'] === head, () => `V5: replay from ${String(document['from'])} ends in ${String(document['head'])}, the chain in ${head}: ${JSON.stringify(document['failures'])}`);
};

/** V5: and so does going on from a snapshot. Here without a process for each, for there may be many. */
export const checkSnapshots = (address: StoreAddress, hours: readonly number[]): Promise<void> =>
  withConnection(address, 'app', async client => {
    const desk = (await listRuns(client)).find(({ name }) => name === 'desk');
    if (desk?.head === undefined || desk.head === null) return;
    for (const hour of hours.filter(snapshot => snapshot < desk.head!.hour)) {
      const { parity, head, failures } = await replayRun(client, desk, { fromHour: hourUtc(hour + 1), toHour: null, onProgress: () => undefined });
      mustHold(parity && head === desk.head.hash, () => `V5: replay from the snapshot after ${hourText(hour)} ends in ${head}, the chain in ${desk.head!.hash}: ${JSON.stringify(failures)}`);
    }
  });

/** V6: each order that was decided is in the outbox once, under a name of its own. */
export const checkOrders = ({ orders: { intents, sent, names } }: Pick<Stored, 'orders'>): void =>
  mustHold(intents === sent && sent === names, () => `V6: ${intents} orders were decided, ${sent} are to be sent, under ${names} names.`);
