/** Keys and checkpoints outside the store: whether what signs is safe, and whether the store still has every hour that was signed. */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { KeyringError } from '../../adapters/keys/key-events.ts';
import { KeysError, readKeyring, readSigner } from '../../adapters/keys/keyring.ts';
import type { Keyring } from '../../adapters/keys/keyring.ts';
import { trustedKeys } from '../../adapters/keys/trust.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readStoreId } from '../../adapters/store/log-hashes.ts';
import type { ListedRun } from '../../adapters/store/runs.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { EXIT } from '../problem.ts';
import { candidatesIn, checkpointAhead, missingHours } from '../restore-ahead.ts';
import type { Ahead } from '../restore-ahead.ts';
import { lostRuns } from '../verify-anchors.ts';
import { counted } from '../wording.ts';
import { failure, warning, well } from './check.ts';
import type { Check } from './check.ts';

/** Where keys and checkpoints lie; `store` is the folder of the store, null for a server. */
export type EvidencePlaces = Readonly<{ keys: string; checkpoints: string; store: string | null }>;

/** `unusable` are active keys whose secret cannot sign; `broken` is why the keyring is not believed. */
export type KeyFacts = Readonly<{ folder: string; inside: boolean; active: number; unusable: readonly Readonly<{ message: string; hint: string }>[]; broken: string | null; /** The account that asks may not read it. */ denied: boolean }>;

const OUTSIDE = 'Move it out of the store: whoever can rewrite the store must not have it. --keys, TB_KEYS, --checkpoints and TB_CHECKPOINTS name another folder.';

export const judgeKeys = ({ folder, inside, active, unusable, broken, denied }: KeyFacts): readonly Check[] => {
  if (denied) return [failure('keys', { found: `${folder} may not be read: permission denied`, mend: 'Give it back to the account that uses tb (chmod u+rwX), or use that account; --keys and TB_KEYS name another folder.' })];
  if (broken !== null) return [failure('keys', { found: `the keyring in ${folder} is not believed: ${broken}`, mend: 'Put it back from your backup; keys that were revoked in it must stay so.' }, EXIT.mismatch)];
  if (inside) return [failure('keys', { found: `${folder} lies inside the store`, mend: OUTSIDE })];
  if (unusable.length > 0) return unusable.map(({ message, hint }) => warning('keys', { found: message, mend: hint }));
  return [well('keys', { found: active === 0 ? `none in ${folder}, so nothing can be signed; tb keys init makes one` : `${counted(active, 'active key')} in ${folder}` })];
};

const isInside = (folder: string, store: string | null): boolean => store !== null && existsSync(folder) && !/^\.\.|^\//.test(relative(store, resolve(folder)));

const unusableOf = (ring: Keyring): KeyFacts['unusable'] =>
  ring.keys.filter(({ status }) => status === 'active').flatMap(key => {
    try {
      readSigner(ring, key);
      return [];
    } catch (error) {
      if (error instanceof KeysError) return [{ message: error.message, hint: error.hint }];
      throw error;
    }
  });

const isDenied = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');

export const gatherKeys = ({ keys: folder, store }: EvidencePlaces): KeyFacts => {
  const facts = { folder, inside: isInside(folder, store), active: 0, unusable: [], broken: null, denied: false };
  try {
    const ring = readKeyring(folder);
    return { ...facts, active: ring.keys.filter(({ status }) => status === 'active').length, unusable: unusableOf(ring) };
  } catch (error) {
    if (isDenied(error)) return { ...facts, denied: true };
    return { ...facts, broken: error instanceof KeyringError ? error.message : `it cannot be read (${error instanceof Error ? error.message : String(error)})` };
  }
};

/** `behind` are runs whose log ends before a checkpoint over it, `lost` those that only checkpoints remember. */
export type CheckpointFacts = Readonly<{
  folder: string;
  inside: boolean;
  signedRuns: number;
  behind: readonly Readonly<{ name: string; startHour: HourUtc; envelopes: number; ahead: Ahead }>[];
  lost: readonly string[];
}>;

const LATEST_STORE = 'Use the store that has them. If they are lost, restore the latest backup into a new store with tb restore: it says what to type to go on without them.';

export const judgeCheckpoints = ({ folder, inside, signedRuns, behind, lost }: CheckpointFacts): readonly Check[] => {
  const told = [
    ...behind.map(({ name, startHour, envelopes, ahead }) => failure('checkpoints', { about: name, found: `the store is older than ${ahead.path}: ${missingHours(startHour, { envelopes, size: ahead.size })}`, mend: LATEST_STORE }, EXIT.mismatch)),
    ...lost.map(name => failure('checkpoints', { about: name, found: 'the run was signed and is not in the store', mend: LATEST_STORE }, EXIT.mismatch)),
    ...(inside ? [failure('checkpoints', { found: `${folder} lies inside the store`, mend: OUTSIDE })] : []),
  ];
  if (told.length > 0) return told;
  return [well('checkpoints', { found: signedRuns === 0 ? `none of this store in ${folder}; tb checkpoint RUN signs a run` : `${counted(signedRuns, 'run')} signed in ${folder}, and the store has every signed hour` })];
};

export const gatherCheckpoints = async (client: StoreClient, runs: readonly ListedRun[], { keys, checkpoints: folder, store: inStore }: EvidencePlaces): Promise<CheckpointFacts> => {
  const facts = { folder, inside: isInside(folder, inStore), signedRuns: 0, behind: [], lost: [] };
  const store = await readStoreId(client);
  if (store === null || !existsSync(folder)) return facts;
  const trusted = () => trustedKeys({ pinned: [], known: readKeyring(keys).keys });
  const behind: CheckpointFacts['behind'][number][] = [];
  let signedRuns = 0;
  for (const { id, name, startHour, hours } of runs) {
    const candidates = candidatesIn({ folder, store, run: id });
    if (candidates.length > 0) signedRuns += 1;
    const ahead = await checkpointAhead({ log: { store, run: id }, envelopes: hours + 1, candidates, trustedKeys: trusted });
    if (ahead !== null) behind.push({ name, startHour, envelopes: hours + 1, ahead });
  }
  const lost = (await lostRuns(client, runs, { folder, files: [], trusted: trusted(), every: false })).filter(({ dropped }) => !dropped).map(({ name }) => name);
  return { ...facts, signedRuns, behind, lost };
};
