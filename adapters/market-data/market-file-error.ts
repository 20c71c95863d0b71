/**
 * What is said when a market file cannot be read or a line of it cannot be a candle: where, why and what to do next.
 * It never decides whether a line is bad; the readers beside it do.
 */

export type MarketFileProblem = Readonly<{ file: string; line: number | null; reason: string; hint: string }>;

/** Bad input from a market file. The message is `file:line: reason. hint`; a problem of the whole file has no line. */
export class MarketFileError extends Error {
  readonly file: string;
  readonly line: number | null;
  readonly reason: string;
  readonly hint: string;

  constructor(problem: MarketFileProblem) {
    super(`${problem.file}${problem.line === null ? '' : `:${problem.line}`}: ${problem.reason}. ${problem.hint}`);
    this.name = 'MarketFileError';
    this.file = problem.file;
    this.line = problem.line;
    this.reason = problem.reason;
    this.hint = problem.hint;
  }
}

type Advice = Readonly<{ reason: string; hint: string }>;

/** Codes of the operating system and of zlib that a user can do something about. */
const ADVICE: Readonly<Record<string, Advice>> = {
  ENOENT: { reason: 'there is no such file', hint: 'Check the path; a relative one starts at the current folder.' },
  ENOTDIR: { reason: 'a part of the path is a file, not a folder', hint: 'Check the path.' },
  EACCES: { reason: 'permission to read it was refused', hint: 'Make the file readable for this user (chmod u+r) and try again.' },
  EPERM: { reason: 'permission to read it was refused', hint: 'Make the file readable for this user (chmod u+r) and try again.' },
  EISDIR: { reason: 'it is a folder', hint: 'Name the files in it, for instance FOLDER/*.csv.' },
  EMFILE: { reason: 'too many files are open', hint: 'Import fewer files at once or raise the limit (ulimit -n).' },
  Z_BUF_ERROR: { reason: 'the gzip file is truncated', hint: 'Copy or download it again; gzip -t FILE tells whether it is whole.' },
  Z_DATA_ERROR: { reason: 'the gzip file is damaged', hint: 'Copy or download it again; gzip -t FILE tells whether it is whole.' },
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** A failure of the file system or of zlib, told as a problem of this file. A MarketFileError passes through. */
export const asMarketFileError = (file: string, error: unknown): MarketFileError => {
  if (error instanceof MarketFileError) return error;
  const advice = ADVICE[codeOf(error)] ?? {
    reason: `reading failed: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Check the file and the disk it lies on.',
  };
  return new MarketFileError({ file, line: null, ...advice });
};
