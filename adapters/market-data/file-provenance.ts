/**
 * Where candles came from, as evidence: the digest and size of the file as it lies on the disk, compressed or not.
 * It never looks inside; that two files hold equal candles is decided by the candles' own digests.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { digestOf } from '../../core/kernel/units.ts';
import type { Digest } from '../../core/kernel/units.ts';
import { asMarketFileError } from './market-file-error.ts';

export type FileProvenance = Readonly<{ sourceName: string; sha256: Digest; sizeBytes: number }>;

/** The SHA-256 and size of a file's stored bytes, streamed, and its base name. Throws MarketFileError when it cannot be read. */
export const fileProvenance = async (path: string): Promise<FileProvenance> => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    throw asMarketFileError(path, error);
  }
  return { sourceName: basename(path), sha256: digestOf(hash.digest('hex')), sizeBytes };
};
