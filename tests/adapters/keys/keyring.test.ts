/** A folder of keys: who may do what with it, and what a ring that was tampered with says. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeDurably } from '../../../adapters/checkpoints/durable-file.ts';
import { createKey, keysOfRing, readKeyring, readSigner, revokeKey, rotateKey, secretPath } from '../../../adapters/keys/keyring.ts';
import type { Keyring } from '../../../adapters/keys/keyring.ts';
import { isSignedBy, noteOf, parseNote, signatureLine } from '../../../adapters/keys/signed-note.ts';

let scratch: string;
let folder: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tb-keys-'));
  folder = join(scratch, 'made', 'keys');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const ring = (): Keyring => readKeyring(folder);
const how = { nowMs: 1_700_000_000_000, write: writeDurably };
const statuses = (): readonly string[] => ring().keys.map(({ key, status }) => `${key.name} ${status}`);
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('a folder without keys is an empty ring', () => {
  expect(ring()).toEqual({ folder, keys: [], lines: [] });
});

test('a key is made with its folder; both are open to their owner alone', () => {
  const { key } = createKey(ring(), 'operator', how);
  expect(statuses()).toEqual(['operator active']);
  expect([modeOf(folder), modeOf(secretPath(folder, key)), modeOf(join(folder, 'keyring.jsonl'))]).toEqual(['700', '600', '600']);
  expect(readFileSync(secretPath(folder, key), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(readFileSync(join(folder, 'keyring.jsonl'), 'utf8')).not.toContain('PRIVATE');
});

test('what it signs is signed by the key that the ring tells of', () => {
  createKey(ring(), 'operator', how);
  const signer = readSigner(ring(), ring().keys[0]!);
  const note = parseNote(noteOf('a\n', [signatureLine('a\n', signer)]))!;
  expect(isSignedBy(note.text, note.signatures[0]!, ring().keys[0]!.key)).toBe(true);
});

test('several names make several signers; one name makes one', () => {
  createKey(ring(), 'operator', how);
  createKey(ring(), 'auditor', how);
  expect(statuses()).toEqual(['operator active', 'auditor active']);
  expect(() => createKey(ring(), 'auditor', how)).toThrow('There is an active key named auditor already');
});

test('a rotation is signed by the old key, retires it, and deletes its secret', () => {
  const old = createKey(ring(), 'operator', how);
  const made = rotateKey(ring(), old, how);
  expect(statuses()).toEqual(['operator retired', 'operator active']);
  expect(made.from).toBe(old.key.id);
  expect(existsSync(secretPath(folder, old.key))).toBe(false);
  const [, line] = ring().lines;
  expect((JSON.parse(line!) as { signatures: string[] }).signatures.map(one => Buffer.from(one.split(' ')[2]!, 'base64').toString('hex', 0, 4))).toEqual([old.key.id, made.key.id]);
  expect(() => readSigner(ring(), ring().keys[0]!)).toThrow('is retired and signs no more');
});

test('a revoked key signs no more, and is told with its reason', () => {
  createKey(ring(), 'operator', how);
  createKey(ring(), 'auditor', how);
  revokeKey(ring(), ring().keys[0]!, 'laptop was stolen', how);
  expect(ring().keys.map(({ status, reason }) => [status, reason])).toEqual([['revoked', 'laptop was stolen'], ['active', null]]);
  expect(existsSync(secretPath(folder, ring().keys[0]!.key))).toBe(false);
  expect(() => readSigner(ring(), ring().keys[0]!)).toThrow('is revoked and signs no more');
});

test('the last key can revoke itself; then nothing is left to revoke with', () => {
  createKey(ring(), 'operator', how);
  revokeKey(ring(), ring().keys[0]!, 'over', how);
  expect(statuses()).toEqual(['operator revoked']);
  expect(() => revokeKey(ring(), ring().keys[0]!, 'again', how)).toThrow('No active key is here to sign the revocation.');
});

describe('a secret that cannot be trusted', () => {
  test.skipIf(process.platform === 'win32')('is open to others', () => {
    const { key } = createKey(ring(), 'operator', how);
    chmodSync(secretPath(folder, key), 0o640);
    expect(() => readSigner(ring(), ring().keys[0]!)).toThrow('Others than its owner can open');
  });

  test('is gone', () => {
    const { key } = createKey(ring(), 'operator', how);
    rmSync(secretPath(folder, key));
    expect(() => readSigner(ring(), ring().keys[0]!)).toThrow('The secret of key operator');
  });

  test('is of another key, or none', () => {
    const [one, other] = [createKey(ring(), 'operator', how), createKey(ring(), 'auditor', how)];
    writeFileSync(secretPath(folder, one.key), readFileSync(secretPath(folder, other.key)));
    expect(() => readSigner(ring(), ring().keys[0]!)).toThrow('holds another key than operator');
    writeFileSync(secretPath(folder, one.key), 'no key');
    expect(() => readSigner(ring(), ring().keys[0]!)).toThrow('holds another key than operator');
  });
});

/** A ring with a rotation and a revocation in it. */
const lively = (): readonly string[] => {
  const first = createKey(ring(), 'operator', how);
  rotateKey(ring(), first, how);
  createKey(ring(), 'auditor', how);
  revokeKey(ring(), ring().keys.find(({ key }) => key.name === 'auditor')!, 'left', how);
  return ring().lines;
};

describe('a ring that was changed is refused whole, with the line', () => {
  const flipped = (line: string, from: string, to: string): string => {
    expect(line).toContain(from);
    return line.replace(from, to);
  };

  test.each<readonly [string, (lines: readonly string[]) => readonly string[], RegExp]>([
    ['an event taken out', lines => lines.toSpliced(1, 1), /^line 2 does not name the event before it/],
    ['the first event taken out', lines => lines.slice(1), /^line 1 does not name the event before it/],
    ['two events swapped', ([a, b, c, d]) => [a!, c!, b!, d!], /^line 2 does not name the event before it/],
    ['another reason', ([a, b, c, d]) => [a!, b!, c!, flipped(d!, '"left"', '"love"')], /^line 4 is signed by no key that may revoke/],
    ['another time', ([a, ...more]) => [flipped(a!, '1700000000000', '1700000000001'), ...more], /^line 1 is not signed by the new key/],
    ['a rotation without the old key', ([a, b, ...more]) => [a!, JSON.stringify({ ...(JSON.parse(b!) as object), signatures: (JSON.parse(b!) as { signatures: string[] }).signatures.slice(1) }), ...more], /^line 2 is not signed by the key that it replaces/],
    ['no signature', ([a]) => [JSON.stringify({ ...(JSON.parse(a!) as object), signatures: [] })], /^line 1 has signatures that cannot be read/],
    ['another spelling', ([a]) => [a!.replace(':', ': ')], /^line 1 is no event of a keyring/],
    ['a field more', ([a]) => [a!.replace('"event":"created"', '"event":"created","extra":1')], /^line 1 is no event of a keyring/],
    ['an event of another kind', ([a]) => [flipped(a!, '"created"', '"trusted"')], /^line 1 is no event of a keyring/],
    ['no JSON', () => ['{'], /^line 1 is no event of a keyring/],
  ])('%s', (_, change, problem) => {
    const lines = change(lively());
    expect(() => keysOfRing(`${lines.join('\n')}\n`)).toThrow(problem);
  });

  test('but the tail of a ring can be cut off: who keeps only the verifier key sees the rotation missing, not the revocation', () => {
    expect(keysOfRing(`${lively().slice(0, 3).join('\n')}\n`).map(({ status }) => status)).toEqual(['retired', 'active', 'active']);
  });
});
