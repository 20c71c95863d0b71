/** Binary slices: content from byte 8, hashed as the RFC 6962 leaf of that content. */
import { expect, test } from 'vitest';
import { hexOf, sha256Hex } from '../../../core/kernel/digest.ts';
import { contentOf, copyOfLeaf, leafBytes, leafBytesOf, leafHashOf } from '../../../core/kernel/leaf-bytes.ts';

test('a slice holds its content and hashes it with the leaf prefix', () => {
  const bytes = leafBytesOf(Uint8Array.of(1, 2, 250));
  expect([...contentOf(bytes)]).toEqual([1, 2, 250]);
  expect(hexOf(leafHashOf(bytes))).toBe(sha256Hex(Uint8Array.of(0, 1, 2, 250)));
});

test('a fresh slice is zero and aligned for eight-byte numbers', () => {
  const bytes = leafBytes(16);
  expect([...contentOf(bytes)]).toEqual(Array.from({ length: 16 }, () => 0));
  expect(contentOf(bytes).byteOffset % 8).toBe(0);
});

test('a copy is aligned, equal and apart from what it copies', () => {
  const bytes = leafBytesOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const copy = copyOfLeaf(bytes);
  contentOf(copy)[0] = 99;
  expect([...contentOf(bytes)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...contentOf(copy)]).toEqual([99, 2, 3, 4, 5, 6, 7, 8]);
  expect([contentOf(copy).byteOffset % 8, hexOf(leafHashOf(copyOfLeaf(bytes)))]).toEqual([0, hexOf(leafHashOf(bytes))]);
});
