/** Numbers as they are typed, and what is said of those that are not plain digits. */
import { expect, test } from 'vitest';
import { readPlain } from '../../engine/plain-number.ts';

test.each([
  ['0', 0n],
  ['10000', 10_000_000_000_000_000_000_000n],
  ['0.25', 250_000_000_000_000_000n],
  ['007', 7_000_000_000_000_000_000n],
  ['1.000000000000000001', 1_000_000_000_000_000_001n],
  ['99999999999999999999999999', 99_999_999_999_999_999_999_999_999_000_000_000_000_000_000n],
])('%s is read', (text, value) => {
  expect(readPlain(text)).toEqual({ ok: true, value });
});

const BY_EXAMPLE = 'Write plain digits without a sign, for example 10000 or 0.25.';

test.each([
  // text                    what is wrong                                  what to write
  ['1e5', 'has an exponent', 'Write plain digits: 100000.'],
  ['1.50E3', 'has an exponent', 'Write plain digits: 1500.'],
  ['25e-3', 'has an exponent', 'Write plain digits: 0.025.'],
  ['12.5e-1', 'has an exponent', 'Write plain digits: 1.25.'],
  ['0e5', 'has an exponent', 'Write plain digits: 0.'],
  ['1e999999999', 'has an exponent', BY_EXAMPLE],
  ['0x10', 'is not written in base ten', 'Write plain digits: 16.'],
  ['0B101', 'is not written in base ten', 'Write plain digits: 5.'],
  ['0o17', 'is not written in base ten', 'Write plain digits: 15.'],
  ['-5', 'has a minus sign', BY_EXAMPLE],
  ['+5', 'has a plus sign', BY_EXAMPLE],
  ['-1e5', 'has a minus sign', BY_EXAMPLE],
  ['1.0000000000000000000', 'has more than 18 decimals', 'Write at most 18 digits behind the point.'],
  ['1,000', 'has separators between its digits', 'Write 1000 or 1.5: nothing between the thousands, and a point before the decimals.'],
  ['1_000.5', 'has separators between its digits', 'Write 1000 or 1.5: nothing between the thousands, and a point before the decimals.'],
  ['.5', 'has digits on one side of its point only', 'Write plain digits: 0.5.'],
  ['5.', 'has digits on one side of its point only', 'Write plain digits: 5.'],
  ['', 'is empty', BY_EXAMPLE],
  ['much', null, BY_EXAMPLE],
  ['0b12', null, BY_EXAMPLE],
  ['NaN', null, BY_EXAMPLE],
  ['-', null, BY_EXAMPLE],
  ['１２', null, BY_EXAMPLE],
  ['1 ', null, BY_EXAMPLE],
])('%j is told what it is', (text, why, hint) => {
  expect(readPlain(text)).toEqual({ ok: false, why, hint });
});
