/** What stops a command for a reason the user can mend: the exit code of the contract, the sentence, and what to do next. */
import { oneLine } from './wording.ts';

/** The meaning of each exit code is fixed in specs/cli.md. */
export const EXIT = { done: 0, bug: 1, usage: 2, refused: 3, unavailable: 4, mismatch: 5, nothing: 6 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A line of a user's file and what is wrong with it; `field` is its column, null for the line as a whole. */
export type BadLine = Readonly<{ file: string; line: number; field: string | null; reason: string }>;

export class Problem extends Error {
  readonly exit: ExitCode;
  readonly hint: string;
  /** Every line of a file that stopped the command; the message shows the first of them. */
  readonly lines: readonly BadLine[];
  constructor(exit: ExitCode, message: string, hint = '', lines: readonly BadLine[] = []) {
    super(message);
    this.name = 'Problem';
    this.exit = exit;
    this.hint = hint;
    this.lines = lines;
  }
}

export const usage = (message: string, hint = ''): Problem => new Problem(EXIT.usage, message, hint);
export const refused = (message: string, hint = ''): Problem => new Problem(EXIT.refused, message, hint);
export const nothing = (message: string, hint = ''): Problem => new Problem(EXIT.nothing, message, hint);

const LINES_SHOWN = 20;

const lineText = ({ file, line, field, reason }: BadLine): string => oneLine(`${file}:${line}: ${field === null ? '' : `${field} `}${reason}`);

/** Several lines at once, so that a file is corrected in one go. */
export const linesProblem = (exit: ExitCode, what: string, lines: readonly BadLine[], hint: string): Problem => {
  const shown = lines.slice(0, LINES_SHOWN).map(line => `\n      ${lineText(line)}`);
  const more = lines.length > LINES_SHOWN ? `\n      … and ${lines.length - LINES_SHOWN} more (--json lists all)` : '';
  return new Problem(exit, `${what}:${shown.join('')}${more}`, hint, lines);
};
