/** The scripts in the shells they are for: what each offers at a cursor is asked of the real bash, zsh and fish, where they are installed. */
import { spawnSync } from 'node:child_process';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VALUES } from '../../cli/completion/values.ts';
import { lexiconOf } from '../../cli/completion/lexicon.ts';
import { programOf } from '../../cli/program.ts';
import { STRATEGIES } from '../../core/strategies/registry.ts';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { runTb } from '../support/tb.ts';

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

let store: ScratchDatabase;
let scripts: string;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('aaa.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 60, 131)));
  await store.json('import aaa.csv --symbol AAA/USD');
  for (const name of ['past', 'past-2', 'other']) await store.json(`open --run ${name} --mode paper --strategy buy-and-hold --symbols AAA/USD --from 2024-03-02T00:00:00Z`);
  scripts = store.folder;
  for (const shell of ['bash', 'zsh', 'fish']) await store.write(`tb.${shell}`, (await runTb(['completion', shell])).out);
});

type Ask = (line: string) => readonly string[];

/** What stands on stdout of a shell that was told to complete, sorted. */
const lines = (command: string, args: readonly string[]): readonly string[] => {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: scripts, encoding: 'utf8', env: { ...process.env, DATABASE_URL: store.store } });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter(line => line !== '').map(line => line.split('\t')[0]!.trim()).sort();
};

const inBash: Ask = line => lines('bash', ['--norc', '-c', `source ./tb.bash; COMP_LINE=$1; COMP_POINT=\${#1}; _tb; printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', line]);
const inFish: Ask = line => lines('fish', ['--no-config', '-c', 'source ./tb.fish; complete -C "$argv[1]"', line]);

/** Zsh completes only where keys are pressed, so what it would offer is caught where it is handed over. */
const ZSH = `
  compdef() { :; }
  compset() { current=\${current#*=}; }
  _describe() { local list=\${@[-1]}; print -rl -- \${\${(@P)list}%%:*}; }
  _files() { print -r -- FILES; }
  compadd() { [[ $1 == -- ]] && shift; print -rl -- "$@"; }
  source ./tb.zsh
  words=(\${(z)1}); [[ $1 == *' ' ]] && words+=(''); CURRENT=$#words
  _tb > ./offered; while read -r word; do [[ $word == \${words[CURRENT]##*=}* || $word == FILES ]] && print -r -- $word; done < ./offered; true`;
const inZsh: Ask = line => lines('zsh', ['-f', '-c', ZSH, 'zsh', line]);

const STRATEGY_NAMES = STRATEGIES.map(({ id }) => id);

describe.each([
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
] as const)('%s', (shell, ask) => {
  beforeEach(({ skip }) => skip(!has(shell), `${shell} is not installed`));

  test('commands, and those behind a command', () => {
    expect(ask('tb ba')).toEqual(['backfill', 'backtest', 'backup']);
    expect(ask('tb data e')).toEqual(['export']);
    expect(ask('tb help ver')).toEqual(['verify', 'verify-proof']);
    expect(ask('tb --store ./here ba')).toEqual(['backfill', 'backtest', 'backup']);
  });

  test('options of the command, and those of every command', () => {
    expect(ask('tb replay-window --')).toEqual(['--debug', '--from', '--help', '--json', '--quiet', '--run', '--store', '--to']);
    expect(ask('tb data export --f')).toEqual(['--force', '--format', '--from']);
    expect(ask('tb backtest --symbols A/B --tr')).toEqual(['--trailing-stop']);
  });

  test('values that come from a list, by command', () => {
    expect(ask('tb open --mode ')).toEqual(['live', 'paper']);
    expect(ask('tb export past --format ')).toEqual(['beancount', 'csv', 'hledger', 'jsonl']);
    expect(ask('tb data export --format ')).toEqual(['csv', 'parquet']);
    expect(ask('tb backtest --strategy e').filter(word => STRATEGY_NAMES.includes(word))).toEqual(['ema-cross']);
    expect(ask('tb backtest --on-halt re')).toEqual(['resume-after-24-hours']);
  });

  test('arguments in their places, behind times with colons too', () => {
    expect(ask('tb operator --hour 2024-03-01T00:00:00Z ki')).toEqual(['kill']);
    expect(ask('tb universe show UNI')).toEqual(['UNIVERSE_V1_TOP30_NON_STABLE']);
    expect(ask('tb universe ref')).toEqual(['refresh']);
  });

  test('runs, asked of the store that is meant', () => {
    expect(ask('tb show pa')).toEqual(['past', 'past-2']);
    expect(ask('tb parity past o')).toEqual(['other']);
    expect(ask('tb why --run ')).toEqual(['other', 'past', 'past-2']);
    expect(ask('tb --store ./nothing-here why --run ')).toEqual([]);
    expect(ask('tb backtest --run ')).toEqual([]);
  });

  test('paths where files are meant', () => {
    expect(ask('tb import aa').map(word => (word === 'FILES' ? 'aaa.csv' : word))).toEqual(['aaa.csv']);
  });
});

test('in bash a value may follow an equals sign, and no colon of it is written twice', () => {
  expect(inBash('tb open --mode=p')).toEqual(['paper']);
  expect(inBash('tb backtest --entry limit:')).toEqual(['25bps']);
});

test('runs starts no server and never fails', async () => {
  expect(await runTb(['--store', './nothing-here', 'completion', 'runs'], { cwd: scripts })).toEqual({ exit: 0, signal: null, out: '\n', err: '' });
  expect(await runTb(['--store', 'postgres://127.0.0.1:1/none', 'completion', 'runs'])).toEqual({ exit: 0, signal: null, out: '\n', err: '' });
  expect(await store.json('completion runs')).toEqual({ runs: ['past', 'past-2', 'other'] });
});

test('a shell that is not there is a slip of the pen', async () => {
  expect(await store.failure('completion fihs')).toMatchObject({ exit: 2, message: 'There is no completion for fihs; did you mean fish?', hint: 'Shells: bash, zsh, fish.' });
});

/** Strategies and universes have commands that list them. */
const NAMED_ELSEWHERE = ['--strategy', '--universe'];

test('every list of values is of an option or argument that is there, and its help names each value', () => {
  const commands = lexiconOf(programOf());
  const program = programOf();
  const all = program.commands.flatMap(command => [command, ...command.commands]);
  const texts = all.map(command => ({ path: command.parent?.name() === 'tb' ? command.name() : `${command.parent!.name()} ${command.name()}`, command }));
  for (const [place, words] of Object.entries(VALUES)) {
    const [, path = null, flag] = /^(?:(.+) )?(--\S+|<\S+>)$/.exec(place)!;
    const described = texts.filter(one => path === null || one.path === path).flatMap(({ command }) => [
      ...command.options.filter(({ long }) => long === flag).map(({ description }) => description),
      ...command.registeredArguments.filter(argument => `<${argument.name()}>` === flag).map(({ description }) => description),
    ]);
    expect(described.length, place).toBeGreaterThan(0);
    const unnamed = words.filter(word => !described.some(text => text.includes(word)));
    if (!NAMED_ELSEWHERE.includes(place)) expect({ place, unnamed }).toEqual({ place, unnamed: [] });
  }
  expect(commands.map(({ path }) => path)).toContain('data revisions');
});
