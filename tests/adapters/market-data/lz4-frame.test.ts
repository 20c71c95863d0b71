/** Frames of LZ4 as other programs write them, and frames that lie. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unpackLz4Frame } from '../../../adapters/market-data/lz4-frame.ts';

const MAX = 1 << 20;
const MAGIC = [0x04, 0x22, 0x4d, 0x18];
const frame = (flags: number, ...rest: readonly number[]): Uint8Array => Uint8Array.of(...MAGIC, flags, 0x40, 0, ...rest);
const word = (value: number): readonly number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
const unpacked = (bytes: Uint8Array): string => Buffer.from(unpackLz4Frame(bytes, MAX)).toString('latin1');

/** Literals `abc`, then 12 bytes from 3 back; then the last literals `xyz`. */
const BLOCK = [0x38, 0x61, 0x62, 0x63, 3, 0, 0x30, 0x78, 0x79, 0x7a];

describe('frames', () => {
  test.each([
    ['one block', frame(0x60, ...word(BLOCK.length), ...BLOCK, ...word(0)), 'abcabcabcabcabcxyz'],
    ['a stored block', frame(0x60, ...word(0x80000000 + 3), 0x61, 0x62, 0x63, ...word(0)), 'abc'],
    ['no block', frame(0x60, ...word(0)), ''],
    ['checksums after blocks and at the end, not looked at', frame(0x74, ...word(BLOCK.length), ...BLOCK, 9, 9, 9, 9, ...word(0), 9, 9, 9, 9), 'abcabcabcabcabcxyz'],
    ['a block that refers to the one before', frame(0x40, ...word(0x80000000 + 3), 0x61, 0x62, 0x63, ...word(4), 0x00, 3, 0, 0x00, ...word(0)), 'abcabca'],
    ['a length that goes on', frame(0x60, ...word(2 + 20), 0xf0, 5, ...Array.from({ length: 20 }, () => 0x61), ...word(0)), 'a'.repeat(20)],
  ])('%s', (_, bytes, text) => {
    expect(unpacked(bytes)).toBe(text);
  });

  test('a size that is told', () => {
    const told = (size: number): Uint8Array => Uint8Array.of(...MAGIC, 0x68, 0x40, ...word(size), 0, 0, 0, 0, 0, ...word(BLOCK.length), ...BLOCK, ...word(0));
    expect(unpacked(told(18))).toBe('abcabcabcabcabcxyz');
    expect(() => unpacked(told(19))).toThrow('LZ4: it unpacks to less than it says');
    expect(() => unpacked(told(17))).toThrow('LZ4: a block holds more than there is room for');
    expect(() => unpacked(told(MAX + 1))).toThrow(`LZ4: the frame unpacks to as many as ${MAX + 1} bytes, and at most ${MAX} are read`);
  });
});

test.each([
  ['another magic', Uint8Array.of(1, 2, 3, 4, 0x60, 0x40, 0, 0, 0, 0, 0), 'no frame begins here'],
  ['another version', frame(0xa0, ...word(0)), 'the frame is of an unknown version'],
  ['a dictionary', frame(0x61, ...word(0)), 'the frame needs a dictionary'],
  ['no end', frame(0x60, ...word(BLOCK.length), ...BLOCK), 'the frame is cut off'],
  ['a block longer than the frame', frame(0x60, ...word(50), ...BLOCK), 'a block is longer than the frame'],
  ['a distance of nothing', frame(0x60, ...word(4), 0x10, 0x61, 0, 0, ...word(0)), 'a block refers to what is not there'],
  ['a distance before the start', frame(0x60, ...word(4), 0x10, 0x61, 2, 0, ...word(0)), 'a block refers to what is not there'],
  ['literals that are not there', frame(0x60, ...word(2), 0x50, 0x61, ...word(0)), 'a block holds more than there is room for'],
])('%s is an error', (_, bytes, message) => {
  expect(() => unpackLz4Frame(bytes, MAX)).toThrow(`LZ4: ${message}`);
});

test('whatever the bytes are, it ends, and within the bound', () => {
  const good = frame(0x60, ...word(BLOCK.length), ...BLOCK, ...word(0));
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), changes => {
    const bytes = good.slice();
    for (const [at, value] of changes) bytes[at] = value;
    try {
      expect(unpackLz4Frame(bytes, MAX).length).toBeLessThanOrEqual(MAX);
    } catch (error) {
      expect((error as Error).message).toMatch(/^LZ4: /);
    }
  }), { seed: 5, numRuns: 3_000 });
});
