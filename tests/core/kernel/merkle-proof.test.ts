/** Audit paths and consistency proofs: the certificate transparency vectors, the recursive definitions, and every forgery of one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf, sha256 } from '../../../core/kernel/digest.ts';
import type { HashBytes } from '../../../core/kernel/digest.ts';
import { leafOfText, merkleRoot } from '../../../core/kernel/merkle.ts';
import { auditPath, auditPathLength, consistencyPath, hashTreeOf, headOfAuditPath, isConsistent, treeHead } from '../../../core/kernel/merkle-proof.ts';

const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(hex => leafOfText(Buffer.from(hex, 'hex').toString('latin1')));
const TREE = hashTreeOf(LEAVES);

/** Published with the reference log: index, size, path. */
const AUDIT_PATHS: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 1, []],
  [0, 8, ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']],
  [5, 8, ['bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [1, 5, ['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
];

/** Published with the reference log: from, to, path. */
const CONSISTENCY_PATHS: readonly (readonly [number, number, readonly string[]])[] = [
  [1, 1, []],
  [1, 8, ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']],
  [6, 8, ['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']],
  [2, 5, ['5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
  [6, 7, ['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', 'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']],
];

const prefix = (size: number): HashBytes => merkleRoot(LEAVES.slice(0, size));

describe('published vectors', () => {
  test.each(AUDIT_PATHS)('the audit path of leaf %i among %i', (index, size, path) => {
    const made = auditPath(TREE, { index, size });
    expect(made.map(hexOf)).toEqual(path);
    expect(headOfAuditPath({ leaf: LEAVES[index]!, index, size, path: made })).toBe(prefix(size));
  });

  test.each(CONSISTENCY_PATHS)('the consistency proof from %i to %i', (from, to, path) => {
    const made = consistencyPath(TREE, { from, to });
    expect(made.map(hexOf)).toEqual(path);
    expect(isConsistent({ from, to, fromHead: prefix(from), toHead: prefix(to), path: made })).toBe(true);
  });
});

/** The definitions of RFC 6962, sections 2.1.1 and 2.1.2, word for word. */
const splitOf = (count: number): number => (count <= 2 ? 1 : 2 * splitOf(Math.ceil(count / 2)));
const pathByDefinition = (at: number, leaves: readonly HashBytes[]): readonly HashBytes[] => {
  if (leaves.length === 1) return [];
  const k = splitOf(leaves.length);
  return at < k ? [...pathByDefinition(at, leaves.slice(0, k)), merkleRoot(leaves.slice(k))] : [...pathByDefinition(at - k, leaves.slice(k)), merkleRoot(leaves.slice(0, k))];
};
const proofByDefinition = (from: number, leaves: readonly HashBytes[], whole = true): readonly HashBytes[] => {
  if (from === leaves.length) return whole ? [] : [merkleRoot(leaves)];
  const k = splitOf(leaves.length);
  return from <= k
    ? [...proofByDefinition(from, leaves.slice(0, k), whole), merkleRoot(leaves.slice(k))]
    : [...proofByDefinition(from - k, leaves.slice(k), false), merkleRoot(leaves.slice(0, k))];
};

const MANY = Array.from({ length: 300 }, (_, index) => leafOfText(`leaf ${index}`));
const MANY_TREE = hashTreeOf(MANY);

describe('the recursive definitions', () => {
  test.each([1, 2, 3, 7, 8, 9, 31, 33, 64, 65, 100])('every audit path among %i leaves', size => {
    for (let index = 0; index < size; index += 1) {
      const path = auditPath(MANY_TREE, { index, size });
      expect(path).toEqual(pathByDefinition(index, MANY.slice(0, size)));
      expect(auditPathLength({ index, size })).toBe(path.length);
      expect(headOfAuditPath({ leaf: MANY[index]!, index, size, path })).toBe(treeHead(MANY_TREE, size));
    }
  });

  test.each([1, 2, 3, 7, 8, 9, 31, 33, 64, 65, 100])('every consistency proof to %i leaves', to => {
    for (let from = 1; from <= to; from += 1) {
      const path = consistencyPath(MANY_TREE, { from, to });
      expect(path).toEqual(proofByDefinition(from, MANY.slice(0, to)));
      expect(isConsistent({ from, to, fromHead: treeHead(MANY_TREE, from), toHead: treeHead(MANY_TREE, to), path })).toBe(true);
    }
  });

  test('the head over any number of leaves is their root', () => {
    for (let size = 0; size <= 300; size += 1) expect(treeHead(MANY_TREE, size)).toBe(merkleRoot(MANY.slice(0, size)));
  });

  test('an empty tree is extended by every tree, without a hash', () => {
    expect(consistencyPath(MANY_TREE, { from: 0, to: 100 })).toEqual([]);
    expect(isConsistent({ from: 0, to: 100, fromHead: merkleRoot([]), toHead: treeHead(MANY_TREE, 100), path: [] })).toBe(true);
    expect(isConsistent({ from: 0, to: 100, fromHead: MANY[0]!, toHead: treeHead(MANY_TREE, 100), path: [] })).toBe(false);
  });
});

const OTHER = sha256('other');

describe('what is no proof', () => {
  test('a path with a hash changed, left out or added, a wrong place, a wrong size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (size, drawnIndex, drawnHash) => {
        const index = drawnIndex % size;
        const path = auditPath(MANY_TREE, { index, size });
        const claim = { leaf: MANY[index]!, index, size, path };
        const head = treeHead(MANY_TREE, size);
        const at = path.length === 0 ? 0 : drawnHash % path.length;
        expect(headOfAuditPath({ ...claim, leaf: OTHER })).not.toBe(head);
        expect(headOfAuditPath({ ...claim, path: [...path, OTHER] })).toBeNull();
        expect(headOfAuditPath({ ...claim, index: size })).toBeNull();
        expect(headOfAuditPath({ ...claim, index: -1 })).toBeNull();
        if (path.length === 0) return;
        expect(headOfAuditPath({ ...claim, path: path.with(at, OTHER) })).not.toBe(head);
        expect(headOfAuditPath({ ...claim, path: path.toSpliced(at, 1) })).toBeNull();
        if (size > 1) expect(headOfAuditPath({ ...claim, index: (index + 1) % size })).not.toBe(head);
      }),
      { seed: 6962, numRuns: 200 },
    );
  });

  test('a consistency proof with anything changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), (to, drawnFrom, drawnHash) => {
        const from = 1 + (drawnFrom % (to - 1));
        const path = consistencyPath(MANY_TREE, { from, to });
        const claim = { from, to, fromHead: treeHead(MANY_TREE, from), toHead: treeHead(MANY_TREE, to), path };
        expect(isConsistent(claim)).toBe(true);
        expect(isConsistent({ ...claim, fromHead: OTHER })).toBe(false);
        expect(isConsistent({ ...claim, toHead: OTHER })).toBe(false);
        expect(isConsistent({ ...claim, path: [...path, OTHER] })).toBe(false);
        expect(isConsistent({ ...claim, path: path.with(drawnHash % path.length, OTHER) })).toBe(false);
        expect(isConsistent({ ...claim, path: path.toSpliced(drawnHash % path.length, 1) })).toBe(false);
        expect(isConsistent({ ...claim, from: to, to: from })).toBe(false);
      }),
      { seed: 9162, numRuns: 200 },
    );
  });

  test('a history of the same length with one leaf changed before the old head', () => {
    const forged = hashTreeOf(MANY.with(17, OTHER));
    const path = consistencyPath(forged, { from: 100, to: 300 });
    expect(isConsistent({ from: 100, to: 300, fromHead: treeHead(MANY_TREE, 100), toHead: treeHead(forged, 300), path })).toBe(false);
  });
});
