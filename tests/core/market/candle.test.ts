/** What may stand in a candle, in which spelling, and the digest that names it. */
import { createHash } from 'node:crypto';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import { candleDigest, candleText, normalCandleValue } from '../../../core/market/candle.ts';

const Exact = Decimal.clone({ precision: 60, toExpNeg: -100, toExpPos: 100 });

describe('normal form', () => {
  test.each([
    ['0', '0'],
    ['000', '0'],
    ['0.0', '0'],
    ['00.000', '0'],
    ['042.500', '42.5'],
    ['100', '100'],
    ['100.0', '100'],
    ['0100.010', '100.01'],
    ['000.100', '0.1'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['1.000000000000000000', '1'],
    ['123456789012345678', '123456789012345678'],
    ['00123456789012345678', '123456789012345678'],
    ['12345678901234567.8', '12345678901234567.8'],
    ['1.23456789012345678', '1.23456789012345678'],
    ['0.123456789012345678', '0.123456789012345678'],
  ])('%s is %s', (text, normal) => {
    expect(normalCandleValue(text)).toEqual({ ok: true, text: normal });
  });

  test.each([
    ['', 'is empty'],
    ['-1', '-1 is negative'],
    ['-0', '-0 is negative'],
    ['NaN', 'NaN is not a number'],
    ['+inf', '+inf is not a number'],
    ['Infinity', 'Infinity is not a number'],
    ['1e5', '1e5 uses exponent notation; write it out in full'],
    ['1.5E-8', '1.5E-8 uses exponent notation; write it out in full'],
    ['1.0000000000000000000', '1.0000000000000000000 has more than 18 decimals'],
    ['1234567890123456789', '1234567890123456789 has more than 18 significant digits'],
    ['1000000000000000000', '1000000000000000000 has more than 18 significant digits'],
    ['1.234567890123456789', '1.234567890123456789 has more than 18 significant digits'],
    ['123456789012345678901', '123456789012345678901 is not a plain decimal number'],
    ['1.', '1. is not a plain decimal number'],
    ['.5', '.5 is not a plain decimal number'],
    ['+5', '+5 is not a plain decimal number'],
    ['1,5', '1,5 is not a plain decimal number'],
    [' 1', ' 1 is not a plain decimal number'],
    ['1\n', '1\n is not a plain decimal number'],
    ['٣', '٣ is not a plain decimal number'],
    ['0x10', '0x10 is not a plain decimal number'],
  ])('%j is refused', (text, why) => {
    expect(normalCandleValue(text)).toEqual({ ok: false, why });
  });

  test('is what decimal.js writes, for every text of at most 18 digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^0{0,2}\d{1,9}(\.\d{1,9})?$/), text => {
        expect(normalCandleValue(text)).toEqual({ ok: true, text: new Exact(text).toFixed() });
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('of a normal form is itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,20}(\.\d{1,18})?$/), text => {
        const once = normalCandleValue(text);
        if (once.ok) expect(normalCandleValue(once.text)).toEqual(once);
        else expect(new Exact(text).toFixed().replace('.', '').replace(/^0+/, '').length).toBeGreaterThan(18);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe('the digest', () => {
  const series = { symbol: marketSymbol('BTC/USD'), timeframe: '1h' } as const;
  const values = { open: '61000.5', high: '61200', low: '60900.25', close: '61100', volume: '12.345' };
  const openMs = timeMs(1_709_269_200_000);
  const text = '["BTC/USD","1h",1709269200000,"61000.5","61200","60900.25","61100","12.345"]';

  test('is taken over one canonical text', () => {
    expect(candleText(series, openMs, values)).toBe(text);
    expect(canonicalText(['BTC/USD', '1h', 1_709_269_200_000, '61000.5', '61200', '60900.25', '61100', '12.345'])).toBe(text);
    expect(candleDigest(series, openMs, values)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('is this one', () => {
    expect(candleDigest(series, openMs, values)).toBe('d93a97cff344f183fd605d4159745520d70d34545c8142d5da68603eee3b3c8a');
  });

  test('changes with every part of the candle', () => {
    const digests = [
      candleDigest(series, openMs, values),
      candleDigest({ ...series, symbol: marketSymbol('BTC/USDC') }, openMs, values),
      candleDigest({ ...series, timeframe: '15m' }, openMs, values),
      candleDigest(series, timeMs(openMs + 3_600_000), values),
      ...(['open', 'high', 'low', 'close', 'volume'] as const).map(field => candleDigest(series, openMs, { ...values, [field]: '61000.51' })),
    ];
    expect(new Set(digests).size).toBe(9);
  });
});
