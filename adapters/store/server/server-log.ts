/**
 * Turns what PostgreSQL wrote when it gave up into a failure of the store with words for people. It reads the log of one
 * start only, and never decides whether to try again beyond saying that somebody else holds the cluster.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync, statfsSync } from 'node:fs';
import { StoreError, type StoreErrorKind } from '../store-error.ts';

type Reading = Readonly<{ pattern: RegExp; kind: StoreErrorKind; hint: string }>;

const FULL: Reading = {
  pattern: /No space left on device|Disk quota exceeded|Check free disk space/,
  kind: 'full',
  hint: 'Free some space on the disk of the store, then run the command again; nothing was lost.',
};

/** In order of precedence: a full disk also makes files look damaged. The messages are English, for LC_ALL is C. */
const READINGS: readonly Reading[] = [
  FULL,
  { pattern: /another (postmaster|server)|pre-existing shared memory block|lock file .* (already exists|is empty)/i, kind: 'locked', hint: 'A server that was killed is still ending; run the command again in a moment.' },
  { pattern: /could not look up effective user ID/, kind: 'permission', hint: 'PostgreSQL runs only as an account that has a name on this machine: use one, or name a server with --store postgres://….' },
  { pattern: /database files are incompatible with server/, kind: 'foreign', hint: 'Use the tb that made the store.' },
  { pattern: /Permission denied|wrong ownership|invalid permissions|Operation not permitted|Read-only file system/, kind: 'permission', hint: 'Use the account that owns the store, or give it back its folders: chmod -R go= on its postgres folder.' },
  { pattern: /could not (create|map) .*shared memory|Cannot allocate memory/, kind: 'full', hint: 'The machine is short of shared memory: close other programs, or lower shared_buffers in postgresql.conf of the store.' },
];

const UNKNOWN: Pick<Reading, 'kind' | 'hint'> = { kind: 'unreachable', hint: 'Look at the words of PostgreSQL above; with a server of your own use --store postgres://….' };
const LINES_SHOWN_MAX = 4;

/** The failure behind the words of a program that ended. On a full disk the log stays empty: then the disk itself is asked. */
export const failureOf = ({ words, where, folder }: Readonly<{ words: string; where: string; folder: string }>): StoreError => {
  const speechless = words.trim() === '' && freeBytes(folder) < FREE_BYTES_MIN;
  const { kind, hint } = speechless ? FULL : (READINGS.find(reading => reading.pattern.test(words)) ?? UNKNOWN);
  return new StoreError(kind, { message: `${where}: ${tellingLines(words)}`, hint });
};

/** The lines that say why: errors and their hints without time stamps, or the last words where there are none. */
const tellingLines = (words: string): string => {
  const lines = words.split('\n').map(line => line.replace(/^\d{4}-\d\d-\d\d [\d:.]+ \w+ \[\d+\] /, '').trim()).filter(line => line !== '');
  const telling = lines.filter(line => /(ERROR|FATAL|PANIC|DETAIL|HINT|error):/i.test(line));
  const shown = (telling.length > 0 ? telling.slice(0, LINES_SHOWN_MAX) : lines.slice(-LINES_SHOWN_MAX)).join(' ');
  return shown === '' ? 'PostgreSQL ended without a word.' : shown;
};

/** A server that starts writes its lock files, a status file and a segment of the log. */
const FREE_BYTES_MIN = 1_000_000;

const freeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

const LOG_BYTES_MAX = 10_000_000;
const WORDS_BYTES_MAX = 100_000;

/** Opens the log for appending, the old one set aside when it has grown long; says where this start begins. */
export const openLog = (path: string): Readonly<{ descriptor: number; start: number }> => {
  if (existsSync(path) && statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.old`);
  const descriptor = openSync(path, 'a', 0o600);
  return { descriptor, start: fstatSync(descriptor).size };
};

/** What was logged since. */
export const wordsSince = (path: string, start: number): string => {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(WORDS_BYTES_MAX, Math.max(0, fstatSync(descriptor).size - start)));
    readSync(descriptor, bytes, 0, bytes.length, start);
    return bytes.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
};
