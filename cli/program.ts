/** Every command with its options and examples. A command's code is loaded only when it runs. */
import { Command, Help } from 'commander';
import { flag } from './command.ts';
import { addBackupCommands } from './program-backup.ts';
import { addDataCommands } from './program-data.ts';
import { addExplainCommands } from './program-explain.ts';
import { addMarketCommands } from './program-markets.ts';
import { addProofCommands } from './program-proof.ts';
import { addReportCommand } from './program-report.ts';
import { addRunCommands } from './program-runs.ts';
import { VERSION } from '../engine/identity.ts';
import { usage } from '../engine/problem.ts';
import { orNearest, typed } from '../engine/wording.ts';

/** Names the contract reserves for later. */
const RESERVED = ['demo', 'doctor'];

const HELP = new Help();

export const programOf = (): Command => {
  const program = new Command('tb');
  program
    .description('Tracer Bullet: trade, backtest and replay a market hour by hour, bit for bit')
    .version(VERSION)
    .option('--store <url|folder>', 'PostgreSQL URL, or a folder for the embedded server (default: DATABASE_URL, else ./.tb)')
    .addOption(flag('--json', 'one JSON document on stdout'))
    .addOption(flag('--quiet', 'no text on stdout; warnings and errors stay'))
    .addOption(flag('--debug', 'show the stack of a failure'))
    .configureHelp({ showGlobalOptions: true, optionDescription: option => (option.mandatory ? `${option.description} (required)` : HELP.optionDescription(option)) })
    .exitOverride()
    // What commander refuses is told by failure.ts, in the form that every failure has.
    .configureOutput({ outputError: () => undefined });
  addDataCommands(program);
  addMarketCommands(program);
  addRunCommands(program);
  addProofCommands(program);
  addExplainCommands(program);
  addReportCommand(program);
  addBackupCommands(program);
  return program;
};

/** The command that these words name, also where they ask for its help only; null where they name none. */
export const namedCommand = (program: Command, words: readonly string[]): string | null => {
  const [first, second] = program.parseOptions([...words]).operands;
  return (first === 'help' ? second : first) ?? null;
};

/** Throws Problem (usage) for a command that is not there. Commander would answer a request for its help with the help of tb. */
export const requireKnown = (program: Command, name: string): void => {
  const names = program.commands.map(command => command.name());
  if (name === 'help' || names.includes(name)) return;
  if (RESERVED.includes(name)) throw usage(`tb ${name} is planned and not part of this version.`, 'tb --help lists what there is.');
  throw usage(`There is no command ${typed(name)}${orNearest(name, names)}`, 'tb --help lists the commands.');
};
