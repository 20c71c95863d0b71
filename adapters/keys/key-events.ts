/**
 * What happened to keys, as a chain of signed events: a key made, replaced by a new one, revoked. Who may sign what is
 * decided here; a chain that breaks a rule is refused whole, with the line it breaks at.
 */
import { createHash } from 'node:crypto';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { isSignedBy, parseNote, signatureBy, verifierKeyOfText, verifierKeyText } from './signed-note.ts';
import type { Note, VerifierKey } from './signed-note.ts';

export type KeyEvent =
  | Readonly<{ event: 'created'; atMs: number; key: string; previous: string }>
  | Readonly<{ event: 'rotated'; atMs: number; from: string; key: string; previous: string }>
  | Readonly<{ event: 'revoked'; atMs: number; key: string; previous: string; reason: string }>;

export type KeyStatus = 'active' | 'retired' | 'revoked';

/** `from` is the id of the key that this one replaced; null for one that began a line of its own. */
export type KnownKey = Readonly<{ key: VerifierKey; status: KeyStatus; createdMs: number; from: string | null; reason: string | null }>;

export const NO_EVENT = '0'.repeat(64);
const HEADER = 'tb/keyring';

/** The text that is signed: a line that no other note of ours begins with, and the event. */
export const eventText = (event: KeyEvent): string => `${HEADER}\n${canonicalText(event)}\n`;

/** What the next event names as `previous`. */
export const eventDigest = (event: KeyEvent): string => createHash('sha256').update(eventText(event)).digest('hex');

/** An event as it stands in a keyring: a canonical line of the event and its signature lines. */
export type SignedEvent = Readonly<{ event: KeyEvent; signatures: readonly string[] }>;
export const eventLine = (signed: SignedEvent): string => canonicalText(signed);

/** Why a line of a keyring is not believed. */
export class KeyringError extends Error {
  readonly line: number;
  constructor(line: number, why: string) {
    super(`line ${line} ${why}`);
    this.name = 'KeyringError';
    this.line = line;
  }
}

/** The keys of a chain of events, in the order they were made. Throws KeyringError. */
export const keysOfLines = (lines: readonly string[]): readonly KnownKey[] => {
  let keys: readonly KnownKey[] = [];
  let previous = NO_EVENT;
  lines.forEach((line, index) => {
    const refuse = (why: string): never => {
      throw new KeyringError(index + 1, why);
    };
    const { event, note } = readLine(line, refuse);
    if (event.previous !== previous) refuse('does not name the event before it: events were taken out, put in or reordered');
    keys = afterEvent(keys, event, { note, refuse });
    previous = eventDigest(event);
  });
  return keys;
};

type Refuse = (why: string) => never;

const readLine = (line: string, refuse: Refuse): Readonly<{ event: KeyEvent; note: Note }> => {
  const signed = signedOf(line) ?? refuse('is no event of a keyring');
  const note = parseNote(`${eventText(signed.event)}\n${signed.signatures.map(one => `${one}\n`).join('')}`) ?? refuse('has signatures that cannot be read');
  return { event: signed.event, note };
};

const FIELDS = { created: ['atMs', 'event', 'key', 'previous'], rotated: ['atMs', 'event', 'from', 'key', 'previous'], revoked: ['atMs', 'event', 'key', 'previous', 'reason'] } as const;

/** Null unless the line is the one spelling of an event of a known kind. */
const signedOf = (line: string): SignedEvent | null => {
  try {
    const signed = JSON.parse(line) as SignedEvent;
    const { event, signatures } = signed;
    const fields: readonly string[] | undefined = FIELDS[event.event];
    const values: Readonly<Record<string, unknown>> = event;
    const isWhole = fields !== undefined && Object.keys(event).join() === fields.join() && fields.every(field => (field === 'atMs' ? Number.isSafeInteger(values[field]) : typeof values[field] === 'string'));
    return isWhole && Array.isArray(signatures) && signatures.every(one => typeof one === 'string') && eventLine({ event, signatures }) === line ? signed : null;
  } catch {
    return null;
  }
};

type Checked = Readonly<{ note: Note; refuse: Refuse }>;

const afterEvent = (keys: readonly KnownKey[], event: KeyEvent, { note, refuse }: Checked): readonly KnownKey[] => {
  const keyOf = (text: string): VerifierKey => verifierKeyOfText(text) ?? refuse('names a key that cannot be read');
  const knownOf = (text: string): KnownKey => keys.find(one => verifierKeyText(one.key) === text) ?? refuse('is about a key that no event made');
  const isBy = (key: VerifierKey): boolean => {
    const signature = signatureBy(note, key);
    return signature !== null && isSignedBy(note.text, signature, key);
  };
  const withKey = (key: VerifierKey, from: string | null): readonly KnownKey[] => {
    if (keys.some(one => one.key.id === key.id)) refuse('makes a key a second time');
    if (!isBy(key)) refuse('is not signed by the new key');
    return [...keys, { key, status: 'active', createdMs: event.atMs, from, reason: null }];
  };
  switch (event.event) {
    case 'created':
      return withKey(keyOf(event.key), null);
    case 'rotated': {
      const old = knownOf(event.from);
      if (old.status !== 'active' || !isBy(old.key)) refuse('is not signed by the key that it replaces, or that key was active no more');
      return withKey(keyOf(event.key), old.key.id).map(one => (one.key.id === old.key.id ? { ...one, status: 'retired' } : one));
    }
    case 'revoked': {
      const revoked = knownOf(event.key);
      if (revoked.status === 'revoked') refuse('revokes a key a second time');
      if (!keys.some(one => one.status === 'active' && isBy(one.key)) && !isBy(revoked.key)) refuse('is signed by no key that may revoke');
      return keys.map(one => (one.key.id === revoked.key.id ? { ...one, status: 'revoked', reason: event.reason } : one));
    }
  }
};
