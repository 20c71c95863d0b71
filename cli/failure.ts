/** What a failed command says: what happened, what to do next, and nothing a user could not use. */
import stableStringify from 'fast-json-stable-stringify';
import { EXIT, Problem } from '../engine/problem.ts';
import type { BadLine, ExitCode } from '../engine/problem.ts';
import { oneLine } from '../engine/wording.ts';
import { redOnStderr } from './output.ts';
import { endWaiting } from './waiting.ts';

/** `lines` are those of a user's files that stopped the command. */
type Failure = Readonly<{ exit: ExitCode; message: string; hint: string; lines?: readonly BadLine[] }>;

/** Errors of the adapters are known by their shape, so that a command loads no adapter only to fail. */
type Shaped = Error & Readonly<{ kind?: string; hint?: string; stage?: string }>;

/** The one way to a failure's words, so that no name in them breaks its line. */
const failureOf = (error: unknown): Failure => {
  const { hint, message, ...rest } = told(error);
  // A list of lines has its line breaks, and each of its lines was made one.
  return { ...rest, message: rest.lines === undefined ? oneLine(message) : message, hint: oneLine(hint) };
};

const told = (error: unknown): Failure => {
  if (error instanceof Problem) return { exit: error.exit, message: error.message, hint: error.hint, ...(error.lines.length === 0 ? {} : { lines: error.lines }) };
  if (!(error instanceof Error)) return bug(String(error));
  const shaped: Shaped = error;
  if (error.name === 'StoreError') return { exit: storeExit(shaped.kind), message: error.message, hint: shaped.hint ?? '' };
  if (error.name === 'SourceError') return sourceFailure(error);
  if (error.name === 'MarketFileError') return { exit: EXIT.usage, message: error.message, hint: '' };
  if (error.name === 'StrategyError') return { exit: shaped.stage === 'observe' ? EXIT.refused : EXIT.usage, message: error.message, hint: shaped.hint ?? '' };
  return bug(error.message);
};

const bug = (message: string): Failure => ({
  exit: EXIT.bug,
  message: `tb failed in a way it should not: ${message}`,
  hint: 'Please report it with the command you typed; --debug shows the stack.',
});

type SourceShaped = Error & Readonly<{ source?: string; failure?: string; asked?: string; reason?: string; hint?: string }>;

/** A venue that says no to what was asked is the user's to mend; anything else is the venue's or the network's. */
const sourceFailure = ({ source = '', failure = '', asked = '', reason = '', hint = '' }: SourceShaped): Failure => ({
  exit: ['unknown-market', 'no-key', 'unknown-source'].includes(failure) ? EXIT.usage : EXIT.unavailable,
  message: `${source} failed to tell ${asked}: ${reason}.`,
  hint,
});

/** A failure of a venue with what was done before it; any other error as it is. */
export const withStanding = (error: unknown, standing: string): unknown => {
  if (!(error instanceof Error) || error.name !== 'SourceError') return error;
  const { exit, message, hint } = sourceFailure(error);
  return new Problem(exit, message, `${hint} ${standing}`.trim());
};

/** What may be otherwise a moment later, so that a command that goes on until it is stopped tries again. */
export const isPassing = (error: unknown): error is Error =>
  error instanceof Error && ((error.name === 'SourceError' && sourceFailure(error).exit === EXIT.unavailable) || (error.name === 'StoreError' && ['unreachable', 'locked', 'full'].includes((error as Shaped).kind ?? '')));

const storeExit = (kind: string | undefined): ExitCode => (kind === 'refused' ? EXIT.refused : EXIT.unavailable);

/** What commander calls the help that it shows when no command is given. */
const NO_COMMAND = '(outputHelp)';

type Misuse = Readonly<{ message: string; command: string | null }>;

/** A command line that commander refused; `command` is the one it named. Returns the exit code. */
export const reportMisuse = ({ message, command }: Misuse, options: Readonly<{ json?: boolean }>): ExitCode => {
  const hint = command === null ? 'tb --help lists the commands and their options.' : `tb ${command} --help lists its options.`;
  // Without a command the help stands on stderr already, and says more than a sentence could.
  if (message === NO_COMMAND) printDocument({ exit: EXIT.usage, message: 'No command is given.', hint }, options);
  else print({ exit: EXIT.usage, message: oneLine(misuseSentence(message)), hint: oneLine(hint) }, options);
  return EXIT.usage;
};

/** Commander's words as a sentence like every other: no prefix, and its suggestion at the end instead of on a line of its own. */
const misuseSentence = (message: string): string => {
  const [, first = '', near] = /^(?:error: )?([^]*?)(?:\n\(Did you mean (.+)\?\))?$/.exec(message)!;
  return `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}${near === undefined ? '.' : `; did you mean ${near}?`}`;
};

const printDocument = (failure: Failure, { json }: Readonly<{ json?: boolean }>): void => {
  if (json === true) process.stdout.write(`${stableStringify({ error: failure })}\n`);
};

const print = (failure: Failure, options: Readonly<{ json?: boolean }>): void => {
  endWaiting();
  printDocument(failure, options);
  process.stderr.write(`${redOnStderr('error')} ${failure.message}\n${failure.hint === '' ? '' : `      ${failure.hint}\n`}`);
};

/** Prints the failure in the form the user asked for and returns its exit code. */
export const reportFailure = (error: unknown, options: Readonly<{ json?: boolean; debug?: boolean }>): ExitCode => {
  const failure = failureOf(error);
  print(failure, options);
  if (options.debug === true && error instanceof Error) process.stderr.write(`${(error.stack ?? '').replace(error.message, () => failure.message)}\n`);
  return failure.exit;
};
