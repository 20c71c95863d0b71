/** SHA-256 by its published vectors, and hashes as texts, bytes and hex. */
import { describe, expect, test } from 'vitest';
import { fromHex, HASH_LENGTH, hexOf, putHash, sha256, sha256Hex, toHex } from '../../../core/kernel/digest.ts';

describe('SHA-256', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('of a published vector', (text, hex) => {
    expect(sha256Hex(text)).toBe(hex);
    expect(sha256Hex(new TextEncoder().encode(text))).toBe(hex);
    expect(hexOf(sha256(text))).toBe(hex);
  });

  test('takes text as UTF-8', () => {
    expect(sha256Hex('é€😀')).toBe(sha256Hex(new TextEncoder().encode('é€😀')));
  });
});

describe('hex', () => {
  test('of every byte and back', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(toHex(bytes).slice(0, 8)).toBe('00010203');
    expect(toHex(bytes).slice(-4)).toBe('feff');
    expect(fromHex(toHex(bytes))).toEqual(bytes);
  });

  test.each(['0', '0g', 'AB', ' 00'])('refuses %j', hex => {
    expect(() => fromHex(hex)).toThrow(/lower case and of even length/);
  });

  test('a hash is written where it is told to be', () => {
    const target = new Uint8Array(HASH_LENGTH + 2).fill(7);
    putHash(target, 1, sha256('abc'));
    expect([target[0], toHex(target.subarray(1, 33)), target[33]]).toEqual([7, sha256Hex('abc'), 7]);
  });
});
