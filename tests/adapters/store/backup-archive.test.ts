/** The file of a backup: what is read is what was written, or it is refused, wherever it was cut off or changed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArchive, writeArchive } from '../../../adapters/store/backup-archive.ts';
import type { ArchiveEntry } from '../../../adapters/store/backup-archive.ts';

const folder = mkdtempSync(join(tmpdir(), 'tb-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ENTRIES: readonly ArchiveEntry[] = [
  { name: 'manifest.json', bytes: Buffer.from('{"format":1}\n') },
  { name: 'tables/00-tb.run/000001.copy', bytes: Buffer.alloc(512, 'a') },
  { name: 'tables/01-tb.fact/000001.copy', bytes: Buffer.alloc(0) },
  { name: `checkpoints/${'é'.repeat(40)}`, bytes: Buffer.from(Array.from({ length: 70 }, (_, index) => (index * 7) % 251)) },
];
const path = join(folder, 'whole.tar.zst');

async function* each(entries: readonly ArchiveEntry[]): AsyncGenerator<ArchiveEntry, void, void> {
  yield* entries;
}

const readAll = async (file: string): Promise<readonly ArchiveEntry[]> => {
  const read: ArchiveEntry[] = [];
  for await (const { name, bytes } of readArchive(file, () => undefined)) read.push({ name, bytes: Buffer.from(bytes) });
  return read;
};

/** What reading these bytes comes to: the kind of the refusal, or the entries. */
const outcomeOf = async (bytes: Uint8Array): Promise<string | readonly ArchiveEntry[]> => {
  const file = join(folder, 'changed');
  writeFileSync(file, bytes);
  return readAll(file).catch((error: unknown) => (error as { kind?: string }).kind ?? String(error));
};

beforeAll(() => writeArchive(path, each(ENTRIES), { mtimeMs: 1_709_272_800_000 }));

test('what is read is what was written, and the same entries make the same file', async () => {
  expect(await readAll(path)).toEqual(ENTRIES);
  await writeArchive(join(folder, 'again.tar.zst'), each(ENTRIES), { mtimeMs: 1_709_272_800_000 });
  expect(readFileSync(join(folder, 'again.tar.zst')).equals(readFileSync(path))).toBe(true);
  expect(statSync(path).mode & 0o077).toBe(0);
});

/** End marks of the last, empty blocks, and the checksum. */
const BEHIND = 16;

test('cut off anywhere it is refused; only what stands behind the last byte may be short', async () => {
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length - BEHIND; length += 1) expect(await outcomeOf(whole.subarray(0, length)), `${length} of ${whole.length} bytes`).toBe('damaged');
  for (let length = whole.length - BEHIND; length < whole.length; length += 1) expect(['damaged', ENTRIES], `${length} bytes`).toContainEqual(await outcomeOf(whole.subarray(0, length)));
});

test('with any byte changed it is refused, or is read as it was written', async () => {
  const whole = readFileSync(path);
  for (let index = 0; index < whole.length; index += 1) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(whole.readUInt8(index) ^ 0xff, index);
    expect(['foreign', 'damaged', ENTRIES], `byte ${index}`).toContainEqual(await outcomeOf(changed));
  }
});

/** What refuses these bytes, in words; the names of the entries where nothing does. */
const saidOf = async (bytes: Uint8Array): Promise<string> => {
  const file = join(folder, 'odd');
  writeFileSync(file, bytes);
  return readAll(file).then(entries => entries.map(({ name }) => name).join(' '), (error: unknown) => `${(error as { kind: string }).kind}: ${(error as Error).message}`);
};

/** The same tar with bytes of it changed, under zstd again. */
const tarred = (change: (tar: Buffer) => Buffer): Buffer => zstdCompressSync(change(zstdDecompressSync(readFileSync(path))));

test('whatever stands behind its compressed frame is refused: junk, zeros, a second frame', async () => {
  const whole = readFileSync(path);
  const own = zstdCompressSync(zstdDecompressSync(whole));
  expect(await saidOf(own)).toBe(ENTRIES.map(({ name }) => name).join(' '));
  for (const more of [Buffer.from('junk'), Buffer.alloc(10), zstdCompressSync(Buffer.from('more')), Buffer.alloc(3 << 20, 'x')]) {
    expect(await saidOf(Buffer.concat([own, more]))).toBe(`damaged: ${more.length} bytes stand behind the end of its compressed frame, which is all that a backup is. Cut it after ${own.length} bytes if you know what was added.`);
    expect(await saidOf(Buffer.concat([whole, more]))).toMatch(/^damaged: \d+ bytes stand behind the end of its compressed frame/);
  }
});

test('zeros behind the end of the tar, as other programs fill up their records, are taken; anything else there is not', async () => {
  const names = ENTRIES.map(({ name }) => name).join(' ');
  expect(await saidOf(tarred(tar => tar))).toBe(names);
  expect(await saidOf(tarred(tar => Buffer.concat([tar, Buffer.alloc(10_240 - (tar.length % 10_240))])))).toBe(names);
  expect(await saidOf(tarred(tar => Buffer.concat([tar, Buffer.alloc(3 << 20)])))).toBe(names);
  expect(await saidOf(tarred(tar => Buffer.concat([tar, Buffer.alloc(5_000), Buffer.from('x')])))).toBe('damaged: Something stands behind its end.');
});

test('bytes hidden in the padding of an entry, and entries that are no plain files, are refused', async () => {
  expect(await saidOf(tarred(tar => Buffer.from(tar.map((byte, at) => (at === 1_000 ? 7 : byte)))))).toBe('damaged: Bytes are hidden behind "manifest.json", where nothing but zeros may stand.');
  const linked = tarred(tar => {
    tar.write('2', 156);
    tar.write('        ', 148);
    const sum = tar.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return tar;
  });
  expect(await saidOf(linked)).toBe('damaged: "manifest.json" in it is no plain file (kind "2"). A backup holds nothing else; links and folders of other programs are not followed.');
});

test('a writer that fails leaves nothing behind', async () => {
  async function* failing(): AsyncGenerator<ArchiveEntry, void, void> {
    yield ENTRIES[0]!;
    throw new Error('lost');
  }
  await expect(writeArchive(join(folder, 'failed.tar.zst'), failing(), { mtimeMs: 0 })).rejects.toThrow('lost');
  expect(readdirSync(folder).filter(name => name.startsWith('failed'))).toEqual([]);
});
