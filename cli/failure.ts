/** What a failed command says: what happened, what to do next, and nothing a user could not use. */
import stableStringify from 'fast-json-stable-stringify';
import { EXIT, Problem } from '../engine/problem.ts';
import type { ExitCode } from '../engine/problem.ts';
import { red } from './output.ts';

type Failure = Readonly<{ exit: ExitCode; message: string; hint: string }>;

/** Errors of the adapters are known by their shape, so that a command loads no adapter only to fail. */
type Shaped = Error & Readonly<{ kind?: string; hint?: string; stage?: string }>;

const failureOf = (error: unknown): Failure => {
  if (error instanceof Problem) return { exit: error.exit, message: error.message, hint: error.hint };
  if (!(error instanceof Error)) return bug(String(error));
  const shaped: Shaped = error;
  if (error.name === 'StoreError') return { exit: storeExit(shaped.kind), message: error.message, hint: shaped.hint ?? '' };
  if (error.name === 'MarketFileError') return { exit: EXIT.usage, message: error.message, hint: '' };
  if (error.name === 'StrategyError') return { exit: shaped.stage === 'observe' ? EXIT.refused : EXIT.usage, message: error.message, hint: shaped.hint ?? '' };
  return bug(error.message);
};

const bug = (message: string): Failure => ({
  exit: EXIT.bug,
  message: `tb failed in a way it should not: ${message}`,
  hint: 'Please report it with the command you typed; --debug shows the stack.',
});

const storeExit = (kind: string | undefined): ExitCode => (kind === 'refused' ? EXIT.refused : EXIT.unavailable);

/** What commander calls the help that it shows when no command is given. */
const NO_COMMAND = '(outputHelp)';

/** A command line that commander refused: the sentence stands on stderr already. Returns the exit code. */
export const reportMisuse = (message: string, options: Readonly<{ json?: boolean }>): ExitCode => {
  const sentence = message === NO_COMMAND ? 'No command is given.' : message.replace(/^error: /, '');
  const error = { exit: EXIT.usage, hint: 'tb --help lists the commands, tb COMMAND --help its options.', message: sentence };
  if (options.json === true) process.stdout.write(`${stableStringify({ error })}\n`);
  return EXIT.usage;
};

/** Prints the failure in the form the user asked for and returns its exit code. */
export const reportFailure = (error: unknown, options: Readonly<{ json?: boolean; debug?: boolean }>): ExitCode => {
  const { exit, message, hint } = failureOf(error);
  if (options.json === true) process.stdout.write(`${stableStringify({ error: { exit, hint, message } })}\n`);
  process.stderr.write(`${red('error')} ${message}\n${hint === '' ? '' : `      ${hint}\n`}`);
  if (options.debug === true && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return exit;
};
