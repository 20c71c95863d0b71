/**
 * A market file as numbered lines of text: gzip unpacked, byte-order mark and line ends taken off, in blocks so that
 * memory stays flat. It decides what is text at all and never what a line means.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asMarketFileError, MarketFileError } from './market-file-error.ts';

export type OpenMarketFile = Readonly<{ path: string; handle: FileHandle; gzip: boolean; sizeBytes: number; modifiedMs: number }>;
/** Consecutive lines; the first has number `firstLine`, counted from 1. Blank lines stay in, so that numbers stay true. */
export type LineBlock = Readonly<{ firstLine: number; lines: readonly string[] }>;

const CHUNK_BYTES = 1 << 18;
/** No line of candles is this long; without a bound, a file without line ends would be held in memory whole. */
const LINE_LENGTH_MAX = 1 << 16;

type Signature = Readonly<{ bytes: readonly number[]; reason: string; hint: string }>;
/** First bytes of files that people try to import and that are not CSV. */
const FOREIGN: readonly Signature[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], reason: 'it is a zip archive (or a spreadsheet)', hint: 'Unpack it, or save the sheet as CSV, and import the CSV file.' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], reason: 'it is compressed with zstd', hint: 'Unpack it with zstd -d, or compress it with gzip.' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], reason: 'it is compressed with xz', hint: 'Unpack it with xz -d, or compress it with gzip.' },
  { bytes: [0x42, 0x5a, 0x68], reason: 'it is compressed with bzip2', hint: 'Unpack it with bzip2 -d, or compress it with gzip.' },
  { bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], reason: 'it is a Feather file', hint: 'Save it as CSV first.' },
  { bytes: [0x50, 0x41, 0x52, 0x31], reason: 'it is a Parquet file', hint: 'Save it as CSV first.' },
  { bytes: [0xff, 0xfe], reason: 'it is UTF-16 text', hint: 'Save it as UTF-8.' },
  { bytes: [0xfe, 0xff], reason: 'it is UTF-16 text', hint: 'Save it as UTF-8.' },
];
const GZIP = [0x1f, 0x8b];

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte);

/**
 * Opens a file for several passes over the same bytes. Throws MarketFileError when it is missing, unreadable, a folder,
 * empty, or of a kind that is not text. Gzip is told by its first bytes, whatever the name says. The caller closes the handle.
 */
export const openMarketFile = async (path: string): Promise<OpenMarketFile> => {
  const handle = await open(path, 'r').catch((error: unknown) => { throw asMarketFileError(path, error); });
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw asMarketFileError(path, Object.assign(new Error('folder'), { code: 'EISDIR' }));
    if (!stat.isFile()) throw new MarketFileError({ file: path, line: null, reason: 'it is not a regular file', hint: 'Save the text to a file first: it is read more than once.' });
    if (stat.size === 0) throw new MarketFileError({ file: path, line: null, reason: 'the file is empty', hint: 'Copy or download it again.' });
    const head = new Uint8Array(8);
    await handle.read(head, 0, head.length, 0);
    const foreign = FOREIGN.find(signature => startsWith(head, signature.bytes));
    if (foreign !== undefined) throw new MarketFileError({ file: path, line: null, reason: foreign.reason, hint: foreign.hint });
    return { path, handle, gzip: startsWith(head, GZIP), sizeBytes: stat.size, modifiedMs: stat.mtimeMs };
  } catch (error) {
    await handle.close();
    throw asMarketFileError(path, error);
  }
};

/** Throws when the file was written to since it was opened, because the passes would then have read different lines. */
export const requireUnchanged = async (file: OpenMarketFile): Promise<void> => {
  const stat = await file.handle.stat();
  if (stat.size === file.sizeBytes && stat.mtimeMs === file.modifiedMs) return;
  throw new MarketFileError({ file: file.path, line: null, reason: 'the file changed while it was read', hint: 'Wait until whatever writes it is done and import it again.' });
};

/** The stored bytes from the start, by position, so that several passes can use one handle. */
async function* storedBytes({ handle, gzip }: OpenMarketFile): AsyncGenerator<Buffer, void, void> {
  let position = 0;
  // Unpacking takes chunks ahead of the reader, so there each has memory of its own.
  const reused = gzip ? null : Buffer.allocUnsafe(CHUNK_BYTES);
  while (true) {
    const chunk = reused ?? Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

const bytesOf = (file: OpenMarketFile): AsyncIterable<Buffer> =>
  // An error of the source reaches the reader through the unpacked stream, which pipeline destroys with it.
  file.gzip ? pipeline(Readable.from(storedBytes(file)), createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) : storedBytes(file);

const withoutReturn = (line: string): string => (line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line);

const requireText = (path: string, first: string): void => {
  if (!first.includes('\u0000')) return;
  throw new MarketFileError({ file: path, line: null, reason: 'it is a binary file', hint: 'Files are read as CSV text, plain or compressed with gzip.' });
};

const requireShort = (file: OpenMarketFile, rest: string, line: number): void => {
  if (rest.length <= LINE_LENGTH_MAX) return;
  throw new MarketFileError({ file: file.path, line, reason: `the line is longer than ${LINE_LENGTH_MAX} characters`, hint: 'Files are read as text with one record a line, ended by LF or CR LF.' });
};

/** Header, an empty block and length. */
const MEMBER_BYTES_MIN = 20;
const LENGTH_BYTES = 4;

/** Up to here a length that fits the file is hardly ever chance. */
const SMALL_BYTES = 1 << 20;
const PACKED_MAX = 16;

/**
 * Damage may also hide the end of the packed data, and unpacking then runs out of bytes as in a file that was cut off. But
 * such a file still ends in the length of what was packed, or in the zeros of a copy that was never finished. Chance can make
 * a file that was cut off look so as well; then only the word is wrong.
 */
const endsWhole = async ({ handle, sizeBytes }: OpenMarketFile, unpackedBytes: number): Promise<boolean> => {
  if (sizeBytes < MEMBER_BYTES_MIN) return false;
  const trailer = Buffer.alloc(LENGTH_BYTES);
  await handle.read(trailer, 0, LENGTH_BYTES, sizeBytes - LENGTH_BYTES);
  const told = trailer.readUInt32LE();
  const fitsText = told > unpackedBytes * 0.9 && told < (unpackedBytes + CHUNK_BYTES) * 1.1;
  const fitsFile = sizeBytes < SMALL_BYTES && told > sizeBytes && told < sizeBytes * PACKED_MAX;
  return told === 0 || fitsText || fitsFile;
};

/** A file cut off, a file damaged, or what else went wrong. */
const gzipError = async (file: OpenMarketFile, error: unknown, unpackedBytes: number): Promise<MarketFileError> => {
  const cutOff = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
  return asMarketFileError(file.path, cutOff && (await endsWhole(file, unpackedBytes)) ? Object.assign(new Error('damaged'), { code: 'Z_DATA_ERROR' }) : error);
};

/**
 * Throws MarketFileError when a gzip file is damaged or truncated anywhere: what looks wrong in its text may come from
 * that. The text itself is not looked at.
 */
export const requireWhole = async (file: OpenMarketFile): Promise<void> => {
  if (!file.gzip) return;
  let unpackedBytes = 0;
  try {
    for await (const chunk of bytesOf(file)) unpackedBytes += chunk.length;
  } catch (error) {
    throw await gzipError(file, error, unpackedBytes);
  }
};

/** The file's lines from its start. Throws MarketFileError for binary content, an endless line, and damaged or truncated gzip. */
export async function* readLineBlocks(file: OpenMarketFile): AsyncGenerator<LineBlock, void, void> {
  const decoder = new TextDecoder('utf-8');
  let firstLine = 1;
  let rest = '';
  let started = false;
  let unpackedBytes = 0;
  try {
    for await (const chunk of bytesOf(file)) {
      unpackedBytes += chunk.length;
      const text = decoder.decode(chunk, { stream: true });
      if (!started) requireText(file.path, text);
      started = true;
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      requireShort(file, rest, firstLine + lines.length);
      if (lines.length === 0) continue;
      yield { firstLine, lines: text.includes('\r') || lines[0]!.endsWith('\r') ? lines.map(withoutReturn) : lines };
      firstLine += lines.length;
    }
  } catch (error) {
    throw await gzipError(file, error, unpackedBytes);
  }
  rest += decoder.decode();
  if (rest !== '') yield { firstLine, lines: [withoutReturn(rest)] };
}
