/**
 * The file of a backup: a POSIX tar (ustar) under zstd with a checksum, which any system can open without tb. It is written
 * beside its place, flushed and renamed, so under its name it is there whole or not at all; what is in it is not known here.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pipeline as piped } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { assert } from '../../core/kernel/assert.ts';

export type ArchiveEntry = Readonly<{ name: string; bytes: Buffer }>;
export type ArchiveEntries = AsyncGenerator<ArchiveEntry, void, void>;

/** `foreign`: no backup at all. `damaged`: one that is cut off or was changed. */
export class ArchiveError extends Error {
  readonly kind: 'foreign' | 'damaged';
  constructor(kind: 'foreign' | 'damaged', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ArchiveError';
    this.kind = kind;
  }
}

const BLOCK = 512;
const NAME_BYTES = 100;
const MODE = '0000644';
const ENTRY_BYTES_MAX = 1 << 30;
const CHUNK_BYTES = 1 << 20;

/** Offsets and lengths of the fields of a header that say something here (POSIX.1-1988, ustar). */
const FIELD = { mode: 100, size: 124, mtime: 136, checksum: 148, kind: 156, magic: 257 } as const;

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

const headerOf = (name: string, size: number, mtimeSeconds: number): Buffer => {
  assert(Buffer.byteLength(name) <= NAME_BYTES, 'A name in an archive has at most a hundred bytes.');
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write(`${MODE}\0${octal(0, 7)}\0${octal(0, 7)}\0`, FIELD.mode);
  header.write(`${octal(size, 11)}\0${octal(mtimeSeconds, 11)}\0`, FIELD.size);
  header.write('0', FIELD.kind);
  header.write('ustar\x0000', FIELD.magic);
  header.write(`${octal(checksumOf(header), 6)}\0 `, FIELD.checksum);
  return header;
};

/** The sum of a header's bytes, those of the checksum itself counted as spaces. */
const checksumOf = (header: Buffer): number => {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= FIELD.checksum && at < FIELD.kind ? 32 : header[at]!;
  return sum;
};

const paddingAfter = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** Writes the entries and returns when the file is on the disk under its name. Throws what the file system throws. */
export const writeArchive = async (path: string, entries: ArchiveEntries, { mtimeMs }: Readonly<{ mtimeMs: number }>): Promise<void> => {
  async function* tar(): AsyncGenerator<Buffer, void, void> {
    for await (const { name, bytes } of entries) {
      yield headerOf(name, bytes.length, Math.floor(mtimeMs / 1_000));
      yield bytes;
      yield Buffer.alloc(paddingAfter(bytes.length));
    }
    yield Buffer.alloc(2 * BLOCK);
  }
  const partial = `${path}.${process.pid}.partial`;
  const zstd = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  try {
    // `flush` has the file on the disk before it is closed.
    await pipeline(tar, zstd, createWriteStream(partial, { flush: true, mode: 0o600 }));
    await rename(partial, path);
  } catch (error) {
    await entries.return();
    await rm(partial, { force: true });
    throw error;
  }
  await flushFolder(dirname(path));
};

/** A name is on the disk only when its folder is; Windows has no such call and needs none. */
const flushFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const opened = await open(folder, 'r');
  await opened.sync().finally(() => opened.close());
};

/** Reads entries one after the other, each whole. Throws ArchiveError, or what the file system throws. */
export async function* readArchive(path: string, onRead: (bytes: number) => void): ArchiveEntries {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  let read = 0;
  file.on('data', chunk => onRead((read += chunk.length)));
  // An error of either stream ends the iteration below with it.
  const zstd = createZstdDecompress({ chunkSize: CHUNK_BYTES });
  const plain = piped(file, zstd, () => undefined);
  const source = newSource(plain);
  try {
    for (;;) {
      const header = await source.take(BLOCK);
      if (isEmpty(header)) break;
      const { name, size } = entryOf(header);
      const bytes = await source.take(size);
      if (!isEmpty(await source.take(paddingAfter(size)))) throw new ArchiveError('damaged', `Bytes are hidden behind ${JSON.stringify(name)}, where nothing but zeros may stand.`);
      yield { name, bytes };
    }
    if (!isEmpty(await source.take(BLOCK))) throw new ArchiveError('damaged', 'Something stands behind its end.');
    await source.end();
    await requireNothingBehind(path, zstd.bytesWritten);
  } catch (error) {
    throw archiveErrorOf(error);
  } finally {
    file.destroy();
  }
}

/** What the encoder leaves behind the frame when it ends: a second one, of nothing (RFC 8878). */
const EMPTY_FRAME = Buffer.from('28b52ffd240001000099e9d851', 'hex');

/** The decoder stops with the first frame and says nothing of what follows: a second one, or anything else. */
const requireNothingBehind = async (path: string, frame: number): Promise<void> => {
  const file = await open(path, 'r');
  try {
    const behind = (await file.stat()).size - frame;
    const { buffer } = await file.read(Buffer.alloc(EMPTY_FRAME.length), 0, EMPTY_FRAME.length, frame);
    if (behind === 0 || (behind === EMPTY_FRAME.length && buffer.equals(EMPTY_FRAME))) return;
    throw new ArchiveError('damaged', `${behind} bytes stand behind the end of its compressed frame, which is all that a backup is. Cut it after ${frame} bytes if you know what was added.`);
  } finally {
    await file.close();
  }
};

/** Two empty blocks are the end of a tar. */
const isEmpty = (block: Buffer): boolean => block.every(byte => byte === 0);

/** A file that does not even begin as zstd is none of ours; one that fails later was cut off or changed. */
const archiveErrorOf = (error: unknown): unknown => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^(ZSTD_|Z_|ERR_STREAM_PREMATURE)/.test(code)) return error;
  return code === 'ZSTD_error_prefix_unknown' ? new ArchiveError('foreign', 'It is not a zstd file.', error) : new ArchiveError('damaged', 'It is cut off, or bytes of it were changed.', error);
};

const entryOf = (header: Buffer): Readonly<{ name: string; size: number }> => {
  if (header.toString('latin1', FIELD.magic, FIELD.magic + 5) !== 'ustar') throw new ArchiveError('foreign', 'It is no archive of a backup.');
  const numberAt = (at: number, length: number): number => Number.parseInt(header.toString('latin1', at, at + length), 8);
  const size = numberAt(FIELD.size, 11);
  if (numberAt(FIELD.checksum, 6) !== checksumOf(header) || !(size >= 0 && size <= ENTRY_BYTES_MAX)) throw new ArchiveError('damaged', 'A header in it was changed.');
  const end = header.indexOf(0);
  const name = header.toString('utf8', 0, end < 0 || end > NAME_BYTES ? NAME_BYTES : end);
  const kind = header.toString('latin1', FIELD.kind, FIELD.kind + 1);
  if (kind !== '0' && kind !== '\0') throw new ArchiveError('damaged', `${JSON.stringify(name)} in it is no plain file (kind ${JSON.stringify(kind)}). A backup holds nothing else; links and folders of other programs are not followed.`);
  return { name, size };
};

type Source = Readonly<{ take: (length: number) => Promise<Buffer>; end: () => Promise<void> }>;

/** Bytes of a stream in the lengths that are asked for. */
const newSource = (stream: AsyncIterable<Buffer>): Source => {
  const chunks = stream[Symbol.asyncIterator]();
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const take = async (length: number): Promise<Buffer> => {
    while (waitingBytes < length) {
      const next = await chunks.next();
      if (next.done === true) throw new ArchiveError('damaged', 'It ends too early.');
      waiting.push(next.value);
      waitingBytes += next.value.length;
    }
    const all = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting, waitingBytes);
    waiting = [all.subarray(length)];
    waitingBytes = all.length - length;
    return all.subarray(0, length);
  };
  /** The rest is read too, for the checksum stands behind the last byte. Other programs fill up their last record with zeros. */
  const end = async (): Promise<void> => {
    let rest: readonly Buffer[] = waiting;
    for (;;) {
      if (!rest.every(isEmpty)) throw new ArchiveError('damaged', 'Something stands behind its end.');
      const next = await chunks.next();
      if (next.done === true) return;
      rest = [next.value];
    }
  };
  return { take, end };
};
