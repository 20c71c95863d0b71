/** Ages and sizes as people read them: one number, one unit, rounded down. */
import { expect, test } from 'vitest';
import { ageText, bytesText, durationText } from '../../engine/ages.ts';

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [119_999, '119 s'],
  [120_000, '2 min'],
  [7_199_999, '119 min'],
  [7_200_000, '2 h'],
  [172_799_999, '47 h'],
  [172_800_000, '2 d'],
  [63_115_199_999, '730 d'],
  [63_115_200_000, '2 y'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('what is past was, and what is to come will be', () => {
  expect(ageText(1_000_000, 1_000_999)).toBe('now');
  expect(ageText(1_000_000, 1_001_000)).toBe('1 s ago');
  expect(ageText(0, 10_800_000)).toBe('3 h ago');
  expect(ageText(10_800_000, 0)).toBe('in 3 h');
});

test.each([
  [512, '512 B'],
  [999, '999 B'],
  [1_000, '1.00 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [61_900_000_000, '61.9 GB'],
  [5_000_000_000_000_000, '5.00e+3 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
