/** What a checkpoint says (C2SP tlog-checkpoint): whose log, how many envelopes, and the root over them. Signatures are another matter. */
import type { HashBytes } from '../core/kernel/digest.ts';

/** `root` is over the first `size` envelopes of the run that the origin names. */
export type Checkpoint = Readonly<{ origin: string; size: number; root: HashBytes }>;
export type LogName = Readonly<{ store: string; run: string }>;

export const originOf = ({ store, run }: LogName): string => `tb/${store}/${run}`;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ORIGIN = new RegExp(`^tb/(${UUID})/(${UUID})$`);

/** Null for the origin of a log that is not ours. */
export const logNameOf = (origin: string): LogName | null => {
  const [, store, run] = ORIGIN.exec(origin) ?? [];
  return store === undefined || run === undefined ? null : { store, run };
};

const base64Of = (hash: HashBytes): string => Buffer.from(hash, 'latin1').toString('base64');

export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${base64Of(root)}\n`;

const SIZE = /^(?:0|[1-9]\d{0,14})$/;
const ROOT = /^[A-Za-z0-9+/]{43}=$/;

/** Null for a text that is no checkpoint. Lines after the third are somebody's extensions and say nothing to us. */
export const checkpointOfText = (text: string): Checkpoint | null => {
  const [origin, size, root, ...more] = text.split('\n');
  if (origin === undefined || origin === '' || size === undefined || !SIZE.test(size) || root === undefined || !ROOT.test(root)) return null;
  const bytes = Buffer.from(root, 'base64');
  // A text ends with a line feed, and an extension line is not empty.
  if (more.at(-1) !== '' || more.slice(0, -1).includes('') || bytes.toString('base64') !== root) return null;
  return { origin, size: Number(size), root: bytes.toString('latin1') as HashBytes };
};
