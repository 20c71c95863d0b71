/** SHA-256, the one thing core takes from outside. Synchronous everywhere: Node, Bun and Deno offer node:crypto. */
import { createHash, hash as oneShot } from 'node:crypto';
import { assert } from './assert.ts';
import type { Digest, Unit } from './units.ts';

/**
 * The 32 bytes of a hash as a string of 32 code units 0…255. Asking for a string instead of a buffer makes a hash three
 * times cheaper, and trees hash little else than hashes.
 */
export type HashBytes = Unit<string, 'HashBytes'>;

export const HASH_LENGTH = 32;

/** Older engines lack the one-shot call, which is twice as fast on short inputs. */
const hasOneShot = typeof oneShot === 'function';

/** Lower-case hex of SHA-256 over UTF-8 text or bytes. */
export const sha256Hex = (input: string | Uint8Array): Digest =>
  (hasOneShot ? oneShot('sha256', input, 'hex') : createHash('sha256').update(input).digest('hex')) as Digest;

/** The bytes of SHA-256 over UTF-8 text or bytes. */
export const sha256 = (input: string | Uint8Array): HashBytes =>
  (hasOneShot ? oneShot('sha256', input, 'binary') : createHash('sha256').update(input).digest('binary')) as HashBytes;

/** Writes a hash into a buffer at an offset. */
export const putHash = (target: Uint8Array, at: number, hash: HashBytes): void => {
  for (let index = 0; index < HASH_LENGTH; index += 1) target[at + index] = hash.charCodeAt(index);
};

const BYTE_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const hexOf = (hash: HashBytes): Digest => {
  let hex = '';
  for (let index = 0; index < HASH_LENGTH; index += 1) hex += BYTE_HEX[hash.charCodeAt(index)]!;
  return hex as Digest;
};

export const toHex = (bytes: Uint8Array): Digest => {
  let hex = '';
  for (const byte of bytes) hex += BYTE_HEX[byte]!;
  return hex as Digest;
};

export const fromHex = (hex: string): Uint8Array => {
  assert(/^([0-9a-f]{2})*$/.test(hex), 'Hex is lower case and of even length.');
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
  return bytes;
};
