/** The keys that sign: which of a keyring's are asked for, and what a folder of keys that cannot be used says of itself. */
import { KeysError, readSigner } from '../adapters/keys/keyring.ts';
import type { Keyring } from '../adapters/keys/keyring.ts';
import type { KnownKey } from '../adapters/keys/key-events.ts';
import type { SignerKey } from '../adapters/keys/signed-note.ts';
import { hasSecret } from '../adapters/keys/keyring.ts';
import { refused, usage } from './problem.ts';
import { orNearest, typed } from './wording.ts';

/** What a folder of keys refuses is a rule that the user can keep, not a bug. */
export const withKeys = <Done>(work: () => Done): Done => {
  try {
    return work();
  } catch (error) {
    if (error instanceof KeysError) throw refused(error.message, error.hint);
    throw error;
  }
};

/** The one key that a name or an id means; active ones before others of the name. Null means the only active one. */
export const findKey = ({ keys }: Keyring, nameOrId: string | null): KnownKey => {
  const active = keys.filter(({ status }) => status === 'active');
  if (nameOrId === null) {
    if (active.length === 1) return active[0]!;
    throw active.length === 0 ? noKey() : usage(`--key is missing, and there are ${active.length} active keys.`, `Name one: ${active.map(({ key }) => key.name).join(', ')}.`);
  }
  const found = keys.find(({ key }) => key.id === nameOrId) ?? active.find(({ key }) => key.name === nameOrId) ?? keys.findLast(({ key }) => key.name === nameOrId);
  if (found !== undefined) return found;
  throw usage(`--key: there is no key ${typed(nameOrId)}${orNearest(nameOrId, keys.map(({ key }) => key.name))}`, 'tb keys list shows them.');
};

const noKey = (): Error => usage('There is no key to sign with.', 'Make one: tb keys init. It is kept outside of every store.');

/** Those that were named; else every active key whose secret is here. */
export const chooseSigners = (ring: Keyring, named: readonly string[]): readonly SignerKey[] =>
  withKeys(() => {
    const chosen = named.length > 0 ? named.map(name => findKey(ring, name)) : ring.keys.filter(({ key, status }) => status === 'active' && hasSecret(ring.folder, key));
    if (chosen.length === 0) throw noKey();
    return chosen.map(key => readSigner(ring, key));
  });
