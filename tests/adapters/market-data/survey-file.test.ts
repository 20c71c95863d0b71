/** What the first pass over a file finds out before any candle of it is handed on: whether its times keep to one unit. */
import { describe, expect, test } from 'vitest';
import { fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';

const folder = await temporaryFolder();
const write = fileWriter(folder);
const HEADER = 'ts,open,high,low,close,volume\n';
const file = (...times: readonly string[]): string => HEADER + times.map(time => `${time},10,12,9,11,1\n`).join('');

describe('a column of epochs that changes its unit is refused', () => {
  test.each([
    [
      'seconds, then milliseconds', file('1709269200', '1709272800', '1709276400000'),
      '4: the column mixes units of time: 1709276400000 is 2024-03-01T07:00:00Z in milliseconds, and 1709269200 in line 2 is 2024-03-01T05:00:00Z in seconds.',
    ],
    [
      'milliseconds, then microseconds', file('1709269200000', '1709272800000000'),
      '3: the column mixes units of time: 1709272800000000 is 2024-03-01T06:00:00Z in microseconds, and 1709269200000 in line 2 is 2024-03-01T05:00:00Z in milliseconds.',
    ],
    [
      'one line among others', file('1709269200', '1709272800000', '1709276400', '1709280000'),
      '3: the column mixes units of time: 1709272800000 is 2024-03-01T06:00:00Z in milliseconds, and 1709269200 in line 2 is 2024-03-01T05:00:00Z in seconds.',
    ],
    [
      'behind lines that are no candle', file('0', '1709269200.0', ' 1709272800000 '),
      '4: the column mixes units of time: 1709272800000 is 2024-03-01T06:00:00Z in milliseconds, and 1709269200.0 in line 3 is 2024-03-01T05:00:00Z in seconds.',
    ],
  ])('%s', async (_, content, message) => {
    const path = await write('mixed.csv', content);
    await expect(readWhole(path)).rejects.toThrow(`${path}:${message} Write all times of a file in one unit, or split it where the unit changes.`);
  });

  test('Kraken’s archive and Binance’s klines are no exception', async () => {
    const kraken = await write('kraken.csv', '1709269200,10,12,9,11,1,1\n1709272800000,10,12,9,11,1,1\n');
    await expect(readWhole(kraken)).rejects.toThrow(`${kraken}:2: the column mixes units of time`);
    const line = (time: string): string => `${time},10,12,9,11,1,0,16.1,42,0.7,7.5,0\n`;
    const binance = await write('binance.csv', line('1735686000000') + line('1735689600000000'));
    await expect(readWhole(binance)).rejects.toThrow(`${binance}:2: the column mixes units of time`);
  });
});

test('times in one unit, and ISO 8601 beside them, are read', async () => {
  const { candles } = await readWhole(await write('one.csv', file('1709269200', '1709272800.0', '2024-03-01T07:00:00Z')));
  expect(candles.map(({ openMs }) => openMs)).toEqual([1_709_269_200_000, 1_709_272_800_000, 1_709_276_400_000]);
});
