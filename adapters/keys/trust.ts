/**
 * Whom a reader believes: the keys of a keyring, or keys that somebody handed over, followed through their rotations. A
 * revoked key is never believed, whatever else it signed.
 */
import type { KnownKey } from './key-events.ts';
import { isSignedBy, signatureBy } from './signed-note.ts';
import type { Note, VerifierKey } from './signed-note.ts';

export type Trusted = Readonly<{ key: VerifierKey; revoked: boolean }>;

/** `pinned` keys are believed as they are; with any of them, those of `known` only where rotations lead to them. */
export const trustedKeys = ({ pinned, known }: Readonly<{ pinned: readonly VerifierKey[]; known: readonly KnownKey[] }>): readonly Trusted[] => {
  const ids = new Set(pinned.map(({ id }) => id));
  // Keys stand in the order they were made, so one pass follows every rotation.
  for (const { key, from } of known) if (pinned.length === 0 || (from !== null && ids.has(from))) ids.add(key.id);
  const ofRing = known.filter(({ key }) => ids.has(key.id)).map(({ key, status }): Trusted => ({ key, revoked: status === 'revoked' }));
  const others = pinned.filter(({ id }) => !known.some(({ key }) => key.id === id)).map((key): Trusted => ({ key, revoked: false }));
  return [...ofRing, ...others];
};

/** What the signatures of a note are worth to a reader. `unknown` are of keys that the reader was not told of. */
export type NoteVerdict = Readonly<{ signers: readonly VerifierKey[]; revoked: readonly VerifierKey[]; false: readonly VerifierKey[]; unknown: readonly string[] }>;

export const judgeNote = (note: Note, trusted: readonly Trusted[]): NoteVerdict => {
  const signers: VerifierKey[] = [];
  const revoked: VerifierKey[] = [];
  const lies: VerifierKey[] = [];
  for (const { key, revoked: isRevoked } of trusted) {
    const signature = signatureBy(note, key);
    if (signature === null) continue;
    if (!isSignedBy(note.text, signature, key)) lies.push(key);
    else if (isRevoked) revoked.push(key);
    else signers.push(key);
  }
  const known = new Set(trusted.map(({ key }) => `${key.name} ${key.id}`));
  const unknown = note.signatures.map(({ name, id }) => `${name} ${id}`).filter(one => !known.has(one));
  return { signers, revoked, false: lies, unknown };
};
