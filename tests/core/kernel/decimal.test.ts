/** Decimal text against decimal.js, and the texts that are none. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal, parseDecimal, whole } from '../../../core/kernel/decimal.ts';
import { AMOUNT_BOUND } from '../../../core/kernel/units.ts';

const Exact = Decimal.clone({ precision: 60, toExpNeg: -100, toExpPos: 100 });
const amounts = fc.bigInt({ min: -AMOUNT_BOUND + 1n, max: AMOUNT_BOUND - 1n });

describe('formatDecimal', () => {
  test.each([
    [0n, '0'],
    [1n, '0.000000000000000001'],
    [-1n, '-0.000000000000000001'],
    [10n ** 18n, '1'],
    [-(10n ** 18n), '-1'],
    [12_500_000_000_000_000_000n, '12.5'],
    [100n * 10n ** 18n, '100'],
    [100n * 10n ** 18n + 10n, '100.00000000000000001'],
    [AMOUNT_BOUND - 1n, '99999999999999999999.999999999999999999'],
  ])('%s is %s', (value, text) => {
    expect(formatDecimal(value)).toBe(text);
  });

  test('is what decimal.js writes', () => {
    fc.assert(
      fc.property(amounts, value => {
        expect(formatDecimal(value)).toBe(new Exact(value.toString()).div('1e18').toFixed());
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('refuses what NUMERIC(38,18) cannot hold', () => {
    expect(() => formatDecimal(AMOUNT_BOUND)).toThrow(/20 integer digits/);
    expect(() => formatDecimal(-AMOUNT_BOUND)).toThrow(/20 integer digits/);
  });
});

describe('parseDecimal', () => {
  test.each([
    ['0', 0n],
    ['0.0', 0n],
    ['007.50', 7_500_000_000_000_000_000n],
    ['-12.5', -12_500_000_000_000_000_000n],
    ['0.000000000000000001', 1n],
    ['99999999999999999999.999999999999999999', AMOUNT_BOUND - 1n],
  ])('reads %s', (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  test.each(['', '.', '1.', '.5', '+1', '-0', '-0.000', '1e3', '1E3', '0x10', ' 1', '1 ', '1,5', '1_000', 'NaN', 'Infinity', '--1', '٣', '0.0000000000000000001', '123456789012345678901'])(
    'refuses %j',
    text => {
      expect(parseDecimal(text)).toBe(null);
    },
  );

  test('and formatDecimal are inverse', () => {
    fc.assert(
      fc.property(amounts, value => {
        expect(parseDecimal(formatDecimal(value))).toBe(value);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('reads what decimal.js reads', () => {
    const texts = fc.tuple(fc.constantFrom('', '-'), fc.stringMatching(/^\d{1,20}$/), fc.stringMatching(/^(\.\d{1,18})?$/)).map(parts => parts.join(''));
    fc.assert(
      fc.property(texts, text => {
        const exact = new Exact(text).times('1e18');
        expect(parseDecimal(text)).toBe(exact.isZero() && text.startsWith('-') ? null : BigInt(exact.toFixed()));
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

test('a literal of our own that is no decimal is a defect', () => {
  expect(decimal('1.5')).toBe(1_500_000_000_000_000_000n);
  expect(() => decimal('1.5 ')).toThrow(/plain decimal/);
});

test('whole units', () => {
  expect(whole(-3)).toBe(-3_000_000_000_000_000_000n);
});
