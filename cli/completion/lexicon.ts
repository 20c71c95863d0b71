/** Everything that may stand on a command line of tb, read off the program itself: commands, options, and what each value can be. */
import type { Argument, Command, Option } from 'commander';
import { VALUES } from './values.ts';

/** What may stand in a place: these words, runs of the store, paths; none of them where only its user knows. */
export type Takes = Readonly<{ words: readonly string[]; runs: boolean; paths: boolean }>;

/** `takes` is null for an option without a value. */
export type KnownOption = Readonly<{ flag: string; description: string; takes: Takes | null }>;

/** `path` is the words that call it, '' for tb itself; the last of `operands` stands for all that follow where `variadic` is true. */
export type KnownCommand = Readonly<{ path: string; description: string; options: readonly KnownOption[]; operands: readonly Takes[]; variadic: boolean; below: readonly string[] }>;

const NOTHING: Takes = { words: [], runs: false, paths: false };

/** A run that these open does not exist yet. */
const NAMES_A_NEW_RUN = ['backtest', 'open', 'import-fills'];

const takesOf = (path: string, flag: string, placeholder: string): Takes => {
  const words = VALUES[`${path} ${flag}`] ?? VALUES[flag] ?? [];
  const runs = /^run(-[ab])?$/.test(placeholder) || (flag === '--run' && !NAMES_A_NEW_RUN.includes(path)) || flag === '--drop';
  return { words, runs, paths: /file|folder|path|bundle/.test(placeholder) };
};

const optionOf = (path: string, { long, flags, description, required, optional }: Option): KnownOption => ({
  flag: long!,
  description,
  takes: required || optional ? takesOf(path, long!, /[<[](.*)[>\]]/.exec(flags)?.[1] ?? '') : null,
});

const operandOf = (path: string, argument: Argument): Takes => takesOf(path, `<${argument.name()}>`, argument.name());

const HELP: KnownOption = { flag: '--help', description: 'what it does, with examples', takes: null };

const knownCommand = (command: Command, path: string, shared: readonly KnownOption[]): readonly KnownCommand[] => [
  {
    path,
    description: command.description(),
    options: [...command.options.map(option => optionOf(path, option)), ...shared],
    operands: command.registeredArguments.map(argument => operandOf(path, argument)),
    variadic: command.registeredArguments.at(-1)?.variadic === true,
    below: command.commands.map(below => below.name()),
  },
  ...command.commands.flatMap(below => knownCommand(below, path === '' ? below.name() : `${path} ${below.name()}`, shared)),
];

/** tb itself first, then every command in the order of the help. */
export const lexiconOf = (program: Command): readonly KnownCommand[] => {
  const shared = [...program.options.filter(({ long }) => long !== '--version').map(option => optionOf('', option)), HELP];
  const [root, ...commands] = knownCommand(program, '', []);
  const help: KnownCommand = { path: 'help', description: 'the help of a command', options: [], operands: [{ ...NOTHING, words: root!.below }], variadic: false, below: [] };
  const withShared = commands.map(command => ({ ...command, options: [...command.options, ...shared] }));
  return [{ ...root!, options: [...root!.options, HELP], below: [...root!.below, 'help'] }, ...withShared, help];
};

