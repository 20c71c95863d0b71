/**
 * A proxy between tb and its server that sees every message of PostgreSQL's protocol and lets it pass, drops it or tears
 * it apart. It changes no byte that it forwards, and it decides nothing: a judge does.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { EMBEDDED_DATABASE, OWNER_ROLE, SOCKET_NAME, SOCKET_PORT } from '../../adapters/store/server/address.ts';

/** Who sent the message, and the how manieth of that side it is, from 1, over all connections of the wire. */
export type Passing = Readonly<{ side: 'client' | 'server'; ordinal: number; bytes: Buffer; commitReply: boolean }>;

/** Forward it, close the connection instead, or forward its first half and then close. */
export type Verdict = 'forward' | 'drop' | 'tear';
export type Judge = (passing: Passing) => Verdict | Promise<Verdict>;

/** How many messages went over a wire, and how many of them said that a transaction was committed. */
export type Totals = Readonly<{ client: number; server: number; commits: number }>;
export type Wire = Readonly<{ store: string; totals: () => Totals; close: () => Promise<void> }>;

/** A store's URL that leads through the wire. The socket folder must be short: a path of a socket has some 100 bytes. */
export const openWire = async (paths: Readonly<{ server: string; folder: string; database?: string }>, judge: Judge): Promise<Wire> => {
  const totals = { client: 0, server: 0, commits: 0 };
  const open = new Set<Socket>();
  const judged = (side: Passing['side']) => (bytes: Buffer): Verdict | Promise<Verdict> => {
    totals[side] += 1;
    const commitReply = side === 'server' && isCommitReply(bytes);
    if (commitReply) totals.commits += 1;
    return judge({ side, ordinal: totals[side], bytes, commitReply });
  };
  mkdirSync(paths.folder, { recursive: true });
  const path = join(paths.folder, SOCKET_NAME);
  rmSync(path, { force: true });
  const listener = createServer(client => {
    const server = connect(join(paths.server, SOCKET_NAME));
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
    pump({ from: client, to: server, cut: framesOf(true) }, judged('client'));
    pump({ from: server, to: client, cut: framesOf(false) }, judged('server'));
  });
  await new Promise<void>((ready, failed) => {
    listener.once('error', failed);
    listener.listen(path, ready);
  });
  const close = (): Promise<void> => {
    open.forEach(socket => socket.destroy());
    return new Promise(done => void listener.close(() => done()));
  };
  const store = `postgres://${OWNER_ROLE}@${encodeURIComponent(paths.folder)}:${SOCKET_PORT}/${paths.database ?? EMBEDDED_DATABASE}`;
  return { store, totals: () => ({ ...totals }), close };
};

type Cut = (chunk: Buffer) => readonly Buffer[];
type Way = Readonly<{ from: Socket; to: Socket; cut: Cut }>;

/** Messages of one direction pass one after the other, however long the judge takes over one. */
const pump = ({ from, to, cut }: Way, judge: (bytes: Buffer) => Verdict | Promise<Verdict>): void => {
  let queue: Promise<void> = Promise.resolve();
  let ended = false;
  const pass = async (bytes: Buffer): Promise<void> => {
    if (ended || to.destroyed) return;
    const verdict = await judge(bytes);
    if (verdict === 'forward') return void to.write(bytes);
    ended = true;
    if (verdict === 'tear') to.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
    to.end();
    from.destroy();
  };
  from.on('data', (chunk: Buffer) => {
    for (const bytes of cut(chunk)) queue = queue.then(() => pass(bytes));
  });
  from.on('close', () => void (queue = queue.then(() => void to.end())));
};

const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;

/** Whole messages of a stream. The first of a client has a length and no type; every other has both. */
const framesOf = (startsWithoutType: boolean): Cut => {
  let rest: Buffer = Buffer.alloc(0);
  let untyped = startsWithoutType;
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    const whole: Buffer[] = [];
    for (;;) {
      const lengthAt = untyped ? 0 : TYPE_BYTES;
      if (rest.length < lengthAt + LENGTH_BYTES) return whole;
      const end = lengthAt + rest.readInt32BE(lengthAt);
      if (rest.length < end) return whole;
      whole.push(rest.subarray(0, end));
      rest = rest.subarray(end);
      untyped = false;
    }
  };
};

const COMMIT_REPLY = Buffer.from('COMMIT\0', 'latin1');

/** CommandComplete of a COMMIT: after it the transaction is durable, whether anybody hears of it or not. */
const isCommitReply = (bytes: Buffer): boolean => bytes[0] === 'C'.charCodeAt(0) && bytes.subarray(TYPE_BYTES + LENGTH_BYTES).equals(COMMIT_REPLY);
