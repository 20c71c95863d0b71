/**
 * A zip archive as the texts in it: each member a source of its unpacked bytes, streamed, checked against the size and
 * checksum that the archive tells. Nothing is ever written to the disk, and no member chooses what is read.
 */
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { asMarketFileError, MarketFileError } from './market-file-error.ts';
import type { TextSource } from './read-lines.ts';
import { CHUNK_BYTES, openStored, storedBytes } from './stored-file.ts';
import type { StoredFile } from './stored-file.ts';

/** A text in an archive; its `path` is that of the archive, a slash, and its name there. */
export type ArchiveMember = TextSource & Readonly<{ archive: StoredFile; name: string; sizeBytes: number }>;
/** What is not read, and why. */
export type SkippedFile = Readonly<{ file: string; reason: string }>;
export type Archive = Readonly<{ file: StoredFile; members: readonly ArchiveMember[]; skipped: readonly SkippedFile[] }>;

/** Kraken's archive has some ten thousand. */
const MEMBERS_MAX = 200_000;
/** Sixty years of minutes. */
const UNPACKED_BYTES_MAX = 4 * 1024 ** 3;
/** Candles pack to a third, and where nothing ever changes to a thirtieth. */
const PACKED_TIMES_MAX = 100;
const SMALL_BYTES = 1 << 26;
const STORED = 0;
const DEFLATED = 8;

const problem = (file: string, reason: string, hint: string): MarketFileError => new MarketFileError({ file, line: null, reason, hint });
const AGAIN = 'Copy or download it again; unzip -t FILE tells whether it is whole.';
const UNPACK = 'Unpack it, and import what was in it.';

/** What the library finds wrong with an archive has no code of its own. */
const archiveError = (path: string, error: unknown): MarketFileError => {
  if (error instanceof Error && !('code' in error)) {
    if (/end of central directory/i.test(error.message)) return problem(path, 'the zip archive is truncated', AGAIN);
    if (/relative path|absolute path|invalid characters in fileName/.test(error.message)) return problem(path, `the zip archive holds a path that leads out of it (${error.message})`, 'Do not trust it. Unpack it by hand, and import the files you know.');
    if (/multi-disk/.test(error.message)) return problem(path, 'the zip archive is one part of several', 'Join the parts first (zip -s 0).');
    return problem(path, `the zip archive is damaged (${error.message})`, AGAIN);
  }
  return asMarketFileError(path, error);
};

/**
 * The texts of an archive, in the order of the archive. Members that are no CSV or JSON are skipped with the reason.
 * Throws MarketFileError for what is no archive, is damaged, or leads out of itself. The caller closes the file's handle.
 */
export const openArchive = async (path: string): Promise<Archive> => {
  const file = await openStored(path);
  try {
    if (file.kind !== 'zip') throw problem(path, 'it is no zip archive', 'Leave it to be told by its first bytes.');
    return await membersOf(file);
  } catch (error) {
    await file.handle.close();
    throw archiveError(path, error);
  }
};

/** The archives that an import reads, one of them open at a time: the members of one follow each other. */
export type ArchiveShelf = Readonly<{ member: (path: string, name: string) => Promise<ArchiveMember>; close: () => Promise<void> }>;

export const newArchiveShelf = (): ArchiveShelf => {
  let open: Archive | null = null;
  let byName: ReadonlyMap<string, ArchiveMember> = new Map();
  const close = async (): Promise<void> => {
    await open?.file.handle.close();
    open = null;
  };
  const member = async (path: string, name: string): Promise<ArchiveMember> => {
    if (open?.file.path !== path) {
      await close();
      open = await openArchive(path);
      byName = new Map(open.members.map(one => [one.name, one]));
    }
    const found = byName.get(name);
    if (found === undefined) throw problem(path, `the zip archive has no ${name} in it any more`, 'Wait until whatever writes it is done and import it again.');
    return found;
  };
  return { member, close };
};

const membersOf = async (file: StoredFile): Promise<Archive> => {
  const { default: yauzl } = await import('yauzl');
  const zip = await yauzl.fromFdPromise(file.handle.fd, { autoClose: false, lazyEntries: true });
  if (zip.entryCount > MEMBERS_MAX) throw problem(file.path, `the zip archive has ${zip.entryCount} members, and at most ${MEMBERS_MAX} are read`, UNPACK);
  const members: ArchiveMember[] = [];
  const names = new Set<string>();
  const skipped: SkippedFile[] = [];
  for await (const entry of zip.eachEntry()) {
    if (names.has(entry.fileName)) throw problem(file.path, `the zip archive has two members called ${entry.fileName}`, UNPACK);
    names.add(entry.fileName);
    const reason = whySkipped(entry);
    if (reason === null) members.push(memberOf(file, zip, entry));
    else if (reason !== '') skipped.push({ file: `${file.path}/${entry.fileName}`, reason });
  }
  return { file, members, skipped };
};

/** Why a member is no market file; an empty reason for what nobody would miss: folders, and what macOS adds. */
const whySkipped = ({ fileName: name, uncompressedSize }: Entry): string | null => {
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (last === '' || last.startsWith('.') || name.startsWith('__MACOSX/')) return '';
  if (!/\.(csv|txt|json)$/i.test(last)) return 'its name ends in none of .csv, .txt and .json';
  return uncompressedSize === 0 ? 'it is empty' : null;
};

const memberOf = (archive: StoredFile, zip: ZipFile, entry: Entry): ArchiveMember => {
  const path = `${archive.path}/${entry.fileName}`;
  return {
    path,
    archive,
    name: entry.fileName,
    sizeBytes: entry.uncompressedSize,
    bytes: () => unpacked({ path, archive, zip, entry }),
    failure: error => Promise.resolve(memberError(path, error)),
    mayBeDamaged: true,
  };
};

type Place = Readonly<{ path: string; archive: StoredFile; zip: ZipFile; entry: Entry }>;

const whyNotRead = (entry: Entry): readonly [reason: string, hint: string] | null => {
  const { uncompressedSize, compressedSize, compressionMethod } = entry;
  if (entry.isEncrypted()) return ['it is locked with a password', UNPACK];
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) return [`it is compressed by method ${compressionMethod} of zip, and only deflate is read`, UNPACK];
  if (uncompressedSize > UNPACKED_BYTES_MAX) return [`it unpacks to ${uncompressedSize} bytes, and at most ${UNPACKED_BYTES_MAX} are read`, 'Unpack it, and split it.'];
  if (uncompressedSize > SMALL_BYTES && uncompressedSize > compressedSize * PACKED_TIMES_MAX) {
    return [`it unpacks to ${Math.floor(uncompressedSize / compressedSize)} times its size, as no candles do`, 'Look at what it is. If it is candles, unpack it and import the file.'];
  }
  return null;
};

/** The bytes of a member, ended by an error when they are not the ones that were packed. */
async function* unpacked({ path, archive, zip, entry }: Place): AsyncGenerator<Buffer, void, void> {
  const refusal = whyNotRead(entry);
  if (refusal !== null) throw problem(path, refusal[0], refusal[1]);
  const { fileDataStart: from } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const stretch = { from, to: from + entry.compressedSize };
  const isStored = entry.compressionMethod === STORED;
  const chunks: AsyncIterable<Buffer> = isStored
    ? storedBytes(archive, stretch, 'reused')
    : pipeline(Readable.from(storedBytes(archive, stretch, 'own')), createInflateRaw({ chunkSize: CHUNK_BYTES }), () => {});
  let length = 0;
  let checksum = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > entry.uncompressedSize) throw damaged('is longer than the archive says');
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (length < entry.uncompressedSize) throw damaged('is shorter than the archive says');
  if (checksum !== entry.crc32) throw damaged('does not have its checksum');
}

const damaged = (what: string): Error => new Error(what);

const memberError = (path: string, error: unknown): MarketFileError => {
  if (error instanceof Error && 'code' in error && (error.code === 'Z_BUF_ERROR' || error.code === 'Z_DATA_ERROR')) return problem(path, 'the zip archive is damaged here', AGAIN);
  if (error instanceof Error && !('code' in error) && !(error instanceof MarketFileError)) return problem(path, `the zip archive is damaged here (${error.message})`, AGAIN);
  return asMarketFileError(path, error);
};
