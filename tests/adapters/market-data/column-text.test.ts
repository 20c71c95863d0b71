/** Typed values in, text out: no digit more, no digit less. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalOfDouble, decimalOfUnits, fieldOfText, textOfDay, textOfMoment, unitsOfBytes, unitsOfWords } from '../../../adapters/market-data/column-text.ts';

test.each([
  [0, '0'], [-0, '0'], [1, '1'], [0.1, '0.1'], [61148.01, '61148.01'], [0.00001035, '0.00001035'], [1e-7, '0.0000001'], [1.5e-9, '0.0000000015'],
  [123456789012345680000, '123456789012345680000'], [1e21, '1000000000000000000000'], [1.25e22, '12500000000000000000000'], [-1e-7, '-0.0000001'], [Number.NaN, 'NaN'], [Infinity, 'Infinity'], [0.1 + 0.2, '0.30000000000000004'],
])('the double %d is %s', (value, text) => {
  expect(decimalOfDouble(value)).toBe(text);
});

test('what was printed with at most 15 significant digits comes back as it was', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 999_999_999_999_999n }), fc.integer({ min: 0, max: 18 }), (digits, scale) => {
    const printed = decimalOfUnits(digits, scale).replace(/^(\d+\.\d*?)0+$/, '$1').replace(/\.$/, '');
    expect(decimalOfDouble(Number(printed))).toBe(printed);
  }), { seed: 31, numRuns: 2_000 });
});

test.each([[0n, 18, '0.000000000000000000'], [1n, 18, '0.000000000000000001'], [12_345n, 2, '123.45'], [-12_345n, 2, '-123.45'], [7n, 0, '7'], [7n, -3, '7000'], [-5n, 3, '-0.005']])('%d units of scale %d are %s', (units, scale, text) => {
  expect(decimalOfUnits(units, scale)).toBe(text);
});

test('bytes and words of two’s complement', () => {
  const anyInteger = fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n });
  fc.assert(fc.property(anyInteger, value => {
    const bits = BigInt.asUintN(128, value);
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => Number((bits >> BigInt(8 * (15 - index))) & 255n));
    const words = Uint32Array.from({ length: 4 }, (_, index) => Number((bits >> BigInt(32 * index)) & 0xffff_ffffn));
    expect([unitsOfBytes(bytes), unitsOfWords(words)]).toEqual([value, value]);
  }), { seed: 32, numRuns: 500 });
  expect([Uint8Array.of(), Uint8Array.of(0x7f), Uint8Array.of(0xff), Uint8Array.of(0x80, 0), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0)].map(unitsOfBytes)).toEqual([0n, 127n, -1n, -32_768n, 2n ** 64n]);
});

describe('moments', () => {
  test.each([
    [1_709_269_200n, 'seconds', '1709269200000'], [1_709_269_200_000n, 'milliseconds', '1709269200000'], [1_709_269_200_000_000n, 'microseconds', '1709269200000'], [1_709_269_200_000_000_000n, 'nanoseconds', '1709269200000'],
    [1_709_269_200_000_500n, 'microseconds', '2024-03-01T05:00:00.0005Z'], [1_709_269_200_123_456_789n, 'nanoseconds', '2024-03-01T05:00:00.123456789Z'], [1_709_269_200_500n, 'milliseconds', '1709269200500'],
  ] as const)('%d %s are %s', (count, unit, text) => {
    expect(textOfMoment(count, unit)).toBe(text);
  });

  // A count of milliseconds of 1970 has as many digits as one of seconds of today.
  test.each([[1_709_269_200n, 'milliseconds', '1970-01-20T18:47:49.2Z'], [-1n, 'nanoseconds', '1969-12-31T23:59:59.999999999Z'], [0n, 'seconds', '1970-01-01T00:00:00Z'], [4_102_444_800n, 'seconds', '2100-01-01T00:00:00Z'], [2n ** 62n, 'seconds', '4611686018427387904 seconds']] as const)('%d %s, outside 2009 to 2100, are %s', (count, unit, text) => {
    expect(textOfMoment(count, unit)).toBe(text);
  });

  test('days', () => {
    expect([19_783, 0, -1, 10_000_000].map(textOfDay)).toEqual(['2024-03-01', '1970-01-01', '1969-12-31', '10000000 days']);
  });
});

test('text as a field', () => {
  expect(['1.5', 'a,b', 'say "x"', ''].map(fieldOfText)).toEqual(['1.5', '"a,b"', '"say ""x"""', '']);
});
