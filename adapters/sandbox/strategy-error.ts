/**
 * What is said when a user's strategy file cannot be used: where, why and what to do next. It never decides whether a
 * file is bad; the files beside it do.
 */

/** When it came to light: while the file was loaded, or while it observed a candle of a run. */
export type StrategyStage = 'load' | 'observe';
export type StrategyProblem = Readonly<{ file: string; line: number | null; reason: string; hint: string; stage: StrategyStage }>;

/** The message is `file:line: reason.`; a problem of the whole file has no line. The hint says what to do next. */
export class StrategyError extends Error {
  readonly file: string;
  readonly line: number | null;
  readonly reason: string;
  readonly hint: string;
  readonly stage: StrategyStage;

  constructor(problem: StrategyProblem) {
    const where = problem.line === null ? problem.file : `${problem.file}:${problem.line}`;
    super(`${where}: ${problem.reason}.`);
    this.name = 'StrategyError';
    this.file = problem.file;
    this.line = problem.line;
    this.reason = problem.reason;
    this.hint = problem.hint;
    this.stage = problem.stage;
  }
}

const SHOWN_MAX = 400;

/** Text that a strategy wrote, fit for a terminal and a log: one line, printable ASCII, bounded. */
export const shown = (text: string): string => {
  const line = text.replace(/[^\x20-\x7e]+/g, '?');
  return line.length <= SHOWN_MAX ? line : `${line.slice(0, SHOWN_MAX)}...`;
};
