import { expect, test } from 'vitest';
import { align, lastAtOrBefore, spanOf, valueAt } from '../../../web/report/client/curves.ts';
import { logSteps } from '../../../web/report/client/log-steps.ts';
import { around, byFactor, fromZero, toZero, withZero } from '../../../web/report/client/ranges.ts';
import { timeLabels } from '../../../web/report/client/time-axis.ts';
import { tintOf } from '../../../web/report/client/tint.ts';

const LEFT = { hours: [2, 5, 9], values: [20, 50, 90] };
const RIGHT = { hours: [5, 6], values: [0.5, 0.6] };

test('curves of different hours meet on all of their hours, and each keeps only its own', () => {
  expect(align([LEFT, RIGHT], { from: 1, to: 9 })).toEqual({
    hours: [1, 2, 5, 6, 9],
    columns: [[undefined, 20, 50, undefined, 90], [undefined, undefined, 0.5, 0.6, undefined]],
  });
});

test('a curve says what it said last', () => {
  expect([0, 2, 4, 5, 100].map(hour => valueAt(LEFT, hour))).toEqual([null, 20, 20, 50, 90]);
  expect([0, 2, 4, 5, 100].map(hour => lastAtOrBefore(LEFT.hours, hour))).toEqual([-1, 0, 0, 1, 2]);
});

test('the span of curves is from the first hour of any to the last of any', () => {
  expect(spanOf([RIGHT, LEFT])).toEqual({ from: 2, to: 9 });
  expect(spanOf([{ hours: [], values: [] }])).toBeNull();
});

test('axes leave room, and keep zero where zero means something', () => {
  expect(around(100, 200)).toEqual([94, 206]);
  expect(around(0, 0)).toEqual([-0.06, 0.06]);
  expect(fromZero(0, 0)).toEqual([0, 1]);
  expect(toZero(0)).toEqual([-0.01, 0]);
  expect(withZero(50, 100)).toEqual([0, 106]);
});

test.each([
  [0.97, 1.03, [0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03]],
  [9000, 22_000, [10_000, 12_500, 15_000, 17_500, 20_000]],
  [0.9, 300, [1, 2, 5, 10, 20, 50, 100, 200]],
  [0.0009, 120, [0.001, 0.01, 0.1, 1, 10, 100]],
])('an axis of factors from %d to %d has round lines', (low, high, expected) => {
  expect(logSteps({ low, high })).toEqual(expected);
  expect(byFactor(low, high)[0]).toBeLessThan(low);
});

const second = (text: string): number => Date.parse(text) / 1000;

test.each([
  ['years', ['2023-01-01', '2024-01-01'], 365 * 86_400, ['2023', '2024']],
  ['months', ['2023-12-01', '2024-01-01', '2024-02-01'], 31 * 86_400, ['Dec\n2023', 'Jan\n2024', 'Feb']],
  ['days', ['2024-02-28', '2024-02-29'], 86_400, ['28 Feb\n2024', '29 Feb']],
  ['hours', ['2024-02-28T18:00Z', '2024-02-29T00:00Z', '2024-02-29T06:00Z'], 21_600, ['18:00\n28 Feb 2024', '00:00\n29 Feb 2024', '06:00']],
])('an axis of %s says the larger unit where it begins', (_name, instants, step, expected) => {
  expect(timeLabels(instants.map(second), step)).toEqual(expected);
});

test('a tint is as strong as a month is large', () => {
  expect([0.1, 0.05, 0.001, 0, -0.001, -0.1].map(value => tintOf(value, 0.1))).toEqual([5, 3, 1, 0, -1, -5]);
  expect(tintOf(0.001, 0.001)).toBe(1);
});
