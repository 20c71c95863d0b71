/**
 * A small store with every kind of row that commands write, made by the commands themselves: a paper run of four steps an
 * hour with late and revised candles and an operator's commands, the same as a backtest kept in summary, and the history of
 * an account. What no command brings about, such as a balance below nothing, is in the store of tools/validate-schema.
 */
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { HOUR_MS, timeMs } from '../../core/kernel/units.ts';
import { candlesOf } from '../fixtures/market.ts';
import type { FixtureCandle } from '../fixtures/market.ts';
import { HISTORY } from '../validate-schema/scenario.ts';

/** How a command is given, and a file for it written; both fail where the command or the disk does. */
export type Commands = Readonly<{ tb: (line: string) => Promise<unknown>; write: (name: string, text: string) => Promise<unknown> }>;

const START = '2024-03-01T00:00:00Z';
const STEP_MS = 900_000;
/** Steps of an hour, and the last of them, which closes it. */
export const LAST_STEP = 3;
const CANDLES = 28;

/** The first moment that no run has consumed. */
export const CONSUMED_UNTIL_MS = parseTime('2024-03-01T05:00:00Z')!;

/** A resting order lets an opposite signal cancel it. */
const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --timeframe 15m --from 2024-03-01T01:00:00Z --warmup 1 --entry limit:40bps --on-halt observe';

const swings = (seed: number): readonly FixtureCandle[] =>
  candlesOf({
    seed, startTicks: 41_250, priceDecimals: 2, volumeDecimals: 3,
    stretches: Array.from({ length: CANDLES / 4 }, (_, nth) => ({ candles: 4, driftPpm: nth % 2 === 0 ? 9_000 : -9_000, noisePpm: 9_000, jumpPpm: 900, volumeUnits: 900_000 })),
  });

const linesOf = (candles: readonly FixtureCandle[], fromMs: number, lengthMs: number): string =>
  ['ts,open,high,low,close,volume', ...candles.map(({ index, values: { open, high, low, close, volume } }) => [formatTime(timeMs(fromMs + index * lengthMs)), open, high, low, close, volume].join(',')), ''].join('\n');
const fileOf = (candles: readonly FixtureCandle[]): string => linesOf(candles, parseTime(START)!, STEP_MS);

/** The same lines in a third of the time, for every hour is one more to damage. */
const condensed = (history: string): string =>
  history.replaceAll(/^2024-01-01T(\d\d):(\d\d):00Z/gm, (_, hours: string, minutes: string) => formatTime(timeMs(parseTime('2024-01-01T00:00:00Z')! + Math.floor((Number(hours) * 60 + Number(minutes)) / 3) * 60_000)));

/** Fills a store in which nothing is stored yet. */
export const fillSmallStore = async ({ tb, write }: Commands): Promise<void> => {
  const [aaa, bbb] = [swings(21), swings(22)];
  await write('aaa.csv', fileOf(aaa.filter(({ index }) => index !== 10)));
  const revised = { index: 11, values: { ...aaa[11]!.values, close: aaa[11]!.values.low } };
  await write('late.csv', fileOf([aaa[10]!, revised]));
  await write('bbb.csv', fileOf(bbb));
  await write('history.csv', condensed(HISTORY));
  // What was paid in kind is worth what its market said.
  await write('worth.csv', linesOf(swings(23).slice(0, 5), parseTime('2024-01-01T00:00:00Z')!, HOUR_MS));
  await write('smaller.json', JSON.stringify({ extends: 'balanced', name: 'smaller', version: 2, limits: { total: '40%' } }));
  await tb('import aaa.csv --symbol AAA/USD --timeframe 15m');
  await tb('import bbb.csv --symbol BBB/USD --timeframe 15m');
  await tb(`backtest ${RUN} --to 2024-03-01T04:00:00Z --run past`);
  const paper = RUN.replace(' --on-halt observe', '');
  await tb(`open --run desk --mode paper ${paper}`);
  await tb('execute-hour --run desk --through 2024-03-01T02:00:00Z');
  await tb('import late.csv --symbol AAA/USD --timeframe 15m');
  for (const order of ['deposit --amount 500', 'withdraw --amount 99999', 'halt']) await tb(`operator ${order} --run desk --reason because`);
  await tb('execute-hour --run desk');
  await tb('profile set --run desk --profile ./smaller.json --reason because');
  for (const order of ['resume', 'resume']) await tb(`operator ${order} --run desk --reason because`);
  await tb('execute-hour --run desk --through 2024-03-01T04:00:00Z');
  await tb('import worth.csv --symbol TOK/USD');
  await tb('import-fills history.csv --run history --quote USD --format generic');
};
