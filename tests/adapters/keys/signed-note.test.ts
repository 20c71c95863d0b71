/** Signed notes against published ones, and every way of not being one. */
import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isKeyName, isSignedBy, lineOfSignature, noteOf, parseNote, publicBytesOf, signatureBy, signatureLine, verifierKey, verifierKeyOfText, verifierKeyText } from '../../../adapters/keys/signed-note.ts';

/** The example of the reference implementation: a verifier key, the seed of its secret, and a note that it signed. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETER_SEED = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETERS_LINE = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';

/** PKCS #8 of an Ed25519 seed is this prefix and the seed. */
const secretOfSeed = (seed: Buffer) => createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });

describe('a published note', () => {
  const key = verifierKeyOfText(PETER)!;
  const secret = secretOfSeed(Buffer.from(PETER_SEED, 'base64').subarray(1));

  test('is signed by the published key', () => {
    const note = parseNote(noteOf(TEXT, [PETERS_LINE]))!;
    expect(note.text).toBe(TEXT);
    expect(note.signatures).toHaveLength(1);
    expect(note.signatures[0]).toMatchObject({ name: 'PeterNeumann', id: 'c74f20a3' });
    expect(isSignedBy(note.text, signatureBy(note, key)!, key)).toBe(true);
    expect(lineOfSignature(note.signatures[0]!)).toBe(PETERS_LINE);
  });

  test('comes out the same when the published secret signs it again', () => {
    expect(Buffer.from(publicBytesOf(secret)).equals(Buffer.from(key.bytes))).toBe(true);
    expect(verifierKeyText(verifierKey('PeterNeumann', publicBytesOf(secret)))).toBe(PETER);
    expect(signatureLine(TEXT, { key, secret })).toBe(PETERS_LINE);
  });

  test('is signed no more when a letter of it changes', () => {
    const note = parseNote(noteOf(TEXT.replace('answer', 'Answer'), [PETERS_LINE]))!;
    expect(isSignedBy(note.text, note.signatures[0]!, key)).toBe(false);
  });
});

test('the id of a key is of its name too', () => {
  const { bytes } = verifierKeyOfText(PETER)!;
  expect(verifierKey('PeterNeumann', bytes).id).toBe('c74f20a3');
  expect(verifierKey('Peter', bytes).id).not.toBe('c74f20a3');
});

test.each([
  ['another id', PETER.replace('c74f20a3', 'c74f20a4')],
  ['another name', PETER.replace('Neumann', 'Newman')],
  ['another type', 'PeterNeumann+c74f20a3+AhpcJ2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ['base64 with a letter too many', `${PETER}A`],
  ['no key', 'PeterNeumann+c74f20a3+AQ=='],
  ['no name', '+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ['nothing', ''],
])('a verifier key with %s is none', (_, text) => {
  expect(verifierKeyOfText(text)).toBeNull();
});

test.each([
  ['operator', true],
  ['example.com/tb', true],
  ['Zürich', true],
  ['', false],
  ['two words', false],
  ['a+b', false],
  ['no\u00a0break', false],
  ['line\nfeed', false],
  ['x'.repeat(65), false],
])('%j as the name of a key: %s', (name, allowed) => {
  expect(isKeyName(name)).toBe(allowed);
});

const LINE = PETERS_LINE;

test.each([
  ['without a signature', TEXT],
  ['without an empty line before the signatures', `${TEXT}${LINE}\n`],
  ['without a line feed at the end', `${TEXT}\n${LINE}`],
  ['with a control character', `a\tb\n\n${LINE}\n`],
  ['with a carriage return', `a\r\n\n${LINE}\n`],
  ['with a lone surrogate', `a\ud800\n\n${LINE}\n`],
  ['with a hyphen for the dash', `${TEXT}\n${LINE.replace('—', '-')}\n`],
  ['with a signature that is no base64', `${TEXT}\n— PeterNeumann x08g*/ZJ\n`],
  ['with base64 of two spellings', `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAN=\n`],
  ['with a signature of no length', `${TEXT}\n— PeterNeumann x08gow==\n`],
  ['with something behind the signatures', `${TEXT}\n${LINE}\nmore\n`],
  ['with seventeen signatures', `${TEXT}\n${`${LINE}\n`.repeat(17)}`],
])('a note %s is none', (_, note) => {
  expect(parseNote(note)).toBeNull();
});

test('sixteen signatures are read, and a text with empty lines in it is split at the last', () => {
  expect(parseNote(`${TEXT}\n${`${LINE}\n`.repeat(16)}`)?.signatures).toHaveLength(16);
  expect(parseNote(`one\n\ntwo\n\n${LINE}\n`)?.text).toBe('one\n\ntwo\n');
});

test('a signature of another kind is kept and proves nothing', () => {
  const line = `— PeterNeumann ${Buffer.concat([Buffer.from('c74f20a3', 'hex'), Buffer.alloc(10)]).toString('base64')}`;
  const note = parseNote(noteOf(TEXT, [line]))!;
  expect(note.signatures.map(lineOfSignature)).toEqual([line]);
  expect(isSignedBy(TEXT, note.signatures[0]!, verifierKeyOfText(PETER)!)).toBe(false);
});
