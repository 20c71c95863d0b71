/** `tb`: reads the command line, runs one command, and leaves with the exit code the contract names. */
import './runtime.ts';
import { CommanderError } from 'commander';
import { EXIT } from '../engine/problem.ts';
import { refuseRepeats } from './command.ts';
import { reportFailure, reportMisuse } from './failure.ts';
import { survivesReaders } from './output.ts';
import { likelySlip, namedCommand, programOf, requireKnown } from './program.ts';

const main = async (words: readonly string[]): Promise<number> => {
  const program = programOf();
  let command: string | null = null;
  try {
    command = namedCommand(program, words);
    if (command !== null) requireKnown(program, command);
    refuseRepeats(program);
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    // Help and version that were asked for end with 0; a command line that commander refused, or none at all, does not.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (error instanceof CommanderError) {
      const slip = command === null ? null : likelySlip(programOf(), command, words);
      return slip === null ? reportMisuse({ message: error.message, command }, program.opts()) : reportFailure(slip, program.opts());
    }
    return reportFailure(error, program.opts());
  }
};

survivesReaders(EXIT.usage);
process.exitCode = await main(process.argv.slice(2));
