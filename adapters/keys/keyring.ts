/**
 * A folder of keys: secrets that only their owner can read, and beside them the signed events that say which keys there
 * are. It makes, replaces and revokes keys; it never shows a secret.
 */
import { generateKeyPairSync, createPrivateKey } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventDigest, eventLine, eventText, keysOfLines, NO_EVENT } from './key-events.ts';
import type { KeyEvent, KnownKey, SignedEvent } from './key-events.ts';
import { publicBytesOf, signatureLine, verifierKey, verifierKeyText } from './signed-note.ts';
import type { SignerKey, VerifierKey } from './signed-note.ts';

/** Writes a file so that it is there whole, or as before, whatever happens. */
export type WriteDurably = (path: string, content: string, mode: number) => void;

export type Keyring = Readonly<{ folder: string; keys: readonly KnownKey[]; lines: readonly string[] }>;

/** A folder of keys that cannot be used as it is; `hint` says what to do. */
export class KeysError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'KeysError';
    this.hint = hint;
  }
}

const RING = 'keyring.jsonl';
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const BEYOND_OWNER = 0o077;

/** What a keyring file says. Throws KeyringError. */
export const keysOfRing = (text: string): readonly KnownKey[] => keysOfLines(linesOf(text));

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** The keyring of a folder; one without any key where there is no folder. Throws KeyringError. */
export const readKeyring = (folder: string): Keyring => {
  const lines = linesOf(textOrEmpty(join(folder, RING)));
  return { folder, lines, keys: keysOfLines(lines) };
};

const textOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return '';
    throw error;
  }
};

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

type Change = Readonly<{ nowMs: number; write: WriteDurably }>;

/** Makes a key and the folder around it. Throws KeysError where the name has an active key already. */
export const createKey = (ring: Keyring, name: string, { nowMs, write }: Change): KnownKey => {
  const taken = ring.keys.find(one => one.key.name === name && one.status === 'active');
  if (taken !== undefined) throw new KeysError(`There is an active key named ${name} already (${taken.key.id}).`, 'tb keys rotate replaces it; --name makes another.');
  const signer = newSigner(ring, name, write);
  const event: KeyEvent = { event: 'created', atMs: nowMs, key: verifierKeyText(signer.key), previous: previousOf(ring) };
  return append(ring, event, { by: [signer], about: signer.key, write });
};

/** Replaces a key by a new one of the same name; the old one signs that, and its secret is deleted. */
export const rotateKey = (ring: Keyring, old: KnownKey, { nowMs, write }: Change): KnownKey => {
  const signedBy = readSigner(ring, old);
  const signer = newSigner(ring, old.key.name, write);
  const event: KeyEvent = { event: 'rotated', atMs: nowMs, from: verifierKeyText(old.key), key: verifierKeyText(signer.key), previous: previousOf(ring) };
  const made = append(ring, event, { by: [signedBy, signer], about: signer.key, write });
  rmSync(secretPath(ring.folder, old.key), { force: true });
  return made;
};

/** Refuses a key from now on, in every checkpoint that it ever signed; an active key signs that, and the secret is deleted. */
export const revokeKey = (ring: Keyring, { key }: KnownKey, reason: string, { nowMs, write }: Change): KnownKey => {
  const by = ring.keys.find(one => one.status === 'active' && hasSecret(ring.folder, one.key));
  if (by === undefined) throw new KeysError('No active key is here to sign the revocation.', 'Make another key with tb keys init --name NAME, then revoke this one.');
  const event: KeyEvent = { event: 'revoked', atMs: nowMs, key: verifierKeyText(key), previous: previousOf(ring), reason };
  const revoked = append(ring, event, { by: [readSigner(ring, by)], about: key, write });
  rmSync(secretPath(ring.folder, key), { force: true });
  return revoked;
};

const previousOf = ({ lines }: Keyring): string => {
  const last = lines.at(-1);
  return last === undefined ? NO_EVENT : eventDigest((JSON.parse(last) as SignedEvent).event);
};

type Appended = Readonly<{ by: readonly SignerKey[]; about: VerifierKey; write: WriteDurably }>;

/** Writes the ring with one more event, read again as everybody else will read it. */
const append = (ring: Keyring, event: KeyEvent, { by, about, write }: Appended): KnownKey => {
  const lines = [...ring.lines, eventLine({ event, signatures: by.map(signer => signatureLine(eventText(event), signer)) })];
  const keys = keysOfLines(lines);
  if (readKeyring(ring.folder).lines.length !== ring.lines.length) throw new KeysError('Another command changed the keys at the same moment.', 'Run this one again.');
  write(join(ring.folder, RING), `${lines.join('\n')}\n`, FILE_MODE);
  return keys.find(one => one.key.id === about.id)!;
};

const newSigner = ({ folder }: Keyring, name: string, write: WriteDurably): SignerKey => {
  const { privateKey: secret } = generateKeyPairSync('ed25519');
  const key = verifierKey(name, publicBytesOf(secret));
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  chmodSync(folder, FOLDER_MODE);
  write(secretPath(folder, key), secret.export({ format: 'pem', type: 'pkcs8' }).toString(), FILE_MODE);
  return { key, secret };
};

/** Where the secret of a key lies: PKCS #8, as OpenSSL reads it. */
export const secretPath = (folder: string, { id }: VerifierKey): string => join(folder, `${id}.pem`);

export const hasSecret = (folder: string, key: VerifierKey): boolean => statSync(secretPath(folder, key), { throwIfNoEntry: false }) !== undefined;

/** A key that may sign, with its secret. Throws KeysError where it is gone, open to others, or another key's. */
export const readSigner = ({ folder }: Keyring, { key, status }: KnownKey): SignerKey => {
  const path = secretPath(folder, key);
  if (status !== 'active') throw new KeysError(`The key ${key.name} (${key.id}) is ${status} and signs no more.`, 'tb keys list shows the active ones.');
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) throw new KeysError(`The secret of key ${key.name} (${key.id}) is not in ${folder}.`, 'Put it back from your backup, or make another key with tb keys init --name NAME and revoke this one.');
  if (process.platform !== 'win32' && (entry.mode & BEYOND_OWNER) !== 0) throw new KeysError(`Others than its owner can open ${path}.`, `Run chmod 600 on it; a secret that was read by others is better replaced: tb keys rotate.`);
  const secret = secretOf(path);
  if (secret === null || verifierKey(key.name, publicBytesOf(secret)).id !== key.id) throw new KeysError(`${path} holds another key than ${key.name} (${key.id}).`, 'Put the right file back from your backup.');
  return { key, secret };
};

const secretOf = (path: string) => {
  try {
    const secret = createPrivateKey(readFileSync(path));
    return secret.asymmetricKeyType === 'ed25519' ? secret : null;
  } catch {
    return null;
  }
};
