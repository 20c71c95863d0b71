/**
 * Hashing and recognising bytes many times over without making anything of them: one buffer that every hash is taken of,
 * and words told apart where they lie.
 */
import { sha256 } from '../../core/kernel/digest.ts';
import type { HashBytes } from '../../core/kernel/digest.ts';
import { textAt } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';

/** What is hashed next, from its beginning. Longer texts than it holds are rare, and hashed where they lie. */
export const SCRATCH = Buffer.alloc(1 << 13);

/** A view for each length that was asked for: making one costs as much as the hash. */
const views: (Uint8Array | undefined)[] = [];

/** SHA-256 over the first bytes of SCRATCH. */
export const hashOfScratch = (length: number): HashBytes => {
  let view = views[length];
  if (view === undefined) views[length] = view = SCRATCH.subarray(0, length);
  return sha256(view);
};

/** RFC 6962's leaf hash of a field. */
export const leafAt = ({ bytes, at, length }: Tuple, field: number): HashBytes => {
  const [from, size] = [at[field]!, length[field]!];
  if (size >= SCRATCH.length) return sha256(Buffer.concat([Uint8Array.of(0), bytes.subarray(from, from + size)]));
  SCRATCH[0] = 0;
  bytes.copy(SCRATCH, 1, from, from + size);
  return hashOfScratch(1 + size);
};

/** Whether a field is these 32 bytes. */
export const isHashAt = ({ bytes, at, length }: Tuple, field: number, hash: HashBytes): boolean => {
  const from = at[field]!;
  if (length[field] !== hash.length) return false;
  for (let index = 0; index < hash.length; index += 1) if (bytes[from + index] !== hash.charCodeAt(index)) return false;
  return true;
};

/** Reads fields that nearly always hold one of a few words. */
export const wordReader = (words: Iterable<string>): ((tuple: Tuple, field: number) => string) => {
  const byLength: (readonly Readonly<{ word: string; bytes: Buffer }>[])[] = [];
  for (const word of words) byLength[word.length] = [...(byLength[word.length] ?? []), { word, bytes: Buffer.from(word) }];
  return (tuple, field) => {
    const [from, size] = [tuple.at[field]!, tuple.length[field]!];
    for (const { word, bytes } of byLength[size] ?? []) {
      let index = 0;
      while (index < size && bytes[index] === tuple.bytes[from + index]) index += 1;
      if (index === size) return word;
    }
    return textAt(tuple, field);
  };
};
