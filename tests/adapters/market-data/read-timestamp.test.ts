/** Times in the spellings that files have, and the reasons for those that are none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochUnitOf, timestampReader } from '../../../adapters/market-data/read-timestamp.ts';
import { formatTime } from '../../../core/kernel/hours.ts';
import { timeMs } from '../../../core/kernel/units.ts';

const FIVE = 1_709_269_200_000;

test.each([
  ['2024-03-01T05:00:00Z'], ['2024-03-01T05:00Z'], ['2024-03-01T06:00:00+01:00'], ['2024-03-01T00:30:00-0430'], ['2024-03-01 05:00:00+00:00'],
  ['2024-03-01 05:00:00 UTC'], ['2024-03-01T05:00:00.000Z'], ['2024-03-01T05:00:00.000000000Z'], [' 2024-03-01T05:00:00Z '],
  ['1709269200'], ['1709269200.0'], ['1709269200000'], ['1709269200000000'],
])('%s is five in the morning', text => {
  expect(timestampReader(false)(text)).toBe(FIVE);
});

test.each([['2024-03-01T05:00:00'], ['2024-03-01 05:00:00'], ['2024-03-01 05:00']])('%s is so only in a column that says UTC', text => {
  expect(timestampReader(true)(text)).toBe(FIVE);
  expect(timestampReader(false)(text)).toMatch(/^time .* has no offset; write 2024-03-01T05:00(:00)?Z, or name the column ts_utc if it is UTC$/);
});

test('a date alone is midnight, in a column that says UTC', () => {
  expect(timestampReader(true)('2024-03-01')).toBe(FIVE - 5 * 3_600_000);
});

const NO_MOMENT = 'is no moment between 2009 and 2100, neither in seconds nor in milliseconds nor in microseconds';
test.each([
  ['', 'time is empty'],
  ['  ', 'time is empty'],
  ['0', `time 0 ${NO_MOMENT}`],
  ['1230767999', `time 1230767999 ${NO_MOMENT}`],
  ['4102444800', `time 4102444800 ${NO_MOMENT}`],
  ['170926920000', `time 170926920000 ${NO_MOMENT}`],
  ['1709269200000500', 'time 1709269200000500 is not a whole number of milliseconds'],
  ['1.7092692e9', 'time 1.7092692e9 is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z'],
  ['-1709269200', 'time -1709269200 is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z'],
  ['1709269200.5', 'time 1709269200.5 is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z'],
  ['03/01/2024 05:00', 'time 03/01/2024 05:00 is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z'],
  ['2024-02-30T05:00:00Z', 'time 2024-02-30T05:00:00Z is not a real date and time'],
  ['2024-03-01T24:00:00Z', 'time 2024-03-01T24:00:00Z is not a real date and time'],
  ['2024-03-01T05:00:00.0001Z', 'time 2024-03-01T05:00:00.0001Z is not a whole number of milliseconds'],
  ['1970-01-01T00:00:00Z', 'time 1970-01-01T00:00:00Z is not between 2009 and 2100'],
  ['2100-01-01T00:00:00Z', 'time 2100-01-01T00:00:00Z is not between 2009 and 2100'],
])('%j: %s', (text, reason) => {
  expect(timestampReader(true)(text)).toBe(reason);
});

describe('the edges of what is a moment', () => {
  test.each([
    ['1230768000', 1_230_768_000_000], ['4102444799', 4_102_444_799_000],
    ['1230768000000', 1_230_768_000_000], ['4102444799999', 4_102_444_799_999],
    ['1230768000000000', 1_230_768_000_000], ['4102444799999000', 4_102_444_799_999],
  ])('%s', (text, time) => {
    expect(timestampReader(false)(text)).toBe(time);
  });
});

test('what was remembered of the line before never changes what a line means', () => {
  const anySecond = fc.integer({ min: 1_230_768_000, max: 4_102_444_799 }).map(second => second * 1_000);
  fc.assert(fc.property(fc.array(fc.tuple(anySecond, fc.boolean()), { maxLength: 20 }), moments => {
    const reader = timestampReader(false);
    for (const [moment, sameDay] of moments) {
      expect(reader(formatTime(timeMs(moment)))).toBe(moment);
      if (sameDay) expect(reader(`${formatTime(timeMs(moment)).slice(0, 11)}23:59:59Z`)).toBe(Math.floor(moment / 86_400_000) * 86_400_000 + 86_399_000);
      expect(typeof reader(`${formatTime(timeMs(moment)).slice(0, 11)}23:60:00Z`)).toBe('string');
    }
  }), { seed: 20_240_301, numRuns: 100 });
});

test.each([
  ['1709269200', 'seconds'], [' 1709269200.0 ', 'seconds'], ['1230768000', 'seconds'], ['4102444799', 'seconds'],
  ['1709269200000', 'milliseconds'], ['4102444799999', 'milliseconds'],
  ['1709269200000000', 'microseconds'], ['1709269200000500', 'microseconds'],
  ['0', null], ['4102444800', null], ['170926920000', null], ['2024-03-01T05:00:00Z', null], ['1.7e9', null], ['', null],
])('the unit of %j is %s', (text, unit) => {
  expect(epochUnitOf(text)).toBe(unit);
});
