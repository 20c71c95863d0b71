/** Copies of binary slices: aligned for any view, equal to what they copy, and independent of it and of each other. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONTENT_AT, contentOf, copyOfLeaf, leafBytes, leafBytesOf, leafHashOf } from '../../../core/kernel/leaf-bytes.ts';

test('a copy takes eight-byte views and leaves its original alone', () => {
  const original = leafBytesOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const copy = copyOfLeaf(original);
  expect(leafHashOf(copy)).toBe(leafHashOf(original));
  new BigInt64Array(copy.buffer, copy.byteOffset + CONTENT_AT, 1)[0] = -1n;
  expect([...contentOf(copy)]).toEqual([255, 255, 255, 255, 255, 255, 255, 255]);
  expect([...contentOf(original)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('copies made in a row share no byte, whatever their lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 41 }), { maxLength: 20 }), lengths => {
      const copies = lengths.map(length => copyOfLeaf(leafBytes(length)));
      copies.forEach((copy, index) => copy.fill(index + 1));
      copies.forEach((copy, index) => {
        expect((copy.byteOffset + CONTENT_AT) % 8).toBe(0);
        expect([...copy]).toEqual(Array.from({ length: CONTENT_AT + lengths[index]! }, () => index + 1));
      });
    }),
    { seed: 1, numRuns: 100 },
  );
});

test('a slice larger than any shared buffer is copied whole, and so is the one after it', () => {
  const large = leafBytes(300_000).fill(9);
  const copy = copyOfLeaf(large);
  const next = copyOfLeaf(leafBytesOf(Uint8Array.of(7)));
  next.fill(1);
  expect(leafHashOf(copy)).toBe(leafHashOf(large));
  expect([copy.length, copy.at(0), copy.at(-1), next.length]).toEqual([300_001, 9, 9, 2]);
});
