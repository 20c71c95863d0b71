/**
 * A market file as it lies on the disk: opened once for several passes, its kind told by its first bytes, its bytes read
 * by position. It never looks at what the bytes mean.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { asMarketFileError, MarketFileError } from './market-file-error.ts';

export type StoredKind = 'text' | 'gzip' | 'zip' | 'feather' | 'parquet';
export type StoredFile = Readonly<{ path: string; handle: FileHandle; kind: StoredKind; sizeBytes: number; modifiedMs: number }>;

export const CHUNK_BYTES = 1 << 18;

type Kind = Readonly<{ bytes: readonly number[]; kind: StoredKind }>;
const KINDS: readonly Kind[] = [
  { bytes: [0x1f, 0x8b], kind: 'gzip' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'zip' },
  // An archive without any member begins with its end.
  { bytes: [0x50, 0x4b, 0x05, 0x06], kind: 'zip' },
  { bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], kind: 'feather' },
  { bytes: [0x50, 0x41, 0x52, 0x31], kind: 'parquet' },
];

type Signature = Readonly<{ bytes: readonly number[]; reason: string; hint: string }>;
/** First bytes of files that people try to import and that nothing here reads. */
const FOREIGN: readonly Signature[] = [
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], reason: 'it is compressed with zstd', hint: 'Unpack it with zstd -d, or compress it with gzip.' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], reason: 'it is compressed with xz', hint: 'Unpack it with xz -d, or compress it with gzip.' },
  { bytes: [0x42, 0x5a, 0x68], reason: 'it is compressed with bzip2', hint: 'Unpack it with bzip2 -d, or compress it with gzip.' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], reason: 'it is a 7z archive', hint: 'Unpack it with 7z x, and import what was in it.' },
  { bytes: [0x46, 0x45, 0x41, 0x31], reason: 'it is a Feather file of version 1', hint: 'Write it again as version 2, as every pandas since 1.1 does.' },
  { bytes: [0x50, 0x41, 0x52, 0x45], reason: 'it is a Parquet file with an encrypted footer', hint: 'Write it again without encryption.' },
  { bytes: [0xff, 0xfe], reason: 'it is UTF-16 text', hint: 'Save it as UTF-8.' },
  { bytes: [0xfe, 0xff], reason: 'it is UTF-16 text', hint: 'Save it as UTF-8.' },
];

const HEAD_BYTES = 8;

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte);

/** What a file is by its first bytes, or why nothing here reads it. Shorter than any signature, it is text. */
export const kindOf = (head: Uint8Array): StoredKind | Readonly<{ reason: string; hint: string }> =>
  FOREIGN.find(({ bytes }) => startsWith(head, bytes)) ?? KINDS.find(({ bytes }) => startsWith(head, bytes))?.kind ?? 'text';

/**
 * Opens a file for several passes over the same bytes. Throws MarketFileError when it is missing, unreadable, a folder,
 * empty, or of a kind that is not read. The kind is told by the first bytes, whatever the name says. The caller closes
 * the handle.
 */
export const openStored = async (path: string): Promise<StoredFile> => {
  const handle = await open(path, 'r').catch((error: unknown) => { throw asMarketFileError(path, error); });
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw asMarketFileError(path, Object.assign(new Error('folder'), { code: 'EISDIR' }));
    if (!stat.isFile()) throw new MarketFileError({ file: path, line: null, reason: 'it is not a regular file', hint: 'Save the text to a file first: it is read more than once.' });
    if (stat.size === 0) throw new MarketFileError({ file: path, line: null, reason: 'the file is empty', hint: 'Copy or download it again.' });
    const head = new Uint8Array(HEAD_BYTES);
    await handle.read(head, 0, head.length, 0);
    const kind = kindOf(head);
    if (typeof kind !== 'string') throw new MarketFileError({ file: path, line: null, reason: kind.reason, hint: kind.hint });
    return { path, handle, kind, sizeBytes: stat.size, modifiedMs: stat.mtimeMs };
  } catch (error) {
    await handle.close();
    throw asMarketFileError(path, error);
  }
};

/** Throws when the file was written to since it was opened, because the passes would then have read different lines. */
export const requireUnchanged = async (file: StoredFile): Promise<void> => {
  const stat = await file.handle.stat();
  if (stat.size === file.sizeBytes && stat.mtimeMs === file.modifiedMs) return;
  throw new MarketFileError({ file: file.path, line: null, reason: 'the file changed while it was read', hint: 'Wait until whatever writes it is done and import it again.' });
};

type Stretch = Readonly<{ from: number; to: number }>;

/** Stored bytes by position, so that several passes can use one handle. Whoever takes chunks ahead of reading them asks for memory of their own. */
export async function* storedBytes({ handle }: StoredFile, { from, to }: Stretch, memory: 'reused' | 'own'): AsyncGenerator<Buffer, void, void> {
  let position = from;
  const reused = memory === 'own' ? null : Buffer.allocUnsafe(CHUNK_BYTES);
  while (position < to) {
    const chunk = reused ?? Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, to - position), position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** A stretch of a file in memory of its own; shorter where the file ends before it. */
export const bytesAt = async ({ handle }: StoredFile, { from, to }: Stretch): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = new Uint8Array(Math.max(0, to - from));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled);
};
