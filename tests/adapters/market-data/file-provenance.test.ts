/** Digests of files against the published ones of SHA-256. */
import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { fileProvenance } from '../../../adapters/market-data/file-provenance.ts';
import { fileWriter, temporaryFolder } from '../../support/market-files.ts';

const folder = await temporaryFolder();
const write = fileWriter(folder);

test.each([
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 3],
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0', 1_000_000],
  ['a'.repeat(3_000_000), createHash('sha256').update('a'.repeat(3_000_000)).digest('hex'), 3_000_000],
])('of %.10s', async (content, sha256, sizeBytes) => {
  expect(await fileProvenance(await write('BTC-1h.csv', content))).toEqual({ sourceName: 'BTC-1h.csv', sha256, sizeBytes });
});

test('of the stored bytes, compressed as they are', async () => {
  const bytes = gzipSync('abc');
  const path = await write('abc.csv.gz', bytes);
  expect(await fileProvenance(path)).toEqual({ sourceName: basename(path), sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length });
});

test('of a file that is not there', async () => {
  await expect(fileProvenance(`${folder}/absent.csv`)).rejects.toThrow(`${folder}/absent.csv: there is no such file.`);
});
