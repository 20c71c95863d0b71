/**
 * Binary slices of state: numbers side by side, little-endian, so that what is hashed is what is held and nothing is
 * encoded twice. The first byte is the RFC 6962 leaf prefix 0x00; the content behind it lies aligned for any view.
 */
import { assert } from './assert.ts';
import { sha256 } from './digest.ts';
import type { HashBytes } from './digest.ts';

/** Where the content begins. */
export const CONTENT_AT = 1;
/** Every slice begins one byte before a multiple of it. */
const ALIGNMENT = 8;

assert(new Uint8Array(new Uint16Array([1]).buffer)[0] === 1, 'tb runs on little-endian machines only.');

/** A zeroed slice whose content has `length` bytes. */
export const leafBytes = (length: number): Uint8Array => new Uint8Array(new ArrayBuffer(ALIGNMENT + length), ALIGNMENT - CONTENT_AT, CONTENT_AT + length);

/** Many slices share one buffer: a buffer of its own for every slice of every hour costs five times the copy. */
const SLAB_LENGTH = 1 << 18;
let slab = new ArrayBuffer(SLAB_LENGTH);
let slabUsed = 0;

/** A copy that may be written to, aligned for any view; the original stays as it is. */
export const copyOfLeaf = (bytes: Uint8Array): Uint8Array => {
  const room = (bytes.length - CONTENT_AT + 2 * ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (slabUsed + room > SLAB_LENGTH) {
    slab = new ArrayBuffer(Math.max(SLAB_LENGTH, room));
    slabUsed = 0;
  }
  const copy = new Uint8Array(slab, slabUsed + ALIGNMENT - CONTENT_AT, bytes.length);
  slabUsed += room;
  copy.set(bytes);
  return copy;
};

/** A slice around content that was stored. */
export const leafBytesOf = (content: Uint8Array): Uint8Array => {
  const bytes = leafBytes(content.length);
  bytes.set(content, CONTENT_AT);
  return bytes;
};

export const contentOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(CONTENT_AT);

/** SHA-256(0x00 ‖ content), the RFC 6962 leaf hash. */
export const leafHashOf = (bytes: Uint8Array): HashBytes => sha256(bytes);
