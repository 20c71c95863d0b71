/**
 * Unpacks a frame of LZ4, the default packing of Feather, by the format's public description (LZ4 frame format 1.6). Every
 * length and distance is checked against the bytes there are, so damage is an error and never other values.
 */

const MAGIC = 0x184d2204;
const VERSION = 1;
const HAS_BLOCK_CHECKSUMS = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_CONTENT_CHECKSUM = 0x04;
const HAS_DICTIONARY = 0x01;
const CHECKSUM_BYTES = 4;
/** By the three bits of the header that name it. */
const BLOCK_BYTES: readonly (number | undefined)[] = [undefined, undefined, undefined, undefined, 1 << 16, 1 << 18, 1 << 20, 1 << 22];
const IS_STORED = 0x80000000;
const LENGTH_GOES_ON = 15;
const MATCH_BYTES_MIN = 4;
/** Up to here a loop is quicker than a call. */
const SHORT_COPY = 16;

type Frame = Readonly<{ view: DataView; blocksAt: number; blockBytes: number; checksumBytes: number; contentBytes: number | null; endBytes: number }>;
type Block = Readonly<{ from: number; to: number; stored: boolean }>;

const broken = (what: string): Error => new Error(`LZ4: ${what}`);

const headerOf = (view: DataView): Frame => {
  if (view.byteLength < 7 || view.getUint32(0, true) !== MAGIC) throw broken('no frame begins here');
  const flags = view.getUint8(4);
  const blockBytes = BLOCK_BYTES[(view.getUint8(5) >> 4) & 7];
  if (flags >> 6 !== VERSION || blockBytes === undefined) throw broken('the frame is of an unknown version');
  if ((flags & HAS_DICTIONARY) !== 0) throw broken('the frame needs a dictionary');
  const hasSize = (flags & HAS_CONTENT_SIZE) !== 0;
  return {
    view,
    blocksAt: hasSize ? 15 : 7,
    blockBytes,
    checksumBytes: (flags & HAS_BLOCK_CHECKSUMS) === 0 ? 0 : CHECKSUM_BYTES,
    contentBytes: hasSize ? Number(view.getBigUint64(6, true)) : null,
    endBytes: (flags & HAS_CONTENT_CHECKSUM) === 0 ? 0 : CHECKSUM_BYTES,
  };
};

const blocksOf = ({ view, blocksAt, blockBytes, checksumBytes, endBytes }: Frame): readonly Block[] => {
  const blocks: Block[] = [];
  let at = blocksAt;
  for (;;) {
    if (at + 4 > view.byteLength) throw broken('the frame is cut off');
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const stored = word >= IS_STORED;
    const size = stored ? word - IS_STORED : word;
    if (size > blockBytes || at + size + checksumBytes > view.byteLength) throw broken('a block is longer than the frame');
    blocks.push({ from: at, to: at + size, stored });
    at += size + checksumBytes;
  }
  if (at + endBytes > view.byteLength) throw broken('the frame is cut off');
  return blocks;
};

/** The unpacked bytes. Throws for what is no whole frame, and for one that unpacks to more than `bytesMax`. */
export const unpackLz4Frame = (bytes: Uint8Array, bytesMax: number): Uint8Array => {
  const frame = headerOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  const blocks = blocksOf(frame);
  const bound = frame.contentBytes ?? blocks.reduce((sum, { from, to, stored }) => sum + (stored ? to - from : frame.blockBytes), 0);
  if (bound > bytesMax) throw broken(`the frame unpacks to as many as ${bound} bytes, and at most ${bytesMax} are read`);
  const out = new Uint8Array(bound);
  let length = 0;
  for (const block of blocks) {
    if (!block.stored) {
      length = unpackBlock(bytes, block, out, length);
      continue;
    }
    if (length + block.to - block.from > out.length) throw broken('it unpacks to more than it says');
    out.set(bytes.subarray(block.from, block.to), length);
    length += block.to - block.from;
  }
  if (frame.contentBytes !== null && length !== frame.contentBytes) throw broken('it unpacks to less than it says');
  return length === out.length ? out : out.subarray(0, length);
};

/** Blocks may refer to what those before them unpacked to, so all go into one memory. Returns where the block ends in it. */
const unpackBlock = (bytes: Uint8Array, { from, to }: Block, out: Uint8Array, start: number): number => {
  let at = from;
  let length = start;
  while (at < to) {
    const token = bytes[at++]!;
    let literals = token >> 4;
    if (literals === LENGTH_GOES_ON) {
      let more: number;
      do {
        if (at >= to) throw broken('a block is cut off');
        more = bytes[at++]!;
        literals += more;
      } while (more === 255);
    }
    if (at + literals > to || length + literals > out.length) throw broken('a block holds more than there is room for');
    if (literals <= SHORT_COPY) {
      for (let count = 0; count < literals; count += 1) out[length++] = bytes[at++]!;
    } else {
      out.set(bytes.subarray(at, at + literals), length);
      at += literals;
      length += literals;
    }
    // The last sequence of a block is literals alone.
    if (at === to) return length;
    if (at + 2 > to) throw broken('a block is cut off');
    const distance = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    let match = token & 15;
    if (match === LENGTH_GOES_ON) {
      let more: number;
      do {
        if (at >= to) throw broken('a block is cut off');
        more = bytes[at++]!;
        match += more;
      } while (more === 255);
    }
    match += MATCH_BYTES_MIN;
    if (distance === 0 || distance > length || length + match > out.length) throw broken('a block refers to what is not there');
    if (match > SHORT_COPY && distance >= match) {
      out.copyWithin(length, length - distance, length - distance + match);
      length += match;
    } else {
      for (let count = 0; count < match; count += 1, length += 1) out[length] = out[length - distance]!;
    }
  }
  return length;
};
