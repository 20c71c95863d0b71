/**
 * The RFC 6962 (Certificate Transparency) hash tree: leaves are SHA-256(0x00 ‖ bytes), inner nodes SHA-256(0x01 ‖
 * left ‖ right), the split is the largest power of two below the count, and the root of nothing is SHA-256 of nothing.
 */
import { putHash, sha256 } from './digest.ts';
import type { HashBytes } from './digest.ts';

/** The leaf hash of an event: SHA-256(0x00 ‖ its canonical text as UTF-8). */
export const leafOfText = (text: string): HashBytes => sha256(`\u0000${text}`);

const pair = new Uint8Array(65).fill(1, 0, 1);

const joinNodes = (left: HashBytes, right: HashBytes): HashBytes => {
  putHash(pair, 1, left);
  putHash(pair, 33, right);
  return sha256(pair);
};

const EMPTY_ROOT = sha256('');

/** The tree head over leaf hashes, in order. */
export const merkleRoot = (leaves: readonly HashBytes[]): HashBytes => {
  if (leaves.length === 0) return EMPTY_ROOT;
  // Pairing level by level and carrying an odd last node up gives the same tree as RFC 6962's recursive split.
  let level = leaves;
  while (level.length > 1) {
    const above: HashBytes[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index]!;
      const right = level[index + 1];
      above.push(right === undefined ? left : joinNodes(left, right));
    }
    level = above;
  }
  return level[0]!;
};
