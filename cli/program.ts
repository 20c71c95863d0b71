/** Every command with its options and examples. A command's code is loaded only when it runs. */
import { Command, Help } from 'commander';
import { flag, withExamples } from './command.ts';
import { addBackupCommands } from './program-backup.ts';
import { addDataCommands } from './program-data.ts';
import { addExplainCommands } from './program-explain.ts';
import { addMarketCommands } from './program-markets.ts';
import { addOwnCommands } from './program-own.ts';
import { addProofCommands } from './program-proof.ts';
import { addReportCommand } from './program-report.ts';
import { addRunCommands } from './program-runs.ts';
import { addSweepCommand } from './program-sweep.ts';
import { VERSION } from '../engine/identity.ts';
import { usage } from '../engine/problem.ts';
import type { Problem } from '../engine/problem.ts';
import { orNearest, typed } from '../engine/wording.ts';

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
  addSweepCommand(program);
  addProofCommands(program);
  addExplainCommands(program);
  addReportCommand(program);
  addBackupCommands(program);
  addOwnCommands(program);
  return withExamples(program, ['tb demo', 'tb import XBTUSD_60.csv --symbol BTC/USD', 'tb backtest --strategy ema-cross --symbols BTC/USD --from 2021-01-01T00:00:00Z --to 2021-07-01T00:00:00Z']);
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
  throw usage(`There is no command ${typed(name)}${orNearest(name, names)}`, 'tb --help lists the commands.');
};

/** The words behind an option's name, `=` and value left out; null for a word that is no option. */
const flagOf = (word: string): string | null => (/^--[^=]/.test(word) ? word.replace(/=.*$/, '') : null);

/**
 * What commander took for something else: it asks for the options that are missing before it looks at those that are wrong, and counts a
 * misspelt command behind a command as an argument; a value given to a switch it takes for another option. Null where nothing of it is the case.
 */
export const likelySlip = (program: Command, name: string, words: readonly string[]): Problem | null => {
  const command = program.commands.find(known => known.name() === name);
  if (command === undefined) return null;
  const options = [program, command, ...command.commands].flatMap(one => one.options);
  const known = [...options.map(({ long }) => long!), '--help'];
  const valued = new Set(options.filter(({ required, optional }) => required || optional).map(({ long }) => long));
  // What follows an option with a value is that value, whatever it begins with.
  const typedFlags = words.flatMap((word, index) => (valued.has(words[index - 1] ?? '') ? [] : (flagOf(word) ?? [])));
  const unknown = typedFlags.find(flag => !known.includes(flag));
  if (unknown !== undefined) return usage(`Unknown option '${unknown}'${orNearest(unknown, known)}`, `tb ${name} --help lists its options.`);
  const given = words.find((word, index) => !valued.has(words[index - 1] ?? '') && word.includes('=') && known.includes(flagOf(word) ?? '') && !valued.has(flagOf(word)!));
  if (given !== undefined) return usage(`${flagOf(given)!} takes no value.`, `Write ${flagOf(given)!} alone; tb ${name} --help lists the options.`);
  const [, second] = program.parseOptions([...words]).operands;
  const below = command.commands.map(one => one.name());
  if (below.length === 0 || second === undefined || below.includes(second)) return null;
  return usage(`There is no command tb ${name} ${typed(second)}${orNearest(second, below)}`, `tb ${name} --help lists what stands behind it.`);
};
