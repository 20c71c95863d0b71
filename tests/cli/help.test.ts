/** What the command line offers is versioned like an API: its commands, arguments and options as frozen here, with two examples each. */
import { describe, expect, test } from 'vitest';
import type { Command } from 'commander';
import { refuseRepeats } from '../../cli/command.ts';
import { programOf } from '../../cli/program.ts';
import { documentOf, runTb, wordsOf } from '../support/tb.ts';

const RUN_OPTIONS = ['strategy', 'symbols', 'timeframe', 'param', 'profile', 'cash', 'balance', 'fees', 'slippage', 'participation', 'size', 'entry', 'stop', 'trailing-stop', 'warmup'];

const VENUE_OPTIONS = ['venue-url', 'requests-per-minute'];

/** Command, its arguments, its options in the order of its help. Names may be added; none may go. */
const COMMANDS: readonly (readonly [name: string, operands: string, options: readonly string[]])[] = [
  ['init', '', []],
  ['stop', '', []],
  ['import', '<path...>', ['symbol', 'timeframe', 'source', 'format', 'absent', 'strict', 'dry-run']],
  ['import-fills', '<path...>', ['run', 'quote', 'format', 'rename', 'dry-run']],
  ['data', '', ['symbol']],
  ['backfill', '', ['source', 'from', 'to', 'symbols', 'universe', 'quote', 'timeframe', ...VENUE_OPTIONS]],
  ['sync', '', ['source', 'symbols', 'again', 'every', ...VENUE_OPTIONS]],
  ['gaps', '', ['symbol', 'timeframe', 'from', 'to', 'repair', 'source', ...VENUE_OPTIONS]],
  ['universe', '<action> [name]', ['source', 'quote', ...VENUE_OPTIONS]],
  ['paper', '', ['run', 'follow', 'source', 'patience', 'again', ...VENUE_OPTIONS]],
  ['strategies', '', []],
  ['new-strategy', '<name>', []],
  ['backtest', '', [...RUN_OPTIONS, 'from', 'to', 'run', 'keep', 'on-halt', 'no-store']],
  ['open', '', [...RUN_OPTIONS, 'run', 'mode', 'from']],
  ['execute-hour', '', ['run', 'hour', 'through', 'facts', 'without-data']],
  ['operator', '<command>', ['run', 'reason', 'amount', 'hour', 'actor', 'key']],
  ['profile', '<action>', ['run', 'profile', 'reason', 'actor', 'key']],
  ['runs', '', ['drop', 'reason']],
  ['show', '<run>', []],
  ['export', '<run>', ['format', 'table', 'lots', 'out']],
  ['sweep', '', [...RUN_OPTIONS, 'from', 'to', 'sort', 'workers', 'top', 'on-halt', 'keep-best']],
  ['replay-window', '', ['run', 'from', 'to']],
  ['replay-hour', '', ['run', 'hour']],
  ['replay-manifest', '', ['run']],
  ['replay-tool', '', ['bundles', 'strategy', 'changes']],
  ['parity', '<run-a> <run-b>', []],
  ['verify', '[bundle]', ['run', 'full', 'sealed', 'require-anchor', 'in-database', 'jobs', 'checkpoint', 'checkpoints', 'keys', 'trust']],
  ['keys', '<action>', ['keys', 'name', 'key', 'reason']],
  ['checkpoint', '<run>', ['signer', 'out', 'full', 'jobs', 'checkpoint', 'checkpoints', 'keys', 'trust']],
  ['prove', '<what...>', ['run', 'consistency', 'out', 'checkpoint', 'checkpoints', 'keys', 'trust']],
  ['verify-proof', '<file>', ['keys', 'trust']],
  ['bundle', '<run>', ['from', 'to', 'out', 'checkpoint', 'checkpoints', 'keys', 'trust']],
  ['why', '', ['run', 'hour', 'order', 'symbol', 'agent']],
  ['state', '', ['run', 'at', 'slice']],
  ['diff', '<hour-a> <hour-b>', ['run', 'slice']],
  ['fork', '', ['run', 'at', 'to', 'strategy', 'param', 'profile', 'fees', 'slippage', 'participation', 'size', 'entry', 'trades']],
  ['report', '<run...>', ['compare', 'format', 'out', 'pdf', 'open']],
  ['backup', '', ['out', 'checkpoints']],
  ['restore', '<file>', ['accept-loss', 'accept-unanchored', 'checkpoint', 'checkpoints', 'keys', 'trust']],
  ['demo', '[folder]', ['no-open']],
  ['doctor', '', ['keys', 'checkpoints']],
  ['completion', '<shell>', []],
];

test('these are the commands', () => {
  expect(programOf().commands.map(command => command.name())).toEqual(COMMANDS.map(([name]) => name));
});

describe.each(COMMANDS)('%s', (name, operands, options) => {
  const command = programOf().commands.find(known => known.name() === name)!;
  let help = '';
  command.configureOutput({ writeOut: text => (help += text) }).outputHelp();

  test('has these arguments and options', () => {
    expect(command.registeredArguments.map(argument => (argument.required ? `<${argument.name()}${argument.variadic ? '...' : ''}>` : `[${argument.name()}]`)).join(' ')).toBe(operands);
    expect(command.options.map(option => option.long)).toEqual(options.map(option => `--${option}`));
    expect(help).toMatch(new RegExp(`^Usage: tb ${name} .*${operands.replaceAll(/[.[\]]/g, String.raw`\$&`)}`));
    expect(command.options.filter(option => option.description === '')).toEqual([]);
  });
});

test('these stand behind tb data', () => {
  const stored = programOf().commands.find(known => known.name() === 'data')!;
  expect(stored.commands.map(command => [command.name(), command.options.map(({ long }) => long)])).toEqual([
    ['export', ['--symbol', '--symbols', '--timeframe', '--from', '--to', '--as-of', '--format', '--out', '--force']],
    ['verify', ['--symbol', '--timeframe', '--from', '--to', '--outlier', '--against', '--venue-url', '--requests-per-minute']],
    ['revisions', ['--symbol', '--run']],
    ['aggregate', ['--symbols', '--of', '--timeframe', '--from', '--to', '--missing', '--dry-run']],
  ]);
});

/** Every command, however deep it stands, and tb itself, by the words it is called by. */
const everyCommand = (program: Command, words: readonly string[] = []): readonly (readonly [words: readonly string[], command: Command])[] => [
  [words, program],
  ...program.commands.flatMap(command => everyCommand(command, [...words, command.name()])),
];

const helpOf = (command: Command): string => {
  let help = '';
  command.configureOutput({ writeOut: text => (help += text) }).outputHelp();
  return help;
};

/** The names of the commands that a line runs; a program of its own, for parsing leaves its traces. */
const understoodAs = async (line: string): Promise<readonly (readonly string[])[]> => {
  const program = programOf();
  const ran: (readonly string[])[] = [];
  for (const [words, command] of everyCommand(program).filter(([, { commands, parent }]) => parent !== null || commands.length === 0)) command.action(() => void ran.push(words));
  refuseRepeats(program);
  await program.parseAsync(wordsOf(line).slice(1), { from: 'user' });
  return ran;
};

test.each(everyCommand(programOf()).map(([words, command]) => [['tb', ...words].join(' '), words, command] as const))('the help of %s shows two examples, and each is a command line that is understood', async (_, words, command) => {
  const help = helpOf(command);
  expect(help).toContain('\nExamples:\n');
  const examples = help.slice(help.indexOf('Examples:\n')).trimEnd().split('\n').slice(1).map(line => line.trim());
  expect(examples.length).toBeGreaterThanOrEqual(2);
  const ran = await Promise.all(examples.map(async example => {
    expect(wordsOf(example)[0]).toBe('tb');
    const understood = await understoodAs(example.split('|')[0]!);
    expect(understood, example).toHaveLength(1);
    return understood[0]!.join(' ');
  }));
  // Of two commands that belong together one may show the other, but never only that one.
  expect(words.length === 0 || ran.includes(words.join(' ')), help).toBe(true);
});

test('every option with a value is refused when it comes again, but for those that may be repeated', async () => {
  const repeated: string[] = [];
  for (const { name, options } of programOf().commands.map(command => ({ name: command.name(), options: command.options }))) {
    for (const option of options.filter(({ required }) => required)) {
      const program = programOf();
      refuseRepeats(program);
      program.commands.forEach(one => one.action(() => undefined));
      const said = await program.parseAsync([name, option.long!, 'a', option.long!, 'b'], { from: 'user' }).then(() => '', (error: Error) => error.message);
      if (said !== `${option.long!} is given twice.`) repeated.push(`${name} ${option.long!}`);
    }
  }
  expect(repeated).toEqual([
    'import-fills --rename', 'backtest --param', 'backtest --balance', 'open --param', 'open --balance', 'sweep --param', 'sweep --balance', 'replay-tool --strategy', 'verify --checkpoint', 'verify --trust', 'checkpoint --signer', 'checkpoint --checkpoint', 'checkpoint --trust',
    'prove --checkpoint', 'prove --trust', 'verify-proof --trust', 'bundle --checkpoint', 'bundle --trust', 'fork --param', 'restore --accept-loss', 'restore --checkpoint', 'restore --trust',
  ]);
});

describe('a command line that is not understood', () => {
  test('help and version are no failure', async () => {
    expect(await runTb(['--version'])).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown });
    expect(await runTb(['backtest', '--help'])).toMatchObject({ exit: 0, err: '', out: expect.stringContaining('Examples:\n  tb backtest ') as unknown });
    expect(await runTb(['help', 'verify'])).toMatchObject({ exit: 0, out: expect.stringContaining('Usage: tb verify') as unknown });
    expect(await runTb(['verify', '--json', '--help'])).toMatchObject({ exit: 0, err: '', out: expect.stringContaining('Usage: tb verify') as unknown });
  });

  test('help names what is required, and the global options', async () => {
    const { out } = await runTb(['operator', '--help']);
    expect(out).toMatch(/ --run <name> +the run \(required\)\n/);
    expect(out).toMatch(/\nGlobal Options:\n[^]* --store <url\|folder> [^]* --json +one JSON document on stdout \(default: off\)\n/);
  });

  test('help for a command that is not there is a misuse', async () => {
    expect(await runTb(['help', 'vrify'])).toEqual({ exit: 2, signal: null, out: '', err: 'error There is no command vrify; did you mean verify?\n      tb --help lists the commands.\n' });
    expect(await runTb(['nope', '--help'])).toEqual({ exit: 2, signal: null, out: '', err: 'error There is no command nope.\n      tb --help lists the commands.\n' });
    expect(documentOf(await runTb(['--json', 'help', 'nope']))).toMatchObject({ error: { exit: 2, message: 'There is no command nope.' } });
  });

  test('what is wrong with an option is one sentence, and where to look it up another', async () => {
    expect(await runTb(['report', 'a', '--compare=b'])).toEqual({ exit: 2, signal: null, out: '', err: 'error --compare takes no value.\n      Write --compare alone; tb report --help lists the options.\n' });
    expect(await runTb(['verify', '--runn', 'x'])).toEqual({ exit: 2, signal: null, out: '', err: "error Unknown option '--runn'; did you mean --run?\n      tb verify --help lists its options.\n" });
    expect(await runTb(['--bogus'])).toEqual({ exit: 2, signal: null, out: '', err: "error Unknown option '--bogus'.\n      tb --help lists the commands and their options.\n" });
  });

  test('a misspelt option is named before those that are missing, and a misspelt command behind a command as what it is', async () => {
    const misuse = (err: string) => ({ exit: 2, signal: null, out: '', err });
    expect(await runTb(['backtest', '--strategie', 'ema-cross'])).toEqual(misuse("error Unknown option '--strategie'; did you mean --strategy?\n      tb backtest --help lists its options.\n"));
    expect(await runTb(['open', '--reasn=--run'])).toEqual(misuse("error Unknown option '--reasn'.\n      tb open --help lists its options.\n"));
    expect(await runTb(['data', 'exprt'])).toEqual(misuse('error There is no command tb data exprt; did you mean export?\n      tb data --help lists what stands behind it.\n'));
    expect((await runTb(['operator', 'halt', '--run', '--reson'])).err).toBe("error Required option '--reason <text>' not specified.\n      tb operator --help lists its options.\n");
    expect((await runTb(['show', 'a', 'b'])).err).toContain("Too many arguments for 'show'.");
  });

  test.each([
    [['backtest', '--strategy', 'ema-cross', '--symbols', 'A/B', '--from', '2024-01-01T00:00:00Z', '--to', '2024-02-01T00:00:00Z', '--keep', 'ful'], '--keep: ful is neither summary nor full; did you mean full?'],
    [['backtest', '--strategy', 'ema-cross', '--symbols', 'A/B', '--from', '2024-01-01T00:00:00Z', '--to', '2024-02-01T00:00:00Z', '--on-halt', 'obsrve'], '--on-halt: obsrve is none of stop, observe and resume-after-N-hours; did you mean observe?'],
    [['open', '--mode', 'papr', '--run', 'x', '--strategy', 'ema-cross', '--symbols', 'A/B', '--from', '2024-01-01T00:00:00Z'], '--mode: papr is neither paper nor live; did you mean paper?'],
    [['import', 'x.csv', '--absent', 'quite'], '--absent: quite is neither quiet nor missing; did you mean quiet?'],
    [['universe', 'refresh', '--quote', 'UDS'], '--quote: UDS is none of CAD, USD, USDC, USDT; did you mean USD?'],
    [['profile', 'shw'], 'tb profile: shw is none of show, set and history; did you mean show?'],
  ])('tb %j', async (words, message) => {
    expect((await runTb(['--store', './none', ...words])).err).toContain(`error ${message}\n`);
  });

  test('an option with one value is given once', async () => {
    const refusal = { exit: 2, signal: null, out: '', err: 'error --cash is given twice.\n      Give it once.\n' };
    expect(await runTb(['backtest', '--cash', '1', '--cash', '2'])).toEqual(refusal);
    expect(await runTb(['backtest', '--cash=1', '--cash', '1'])).toEqual(refusal);
    expect(documentOf(await runTb(['--store', 'a', 'strategies', '--store', 'b', '--json']))).toEqual({ error: { exit: 2, hint: 'Give it once.', message: '--store is given twice.' } });
    expect(await runTb(['--store', './none', 'strategies', '--json', '--json'])).toMatchObject({ exit: 0, err: '' });
  });

  test('no command at all shows the help and is a misuse', async () => {
    expect(await runTb([])).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('Usage: tb [options] [command]') as unknown });
    expect(documentOf(await runTb(['--json']))).toMatchObject({ error: { exit: 2, message: 'No command is given.' } });
  });

  test('--json stands anywhere on the line', async () => {
    expect(documentOf(await runTb(['--json', 'strategies']))).toEqual(documentOf(await runTb(['strategies', '--json'])));
  });
});

test('strategies lists parameters with defaults and bounds', async () => {
  const { strategies } = documentOf(await runTb(['strategies', '--json'])) as { strategies: readonly { id: string; parameters: readonly Readonly<Record<string, unknown>>[] }[] };
  expect(strategies.map(({ id }) => id)).toEqual(['buy-and-hold', 'donchian-breakout', 'ema-cross', 'momentum-ensemble', 'rsi-reversion']);
  expect(strategies[2]!.parameters).toEqual([
    { default: '12', integer: true, max: '1999', meaning: 'candles of the fast exponential average', min: '2', name: 'fast' },
    { default: '26', integer: true, max: '2000', meaning: 'candles of the slow exponential average', min: '3', name: 'slow' },
  ]);
});
