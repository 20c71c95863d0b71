/** Times in, verdict on the timeframe out: what is refused as a whole, and what is left to the lines. */
import { describe, expect, test } from 'vitest';
import { fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';
import { addStep, judgeSteps, newStepTally } from '../../../adapters/market-data/file-timeframe.ts';
import type { FileTimeframe } from '../../../adapters/market-data/file-timeframe.ts';

const HOUR = 60;
const DAY = 1_440;

/** The verdict on a file asked for as hours whose lines stand at these minutes. */
const judge = (minutes: readonly number[]): FileTimeframe => {
  const tally = newStepTally(3_600_000);
  for (const [index, minute] of minutes.slice(1).entries()) addStep(tally, (minute - minutes[index]!) * 60_000);
  return judgeSteps(tally);
};
const every = (step: number, count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, index) => from + index * step);

test.each([
  ['hours', every(HOUR, 10)],
  ['hours, newest first', every(HOUR, 10).toReversed()],
  ['a single line', [0]],
  ['two lines and a hole', [0, 5 * HOUR]],
  ['three lines a day apart and an hour', [0, DAY, DAY + HOUR]],
  ['holes of all sizes', [0, HOUR, 3 * HOUR, 4 * HOUR, 9 * HOUR, 33 * HOUR, 34 * HOUR]],
  ['only holes', [0, 2 * HOUR, 5 * HOUR, 9 * HOUR]],
  ['one line at half past, between hours', [0, HOUR, 1.5 * HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR]],
  ['one line moved to half past', [0, 1.5 * HOUR, 2 * HOUR]],
  ['repeated lines', [0, 0, HOUR, HOUR, 2 * HOUR]],
  ['six equal holes in a row, as Kraken had', [...every(2 * HOUR, 7), ...every(HOUR, 30, 13 * HOUR)]],
  ['hours at half past, which the lines are refused for', every(HOUR, 10, 30)],
])('fits: %s', (_, minutes) => {
  expect(judge(minutes)).toEqual({ fits: true });
});

test.each([
  ['5m', false, every(5, 40)],
  ['5m', false, every(5, 3)],
  ['30m', false, [0, 30, 60]],
  ['15m', false, every(15, 40).filter(minute => minute % 105 !== 0)],
  ['7m', false, every(7, 20)],
  ['5m', true, [...every(HOUR, 20), ...every(5, 6, 20 * HOUR)]],
  ['1d', false, every(DAY, 3)],
  ['1d', false, every(DAY, 40).filter(minute => minute % (5 * DAY) !== 0)],
  ['4h', false, every(4 * HOUR, 10)],
  ['1w', false, every(7 * DAY, 4)],
  ['1d', false, [0, 31 * DAY, 60 * DAY, 91 * DAY]],
  ['1d', true, [...every(DAY, 30), ...every(HOUR, 2_000, 30 * DAY)]],
  ['4h', true, [...every(4 * HOUR, 60), ...every(HOUR, 2_000, 240 * HOUR)]],
])('looks like %s, mixed: %s', (looksLike, mixed, minutes) => {
  expect(judge(minutes)).toEqual({ fits: false, looksLike, mixed });
});

describe('of a whole file', async () => {
  const write = fileWriter(await temporaryFolder());
  const lines = (minutes: readonly number[]): string => minutes.map(minute => `${1_704_067_200 + minute * 60},10,12,9,11,1,1\n`).join('');

  test.each([
    ['5m for 1h', '1h', every(5, 40), 'the file looks like 5m candles, and 1h was asked for. Import a file of 1h candles, or name its own length with --timeframe.'],
    ['1d for 1h', '1h', every(DAY, 40), 'the file looks like 1d candles, and 1h was asked for. Import a file of 1h candles, or name its own length with --timeframe.'],
    ['1h for 5m', '5m', every(HOUR, 40), 'the file looks like 1h candles, and 5m was asked for. Import a file of 5m candles, or name its own length with --timeframe.'],
    [
      'both', '1h', [...every(HOUR, 20), ...every(5, 20, 20 * HOUR)],
      'the file mixes timeframes: stretches of it look like 5m candles, and 1h was asked for. Import a file of 1h candles only.',
    ],
  ] as const)('%s is refused before any candle is handed on', async (_, timeframe, minutes, message) => {
    const path = await write('steps.csv', lines(minutes));
    await expect(readWhole(path, { timeframe })).rejects.toThrow(`${path}: ${message}`);
  });

  test('5m candles asked for as 5m', async () => {
    expect((await readWhole(await write('steps.csv', lines(every(5, 40))), { timeframe: '5m', strict: true })).tally.candles).toBe(40);
  });
});
