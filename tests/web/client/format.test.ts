import { describe, expect, test } from 'vitest';
import { amount, count, counted, differenceText, duration, hourText, instantText, metricText, number, percent, plain, shortAmount, shortHash, signed, signedPercent, typeset, words } from '../../../web/report/client/format.ts';

describe('figures as people read them', () => {
  test.each([
    [number(1_234_567.891, 2), '1,234,567.89'],
    [number(-0.001, 2), '0.00'],
    [number(-12, 0), '\u221212'],
    [number(Number.NaN, 2), '\u2014'],
    [signed(0.004, 2), '0.00'],
    [signed(0.005, 2), '+0.01'],
    [percent(0.1234), '12.34\u202f%'],
    [percent(-0.5, 0), '\u221250\u202f%'],
    [signedPercent(0.4232), '+42.32\u202f%'],
    [plain(64_123.456), '64,123.46'],
    [plain(1.5), '1.5'],
    [plain(0.000_012_345_67), '0.0000123457'],
    [plain(0), '0'],
    [amount(-10_000), '\u221210,000.00'],
    [shortAmount(22_500), '22.5k'],
    [shortAmount(1_400_000), '1.4M'],
    [shortAmount(2_000_000_000), '2B'],
    [shortAmount(1000), '1,000'],
    [shortAmount(8000, 16_000), '8k'],
    [shortAmount(-500_000, 2_500_000), '\u22120.5M'],
    [shortAmount(0, 16_000), '0'],
    [count(55_458), '55,458'],
    [counted(1, 'trade'), '1 trade'],
    [counted(2, 'trade'), '2 trades'],
    [duration(41.5), '41.5\u202fh'],
    [duration(53), '2\u202fd 5\u202fh'],
    [duration(48), '2\u202fd'],
    [duration(87_550), '3,647\u202fd'],
    [hourText(473_352), '2024-01-01 00:00'],
    [instantText('2024-03-05T14:00:00Z'), '2024-03-05 14:00'],
    [instantText('2024-03-05T00:00:00Z'), '2024-03-05'],
    [shortHash('sha256:7f3c09a1b2d4e5f60718293a4b5c6d7e'), 'sha256:7f3\u20265c6d7e'],
    [shortHash('short'), 'short'],
    [words('order_requested'), 'order requested'],
    [typeset('-18.11 % on 100 (-2 %), well-known 5-2'), '\u221218.11\u00a0% on 100 (\u22122\u00a0%), well-known 5-2'],
  ])('%s', (shown, expected) => {
    expect(shown).toBe(expected);
  });

  test.each([
    [metricText(0.5412, 'fraction'), '54.12\u202f%'],
    [metricText(0.944, 'ratio'), '0.94'],
    [metricText(41.5, 'hours'), '41.5\u202fh'],
    [metricText(612.334, 'quote'), '612.33'],
    [metricText(55_458, 'count'), '55,458'],
    [metricText(2.5, 'count'), '2.50'],
    [metricText(0.577, 'probability'), '57.7\u202f%'],
    [metricText(null, 'ratio'), '\u2014'],
    [differenceText(0.25, 'ratio'), '+0.25'],
    [differenceText(0.295, 'fraction').replace(/\s/u, ' '), '+29.50 pp'],
    [differenceText(-0.25, 'ratio'), '\u22120.25'],
    [differenceText(0.001, 'ratio'), '0.00'],
  ])('a metric in its unit: %s', (shown, expected) => {
    expect(shown).toBe(expected);
  });
});
