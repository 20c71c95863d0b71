/** Writes lines to a file that appears under its name when it is whole, gzipped where the name ends so. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { usage } from '../engine/problem.ts';
import { typed } from '../engine/wording.ts';

/** Returns what the lines returned at their end, and how many they were. */
export const writeBundle = async <End>(lines: AsyncGenerator<string, End, void>, path: string): Promise<Readonly<{ end: End; count: number }>> => {
  let count = 0;
  let end = null as Readonly<{ value: End }> | null;
  async function* pieces(): AsyncGenerator<string, void, void> {
    for (;;) {
      const next = await lines.next();
      if (next.done === true) {
        end = { value: next.value };
        return;
      }
      count += 1;
      yield `${next.value}\n`;
    }
  }
  const partial = `${path}.${process.pid}.partial`;
  try {
    const file = createWriteStream(partial);
    await (path.endsWith('.gz') ? pipeline(pieces, createGzip(), file) : pipeline(pieces, file));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    await lines.return(undefined as never);
    if (error instanceof Error && 'syscall' in error && 'path' in error) throw usage(`--out: ${typed(path)} cannot be written (${'code' in error ? String(error.code) : error.message}).`, 'Name a file in a folder you may write to.');
    throw error;
  }
  return { end: end!.value, count };
};
