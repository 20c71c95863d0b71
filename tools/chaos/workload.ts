/**
 * What a run of the harness does besides failing: a desk on two invented markets, hours executed, orders of the operator,
 * late and revised candles, backtests. Lines are commands as one would type them; nothing here runs one.
 */
import { formatHour } from '../../core/kernel/hours.ts';
import { hourUtc } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { pick } from './draws.ts';
import type { Draw } from './draws.ts';

/** 2024-03-01T00:00:00Z, as hours since the epoch. */
export const START_HOUR = 474_792;
/** Hours that are executed before the first fault. */
export const SETUP_HOURS = 6;

/** `hours` executes hours; the others do something before that, and `backtest` something else. */
export const WORKS = ['hours', 'late', 'operator', 'facts-file', 'backtest'] as const;
export type Work = (typeof WORKS)[number];

export type CommandName = 'import' | 'execute-hour' | 'operator' | 'backtest';
export type Line = Readonly<{ command: CommandName; text: string }>;

export type Desk = Readonly<{ timeframe: Timeframe; options: string }>;

/** What one step does, undisturbed: `fromHour` is the first hour that it executes. */
export type Job = Readonly<{ work: Work; number: number; fromHour: number; hours: number; words: readonly string[] }>;

export const hourText = (hour: number): string => formatHour(hourUtc(hour));

export const drawDesk = (draw: Draw): Desk => {
  const timeframe = pick(draw, ['1h', '1h', '15m', '5m'] as const);
  const [fast, slow] = pick(draw, [[2, 4], [3, 7], [2, 9]] as const);
  const strategy = pick(draw, [`--strategy ema-cross --param fast=${fast} --param slow=${slow}`, `--strategy ema-cross --param fast=${fast} --param slow=${slow} --entry limit:40bps`, 'buy-and-hold'] as const);
  const named = strategy.startsWith('--') ? strategy : `--strategy ${strategy}`;
  return { timeframe, options: `${named} --symbols AAA/USD,BBB/USD --timeframe ${timeframe} --from ${hourText(START_HOUR + 2)} --warmup 2` };
};

const OPERATOR_WORDS = ['deposit 500', 'withdraw 25', 'flatten', 'halt', 'resume', 'cancel'] as const;

/** What the operator says in a step that needs it: a command, and its amount where it takes one. */
export const drawWords = (draw: Draw): readonly string[] => pick(draw, OPERATOR_WORDS).split(' ');

export const lateFile = (number: number): string => `late-${number}.csv`;
export const factsFile = (number: number): string => `facts-${number}.jsonl`;

/** Which commands a work types, in order. */
export const COMMANDS_OF: Readonly<Record<Work, readonly CommandName[]>> = {
  hours: ['execute-hour'],
  late: ['import', 'execute-hour'],
  operator: ['operator', 'execute-hour'],
  'facts-file': ['execute-hour'],
  backtest: ['backtest'],
};

/** The lines of a job, one for each of its commands. Each may be typed again whenever it was interrupted. */
export const linesOf = ({ timeframe, options }: Desk, { work, number, fromHour, hours, words }: Job): readonly Line[] => {
  const through = hourText(fromHour + hours - 1);
  const execute: Line = { command: 'execute-hour', text: `execute-hour --run desk --through ${through}` };
  const [command = '', amount] = words;
  switch (work) {
    case 'hours':
      return [execute];
    case 'late':
      return [{ command: 'import', text: `import ${lateFile(number)} --symbol AAA/USD --timeframe ${timeframe}` }, execute];
    case 'operator':
      return [{ command: 'operator', text: `operator ${command} --run desk${amount === undefined ? '' : ` --amount ${amount}`} --hour ${hourText(fromHour)} --reason chaos --actor chaos --key step-${number}` }, execute];
    case 'facts-file':
      return [{ command: 'execute-hour', text: `${execute.text} --facts ${factsFile(number)}` }];
    case 'backtest':
      return [{ command: 'backtest', text: `backtest ${options} --to ${hourText(fromHour + 12)} --run past-${number}${hours % 2 === 0 ? '' : ' --keep full'}` }];
  }
};

/** The operator's command of a job as a line of a facts file. */
export const factsLine = ({ number, words: [command, amount] }: Job): string =>
  `${JSON.stringify({ command, ...(amount === undefined ? {} : { amount }), key: `step-${number}`, actor: 'chaos', reason: 'chaos' })}\n`;
