/**
 * TypeScript into JavaScript by erasing its types, each with as much space, so that every line keeps its number. It
 * refuses syntax that would have to be translated instead of erased, and says nothing about what the program does.
 */
import { stripTypeScriptTypes } from 'node:module';
import { StrategyError } from './strategy-error.ts';

/** Node shows the place only at the head of the stack: `:LINE`, the line itself, then carets under the offence. */
const PLACE = /^[^\n]*:(\d+)\n/;
const EXPERIMENTAL = 'ExperimentalWarning';

/** The JavaScript of a TypeScript text. A text that is none is a StrategyError with its line. */
export const stripTypes = (source: string, file: string): string => {
  try {
    return withoutExperimentalWarning(() => stripTypeScriptTypes(source, { mode: 'strip' }));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw tooDeep(file, error);
    const line = PLACE.exec(error.stack ?? '')?.[1];
    throw new StrategyError({
      file,
      line: line === undefined ? null : Number(line),
      reason: `it is not TypeScript that can run as it is: ${error.message.replace(/\s+/g, ' ').replace(/\.$/, '')}`,
      hint: isUntranslatable(error) ? 'Types are erased and nothing is translated: no enum, namespace, decorator or parameter property.' : 'Correct the line.',
      stage: 'load',
    });
  }
};

/** TypeScript that is more than JavaScript with types. */
const isUntranslatable = (error: SyntaxError): boolean => 'code' in error && error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';

/** Node's parser ends this way on a text that nests some ten thousand deep, and from then on parses nothing any more. */
const tooDeep = (file: string, cause: unknown): StrategyError => {
  const error = new StrategyError({ file, line: null, reason: 'the TypeScript parser gave up on it', hint: 'Nest its expressions less deeply.', stage: 'load' });
  error.cause = cause;
  return error;
};

/** Node announces once that the call is experimental. We pin the runtime; whoever types a command need not know. */
const withoutExperimentalWarning = <Result>(work: () => Result): Result => {
  const emit = Reflect.get(process, 'emitWarning') as typeof process.emitWarning;
  process.emitWarning = (...warning: unknown[]): void => {
    if (warning[1] !== EXPERIMENTAL) Reflect.apply(emit, process, warning);
  };
  try {
    return work();
  } finally {
    process.emitWarning = emit;
  }
};
