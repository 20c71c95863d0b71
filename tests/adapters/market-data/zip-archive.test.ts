/** Archives as downloaded, and archives that are cut off, damaged, locked, or mean harm. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { newArchiveShelf, openArchive } from '../../../adapters/market-data/zip-archive.ts';
import { asText, fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';
import { zipOf } from './zip-bytes.ts';

const folder = await temporaryFolder();
const write = fileWriter(folder);

const KRAKEN = '1709269200,10.0,12.5,9.75,11,0.5,7\n1709272800,11,11,11,11,5.5E+2,1\n';
const CANDLES = ['1 1709269200000 10 12.5 9.75 11 0.5 7', '2 1709272800000 11 11 11 11 550 1'];
const LONG = Array.from({ length: 30_000 }, (_, index) => `${1_640_995_200 + index * 3_600},10.${index % 977},20,5,11,1.${index % 7_919},1\n`).join('');

describe('an archive of one text is read as that text', () => {
  test.each([
    ['deflated', [{ name: 'XBTUSD_60.csv', content: KRAKEN }]],
    ['stored', [{ name: 'XBTUSD_60.csv', content: KRAKEN, stored: true }]],
    ['below a folder, beside what is no candle file', [{ name: 'a/', content: '' }, { name: 'a/XBTUSD_60.csv', content: KRAKEN }, { name: 'a/README.md', content: 'x' }, { name: '__MACOSX/a/._XBTUSD_60.csv', content: 'x' }, { name: 'a/EMPTY_60.csv', content: '' }]],
  ])('%s', async (_, members) => {
    const { candles, tally } = await readWhole(await write('one.zip', zipOf(members)), { strict: true });
    expect(candles.map(asText)).toEqual(CANDLES);
    expect(tally.format).toBe('kraken-ohlcvt');
  });

  test('in many pieces, forwards and backwards', async () => {
    const whole = await readWhole(await write('long.zip', zipOf([{ name: 'long.csv', content: LONG }])));
    expect(whole.tally).toMatchObject({ candles: 30_000, gaps: 0, rejected: 0 });
    const backwards = await readWhole(await write('back.zip', zipOf([{ name: 'long.csv', content: LONG.trimEnd().split('\n').toReversed().join('\n') }])));
    expect(backwards.candles.map(({ values }) => values)).toEqual(whole.candles.map(({ values }) => values));
  });

  test('the place of a bad line names archive, member and line', async () => {
    const path = await write('bad.zip', zipOf([{ name: 'x/XBTUSD_60.csv', content: `${KRAKEN}1709276400,1,0,1,1,1,1\n` }]));
    expect((await readWhole(path)).rejected).toEqual([{ file: `${path}/x/XBTUSD_60.csv`, line: 3, reason: 'a price of zero is no price' }]);
  });
});

describe('archives that are refused', () => {
  const good = zipOf([{ name: 'long.csv', content: LONG }]);
  const damaged = Buffer.from(good).fill(0x55, 5_000, 5_060);
  test.each([
    ['cut off', good.subarray(0, good.length - 100), 'bad.zip: the zip archive is truncated. Copy or download it again; unzip -t FILE tells whether it is whole.'],
    ['damaged in the middle', damaged, 'bad.zip/long.csv: the zip archive is damaged here'],
    ['without a member', zipOf([]), 'bad.zip: the zip archive has no CSV or JSON in it. Look into it with unzip -l FILE.'],
    ['of a spreadsheet', zipOf([{ name: 'xl/workbook.xml', content: '<x/>' }]), 'bad.zip: the zip archive has no CSV or JSON in it.'],
    ['of several texts', zipOf([{ name: 'a.csv', content: KRAKEN }, { name: 'b.csv', content: KRAKEN }]), 'bad.zip: the zip archive has 2 texts in it, from a.csv on. Unpack it, and name the files.'],
    ['with two members of one name', zipOf([{ name: 'a.csv', content: KRAKEN }, { name: 'a.csv', content: KRAKEN }]), 'bad.zip: the zip archive has two members called a.csv. Unpack it, and import what was in it.'],
    ['leading out of itself', zipOf([{ name: '../../etc/a.csv', content: KRAKEN }]), 'bad.zip: the zip archive holds a path that leads out of it'],
    ['with an absolute path', zipOf([{ name: '/etc/a.csv', content: KRAKEN }]), 'bad.zip: the zip archive holds a path that leads out of it'],
    ['locked', zipOf([{ name: 'a.csv', content: KRAKEN, flags: 1 }]), 'bad.zip/a.csv: it is locked with a password. Unpack it, and import what was in it.'],
    ['packed by another method', zipOf([{ name: 'a.csv', content: KRAKEN, method: 12 }]), 'bad.zip/a.csv: it is compressed by method 12 of zip, and only deflate is read.'],
    ['a bomb', zipOf([{ name: 'a.csv', content: Buffer.alloc(80_000_000, '\n') }]), /bad\.zip\/a\.csv: it unpacks to 10\d\d times its size, as no candles do\./],
    ['that says too large a size', zipOf([{ name: 'a.csv', content: KRAKEN, claims: { size: KRAKEN.length + 5 } }]), 'bad.zip/a.csv: the zip archive is damaged here (is shorter than the archive says).'],
    ['that says too small a size', zipOf([{ name: 'a.csv', content: KRAKEN, claims: { size: 10 } }]), 'bad.zip/a.csv: the zip archive is damaged here (is longer than the archive says).'],
    ['with a false checksum', zipOf([{ name: 'a.csv', content: KRAKEN, claims: { crc: 1 } }]), 'bad.zip/a.csv: the zip archive is damaged here (does not have its checksum).'],
    ['in an archive', zipOf([{ name: 'a.csv', content: good }]), 'bad.zip/a.csv: what was unpacked is a zip archive. Unpack it, and import what was in it.'],
    ['of gzip', zipOf([{ name: 'a.csv', content: gzipSync(KRAKEN) }]), 'bad.zip/a.csv: what was unpacked is gzip.'],
    ['of nothing that is text', zipOf([{ name: 'a.csv', content: Buffer.from([1, 0, 2]) }]), 'bad.zip/a.csv: it is a binary file.'],
  ])('%s', async (_, content, message) => {
    const path = await write('bad.zip', content);
    await expect(readWhole(path)).rejects.toThrow(message);
    await expect(readWhole(path)).rejects.toMatchObject({ name: 'MarketFileError' });
  });

  test('text that is called a zip', async () => {
    await expect(openArchive(await write('text.zip', KRAKEN))).rejects.toThrow('text.zip: it is no zip archive.');
    expect((await readWhole(join(folder, 'text.zip'))).candles.map(asText)).toEqual(CANDLES);
  });
});

test('a shelf keeps one archive open and reads the members of each', async () => {
  const first = await write('first.zip', zipOf([{ name: 'XBTUSD_60.csv', content: KRAKEN }, { name: 'ETHUSD_60.csv', content: KRAKEN.replaceAll('12.5', '13') }]));
  const second = await write('second.zip', zipOf([{ name: 'XBTUSD_60.csv', content: LONG }]));
  const shelf = newArchiveShelf();
  const digests: string[] = [];
  for (const [path, name] of [[first, 'ETHUSD_60.csv'], [first, 'XBTUSD_60.csv'], [second, 'XBTUSD_60.csv'], [first, 'ETHUSD_60.csv']] as const) {
    const hash = createHash('sha256');
    for await (const chunk of (await shelf.member(path, name)).bytes()) hash.update(chunk);
    digests.push(hash.digest('hex'));
  }
  const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  expect(digests).toEqual([digestOf(KRAKEN.replaceAll('12.5', '13')), digestOf(KRAKEN), digestOf(LONG), digestOf(KRAKEN.replaceAll('12.5', '13'))]);
  await shelf.close();
  await writeFile(first, zipOf([{ name: 'XBTUSD_60.csv', content: KRAKEN }]));
  await expect(shelf.member(first, 'ETHUSD_60.csv')).rejects.toThrow('the zip archive has no ETHUSD_60.csv in it any more');
  await shelf.close();
});
