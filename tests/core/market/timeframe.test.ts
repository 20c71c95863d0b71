/** Timeframes divide an hour. */
import { expect, test } from 'vitest';
import { isTimeframe, stepsPerHour, timeframeMs, TIMEFRAMES } from '../../../core/market/timeframe.ts';

test('every timeframe has its length and its steps', () => {
  expect(TIMEFRAMES.map(timeframe => [timeframe, timeframeMs(timeframe), stepsPerHour(timeframe)])).toEqual([
    ['1m', 60_000, 60],
    ['5m', 300_000, 12],
    ['15m', 900_000, 4],
    ['1h', 3_600_000, 1],
  ]);
});

test.each([
  ['1h', true],
  ['5m', true],
  ['1H', false],
  ['4h', false],
  ['', false],
])('%j is one: %s', (text, expected) => {
  expect(isTimeframe(text)).toBe(expected);
});
