/**
 * The golden vectors of tamper evidence: they are what the code computes, and a second implementation, a Python script
 * written from specs/hashing.md with nothing but its standard library, comes to the same.
 */
import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keysOfRing } from '../../adapters/keys/keyring.ts';
import { isSignedBy, parseNote, publicBytesOf, signatureBy, verifierKey, verifierKeyOfText, verifierKeyText } from '../../adapters/keys/signed-note.ts';
import { verifyProof } from '../../engine/verify-proof.ts';
import { believing, OPERATOR } from '../support/evidence.ts';
import { evidenceVectors } from '../support/evidence-vectors.ts';

type Vectors = Readonly<{
  notes: readonly Readonly<{ key: string; note: string; holds: boolean }>[];
  keyring: Readonly<{ lines: readonly string[]; status: Readonly<Record<string, string>> }>;
  eventProofs: readonly Readonly<{ proof: unknown; gives: Readonly<Record<string, unknown>> }>[];
  consistencyProofs: readonly unknown[];
  broken: readonly Readonly<{ why: string; proof: unknown }>[];
  bundle: Readonly<{ lines: readonly string[]; key: string; head: string }>;
}>;

const text = readFileSync('specs/vectors/proofs.json', 'utf8');
const vectors = JSON.parse(text) as Vectors;

test('are what the code computes', () => {
  expect(evidenceVectors()).toBe(text);
});

describe('read from the file', () => {
  test('notes', () => {
    for (const { key, note, holds } of vectors.notes) {
      const [read, by] = [parseNote(note)!, verifierKeyOfText(key)!];
      const signature = signatureBy(read, by);
      expect(signature !== null && isSignedBy(read.text, signature, by)).toBe(holds);
    }
  });

  test('the keyring', () => {
    expect(Object.fromEntries(keysOfRing(`${vectors.keyring.lines.join('\n')}\n`).map(({ key, status }) => [key.id, status]))).toEqual(vectors.keyring.status);
  });

  test('proofs, and what they give', () => {
    for (const { proof, gives } of vectors.eventProofs) expect(verifyProof(JSON.stringify(proof), believing(OPERATOR))).toMatchObject({ status: 'PROOF HOLDS', claim: gives });
    for (const proof of vectors.consistencyProofs) expect(verifyProof(JSON.stringify(proof), believing(OPERATOR)).status).toBe('PROOF HOLDS');
  });

  test.each(vectors.broken.map(({ why, proof }) => [why, proof] as const))('%s breaks a proof', (_, proof) => {
    expect(verifyProof(JSON.stringify(proof), believing(OPERATOR)).verified).toBe(false);
  });
});

const PYTHON = 'python3';
const HAS_PYTHON = spawnSync(PYTHON, ['--version']).status === 0;

const python = (...words: readonly string[]): Readonly<{ status: number | null; said: string }> => {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['tools/verify_bundle.py', ...words], { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

describe.skipIf(!HAS_PYTHON)('the Python verifier', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tb-python-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const fileOf = (name: string, content: string): string => {
    writeFileSync(join(scratch, name), content);
    return join(scratch, name);
  };

  test('agrees on every vector', () => {
    expect(python()).toEqual({ status: 0, said: 'OK vectors\n' });
  });

  test('reads nothing but its standard library', () => {
    const imports = [...readFileSync('tools/verify_bundle.py', 'utf8').matchAll(/^(?:import|from) (\w+)/gm)].map(match => match[1]);
    expect(imports).toEqual(['argparse', 'base64', 'gzip', 'json', 'sys', 'hashlib', 'pathlib']);
  });

  test('believes whom it is told to believe', () => {
    const file = fileOf('vector.tb', `${vectors.bundle.lines.join('\n')}\n`);
    expect(python(file, '--key', vectors.bundle.key)).toEqual({ status: 0, said: expect.stringMatching(/^OK\nrun {10}desk .*paper\nhours {8}4, .*\nhead {9}[0-9a-f]{64}\ncovered {6}through hour 473358\nsigned by {4}operator\n$/) as unknown });
    expect(python(file)).toEqual({ status: 3, said: expect.stringMatching(/^WHOLE, SIGNED BY NOBODY BELIEVED\n[^]*It says that operator signed it: say with --key whom you believe\.\n$/) as unknown });
    const stranger = verifierKeyText(verifierKey('operator', publicBytesOf(generateKeyPairSync('ed25519').privateKey)));
    expect(python(file, '--key', stranger).status).toBe(3);
    expect(python(file, '--key', vectors.bundle.key.replace('operator', 'Operator'))).toEqual({ status: 2, said: expect.stringContaining('has the id of another name or key') as unknown });
  });

  test('tells what is broken, and where', () => {
    const lines = vectors.bundle.lines;
    const change = (from: string, to: string): string => `${lines.join('\n')}\n`.replace(from, to);
    const key = ['--key', vectors.bundle.key];
    expect(python(fileOf('a', change('"note":"é😀"', '"note":"e"')), ...key)).toEqual({ status: 5, said: expect.stringMatching(/^BROKEN hour 473355 decisionsRoot: these events have another root\n$/) as unknown });
    expect(python(fileOf('b', change('"hours":4', '"hours":5')), ...key)).toEqual({ status: 5, said: expect.stringContaining('must be of kind market') as unknown });
    expect(python(fileOf('c', lines.join('\n')), ...key)).toEqual({ status: 5, said: 'BROKEN the file: is cut off\n' });
    expect(python(fileOf('d', `${lines[0]!.replace(':', ': ')}\n`), ...key)).toEqual({ status: 5, said: 'BROKEN line 1: is not canonical\n' });
    expect(python(fileOf('e', Buffer.from([0x1f, 0x8b, 8]).toString('latin1')), ...key).status).toBe(5);
    expect(python(join(scratch, 'nowhere')).status).toBe(2);
  });

  test('verifies signatures as OpenSSL does, good and bad', () => {
    for (let count = 0; count < 8; count += 1) {
      const { privateKey } = generateKeyPairSync('ed25519');
      const message = `message ${count}\n`;
      const signature = sign(null, Buffer.from(message), privateKey);
      const key = verifierKey('anybody', publicBytesOf(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())));
      const noteBy = (bytes: Uint8Array): string => `${message}\n— anybody ${Buffer.concat([Buffer.from(key.id, 'hex'), bytes]).toString('base64')}\n`;
      const judged = (note: string): string =>
        spawnSync(PYTHON, ['-c', `import sys; sys.path.insert(0, "tools"); import verify_bundle as v\ntry: print(v.signers_of("note", sys.argv[1], [v.key_of_text(sys.argv[2])]))\nexcept v.Broken as b: print(b)`, note, verifierKeyText(key)], { encoding: 'utf8' }).stdout;
      expect(judged(noteBy(signature))).toBe("['anybody']\n");
      signature[count * 8] = signature[count * 8]! ^ 1;
      expect(judged(noteBy(signature))).toBe('note: the signature of anybody is false\n');
    }
  });
});
