/**
 * A file of text, plain or gzipped, as a source of its unpacked bytes, and what is said when gzip is not whole. It never
 * looks at the text.
 */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asMarketFileError, MarketFileError } from './market-file-error.ts';
import type { TextSource } from './read-lines.ts';
import { CHUNK_BYTES, openStored, storedBytes } from './stored-file.ts';
import type { StoredFile, StoredKind } from './stored-file.ts';

export type OpenMarketFile = StoredFile & TextSource;

type Foreign = Exclude<StoredKind, 'text' | 'gzip'>;
/** What is said where only text is read. */
const NO_TEXT: Readonly<Record<Foreign, Readonly<{ reason: string; hint: string }>>> = {
  zip: { reason: 'it is a zip archive (or a spreadsheet)', hint: 'Unpack it, or save the sheet as CSV, and import the CSV file.' },
  feather: { reason: 'it is a Feather file', hint: 'Save it as CSV first.' },
  parquet: { reason: 'it is a Parquet file', hint: 'Save it as CSV first.' },
};

/** A stored file of text as a source. Throws MarketFileError for one of another kind. */
export const textOf = (file: StoredFile): OpenMarketFile => {
  const { kind, path } = file;
  if (kind !== 'text' && kind !== 'gzip') throw new MarketFileError({ file: path, line: null, ...NO_TEXT[kind] });
  const whole = { from: 0, to: file.sizeBytes };
  return {
    ...file,
    // An error of the source reaches the reader through the unpacked stream, which pipeline destroys with it.
    bytes: () => (kind === 'gzip' ? pipeline(Readable.from(storedBytes(file, whole, 'own')), createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) : storedBytes(file, whole, 'reused')),
    failure: (error, unpackedBytes) => gzipError(file, error, unpackedBytes),
    mayBeDamaged: kind === 'gzip',
  };
};

/** As openStored, for text alone. The caller closes the handle. */
export const openMarketFile = async (path: string): Promise<OpenMarketFile> => {
  const file = await openStored(path);
  try {
    return textOf(file);
  } catch (error) {
    await file.handle.close();
    throw error;
  }
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
const endsWhole = async ({ handle, sizeBytes }: StoredFile, unpackedBytes: number): Promise<boolean> => {
  if (sizeBytes < MEMBER_BYTES_MIN) return false;
  const trailer = Buffer.alloc(LENGTH_BYTES);
  await handle.read(trailer, 0, LENGTH_BYTES, sizeBytes - LENGTH_BYTES);
  const told = trailer.readUInt32LE();
  const fitsText = told > unpackedBytes * 0.9 && told < (unpackedBytes + CHUNK_BYTES) * 1.1;
  const fitsFile = sizeBytes < SMALL_BYTES && told > sizeBytes && told < sizeBytes * PACKED_MAX;
  return told === 0 || fitsText || fitsFile;
};

/** A file cut off, a file damaged, or what else went wrong. */
const gzipError = async (file: StoredFile, error: unknown, unpackedBytes: number): Promise<MarketFileError> => {
  const cutOff = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
  return asMarketFileError(file.path, cutOff && (await endsWhole(file, unpackedBytes)) ? Object.assign(new Error('damaged'), { code: 'Z_DATA_ERROR' }) : error);
};
