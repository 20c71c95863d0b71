/**
 * Rows of a store as lines of PostgreSQL's text COPY, in parts of whole lines, and what a table's lines add up to. Lines in
 * the order of the key have one digest, wherever and in whatever order the rows are stored.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { copyOutSql } from './backup-tables.ts';
import type { BackupTable } from './backup-tables.ts';
import { copyOut } from './copy.ts';

/** What a table has: how many rows, and the SHA-256 over their lines. */
export type TableDigest = Readonly<{ rows: number; sha256: string }>;

export type LineTally = Readonly<{ take: (lines: Uint8Array) => void; digest: () => TableDigest }>;

const LINE_FEED = 10;

/** Adds up lines, which may be cut anywhere. A line feed inside a value is spelled out, so each one ends a row. */
export const newLineTally = (): LineTally => {
  const hash = createHash('sha256');
  let rows = 0;
  return {
    take: lines => {
      hash.update(lines);
      for (let at = lines.indexOf(LINE_FEED); at >= 0; at = lines.indexOf(LINE_FEED, at + 1)) rows += 1;
    },
    digest: () => ({ rows, sha256: hash.copy().digest('hex') }),
  };
};

const PART_BYTES = 4 << 20;

/** The lines of a table in parts of about four megabytes, each of whole lines. Memory is that of one part. */
export async function* readParts(client: pg.ClientBase, table: BackupTable): AsyncGenerator<Buffer, void, void> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  for await (const chunk of copyOut(client, copyOutSql(table))) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    waitingBytes += chunk.length;
    if (waitingBytes < PART_BYTES || end === 0) {
      waiting.push(chunk);
      continue;
    }
    yield Buffer.concat([...waiting, chunk.subarray(0, end)]);
    waiting = end === chunk.length ? [] : [chunk.subarray(end)];
    waitingBytes = chunk.length - end;
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting, waitingBytes);
}

/** What the table in this store adds up to. */
export const digestOfTable = async (client: pg.ClientBase, table: BackupTable): Promise<TableDigest> => {
  const tally = newLineTally();
  for await (const chunk of copyOut(client, copyOutSql(table))) tally.take(chunk);
  return tally.digest();
};

/** What values look like must not depend on settings of the server, the login or the shell. */
export const FIXED_FORMS = `SET LOCAL bytea_output = 'hex'; SET LOCAL client_encoding = 'UTF8'; SET LOCAL extra_float_digits = 1; SET LOCAL IntervalStyle = 'postgres'`;
