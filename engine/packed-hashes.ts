/** Hashes one after another as base64, the way proofs carry them; and what is wrong with a proof that is not whole. */
import type { HashBytes } from '../core/kernel/digest.ts';
import { HASH_LENGTH } from '../core/kernel/digest.ts';

/** A proof that cannot be put together. `field` is where. */
export class ProofError extends Error {
  readonly field: string;
  constructor(field: string, why: string) {
    super(`${field} ${why}`);
    this.name = 'ProofError';
    this.field = field;
  }
}

export const packHashes = (hashes: readonly HashBytes[]): string => Buffer.from(hashes.join(''), 'latin1').toString('base64');

export type HashReader = Readonly<{
  next: () => HashBytes;
  take: (count: number) => readonly HashBytes[];
  /** Throws where some are left: a proof has none to spare. */
  end: () => void;
}>;

/** Reads packed hashes in their order. Throws ProofError for what is no whole number of hashes, or too few. */
export const readHashes = (packed: unknown): HashReader => {
  const bytes = Buffer.from(typeof packed === 'string' ? packed : '', 'base64');
  if (bytes.toString('base64') !== packed || bytes.length % HASH_LENGTH !== 0) throw new ProofError('digests', 'is no base64 of whole hashes');
  let at = 0;
  const next = (): HashBytes => {
    if (at === bytes.length) throw new ProofError('digests', 'has fewer hashes than the proof needs');
    at += HASH_LENGTH;
    return bytes.toString('latin1', at - HASH_LENGTH, at) as HashBytes;
  };
  return {
    next,
    take: count => Array.from({ length: count }, next),
    end: () => {
      if (at !== bytes.length) throw new ProofError('digests', 'has more hashes than the proof needs');
    },
  };
};
