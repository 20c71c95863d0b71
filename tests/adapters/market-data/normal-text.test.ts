/** The quick judgements agree with the exact ones of core. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLess, isPlainlyNormal } from '../../../adapters/market-data/normal-text.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { normalCandleValue } from '../../../core/market/candle.ts';

test.each([
  ['0', true], ['7', true], ['10', true], ['0.5', true], ['10.05', true], ['999999999999999999', true],
  ['', false], ['.', false], ['.5', false], ['5.', false], ['00', false], ['007', false], ['00.5', false], ['1.50', false], ['0.0', false], ['1.2.3', false],
  ['-1', false], ['+1', false], ['1e5', false], [' 1', false], ['1234567890.123456789', false],
])('%j is plainly normal: %s', (text, normal) => {
  expect(isPlainlyNormal(text)).toBe(normal);
});

test('what is plainly normal is normal to core, and short normal text is plainly so', () => {
  const anyText = fc.oneof(
    fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', 'e', ' '), maxLength: 20 }),
    fc.tuple(fc.stringMatching(/^\d{1,12}$/), fc.stringMatching(/^\d{0,12}$/)).map(([whole, part]) => (part === '' ? whole : `${whole}.${part}`)),
  );
  fc.assert(fc.property(anyText, text => {
    const normal = normalCandleValue(text);
    expect(isPlainlyNormal(text)).toBe(normal.ok && normal.text === text && text.length <= 18);
  }), { seed: 7, numRuns: 2_000 });
});

test('the order of the texts is the order of the numbers', () => {
  const anyNormal = fc.tuple(fc.stringMatching(/^\d{1,9}$/), fc.stringMatching(/^\d{0,9}$/)).map(([whole, part]) => {
    const normal = normalCandleValue(part === '' ? whole : `${whole}.${part}`);
    return normal.ok ? normal.text : '0';
  });
  fc.assert(fc.property(anyNormal, anyNormal, (left, right) => {
    expect(isLess(left, right)).toBe(decimal(left) < decimal(right));
  }), { seed: 8, numRuns: 2_000 });
});
