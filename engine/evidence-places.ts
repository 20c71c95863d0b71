/**
 * Where keys and checkpoints lie: outside every store, in the user's folder of settings unless an option or a variable
 * names another. Whoever can rewrite the store must not find its key beside it.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { KeyringError } from '../adapters/keys/key-events.ts';
import type { KnownKey } from '../adapters/keys/key-events.ts';
import { keysOfRing, readKeyring } from '../adapters/keys/keyring.ts';
import type { Keyring } from '../adapters/keys/keyring.ts';
import { verifierKeyOfText } from '../adapters/keys/signed-note.ts';
import type { VerifierKey } from '../adapters/keys/signed-note.ts';
import { trustedKeys } from '../adapters/keys/trust.ts';
import type { Trusted } from '../adapters/keys/trust.ts';
import { EXIT, Problem, usage } from './problem.ts';
import { typed } from './wording.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Named = Readonly<{ option: string | undefined; variable: string; name: string }>;

/** The option, else the variable, else a folder of that name among the user's settings. */
const folderOf = ({ option, variable, name }: Named, env: Environment): string => {
  const named = option ?? (env[variable] === '' ? undefined : env[variable]);
  if (named === '') throw usage(`The folder of ${name} is empty.`, 'Name a folder, or leave the option out.');
  if (named !== undefined) return resolve(named);
  const settings = env['XDG_CONFIG_HOME'] || (process.platform === 'win32' ? env['APPDATA'] : undefined) || join(homedir(), '.config');
  return join(settings, 'tb', name);
};

export const keysFolder = (option: string | undefined, env: Environment = process.env): string => folderOf({ option, variable: 'TB_KEYS', name: 'keys' }, env);
export const checkpointsFolder = (option: string | undefined, env: Environment = process.env): string => folderOf({ option, variable: 'TB_CHECKPOINTS', name: 'checkpoints' }, env);

/** Where a path really leads, through every link on the way; what is not there yet lies where the last folder that is there does. */
const realPath = (path: string): string => {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const above = dirname(whole);
    return above === whole ? whole : join(realPath(above), basename(whole));
  }
};

/** A folder inside a store goes where the store goes, and so would what is to convict it; links are followed. */
export const requireOutside = (folder: string, store: string, what: string): void => {
  const [at, around] = [realPath(folder), realPath(store)];
  const inside = relative(around, at);
  if (inside === '' || (!inside.startsWith('..') && resolve(around, inside) === at)) {
    throw usage(`${what} cannot be kept inside the store ${typed(store)}.`, 'Name a folder outside it: whoever can rewrite the store must not have them.');
  }
};

export const openKeyring = (folder: string): Keyring => inKeyring(folder, () => readKeyring(folder));

const inKeyring = <Read>(place: string, read: () => Read): Read => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw new Problem(EXIT.mismatch, `The keyring in ${typed(place)} is not believed: ${error.message}.`, 'Put it back from your backup; keys that were revoked in it must stay so.');
  }
};

/** Keys a reader was handed: verifier keys as texts, or files of such texts or of a keyring. */
type Handed = { pinned: VerifierKey[]; known: KnownKey[] };

const take = (handed: Handed, given: string): void => {
  const key = verifierKeyOfText(given);
  if (key !== null) {
    handed.pinned.push(key);
    return;
  }
  if (statSync(given, { throwIfNoEntry: false })?.isFile() !== true) throw usage(`--trust: ${typed(given)} is neither a verifier key nor a file.`, 'A key reads NAME+ID+BASE64, as tb keys list shows it.');
  const text = readFileSync(given, 'utf8');
  if (text.startsWith('{')) {
    handed.known.push(...inKeyring(given, () => keysOfRing(text)));
    return;
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const listed = verifierKeyOfText(line.trim());
    if (listed === null) throw usage(`--trust: ${given}:${index + 1} is no verifier key.`, 'Write one key a line, as tb keys list shows it.');
    handed.pinned.push(listed);
  }
};

/** Whom to believe: the keys that were handed over, else those of the user's own keyring. */
export const readTrust = ({ trust, keys }: Readonly<{ trust: readonly string[]; keys: string }>): readonly Trusted[] => {
  if (trust.length === 0) return trustedKeys({ pinned: [], known: openKeyring(keys).keys });
  const handed: Handed = { pinned: [], known: [] };
  for (const given of trust) take(handed, given);
  // Rotations and revocations of the own keyring are known to its owner whatever else is handed over.
  if (handed.known.length === 0) handed.known.push(...openKeyring(keys).keys);
  return trustedKeys(handed);
};
