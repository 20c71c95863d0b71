/**
 * Signed notes (C2SP signed-note): a text and Ed25519 signatures below it, each by a key that its name and id tell apart.
 * It decides whether a signature is one; whom to believe is the keyring's business.
 */
import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A public key under the name it signs with. `id` is 8 hex digits, `bytes` the 32 of RFC 8032. */
export type VerifierKey = Readonly<{ name: string; id: string; bytes: Uint8Array }>;
export type SignerKey = Readonly<{ key: VerifierKey; secret: KeyObject }>;

export type NoteSignature = Readonly<{ name: string; id: string; signature: Uint8Array }>;
export type Note = Readonly<{ text: string; signatures: readonly NoteSignature[] }>;

/** The type byte of Ed25519 in key ids and verifier keys. */
const ED25519 = 1;
const KEY_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
const ID_LENGTH = 4;
/** As many as the format asks every reader to accept. */
const SIGNATURES_MAX = 16;
const NOTE_LENGTH_MAX = 64 * 1024;

/** Spaces and plus signs would break the lines that names stand in. */
const KEY_NAME = /^[^\s+\p{C}\p{Z}]+$/u;
export const isKeyName = (name: string): boolean => name.length <= 64 && KEY_NAME.test(name);

/** The first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key), as hex. */
const keyIdOf = (name: string, bytes: Uint8Array): string =>
  createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ED25519)).update(bytes).digest('hex').slice(0, 2 * ID_LENGTH);

export const verifierKey = (name: string, bytes: Uint8Array): VerifierKey => ({ name, id: keyIdOf(name, bytes), bytes });

/** `name+id+base64(type ‖ public key)`, the form in which verifier keys are handed out. */
export const verifierKeyText = ({ name, id, bytes }: VerifierKey): string => `${name}+${id}+${Buffer.concat([Uint8Array.of(ED25519), bytes]).toString('base64')}`;

const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/;

/** Null for a text that is no Ed25519 verifier key, or whose id is not the one of its name and key. */
export const verifierKeyOfText = (text: string): VerifierKey | null => {
  const [, name, id, encoded] = VERIFIER_KEY.exec(text) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return null;
  const bytes = strictBase64(encoded);
  if (bytes === null || bytes.length !== 1 + KEY_LENGTH || bytes[0] !== ED25519) return null;
  const key = verifierKey(name, bytes.subarray(1));
  return key.id === id ? key : null;
};

/** Node decodes whatever it finds; a signature must have one spelling. */
const strictBase64 = (text: string): Buffer | null => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
};

/** The public half of a key, as bytes. */
export const publicBytesOf = (secret: KeyObject): Uint8Array => Buffer.from(createPublicKey(secret).export({ format: 'jwk' }).x ?? '', 'base64url');

/** A signature line over a text, by RFC 8032. The text ends with a line feed. */
export const signatureLine = (text: string, { key, secret }: SignerKey): string =>
  `— ${key.name} ${Buffer.concat([Buffer.from(key.id, 'hex'), sign(null, Buffer.from(text), secret)]).toString('base64')}`;

/** The text, an empty line, and the signature lines. */
export const noteOf = (text: string, lines: readonly string[]): string => `${text}\n${lines.map(line => `${line}\n`).join('')}`;

const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/;

/** Null for what is no signed note. Signatures of other kinds are kept as they are: they are for others. */
export const parseNote = (note: string): Note | null => {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || note.length > NOTE_LENGTH_MAX || !isPlain(note)) return null;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) return null;
  const signatures = lines.map(signatureOf);
  return signatures.every(one => one !== null) ? { text: note.slice(0, end + 1), signatures } : null;
};

const LINE_FEED = 10;
const FIRST_PRINTED = 32;

const isPlain = (note: string): boolean => {
  for (let at = 0; at < note.length; at += 1) if (note.charCodeAt(at) < FIRST_PRINTED && note.charCodeAt(at) !== LINE_FEED) return false;
  return note.isWellFormed();
};

const signatureOf = (line: string): NoteSignature | null => {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? null : strictBase64(encoded);
  if (name === undefined || !KEY_NAME.test(name) || bytes === null || bytes.length <= ID_LENGTH) return null;
  return { name, id: bytes.toString('hex', 0, ID_LENGTH), signature: bytes.subarray(ID_LENGTH) };
};

/** The line of a signature that was read, unchanged. */
export const lineOfSignature = ({ name, id, signature }: NoteSignature): string =>
  `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}`;

/** Whether this key made this signature of this text. */
export const isSignedBy = (text: string, { signature }: NoteSignature, { bytes }: VerifierKey): boolean => {
  if (signature.length !== SIGNATURE_LENGTH) return false;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, signature);
};

/** The signature of a note that says it is by this key; name and id must both be its own. */
export const signatureBy = ({ signatures }: Note, { name, id }: VerifierKey): NoteSignature | null => signatures.find(one => one.name === name && one.id === id) ?? null;
