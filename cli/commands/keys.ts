/** `tb keys`: makes, lists, replaces and revokes the keys that sign checkpoints. They lie outside of every store. */
import { writeDurably } from '../../adapters/checkpoints/durable-file.ts';
import { createKey, revokeKey, rotateKey, secretPath } from '../../adapters/keys/keyring.ts';
import type { Keyring } from '../../adapters/keys/keyring.ts';
import type { KnownKey } from '../../adapters/keys/key-events.ts';
import { isKeyName, verifierKeyText } from '../../adapters/keys/signed-note.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { openKeyring } from '../../engine/evidence-places.ts';
import { usage } from '../../engine/problem.ts';
import { findKey, withKeys } from '../../engine/signers.ts';
import { orNearest, typed } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { requireApart } from '../evidence.ts';
import { keysOf } from '../evidence-options.ts';
import { bold, dim, green, printResult, red } from '../output.ts';

type Options = Readonly<{ action: string; name?: string; key?: string; reason?: string; keys?: string; store?: string }>;

const ACTIONS = ['init', 'list', 'rotate', 'revoke'] as const;
type KeyAction = (typeof ACTIONS)[number];

const DEFAULT_NAME = 'operator';

export const run: Action<Options> = options => {
  const action = ACTIONS.find(known => known === options.action);
  if (action === undefined) throw usage(`There is no action ${typed(options.action)}${orNearest(options.action, ACTIONS)}`, `Actions: ${ACTIONS.join(', ')}.`);
  requireFitting(action, options);
  requireApart({ ...options, trust: [] });
  const folder = keysOf(options);
  const ring = openKeyring(folder);
  const about = change(action, ring, options);
  const after = openKeyring(folder);
  printResult(options, {
    document: { action, folder, key: about === null ? null : about.key.id, keys: after.keys.map(documentOf) },
    text: () => [...saidOf(action, about, folder), ...after.keys.map(textOf), ...(after.keys.length === 0 ? ['There is no key yet. tb keys init makes one.'] : [])].join('\n'),
  });
  return Promise.resolve();
};

/** Options that an action does not take are refused, not ignored: a reason that goes nowhere was meant for something. */
const requireFitting = (action: KeyAction, { name, key, reason }: Options): void => {
  if (name !== undefined && action !== 'init') throw usage('--name goes with init.', '--key names a key that is there.');
  if (key !== undefined && action !== 'rotate' && action !== 'revoke') throw usage('--key goes with rotate and revoke.', 'init takes --name.');
  if (reason !== undefined && action !== 'revoke') throw usage('--reason goes with revoke.', 'Leave it out.');
};

const change = (action: KeyAction, ring: Keyring, options: Options): KnownKey | null => {
  const how = { nowMs: Date.now(), write: writeDurably };
  switch (action) {
    case 'list':
      return null;
    case 'init': {
      const name = options.name ?? DEFAULT_NAME;
      if (!isKeyName(name)) throw usage(`--name: ${typed(name)} is no name of a key.`, 'Use 1 to 64 characters without spaces and plus signs.');
      return withKeys(() => createKey(ring, name, how));
    }
    case 'rotate':
      return withKeys(() => rotateKey(ring, findKey(ring, options.key ?? null), how));
    case 'revoke': {
      const { key, reason } = options;
      if (key === undefined || reason === undefined || reason === '') throw usage('revoke needs --key and --reason.', 'Every checkpoint that only this key signed is refused from then on, for good.');
      return withKeys(() => revokeKey(ring, findKey(ring, key), reason, how));
    }
  }
};

const documentOf = ({ key, status, createdMs, from, reason }: KnownKey) => ({
  created: formatTime(timeMs(createdMs)), id: key.id, name: key.name, publicKey: verifierKeyText(key), reason, replaces: from, status,
});

const COLOUR = { active: green, retired: dim, revoked: red } as const;

const textOf = ({ key, status, reason }: KnownKey): string => `${COLOUR[status](status.padEnd(7))}  ${verifierKeyText(key)}${reason === null ? '' : `  ${reason}`}`;

const saidOf = (action: KeyAction, about: KnownKey | null, folder: string): readonly string[] => {
  if (about === null) return [];
  if (action === 'revoke') return [`Key ${bold(about.key.name)} (${about.key.id}) is revoked: no checkpoint that only it signed is believed any more.`, 'Each run that only it signed needs another signer now: tb keys init --name NAME where no key is left, then tb checkpoint RUN. The log must still be the one that was signed.'];
  const made = `Made key ${bold(about.key.name)} (${about.key.id}) in ${folder}.`;
  return [made, `Keep a copy of ${secretPath(folder, about.key)} where this machine cannot reach it, and give the line below to whoever is to believe you.`];
};
