/**
 * The program of the trial's own operating-system process: reads one strategy file from standard input, tries it out and
 * writes what is wrong with it, or null. It holds no connection and no secret, and whoever started it may kill it.
 */
import { text } from 'node:stream/consumers';
import { openRealm } from './realm.ts';
import { sandboxed } from './sandboxed-strategy.ts';
import { StrategyError } from './strategy-error.ts';
import { tryOut } from './trial.ts';
import type { TrialFault, TrialFile } from './run-trial.ts';

const faultOf = ({ source, file }: TrialFile): TrialFault | null => {
  try {
    tryOut(sandboxed(source, file), file);
    return null;
  } catch (error) {
    if (!(error instanceof StrategyError)) throw error;
    return { line: error.line, reason: error.reason, hint: error.hint };
  }
};

const trialFile = JSON.parse(await text(process.stdin)) as TrialFile;
openRealm();
process.stdout.write('ready\n');
process.stdout.write(`${JSON.stringify(faultOf(trialFile))}\n`);
