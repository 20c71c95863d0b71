/** Files that are no text, and what is said of them. */
import { chmod, mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { asMarketFileError } from '../../../adapters/market-data/market-file-error.ts';
import { readCandles } from '../../../adapters/market-data/read-candles.ts';
import { readLineBlocks } from '../../../adapters/market-data/read-lines.ts';
import { requireUnchanged } from '../../../adapters/market-data/stored-file.ts';
import { openMarketFile } from '../../../adapters/market-data/text-file.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import { at, fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';

const folder = await temporaryFolder();
const write = fileWriter(folder);
const ROWS = Array.from({ length: 500 }, (_, index) => `${1_704_067_200 + index * 3_600},10.${index},12,9,11,1.${index * 7_919},1\n`).join('');

describe('files that are refused', () => {
  test.each([
    ['an empty file', '', 'the file is empty. Copy or download it again.'],
    ['gzip of nothing', gzipSync(''), 'the file has no lines of text. Copy or download it again.'],
    ['a header alone', 'ts,open,high,low,close,volume\n', 'the file has no candle lines. Copy or download it again.'],
    ['binary', Buffer.from([1, 2, 0, 3, 4, 0]), 'it is a binary file. Files are read as CSV text, plain or compressed with gzip.'],
    ['binary in gzip', gzipSync(Buffer.from([1, 2, 0, 3])), 'it is a binary file. Files are read as CSV text, plain or compressed with gzip.'],
    ['truncated gzip', gzipSync(ROWS).subarray(0, 600), 'the gzip file is truncated. Copy or download it again; gzip -t FILE tells whether it is whole.'],
    ['damaged gzip', gzipSync(ROWS).fill(0x55, 40, 80), 'the gzip file is damaged. Copy or download it again; gzip -t FILE tells whether it is whole.'],
    ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), 'it is a 7z archive. Unpack it with 7z x, and import what was in it.'],
    ['Feather of version 1', 'FEA1rest', 'it is a Feather file of version 1. Write it again as version 2, as every pandas since 1.1 does.'],
    ['gzip in gzip', gzipSync(gzipSync(ROWS)), 'what was unpacked is gzip. Unpack it, and import what was in it.'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'it is compressed with zstd. Unpack it with zstd -d, or compress it with gzip.'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'it is compressed with xz. Unpack it with xz -d, or compress it with gzip.'],
    ['bzip2', 'BZh91AY', 'it is compressed with bzip2. Unpack it with bzip2 -d, or compress it with gzip.'],
    ['UTF-16', Buffer.from('\uFEFFts,open', 'utf16le'), 'it is UTF-16 text. Save it as UTF-8.'],
  ])('%s', async (_, content, message) => {
    const path = await write('refused', content);
    await expect(readWhole(path)).rejects.toThrow(`${path}: ${message}`);
  });

  test('a file that is not there', async () => {
    await expect(readWhole(join(folder, 'absent.csv'))).rejects.toThrow(
      `${folder}/absent.csv: there is no such file. Check the path; a relative one starts at the current folder.`,
    );
  });

  test('a folder', async () => {
    await mkdir(join(folder, 'inner'), { recursive: true });
    await expect(readWhole(join(folder, 'inner'))).rejects.toThrow(`${folder}/inner: it is a folder. Name the files in it, for instance FOLDER/*.csv.`);
  });

  test('a device', async () => {
    await expect(readWhole('/dev/null')).rejects.toThrow('/dev/null: it is not a regular file. Save the text to a file first: it is read more than once.');
  });

  test('a file without line ends', async () => {
    const path = await write('endless.csv', `ts,open,high,low,close,volume\n${'1'.repeat(600_000)}`);
    await expect(readWhole(path)).rejects.toThrow(`${path}:2: the line is longer than 65536 characters. Files are read as text with one record a line, ended by LF or CR LF.`);
  });

  test('every line bad', async () => {
    const path = await write('bad.csv', 'ts,open,high,low,close,volume\nx,1,1,1,1,1\ny,1,1,1,1,1\n');
    await expect(readWhole(path)).rejects.toThrow(
      `${path}:2: no line of 2 is a valid candle; the first: time x is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z. Check --format, --symbol and --timeframe against the file.`,
    );
  });

  test('a file that may not be read', async context => {
    if (process.getuid?.() === 0) context.skip('root may read every file');
    const path = await write('locked.csv', ROWS);
    await chmod(path, 0);
    await expect(readWhole(path)).rejects.toThrow(`${path}: permission to read it was refused.`);
  });
});

test.each([
  ['EACCES', 'f.csv: permission to read it was refused. Make the file readable for this user (chmod u+r) and try again.'],
  ['EMFILE', 'f.csv: too many files are open. Import fewer files at once or raise the limit (ulimit -n).'],
  ['EIO', 'f.csv: reading failed: it broke. Check the file and the disk it lies on.'],
])('a failure of the system with code %s', (code, message) => {
  expect(asMarketFileError('f.csv', Object.assign(new Error('it broke'), { code })).message).toBe(message);
});

describe('gzip that is damaged is told from gzip that is cut off, wherever it happened', () => {
  const rows = (count: number): string => `ts,open,high,low,close,volume\n${Array.from({ length: count }, (_, index) => `${1_704_067_200 + index * 3_600},10.${(index * 7_919) % 9_973},12,9,11,1.${(index * 104_729) % 99_991}\n`).join('')}`;
  const saidOf = async (content: Uint8Array): Promise<string> => {
    const path = await write('broken.csv.gz', content);
    return readWhole(path).then(() => 'nothing', (error: Error) => error.message.slice(path.length));
  };

  const isReadAs = (text: string, packed: Uint8Array): boolean => {
    try {
      return gunzipSync(packed).toString() === text;
    } catch {
      return false;
    }
  };

  test.each([20, 500, 8_000])('%i lines', async count => {
    const whole = gzipSync(rows(count));
    const said = { flipped: new Set<string>(), overwritten: new Set<string>(), cut: new Set<string>() };
    const step = Math.ceil(whole.length / 14);
    for (let at = 24; at < whole.length - 8; at += step) {
      const [flipped, overwritten] = [Buffer.from(whole), Buffer.from(whole)];
      flipped[at] = whole[at]! ^ (1 << (at % 8));
      overwritten.fill(0x55, at, Math.min(at + 40, whole.length - 8));
      // Some bits, such as those that fill up the last byte, mean nothing.
      if (!isReadAs(rows(count), flipped)) said.flipped.add(await saidOf(flipped));
      said.overwritten.add(await saidOf(overwritten));
      said.cut.add(await saidOf(whole.subarray(0, at)));
    }
    const DAMAGED = ': the gzip file is damaged. Copy or download it again; gzip -t FILE tells whether it is whole.';
    const TRUNCATED = ': the gzip file is truncated. Copy or download it again; gzip -t FILE tells whether it is whole.';
    expect(said).toEqual({ flipped: new Set([DAMAGED]), overwritten: new Set([DAMAGED]), cut: new Set([TRUNCATED]) });
    expect(await saidOf(Buffer.concat([whole.subarray(0, whole.length - 8), Buffer.alloc(8)]))).toBe(DAMAGED);
    expect(await saidOf(Buffer.concat([whole.subarray(0, whole.length >> 1), Buffer.alloc(whole.length >> 1)]))).toBe(DAMAGED);
    expect(await saidOf(whole.subarray(0, 12))).toBe(TRUNCATED);
  });
});

test('lines over the edges of blocks are whole and numbered', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `${index} é€😀 ${'x'.repeat(index % 50)}`);
  for (const content of [lines.join('\n'), lines.join('\r\n'), gzipSync(lines.join('\n'))]) {
    const file = await openMarketFile(await write('blocks', content));
    const read: string[] = [];
    for await (const block of readLineBlocks(file)) {
      expect(block.firstLine).toBe(read.length + 1);
      read.push(...block.lines);
    }
    await file.handle.close();
    expect(read).toEqual(lines);
  }
});

test('a file written to while it is read', async () => {
  const path = await write('growing.csv', ROWS);
  const file = await openMarketFile(path);
  await requireUnchanged(file);
  await writeFile(path, `${ROWS}1735689600,10,12,9,11,1,1\n`);
  await expect(requireUnchanged(file)).rejects.toThrow(`${path}: the file changed while it was read. Wait until whatever writes it is done and import it again.`);
  await file.handle.close();
});

test('a reader that stops early closes the file', async () => {
  const path = await write('early.csv', Array.from({ length: 20_000 }, (_, index) => `${1_640_995_200 + index * 3_600},10,20,5,11,1,1\n`).join(''));
  /** Linux tells which files are open; tests in other threads have theirs open too, so only this one counts. */
  const timesOpen = async (): Promise<number> => {
    const handles = await readdir('/proc/self/fd').catch(() => []);
    const targets = await Promise.all(handles.map(handle => readlink(`/proc/self/fd/${handle}`).catch(() => '')));
    return targets.filter(target => target === path).length;
  };
  for await (const batch of readCandles({ path, series: { symbol: marketSymbol('BTC/USD'), timeframe: '1h' }, format: 'auto', nowMs: at('2026-01-01T00:00:00Z'), strict: false })) {
    expect(batch.candles[0]!.line).toBe(1);
    break;
  }
  expect(await timesOpen()).toBe(0);
});
