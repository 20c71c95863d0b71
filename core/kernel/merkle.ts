/**
 * The RFC 6962 (Certificate Transparency) hash tree: leaves are SHA-256(0x00 ‖ bytes), inner nodes SHA-256(0x01 ‖
 * left ‖ right), the split is the largest power of two below the count, and the root of nothing is SHA-256 of nothing.
 */
import { HASH_LENGTH, putHash, sha256, sha256Hex } from './digest.ts';
import type { HashBytes } from './digest.ts';
import type { Digest } from './units.ts';

/** The leaf hash of an event: SHA-256(0x00 ‖ its canonical text as UTF-8). */
export const leafOfText = (text: string): HashBytes => sha256(`\u0000${text}`);
export const leafDigestOfText = (text: string): Digest => sha256Hex(`\u0000${text}`);

/** One buffer for every inner node: written, hashed and forgotten. */
const node = new Uint8Array(1 + 2 * HASH_LENGTH).fill(1, 0, 1);

const nodeOf = (left: HashBytes, right: HashBytes): Uint8Array => {
  putHash(node, 1, left);
  putHash(node, 1 + HASH_LENGTH, right);
  return node;
};

const EMPTY_ROOT = sha256('');
const EMPTY_ROOT_HEX = sha256Hex('');

/** The tree head over leaf hashes, in order. */
export const merkleRoot = (leaves: readonly HashBytes[]): HashBytes => {
  const top = topLevel([...leaves]);
  return top.length === 0 ? EMPTY_ROOT : top.length === 1 ? top[0]! : sha256(nodeOf(top[0]!, top[1]!));
};

/**
 * The last level with at most two hashes; it is written over the leaves. Pairing level by level and carrying an odd last
 * hash up gives the same tree as RFC 6962's recursive split.
 */
const topLevel = (level: HashBytes[]): readonly HashBytes[] => {
  while (level.length > 2) {
    let above = 0;
    for (let index = 0; index < level.length; index += 2) {
      const right = level[index + 1];
      level[above++] = right === undefined ? level[index]! : sha256(nodeOf(level[index]!, right));
    }
    level.length = above;
  }
  return level;
};

/** The tree head over the canonical texts of events, asked for as hex at once: turning bytes into hex costs as much as a hash. */
export const rootOfTexts = (texts: readonly string[]): Digest => {
  if (texts.length === 0) return EMPTY_ROOT_HEX;
  if (texts.length === 1) return leafDigestOfText(texts[0]!);
  const [left, right] = topLevel(texts.map(leafOfText));
  return sha256Hex(nodeOf(left!, right!));
};
