/**
 * The tree over a run's envelopes. Whole, from every stored hash; or from cached nodes of 256 leaves each and the few
 * leaves that a proof needs, so that proving something in a log of ten years reads no more than of a short one.
 */
import { readLeaves } from '../adapters/store/log-hashes.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { assert } from '../core/kernel/assert.ts';
import { HASH_LENGTH } from '../core/kernel/digest.ts';
import type { HashBytes } from '../core/kernel/digest.ts';
import { hoursAfter } from '../core/kernel/hours.ts';
import { hashTreeOf } from '../core/kernel/merkle-proof.ts';
import type { HashTree } from '../core/kernel/merkle-proof.ts';

/** Nodes at this level are cached, as tiled logs do. */
const CACHED_LEVEL = 8;
const CACHED_LEAVES = 256;

/** The cached nodes of a tree as bytes. */
export const cacheOf = (tree: HashTree): Uint8Array => {
  const nodes = Array.from({ length: Math.floor(tree.size / CACHED_LEAVES) }, (_, index) => tree.nodeAt(CACHED_LEVEL, index));
  return Buffer.from(nodes.join(''), 'latin1');
};

/** The hash of the envelope of hour `start − 1 + index` is leaf `index`. */
type Block = Readonly<{ index: number; tree: HashTree }>;

const readBlock = async (client: StoreClient, run: StoredRun, { index, size }: Readonly<{ index: number; size: number }>): Promise<Block | null> => {
  const first = index * CACHED_LEAVES;
  const count = Math.min(CACHED_LEAVES, size - first);
  const fromHour = hoursAfter(run.startHour, first - 1);
  const { leaves } = await readLeaves(client, run, { table: 'envelope', fromHour, throughHour: hoursAfter(fromHour, count - 1) });
  return leaves.length === count ? { index, tree: hashTreeOf(leaves) } : null;
};

type Wanted = Readonly<{ size: number; places: readonly number[]; cache: Uint8Array }>;

/**
 * A tree of `size` leaves that knows the blocks around the given places and the end, and the cached nodes for the rest.
 * Null where the cache is too short for it, or leaves are missing. Whoever uses it compares its root with a signed one.
 */
export const treeAround = async (client: StoreClient, run: StoredRun, { size, places, cache }: Wanted): Promise<HashTree | null> => {
  const nodes = nodesOf(cache);
  if (nodes.length < Math.floor(size / CACHED_LEAVES)) return null;
  const above = hashTreeOf(nodes);
  const blocks = new Map<number, HashTree>();
  for (const place of new Set([...places, size - 1].map(leaf => Math.floor(leaf / CACHED_LEAVES)))) {
    const block = await readBlock(client, run, { index: place, size });
    if (block === null) return null;
    blocks.set(block.index, block.tree);
  }
  return {
    size,
    nodeAt: (level, index) => {
      if (level >= CACHED_LEVEL) return above.nodeAt(level - CACHED_LEVEL, index);
      const perBlock = CACHED_LEAVES >> level;
      const block = blocks.get(Math.floor(index / perBlock));
      assert(block !== undefined, 'A proof needs leaves of the blocks that were read.');
      return block.nodeAt(level, index % perBlock);
    },
  };
};

const nodesOf = (cache: Uint8Array): readonly HashBytes[] => {
  const bytes = Buffer.from(cache.buffer, cache.byteOffset, cache.length);
  return Array.from({ length: Math.floor(bytes.length / HASH_LENGTH) }, (_, index) => bytes.toString('latin1', HASH_LENGTH * index, HASH_LENGTH * (index + 1)) as HashBytes);
};
