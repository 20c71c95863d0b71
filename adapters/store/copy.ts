/**
 * Bulk transfer: COPY into the store from batches of bytes, COPY out of it as a stream of bytes. It keeps to the pace of
 * the slower side, so memory stays flat, and it knows nothing about tables.
 */
import type pg from 'pg';
import { from as copyFromStream, to as copyToStream } from 'pg-copy-streams';

export type CopyChunk = Uint8Array | string;
export type CopyChunks = Iterable<CopyChunk> | AsyncIterable<CopyChunk>;

const BUFFERED_BYTES_MAX = 1 << 16;
const READ_BYTES_MAX = 1 << 20;

/**
 * Runs `COPY … FROM STDIN` with these chunks and returns how many rows the server took. When a chunk or the server
 * fails, the COPY is withdrawn, the connection is usable again (inside an aborted transaction) and the error is thrown.
 */
export const copyIn = async (client: pg.ClientBase, sql: string, chunks: CopyChunks): Promise<number> => {
  const stream = client.query(copyFromStream(sql, { highWaterMark: BUFFERED_BYTES_MAX }));
  // An error of the server may come before anybody awaits it; the promise keeps it.
  let refused = false as boolean;
  const settled = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve);
    stream.once('error', (error: Error) => {
      refused = true;
      reject(error);
    });
  });
  settled.catch(() => undefined);
  try {
    for await (const chunk of chunks) {
      if (refused) break;
      if (!stream.write(chunk)) await Promise.race([settled, new Promise<void>(resolve => void stream.once('drain', resolve))]);
    }
  } catch (error) {
    // The server has ended a COPY that it refused; one that our side gives up has to be withdrawn.
    if (!refused) stream.destroy(error instanceof Error ? error : new Error(String(error)));
    await settled.catch(() => undefined);
    throw error;
  }
  // A stream that the server has ended has lost its connection and takes nothing any more.
  if (!refused) stream.end();
  await settled;
  return stream.rowCount;
};

/** Runs `COPY … TO STDOUT` and yields its bytes as they come, cut anywhere. Leaving the loop early drains the rest. */
export async function* copyOut(client: pg.ClientBase, sql: string): AsyncGenerator<Buffer, void, void> {
  const stream = client.query(copyToStream(sql, { highWaterMark: READ_BYTES_MAX }));
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) yield chunk;
  } finally {
    // What is left belongs to this COPY: the connection is of no use before it has been read.
    if (!stream.readableEnded && stream.errored === null) for await (const _ of stream as AsyncIterable<Buffer>);
  }
}
