/**
 * The pages keep their word. Every shell command of README.md and docs/ is executed as printed, in order, in a folder that
 * has nothing but the candle files they name; every link leads somewhere; specs/cli.md names every command, option,
 * default and JSON field, and nothing else.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stopServer } from '../../adapters/store/server/embedded.ts';
import { programOf } from '../../cli/program.ts';
import { fileLinks, sections, shellCommands, tableRows } from '../support/markdown.ts';
import type { PageCommand } from '../support/markdown.ts';
import { SHARED_DATA } from '../support/market-files.ts';
import { drawsOf } from '../support/market.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const COMMAND_MS_MAX = 300_000;
const read = (path: string): Promise<string> => readFile(join(PROJECT, path), 'utf8');

const PAGES = ['README.md', ...(await readdir(join(PROJECT, 'docs'))).filter(name => name.endsWith('.md')).sort().map(name => `docs/${name}`)];
const COMMANDS = (await Promise.all(PAGES.map(async page => shellCommands(page, await read(page))))).flat();
const isMake = ({ text }: PageCommand): boolean => text.startsWith('make ');
const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;
/** Scripts in Python are for whoever has it. */
const isTyped = (command: PageCommand): boolean => !isMake(command) && (HAS_PYTHON || !command.text.startsWith('python3 '));

const scratch = await mkdtemp(join(tmpdir(), 'tb-readme-'));
const desk = join(scratch, 'desk');
const shims = join(scratch, 'shims');

/** The real archive from 2020-07 to the end of 2022-01 where it lies beside the project, else a walk over the same hours. */
const FIRST = 1_593_561_600;
const END = 1_643_673_600;

const archived = async (name: string): Promise<string | null> => {
  const path = join(SHARED_DATA, 'kraken-ohlcvt', `${name}.gz`);
  if (!existsSync(path)) return null;
  const lines = gunzipSync(await readFile(path)).toString('utf8').split('\n');
  return lines.filter(line => Number(line.split(',')[0]) >= FIRST && Number(line.split(',')[0]) < END).map(line => `${line}\n`).join('');
};

const walked = (seed: number): string => {
  const draw = drawsOf(seed);
  const lines: string[] = [];
  let cents = 1_000_000 + draw(9_000_000);
  let trend = 0;
  for (let second = FIRST; second < END; second += 3_600) {
    if (draw(100) === 0) trend = draw(7) - 3;
    const open = cents;
    cents = Math.max(10_000, cents + Math.round((cents * (draw(161) - 80 + 3 * trend)) / 10_000));
    const [high, low] = [Math.max(open, cents) + draw(5_000), Math.min(open, cents) - draw(5_000)];
    const prices = [open, high, low, cents].map(price => (price / 100).toFixed(2)).join(',');
    if (draw(2_000) > 0) lines.push(`${second},${prices},${(draw(9_000) + 100) / 10},${draw(500) + 1}\n`);
  }
  return lines.join('');
};

/** `npx tb` without npm: the same command line, on the Node that runs the tests. */
const SHIM = `#!/bin/sh\n[ "$1" = tb ] || { echo "npx $1 is not a command of these pages" >&2; exit 99; }\nshift\nexec '${process.execPath}' '${join(PROJECT, 'cli', 'tb.mjs')}' "$@"\n`;

beforeAll(async () => {
  await Promise.all([mkdir(desk), mkdir(shims)]);
  await symlink(join(PROJECT, 'tools'), join(desk, 'tools'));
  await writeFile(join(shims, 'npx'), SHIM);
  await chmod(join(shims, 'npx'), 0o755);
  for (const [index, name] of ['XBTUSD_60.csv', 'ETHUSD_60.csv'].entries()) await writeFile(join(desk, name), (await archived(name)) ?? walked(index + 1));
});

afterAll(async () => {
  await stopServer(join(desk, '.tb'));
  await rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

const shell = (text: string) =>
  spawnSync('bash', ['-c', text], {
    cwd: desk,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: undefined, TB_KEYS: undefined, TB_CHECKPOINTS: undefined, XDG_CONFIG_HOME: join(scratch, 'settings'), PATH: `${shims}:${process.env['PATH']}` },
    timeout: COMMAND_MS_MAX,
  });

/** The one document that a command prints with --json. */
const answerOf = (command: string): Readonly<Record<string, unknown>> => {
  const { stdout, stderr } = shell(`npx tb ${command} --json`);
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`tb ${command} --json printed no single document:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
};

test('README names the two commands first', () => {
  expect(COMMANDS.slice(0, 2).map(({ page, text }) => `${page} ${text.replace(/\s+#.*/, '')}`)).toEqual(['README.md make demo', 'README.md make test']);
});

test.each(PAGES)('no command of %s escapes', async name => {
  const typed = (await read(name)).split('\n').filter(line => /^(\$ )?(npx|make|cat|cd|mkdir|python3|sed|printf) /.test(line));
  expect(COMMANDS.filter(({ page: of }) => of === name).map(({ text }) => text)).toEqual(typed);
  expect(typed.length).toBeGreaterThan(name === 'README.md' ? 20 : 0);
});

/** Every block of code on the pages, by its language, and what executes it. One that nothing executes has no place here. */
const EXECUTED: Readonly<Record<string, string>> = {
  sh: 'this file, as printed',
  text: 'tests/e2e/live-pages.test.ts, against a venue on this machine: the commands ask a real exchange',
  json: 'tests/engine/run-profile.test.ts, as risk profiles',
  ts: 'tests/adapters/sandbox/template.test.ts, as a strategy',
  yaml: 'tests/e2e/parity-gate.test.ts, as a workflow',
  '': 'nothing: a drawing, or what a command says',
};

test.each(PAGES)('every block of %s is of a kind that is executed', async name => {
  const fences = [...(await read(name)).matchAll(/^```(.*)$/gm)].map(([, language]) => language!.trim());
  const opened = fences.filter((_, index) => index % 2 === 0);
  expect(fences.length % 2).toBe(0);
  expect(opened.filter(language => EXECUTED[language] === undefined)).toEqual([]);
});

/** Blocks without a language are looked at by nobody, so each is known here by its first line. */
test('blocks that nothing executes are these', async () => {
  const drawn: string[] = [];
  for (const name of PAGES) for (const [, first] of (await read(name)).matchAll(/(?:^|\n\n)```\n(.*)\n/g)) drawn.push(`${name}: ${first!.trim()}`);
  expect(drawn).toEqual([
    'docs/concepts.md: candles, commands of a person, answers of the venue          everything from outside',
    'docs/risk-profiles.md: error --profile: careful.json:6: limits.perPosition.share is 0.2 and must lie above 0 and at most at 0.1 (governance 1).',
  ]);
});

test.each(['README.md', 'docs/market-data.md'])('%s asks exchanges in commands that a test knows', async name => {
  expect(await read('tests/e2e/live-pages.test.ts')).toContain(`'${name}'`);
});

test('no other page asks one', async () => {
  const asking: string[] = [];
  for (const name of PAGES) if (/^```text$/m.test(await read(name))) asking.push(name);
  expect(asking.sort()).toEqual(['README.md', 'docs/market-data.md']);
});

describe('make targets exist', () => {
  test.each(COMMANDS.filter(isMake).map(({ page, line, text }) => [`${page}:${line}`, /^make ([a-z-]+)/.exec(text)?.[1] ?? text]))('%s make %s', async (_, target) => {
    expect(await read('Makefile')).toMatch(new RegExp(`^${target}:`, 'm'));
  });
});

describe('links lead to files', () => {
  test.each([...PAGES, 'specs/cli.md'])('%s', async page => {
    const missing = fileLinks(await read(page)).filter(target => !existsSync(join(PROJECT, dirname(page), target)));
    expect(missing).toEqual([]);
  });
});

describe('commands work as printed', () => {
  test.each(COMMANDS.filter(isTyped).map(command => [`${command.page}:${command.line}`, command.text, command.exit] as const))(
    '%s %s',
    (_, text, exit) => {
      const { status, stdout, stderr } = shell(text);
      expect({ status, said: status === exit ? '' : `${stdout}\n${stderr}` }).toEqual({ status: exit, said: '' });
    },
    COMMAND_MS_MAX,
  );

  test('the two runs of the README end in one head, with trades', () => {
    const { status, leftOnly, rightOnly } = answerOf('parity half-year desk');
    expect({ status, leftOnly, rightOnly }).toEqual({ status: 'PARITY: TRUE', leftOnly: 0, rightOnly: 2 });
    expect(Number(shell('wc -l < trades.csv').stdout)).toBeGreaterThan(1);
  });
});

const page = await read('specs/cli.md');
const described = sections(page, 3);

/** The words that call a command: two for one that stands behind another. */
const calledBy = (command: Command): string => (command.parent === null || command.parent.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`);

/** The section of a command, with that of the options it shares. */
const sectionOf = (command: Command): string => {
  const title = ['tb', calledBy(command), ...command.registeredArguments.map(argument => (argument.required ? `<${argument.name()}${argument.variadic ? '...' : ''}>` : `[${argument.name()}]`))].join(' ');
  const own = described.get(title);
  if (own === undefined) throw new Error(`specs/cli.md has no section "### \`${title}\`".`);
  const shared = [['the options of a run, and these', 'Options of a run'], ['the options of a venue, and these', 'Options of a venue']] as const;
  return [own, ...shared.flatMap(([words, heading]) => (own.includes(words) ? [described.get(heading)!] : []))].join('');
};

/** Option rows of a table: flags, default, meaning. */
const optionRows = (text: string): readonly (readonly string[])[] => tableRows(text).filter(([first]) => first?.startsWith('`--') === true);

const flagsOf = ({ flags }: Option): string => `\`${flags.replace(/^-\w, /, '')}\``;

/** What the page's second column must say of a default, where the program states one. */
const defaultOf = ({ mandatory, defaultValue, negate }: Option): string | null => {
  if (mandatory) return 'required';
  if (typeof defaultValue === 'string') return `\`${defaultValue}\``;
  return defaultValue === false || negate ? 'off' : null;
};

const COMMAND_LIST = programOf().commands.flatMap(command => [command, ...command.commands]).filter(command => command.name() !== 'help');

describe('specs/cli.md', () => {
  test('describes these commands and no others', () => {
    const titles = [...described.keys()].filter(title => title.startsWith('tb '));
    expect(titles.map(title => title.slice('tb '.length).replace(/ [<[].*$/, '')).sort()).toEqual(COMMAND_LIST.map(calledBy).sort());
  });

  test.each(COMMAND_LIST.map(command => [calledBy(command), command] as const))('%s: its options with their defaults', (_, command) => {
    const rows = optionRows(sectionOf(command));
    expect(rows.map(([flags]) => flags!).sort()).toEqual(command.options.map(flagsOf).sort());
    for (const option of command.options) {
      const said = rows.find(([flags]) => flags === flagsOf(option))![1];
      expect([option.flags, said]).toEqual([option.flags, defaultOf(option) ?? said]);
      expect(said === 'required').toBe(option.mandatory);
    }
  });

  test('the global options', () => {
    const rows = optionRows(sections(page, 2).get('Global options')!);
    const global = programOf().options.filter(({ long }) => long !== '--version');
    expect(rows.map(([flags]) => flags!).sort()).toEqual(global.map(flagsOf).sort());
  });

  /** Names in backticks of a JSON line, those in parentheses left out, and the first cells of the table it refers to. */
  const fieldsOf = (name: string): readonly string[] => {
    const line = /^JSON: (.+)$/m.exec(sectionOf(COMMAND_LIST.find(command => calledBy(command) === name)!))?.[1] ?? '';
    let flat = line;
    while (/\([^()]*\)/.test(flat)) flat = flat.replaceAll(/\([^()]*\)/g, '');
    flat = flat.split(';')[0]!;
    const shared = ['The summary of a run', 'The report of a replay'].filter(title => flat.includes(title.slice(1)));
    const cells = shared.flatMap(title => tableRows(described.get(title)!).map(([first]) => first!));
    return [flat, ...cells].flatMap(text => [...text.matchAll(/`(\w+)`/g)].map(match => match[1]!)).sort();
  };

  const RUN = '--strategy ema-cross --param fast=48 --param slow=240 --symbols BTC/USD,ETH/USD --from 2021-01-01T00:00:00Z';

  test.each([
    ['init', ''],
    ['import', 'XBTUSD_60.csv --symbol BTC/USD'],
    ['data', ''],
    ['data verify', ''],
    ['data revisions', ''],
    ['gaps', ''],
    ['strategies', ''],
    ['new-strategy', 'my-second'],
    ['backtest', `${RUN} --to 2021-07-01T00:00:00Z --run half-year`],
    ['sweep', `${RUN} --to 2021-02-01T00:00:00Z`],
    ['open', `${RUN} --run desk --mode paper`],
    ['execute-hour', '--run desk --hour 2021-03-01T00:00:00Z'],
    ['operator', 'deposit --amount 500 --reason "monthly saving" --run desk'],
    ['runs', ''],
    ['show', 'half-year'],
    ['export', 'half-year --out again.csv'],
    ['replay-window', '--run desk --from 2021-03-01T00:00:00Z --to 2021-03-02T00:00:00Z'],
    ['replay-hour', '--run desk --hour 2021-03-01T00:00:00Z'],
    ['replay-manifest', '--run half-year'],
    ['replay-tool', ''],
    ['parity', 'half-year desk'],
    ['verify', '--run half-year'],
    ['keys', 'list'],
    ['checkpoint', 'desk'],
    ['prove', '--run desk fact:2021-03-01T00:00:00Z.0.0 --out again.json'],
    ['verify-proof', 'again.json'],
    ['bundle', 'desk --from 2021-03-01T00:00:00Z --to 2021-03-02T00:00:00Z --out day.tb'],
    ['doctor', ''],
    ['stop', ''],
  ])(
    'JSON of %s has the fields of the page',
    (name, args) => {
      expect(Object.keys(answerOf(`${name} ${args}`)).sort()).toEqual(fieldsOf(name));
    },
    COMMAND_MS_MAX,
  );

  test('a failure is a document too', () => {
    expect(answerOf('show nobody')).toEqual({ error: { exit: 2, hint: 'tb runs lists them.', message: 'There is no run nobody.' } });
  });
});
