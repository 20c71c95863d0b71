/** The proof that one signed log only extends another: both checkpoints, and the hashes that lead from the one to the other. */
import type { HashBytes } from '../core/kernel/digest.ts';
import { packHashes } from './packed-hashes.ts';

export type ConsistencyProof = Readonly<{ digests: string; from: string; proof: 'consistency'; to: string; version: 1 }>;

/** `from` and `to` are signed checkpoints. */
export const consistencyProofOf = ({ from, to }: Readonly<{ from: string; to: string }>, path: readonly HashBytes[]): ConsistencyProof => ({
  digests: packHashes(path),
  from,
  proof: 'consistency',
  to,
  version: 1,
});
