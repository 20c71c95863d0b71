/** What stops a command for a reason the user can mend: the exit code of the contract, the sentence, and what to do next. */

/** The meaning of each exit code is fixed in specs/cli.md. */
export const EXIT = { done: 0, bug: 1, usage: 2, refused: 3, unavailable: 4, mismatch: 5, nothing: 6 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export class Problem extends Error {
  readonly exit: ExitCode;
  readonly hint: string;
  constructor(exit: ExitCode, message: string, hint = '') {
    super(message);
    this.name = 'Problem';
    this.exit = exit;
    this.hint = hint;
  }
}

export const usage = (message: string, hint = ''): Problem => new Problem(EXIT.usage, message, hint);
export const refused = (message: string, hint = ''): Problem => new Problem(EXIT.refused, message, hint);
export const nothing = (message: string, hint = ''): Problem => new Problem(EXIT.nothing, message, hint);
