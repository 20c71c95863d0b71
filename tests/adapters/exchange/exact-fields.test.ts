/** Digits of answers: kept as they were written, expanded exactly, refused where they cannot be. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalsOfStep, ppmOfPercent, stepOfDecimals } from '../../../adapters/exchange/exact-fields.ts';
import { parseExactJson, plainDigits } from '../../../adapters/exchange/exact-json.ts';
import { decimal } from '../../../core/kernel/decimal.ts';

const ASKED = { source: 'venue', asked: 'its pairs' };

describe('numbers of JSON', () => {
  test('are their own text', () => {
    expect(parseExactJson('{"a":[1.10,0.30000000000000004,12345678901234567890.123,-0.0,1e-8,1.25E+3],"b":"0.1","c":true,"d":null}')).toEqual({
      a: ['1.10', '0.30000000000000004', '12345678901234567890.123', '-0.0', '0.00000001', '1250'], b: '0.1', c: true, d: null,
    });
    expect(() => parseExactJson('{"a":')).toThrow(SyntaxError);
  });

  test('with an exponent, point moved: the number stays the same', () => {
    expect(['1e0', '12.5e1', '12.5e-1', '12.5e-4', '5E2', '-1.5e-3', '7'].map(plainDigits)).toEqual(['1', '125', '1.25', '0.00125', '500', '-0.0015', '7']);
    fc.assert(fc.property(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: -12, max: 12 }), (digits, exponent) => {
      expect(Number(plainDigits(`${digits}e${exponent}`))).toBe(Number(`${digits}e${exponent}`));
    }));
  });
});

describe('fields', () => {
  test('fees in percent are whole millionths or refused', () => {
    expect([ppmOfPercent(ASKED, 'fee', 0.26), ppmOfPercent(ASKED, 'fee', '0.4'), ppmOfPercent(ASKED, 'fee', 0)]).toEqual([2_600, 4_000, 0]);
    expect(() => ppmOfPercent(ASKED, 'the fee of X', '0.00001')).toThrow('venue: its pairs: the fee of X 0.00001 % is finer than a millionth');
    expect(() => ppmOfPercent(ASKED, 'the fee of X', 'free')).toThrow('the fee of X free is no decimal number');
    expect(() => ppmOfPercent(ASKED, 'the fee of X', undefined)).toThrow('the fee of X is missing');
  });

  test('steps and decimals', () => {
    expect([stepOfDecimals(8), stepOfDecimals(0), decimalsOfStep(decimal('0.010')), decimalsOfStep(decimal('1')), decimalsOfStep(decimal('0.5'))]).toEqual([decimal('0.00000001'), decimal('1'), 2, 0, null]);
  });
});
