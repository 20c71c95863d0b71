/**
 * Names every path of an embedded store: what lies in <folder>/postgres and where its socket goes. It decides names
 * only; it creates nothing.
 */
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sha256Hex } from '../../../core/kernel/digest.ts';
import { StoreError } from '../store-error.ts';
import { SOCKET_NAME } from './address.ts';

export type Layout = Readonly<{
  /** The store's folder, absolute and with symbolic links resolved where it exists. */
  folder: string;
  /** Everything of the server; 0700, owned by the account the server runs as. */
  serverFolder: string;
  /** PostgreSQL's own files (its PGDATA). */
  clusterFolder: string;
  logFile: string;
}>;

/** sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included; some room is left for both. */
const SOCKET_PATH_BYTES_MAX = 100;

export const layoutOf = (folder: string): Layout => {
  if (/[\n\r\0]/.test(folder)) {
    throw new StoreError('refused', {
      message: `The store folder ${JSON.stringify(folder)} has a line break in its name.`,
      hint: 'Choose another folder with --store.',
    });
  }
  const absolute = realPathOf(resolve(folder));
  const serverFolder = join(absolute, 'postgres');
  return { folder: absolute, serverFolder, clusterFolder: join(serverFolder, 'cluster'), logFile: join(serverFolder, 'server.log') };
};

/** The socket's folder: beside the cluster, or under /tmp, named by owner and store, where the path would be too long. */
export const socketFolderOf = (layout: Layout, ownerUid: number): string => {
  const near = join(layout.serverFolder, 'socket');
  if (Buffer.byteLength(join(near, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX) return near;
  const digest = sha256Hex(layout.folder).slice(0, 16);
  return `/tmp/tb-${ownerUid}-${digest}`;
};

const realPathOf = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path; // It does not exist yet, or cannot be looked at: whoever uses it says so better.
  }
};
