/**
 * Proofs over the RFC 6962 tree: that a leaf is in it (audit path) and that a later tree only extends an earlier one
 * (consistency proof). Leaves are hashes already; what they are of is the caller's business.
 */
import { assert } from './assert.ts';
import type { HashBytes } from './digest.ts';
import { merkleRoot } from './merkle.ts';

/**
 * A tree to prove things about. `nodeAt(level, index)` is the root over the 2^level leaves from index × 2^level on, and is
 * asked for only where all of them lie inside the tree; level 0 are the leaves.
 */
export type HashTree = Readonly<{ size: number; nodeAt: (level: number, index: number) => HashBytes }>;

const nodeHash = (left: HashBytes, right: HashBytes): HashBytes => merkleRoot([left, right]);

/** A level of complete nodes over another; a node without its right half is left out. */
const levelAbove = (below: readonly HashBytes[]): readonly HashBytes[] =>
  Array.from({ length: Math.floor(below.length / 2) }, (_, index) => nodeHash(below[2 * index]!, below[2 * index + 1]!));

/** The tree over all of its leaves, every complete node computed once. */
export const hashTreeOf = (leaves: readonly HashBytes[]): HashTree => {
  const levels: (readonly HashBytes[])[] = [leaves];
  while (levels.at(-1)!.length > 1) levels.push(levelAbove(levels.at(-1)!));
  return {
    size: leaves.length,
    nodeAt: (level, index) => {
      const node = levels[level]?.[index];
      assert(node !== undefined, 'A node that is asked for is complete.');
      return node;
    },
  };
};

/** The largest power of two below a count of at least 2: where RFC 6962 splits a tree. */
const splitOf = (count: number): number => {
  let split = 1;
  while (2 * split < count) split *= 2;
  return split;
};

/** Leaves `start` up to `start + count`; `start` is a multiple of the power of two that is not below the count. */
type Stretch = Readonly<{ start: number; count: number }>;

const stretchRoot = (tree: HashTree, { start, count }: Stretch): HashBytes => {
  let level = 0;
  let width = 1;
  while (2 * width <= count) {
    width *= 2;
    level += 1;
  }
  const left = tree.nodeAt(level, start / width);
  return width === count ? left : nodeHash(left, stretchRoot(tree, { start: start + width, count: count - width }));
};

/** The tree head over the first `size` leaves. */
export const treeHead = (tree: HashTree, size: number): HashBytes => {
  assert(size >= 0 && size <= tree.size, 'A head is of leaves that are there.');
  return size === 0 ? merkleRoot([]) : stretchRoot(tree, { start: 0, count: size });
};

/** The hashes beside the way from leaf `index` up to the head over `size` leaves, from the leaf on (RFC 6962, 2.1.1). */
export const auditPath = (tree: HashTree, { index, size }: Readonly<{ index: number; size: number }>): readonly HashBytes[] => {
  assert(index >= 0 && index < size && size <= tree.size, 'A leaf that is proved is inside its tree.');
  const downwards: HashBytes[] = [];
  let [start, count] = [0, size];
  while (count > 1) {
    const split = splitOf(count);
    const isLeft = index - start < split;
    downwards.push(stretchRoot(tree, isLeft ? { start: start + split, count: count - split } : { start, count: split }));
    if (!isLeft) start += split;
    count = isLeft ? split : count - split;
  }
  return downwards.reverse();
};

/** How many hashes the audit path of a leaf has. */
export const auditPathLength = ({ index, size }: Readonly<{ index: number; size: number }>): number => {
  let length = 0;
  for (let [start, count] = [0, size]; count > 1; length += 1) {
    const split = splitOf(count);
    const isLeft = index - start < split;
    if (!isLeft) start += split;
    count = isLeft ? split : count - split;
  }
  return length;
};

/** The hashes that lead from the head over `from` leaves to the one over `to` (RFC 6962, 2.1.2); none where either is trivial. */
export const consistencyPath = (tree: HashTree, { from, to }: Readonly<{ from: number; to: number }>): readonly HashBytes[] => {
  assert(from >= 0 && from <= to && to <= tree.size, 'A tree extends one that is not larger.');
  if (from === 0 || from === to) return [];
  const downwards: HashBytes[] = [];
  let [start, count] = [0, to];
  // While the old head is not one node of the stretch, the proof needs its parts.
  while (from - start !== count) {
    const split = splitOf(count);
    const isLeft = from - start <= split;
    downwards.push(stretchRoot(tree, isLeft ? { start: start + split, count: count - split } : { start, count: split }));
    if (!isLeft) start += split;
    count = isLeft ? split : count - split;
  }
  // The old head itself is known to whoever checks, unless the proof went to the right of anything.
  return start === 0 ? downwards.reverse() : [stretchRoot(tree, { start, count }), ...downwards.reverse()];
};

export type Inclusion = Readonly<{ leaf: HashBytes; index: number; size: number; path: readonly HashBytes[] }>;

/** The head that a leaf and its audit path lead to; null where the path is too short or too long (RFC 9162, 2.1.3.2). */
export const headOfAuditPath = ({ leaf, index, size, path }: Inclusion): HashBytes | null => {
  if (!isPlace(index, size)) return null;
  let [at, last] = [index, size - 1];
  let head = leaf;
  for (const beside of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      head = nodeHash(beside, head);
      while (at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else head = nodeHash(head, beside);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? head : null;
};

const isPlace = (index: number, size: number): boolean => Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;

export type Consistency = Readonly<{ from: number; to: number; fromHead: HashBytes; toHead: HashBytes; path: readonly HashBytes[] }>;

/** Whether the tree of `to` leaves extends the one of `from` (RFC 9162, 2.1.4.2). */
export const isConsistent = ({ from, to, fromHead, toHead, path }: Consistency): boolean => {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) return false;
  if (from === 0) return path.length === 0 && fromHead === merkleRoot([]);
  if (from === to) return path.length === 0 && fromHead === toHead;
  const [first, ...rest] = isPowerOfTwo(from) ? [fromHead, ...path] : path;
  if (first === undefined) return false;
  let [at, last] = [from - 1, to - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let [old, young] = [first, first];
  for (const beside of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(beside, old);
      young = nodeHash(beside, young);
      while (at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else young = nodeHash(young, beside);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && old === fromHead && young === toHead;
};

const isPowerOfTwo = (count: number): boolean => count === 1 || 2 * splitOf(count) === count;
