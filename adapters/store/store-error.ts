/**
 * What can go wrong between tb and its store, in words and with what to do next. It names failures of the outside
 * (a server, a folder, a disk); a failure it does not know is a bug and is left for the caller to rethrow.
 */

/**
 * unreachable: nobody answers, or the server is going away. locked: somebody else holds what we need. full: no room left.
 * foreign: it is not a store of ours. schema_version: a store of another version. refused: a rule of the database or of
 * the store said no. permission: the folder or the role does not let us in.
 */
export type StoreErrorKind = 'unreachable' | 'locked' | 'full' | 'foreign' | 'schema_version' | 'refused' | 'permission';

type StoreErrorText = Readonly<{ message: string; hint: string; cause?: unknown }>;

/** The message says what happened and where, the hint what to do next. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  readonly hint: string;
  constructor(kind: StoreErrorKind, text: StoreErrorText) {
    super(text.message, { cause: text.cause });
    this.name = 'StoreError';
    this.kind = kind;
    this.hint = text.hint;
  }
}

type Verdict = Readonly<{ kind: StoreErrorKind; hint: string }>;

const TRY_AGAIN = 'Run the command again; nothing was left half-done.';
const MAKE_ROOM = 'Free some space on its disk, then run the command again; nothing was left half-done.';
const CHECK_SERVER = 'Check that the server runs and that host and port are right, then run the command again.';
const CHECK_LOGIN = 'Check user, password and pg_hba.conf of the server.';
const ASK_OWNER = 'Use a login that may do this: the application role only reads and appends.';
const WRITE_TO_PRIMARY = 'Connect to the primary: this server takes no writes.';

/** Classes and codes of Appendix A of the PostgreSQL manual; a whole code outranks its class. */
const BY_SQLSTATE: Readonly<Record<string, Verdict>> = {
  '08': { kind: 'unreachable', hint: CHECK_SERVER },
  '23': { kind: 'refused', hint: 'A constraint of the store refused the row. If tb wrote it by itself, please report it.' },
  '25006': { kind: 'refused', hint: WRITE_TO_PRIMARY },
  '28': { kind: 'permission', hint: CHECK_LOGIN },
  '3D000': { kind: 'unreachable', hint: 'Create the database on the server, or correct its name in the URL.' },
  '40001': { kind: 'locked', hint: TRY_AGAIN },
  '40P01': { kind: 'locked', hint: TRY_AGAIN },
  '42501': { kind: 'permission', hint: ASK_OWNER },
  '53100': { kind: 'full', hint: MAKE_ROOM },
  '53200': { kind: 'full', hint: 'The server ran out of memory: give it more, or close other connections.' },
  '53300': { kind: 'unreachable', hint: 'Close other connections, or raise max_connections of the server.' },
  '53400': { kind: 'full', hint: 'A limit of the server was passed: raise it, then run the command again.' },
  '55P03': { kind: 'locked', hint: TRY_AGAIN },
  '57014': { kind: 'locked', hint: 'The statement took longer than the server allows; run the command again.' },
  '57P01': { kind: 'unreachable', hint: TRY_AGAIN },
  '57P02': { kind: 'unreachable', hint: TRY_AGAIN },
  '57P03': { kind: 'unreachable', hint: 'The server is starting or stopping; run the command again in a moment.' },
  '57P05': { kind: 'unreachable', hint: TRY_AGAIN },
  '58': { kind: 'unreachable', hint: 'The server could not use its disk: look at its log.' },
  P0001: { kind: 'refused', hint: 'A trigger of the store refused it: the log only grows, rows are never edited.' },
};

/** Codes of Node's system errors (see errno(3)) and of its resolver. */
const BY_SYSTEM_CODE: Readonly<Record<string, Verdict>> = {
  EACCES: { kind: 'permission', hint: 'Use the account that owns the store, or choose another one with --store.' },
  EPERM: { kind: 'permission', hint: 'Use the account that owns the store, or choose another one with --store.' },
  EROFS: { kind: 'permission', hint: 'The file system is read-only: choose another folder with --store.' },
  ENOTDIR: { kind: 'foreign', hint: 'A part of the path is a file: choose another folder with --store.' },
  ENOSPC: { kind: 'full', hint: MAKE_ROOM },
  EDQUOT: { kind: 'full', hint: MAKE_ROOM },
  EMFILE: { kind: 'full', hint: 'Too many files are open: raise the limit with ulimit -n.' },
  ENFILE: { kind: 'full', hint: 'Too many files are open on this machine: close other programs.' },
  ECONNREFUSED: { kind: 'unreachable', hint: CHECK_SERVER },
  ECONNRESET: { kind: 'unreachable', hint: TRY_AGAIN },
  EPIPE: { kind: 'unreachable', hint: TRY_AGAIN },
  ETIMEDOUT: { kind: 'unreachable', hint: CHECK_SERVER },
  EHOSTUNREACH: { kind: 'unreachable', hint: CHECK_SERVER },
  ENETUNREACH: { kind: 'unreachable', hint: CHECK_SERVER },
  ENOTFOUND: { kind: 'unreachable', hint: 'The host name is unknown: correct it in the URL.' },
  EAI_AGAIN: { kind: 'unreachable', hint: 'The host name could not be looked up: check the network.' },
};

/** Errors of the driver that carry no code: the text is all there is. */
const BY_TEXT: readonly Readonly<{ pattern: RegExp; verdict: Verdict }>[] = [
  { pattern: /^Connection terminated|connection error and is not queryable|was closed and is not queryable/, verdict: { kind: 'unreachable', hint: TRY_AGAIN } },
  { pattern: /^timeout expired|connection timeout|^Query read timeout/, verdict: { kind: 'unreachable', hint: CHECK_SERVER } },
  { pattern: /^SASL:/, verdict: { kind: 'permission', hint: CHECK_LOGIN } },
  { pattern: /SSL connection/, verdict: { kind: 'unreachable', hint: 'Correct sslmode in the URL: the server and the URL disagree about TLS.' } },
];

/** A lost connection may have committed: whoever retries reads first what is stored (see isRetryable). */
const LOST_CONNECTION = /^Connection terminated|connection error and is not queryable|was closed and is not queryable/;
const RETRYABLE_SQLSTATES = new Set(['40001', '40P01', '57P01', '57P02', '57P03']);
const RETRYABLE_SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * The store's failure behind an error of the driver or of Node, or null when it is none that is known (then it is a
 * bug of ours and must not be dressed up as the store's).
 */
export const storeErrorOf = (error: unknown, where: string): StoreError | null => {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return null;
  const verdict = verdictOf(error);
  if (verdict === null) return null;
  return new StoreError(verdict.kind, { message: `${where}: ${textOf(error)}`, hint: verdict.hint, cause: error });
};

/** As storeErrorOf, for a catch block: throws the store's failure when it is one, else the error as it came. */
export const rethrowAsStoreError = (error: unknown, where: string): never => {
  throw storeErrorOf(error, where) ?? error;
};

/**
 * True when the same work may be tried again from the start: serialization failure, deadlock, a server that restarts,
 * a connection that broke. The outcome of a COMMIT whose answer was lost is unknown, so a retry reads first.
 */
export const isRetryable = (error: unknown): boolean => {
  if (error instanceof StoreError) return error.cause !== undefined && isRetryable(error.cause);
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === null) return LOST_CONNECTION.test(error.message);
  if (RETRYABLE_SYSTEM_CODES.has(code)) return true;
  return SQLSTATE.test(code) && (RETRYABLE_SQLSTATES.has(code) || code.startsWith('08'));
};

/** SQLSTATE of the driver, or Node's code; null when the error carries neither. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

const verdictOf = (error: Error): Verdict | null => {
  const code = codeOf(error);
  if (code === null) return BY_TEXT.find(entry => entry.pattern.test(error.message))?.verdict ?? null;
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect' ? { kind: 'unreachable', hint: CHECK_SERVER } : null;
  if (isSystemCode(code)) return BY_SYSTEM_CODE[code] ?? null;
  return SQLSTATE.test(code) ? (BY_SQLSTATE[code] ?? BY_SQLSTATE[code.slice(0, 2)] ?? null) : null;
};

/** EPERM and EPIPE have the shape of a SQLSTATE, but no SQLSTATE class starts with E. */
const isSystemCode = (code: string): boolean => code.startsWith('E');

/** An error of several tried addresses has no text of its own. */
const textOf = (error: Error): string => {
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join('; ') : (codeOf(error) ?? error.name);
};
