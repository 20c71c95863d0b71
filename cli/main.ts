/** `tb`: reads the command line, runs one command, and leaves with the exit code the contract names. */
import './runtime.ts';
import { CommanderError } from 'commander';
import { programOf } from './program.ts';
import { reportFailure, reportMisuse } from './failure.ts';

const main = async (): Promise<number> => {
  const program = programOf();
  try {
    await program.parseAsync(process.argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Help and version that were asked for end with 0; a command line that commander refused, or none at all, does not.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : reportMisuse(error.message, program.opts());
    return reportFailure(error, program.opts());
  }
};

process.exitCode = await main();
