/**
 * Bulk transfer: COPY into the store from batches of bytes, COPY out of it as a stream of bytes or row by row. It keeps to
 * the pace of the slower side, so memory stays flat, and it knows nothing about tables.
 */
import type { Socket } from 'node:net';
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

/** One row as it came, from `from` up to `to`. The bytes are valid inside the visit only. */
export type VisitRow = (bytes: Buffer, from: number, to: number) => void;

/** Messages of the protocol while a COPY goes out: a type, and a length that counts itself. */
const [COPY_DATA, COPY_DONE, COPY_OUT, ERROR] = [0x64, 0x63, 0x48, 0x45] as const;
const MESSAGE_HEAD = 5;

type Connection = Readonly<{ stream: Socket; query: (sql: string) => void }>;
type Parse = (bytes: Buffer) => void;

/**
 * Runs `COPY … TO STDOUT` and calls `visit` with every row, in order, where it lies in what the socket read: the server
 * sends a message a row. Nothing is copied and nothing is awaited between rows, so a visit has to be short. What a visit
 * throws is thrown once the rest has come, and the connection is usable again.
 */
export const visitRows = (client: pg.ClientBase, sql: string, visit: VisitRow): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let failure = null as Error | null;
  const guarded: VisitRow = (bytes, from, to) => {
    if (failure !== null) return;
    try {
      visit(bytes, from, to);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  };
  let detach = (): void => undefined;
  const query = {
    submit: (connection: unknown): void => {
      const { stream } = connection as Connection;
      detach = attach(stream, guarded);
      (connection as Connection).query(sql);
    },
    handleError: (error: Error): void => {
      detach();
      reject(failure ?? error);
    },
    handleCommandComplete: (): void => undefined,
    handleReadyForQuery: (): void => {
      detach();
      if (failure === null) resolve();
      else reject(failure);
    },
  };
  client.query(query as pg.Submittable);
  return promise;
};

/** Reads the socket in place of the driver until the rows have come; what is not a row goes on to the driver. Returns how to stop. */
const attach = (stream: Socket, visit: VisitRow): (() => void) => {
  const parse = stream.listeners('data')[0] as Parse;
  let waiting: Buffer[] = [];
  let [waitingBytes, needed] = [0, MESSAGE_HEAD];
  const take = (chunk: Buffer): void => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes < needed) return;
    const bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting, waitingBytes);
    const { at, isOver } = visitMessages(bytes, visit, parse);
    const rest = bytes.subarray(at);
    waiting = rest.length === 0 ? [] : [rest];
    waitingBytes = rest.length;
    needed = rest.length < MESSAGE_HEAD ? MESSAGE_HEAD : 1 + rest.readUInt32BE(1);
    if (isOver) detach();
  };
  const detach = (): void => {
    if (!stream.listeners('data').includes(take)) return;
    stream.on('data', parse);
    stream.removeListener('data', take);
    const unread = waiting;
    waiting = [];
    for (const bytes of unread) parse(bytes);
  };
  stream.on('data', take);
  stream.removeListener('data', parse);
  return detach;
};

/** Takes whole messages and says where the first incomplete one begins; it is over where the rows are, or with an error, which is left. */
const visitMessages = (bytes: Buffer, visit: VisitRow, parse: Parse): Readonly<{ at: number; isOver: boolean }> => {
  let at = 0;
  while (at + MESSAGE_HEAD <= bytes.length) {
    const type = bytes[at];
    if (type === ERROR) return { at, isOver: true };
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    if (type === COPY_DATA) visit(bytes, at + MESSAGE_HEAD, end);
    else if (type === COPY_DONE) return { at: end, isOver: true };
    else if (type !== COPY_OUT) parse(bytes.subarray(at, end));
    at = end;
  }
  return { at, isOver: false };
};
