/**
 * The state that a bundle starts from, slice by slice as each is hashed: text as text, bytes as base64, and parts that are
 * hashed on their own beside what is hashed of them. Which slices there are is core's matter; here only their packing is.
 */
import { canonicalText } from '../core/kernel/canonical.ts';
import type { Desk } from '../core/desk.ts';
import { sha256Hex } from '../core/kernel/digest.ts';
import { contentOf } from '../core/kernel/leaf-bytes.ts';
import { leafDigestOfText } from '../core/kernel/merkle.ts';
import { assert } from '../core/kernel/assert.ts';
import { returnsContent } from '../core/risk/returns.ts';
import type { Returns } from '../core/risk/returns.ts';
import { encodeSnapshot } from '../core/snapshot.ts';
import { sliceDigests } from '../core/state.ts';
import type { State } from '../core/state.ts';

/** `[name, "text", canonical text]`, `[name, "bytes", base64]` or `[name, "parts", base64, base64 of each part…]`, in the order of the state's leaves. */
export type PackedSlice = readonly [name: string, kind: 'text' | 'bytes' | 'parts', ...contents: readonly string[]];

/** What is no slice of a bundle, and why. */
class SliceError extends Error {
  constructor(name: string, why: string) {
    super(`slice ${name} ${why}`);
    this.name = 'SliceError';
  }
}

const LENGTH_BYTES = 4;
const HASH_BYTES = 32;

export const packState = (desk: Desk, state: State): readonly PackedSlice[] => {
  const digests = sliceDigests(desk, state);
  const contents = contentsOf(encodeSnapshot(state));
  assert(contents.length === digests.length, 'A snapshot has a content for every slice.');
  return contents.map((content, index) => {
    const slice = digests[index]!.slice === 'returns' ? packedReturns(state.returns) : packed(digests[index]!, content);
    assert(digestOfSlice(slice) === digests[index]!.digest, 'A slice has the digest of its content.');
    return slice;
  });
};

/** Of the returns the hashes of the segments are hashed: the segments stand in place of them. */
const packedReturns = (returns: Returns): PackedSlice => {
  const { segments } = returns;
  if (segments.length === 0) return ['returns', 'bytes', base64Of(returnsContent(returns))];
  const hashed = contentOf(returns.bytes);
  return ['returns', 'parts', base64Of(hashed.subarray(0, hashed.length - HASH_BYTES * segments.length)), ...segments.map(({ bytes }) => base64Of(contentOf(bytes)))];
};

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

const contentsOf = (snapshot: Uint8Array): readonly Buffer[] => {
  const bytes = Buffer.from(snapshot.buffer, snapshot.byteOffset, snapshot.length);
  const contents: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    contents.push(bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length));
    at += LENGTH_BYTES + length;
  }
  return contents;
};

/** A snapshot escapes what is beyond ASCII; what is hashed is the canonical text. Its digest says which of the two it is. */
const packed = ({ slice, digest }: Readonly<{ slice: string; digest: string }>, content: Buffer): PackedSlice => {
  const text = canonicalOrNull(content);
  return text !== null && leafDigestOfText(text) === digest ? [slice, 'text', text] : [slice, 'bytes', content.toString('base64')];
};

const canonicalOrNull = (content: Buffer): string | null => {
  try {
    return canonicalText(JSON.parse(content.toString('utf8')));
  } catch {
    return null;
  }
};

const asciiOf = (text: string): string => text.replace(/[\u007f-\uffff]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `head` is hashed, with the leaf hash of every part behind it. */
type Unpacked = Readonly<{ head: Buffer; parts: readonly Buffer[] }>;

/** Throws SliceError for what is no slice. */
const unpacked = ([name, kind, ...contents]: PackedSlice): Unpacked => {
  const [first] = contents;
  if (first === undefined || (kind !== 'parts' && contents.length > 1)) throw new SliceError(name, `has ${contents.length} contents`);
  if (kind === 'text') return { head: Buffer.from(first, 'utf8'), parts: [] };
  if (kind !== 'bytes' && kind !== 'parts') throw new SliceError(name, 'is of no known kind');
  const [head, ...parts] = contents.map(content => bytesOf(name, content)) as [Buffer, ...Buffer[]];
  return { head, parts };
};

const bytesOf = (name: string, base64: string): Buffer => {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw new SliceError(name, 'is no base64');
  return bytes;
};

const hashedOf = ({ head, parts }: Unpacked): Buffer => Buffer.concat([head, ...parts.map(part => Buffer.from(leafDigestOfBytes(part), 'hex'))]);

/** The slices as the snapshot that core reads. Throws SliceError for what is no slice. */
export const snapshotOf = (slices: readonly PackedSlice[]): Uint8Array =>
  Buffer.concat(
    slices.flatMap(slice => {
      const content = unpacked(slice);
      const bytes = slice[1] === 'text' ? Buffer.from(asciiOf(slice[2]!), 'latin1') : Buffer.concat([hashedOf(content), ...content.parts]);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );

/** The digest of each slice by its content. Throws SliceError for what is no slice. */
export const digestOfSlice = (slice: PackedSlice): string => leafDigestOfBytes(hashedOf(unpacked(slice)));

const leafDigestOfBytes = (bytes: Uint8Array): string => sha256Hex(Buffer.concat([Uint8Array.of(0), bytes]));
