/**
 * PostgreSQL's binary COPY format, read tuple by tuple without a copy of the bytes: 11 bytes of signature, 4 of flags, a
 * header extension, then per tuple a field count and each field as length and bytes (COPY, "Binary Format").
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import { copyOut, visitRows } from './copy.ts';

/** One tuple: where its fields lie in `bytes`. Valid inside the visit only. A length of -1 is NULL. */
export type Tuple = Readonly<{ bytes: Buffer; view: DataView; at: Int32Array; length: Int32Array }>;

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const FIELDS_MAX = 64;
const COMPLETE = 0;

/** Calls `visit` with every tuple of `COPY … TO STDOUT (FORMAT binary)`, in order, as they arrive. The visit is not awaited, and short. */
export const visitTuples = async (client: pg.ClientBase, sql: string, visit: (tuple: Tuple) => void): Promise<void> => {
  const [at, length] = [new Int32Array(FIELDS_MAX), new Int32Array(FIELDS_MAX)];
  let tuple: Tuple = { bytes: Buffer.alloc(0), view: new DataView(new ArrayBuffer(0)), at, length };
  let [hasHeader, hasTrailer] = [false, false];
  await visitRows(client, sql, (bytes, from, to) => {
    if (tuple.bytes !== bytes) tuple = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at, length };
    const start = hasHeader ? from : pastHeader(tuple, from);
    hasHeader = true;
    if (start === to) return;
    const border = scanTuple(tuple, start);
    assert(border === COMPLETE || border === to, 'The server sends a tuple a message.');
    if (border === COMPLETE) hasTrailer = true;
    else visit(tuple);
  });
  assert(hasTrailer, 'A binary COPY ends with its trailer.');
};

const pastHeader = ({ bytes, view }: Tuple, from: number): number => {
  assert(bytes.subarray(from, from + SIGNATURE.length).equals(SIGNATURE), 'A binary COPY starts with its signature.');
  return from + SIGNATURE.length + 8 + view.getInt32(from + SIGNATURE.length + 4);
};

/** As visitTuples, in batches as they come: each tuple is turned into a row. */
export async function* readTuples<Row>(client: pg.ClientBase, sql: string, rowOf: (tuple: Tuple) => Row): AsyncGenerator<readonly Row[], void, void> {
  let rows: Row[] = [];
  const scan = newScanner(tuple => void rows.push(rowOf(tuple)));
  for await (const chunk of copyOut(client, sql)) {
    scan.take(chunk);
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
  scan.finish();
}

type Scanner = Readonly<{ take: (chunk: Buffer) => void; finish: () => void }>;

/** Finds tuple borders in chunks that are cut anywhere. What is incomplete waits, uncopied, until enough has come. */
const newScanner = (visit: (tuple: Tuple) => void): Scanner => {
  const at = new Int32Array(FIELDS_MAX);
  const length = new Int32Array(FIELDS_MAX);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let needed = 1;
  let hasHeader = false;
  let hasTrailer = false;

  const scan = (bytes: Buffer): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let from = 0;
    if (!hasHeader) {
      needed = SIGNATURE.length + 8;
      if (bytes.length >= needed) needed += view.getInt32(SIGNATURE.length + 4);
      if (bytes.length < needed) return keep(bytes);
      assert(bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE), 'A binary COPY starts with its signature.');
      hasHeader = true;
      from = needed;
    }
    const tuple: Tuple = { bytes, view, at, length };
    while (from < bytes.length && !hasTrailer) {
      const border = scanTuple(tuple, from);
      if (border < 0) {
        needed = -border;
        return keep(bytes.subarray(from));
      }
      if (border === COMPLETE) hasTrailer = true;
      else visit(tuple);
      from = border;
    }
    needed = 1;
  };
  const keep = (bytes: Buffer): void => {
    waiting = [bytes];
    waitingBytes = bytes.length;
  };
  return {
    take: chunk => {
      if (waitingBytes === 0) return scan(chunk);
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < needed) return;
      const bytes = Buffer.concat(waiting, waitingBytes);
      waiting = [];
      waitingBytes = 0;
      scan(bytes);
    },
    finish: () => assert(hasTrailer && waitingBytes === 0, 'A binary COPY ends with its trailer.'),
  };
};

/** The end of the tuple that starts at `from`; 0 for the trailer; minus the bytes needed when it is not all there. */
const scanTuple = ({ bytes, view, at, length }: Tuple, from: number): number => {
  const available = bytes.length - from;
  if (available < 2) return -2;
  const count = view.getInt16(from);
  if (count === -1) return COMPLETE;
  assert(count <= FIELDS_MAX, 'A tuple has as many fields as were asked for.');
  let position = from + 2;
  for (let field = 0; field < count; field += 1) {
    if (position + 4 > bytes.length) return from - position - 4;
    const size = view.getInt32(position);
    at[field] = position + 4;
    length[field] = size;
    position += 4 + (size < 0 ? 0 : size);
    if (position > bytes.length) return from - position;
  }
  return position;
};

export const int4At = ({ view, at }: Tuple, field: number): number => view.getInt32(at[field]!);

/** An int8 that a double holds exactly. */
export const int8At = ({ view, at }: Tuple, field: number): number => {
  const value = view.getInt32(at[field]!) * 4_294_967_296 + view.getUint32(at[field]! + 4);
  assert(Number.isSafeInteger(value), 'A stored integer is one that a double holds exactly.');
  return value;
};

export const isNull = ({ length }: Tuple, field: number): boolean => length[field]! < 0;

export const textAt = ({ bytes, at, length }: Tuple, field: number): string =>
  bytes.toString('utf8', at[field]!, at[field]! + length[field]!);

export const hexAt = ({ bytes, at, length }: Tuple, field: number): string =>
  bytes.toString('hex', at[field]!, at[field]! + length[field]!);

/** The bytes themselves; valid as long as the tuple is, copy them to keep them. */
export const bytesAt = ({ bytes, at, length }: Tuple, field: number): Buffer =>
  bytes.subarray(at[field]!, at[field]! + length[field]!);
