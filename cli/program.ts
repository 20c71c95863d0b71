/** Every command with its options and examples. A command's code is loaded only when it runs. */
import { Command } from 'commander';
import { addDataCommands } from './program-data.ts';
import { addProofCommands } from './program-proof.ts';
import { addRunCommands } from './program-runs.ts';
import { nearestName } from '../core/strategies/nearest.ts';
import { VERSION } from '../engine/identity.ts';
import { usage } from '../engine/problem.ts';

/** Names the contract reserves for later. */
const RESERVED = ['backfill', 'backup', 'bundle', 'checkpoint', 'demo', 'diff', 'doctor', 'fork', 'gaps', 'import-fills', 'keys', 'profile', 'prove', 'report', 'restore', 'state', 'sync', 'universe', 'verify-proof', 'why'];

export const programOf = (): Command => {
  const program = new Command('tb');
  program
    .description('Tracer Bullet: trade, backtest and replay a market hour by hour, bit for bit')
    .version(VERSION)
    .option('--store <url|folder>', 'PostgreSQL URL, or a folder for the embedded server (default: DATABASE_URL, else ./.tb)')
    .option('--json', 'one JSON document on stdout', false)
    .option('--quiet', 'no text on stdout', false)
    .option('--debug', 'show the stack of a failure', false)
    .showHelpAfterError('(tb --help lists the commands, tb COMMAND --help its options)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) });
  addDataCommands(program);
  addRunCommands(program);
  addProofCommands(program);
  program.on('command:*', (operands: readonly string[]) => refuseUnknown(program, operands[0] ?? ''));
  return program;
};

const refuseUnknown = (program: Command, name: string): never => {
  if (RESERVED.includes(name)) throw usage(`tb ${name} is planned and not part of this version.`, 'tb --help lists what there is.');
  const near = nearestName(name, program.commands.map(command => command.name()));
  throw usage(`There is no command ${name}${near === null ? '' : `; did you mean ${near}?`}`, 'tb --help lists the commands.');
};
