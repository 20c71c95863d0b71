/**
 * Decimal text to fixed point and back, without ever passing through a double. The normal form has no exponent, no
 * plus, no leading or trailing zeros and no negative zero; it is what canonical bytes contain.
 */
import { assert } from './assert.ts';
import { DECIMALS, ONE_E18 } from './units.ts';

const DECIMAL_TEXT = /^(-?)(\d{1,20})(?:\.(\d{1,18}))?$/;
const ZEROS = '000000000000000000';
const WHOLE_DIGITS_MAX = 20;

/**
 * Reads plain decimal text (`-12.50`) as 10^-18 units; null when it is anything else: an exponent, a plus,
 * more than 18 decimals or 20 integer digits, an empty side of the point, negative zero, surrounding space.
 */
export const parseDecimal = (text: string): bigint | null => {
  const parts = DECIMAL_TEXT.exec(text);
  if (parts === null) return null;
  const [, sign, whole, decimals = ''] = parts;
  const magnitude = BigInt(whole + decimals + ZEROS.slice(decimals.length));
  if (sign === '') return magnitude;
  return magnitude === 0n ? null : -magnitude;
};

/** As parseDecimal, for literals of our own that are known to be well formed. */
export const decimal = (text: string): bigint => {
  const value = parseDecimal(text);
  assert(value !== null, `${text} is a plain decimal of at most 18 places.`);
  return value;
};

/** The normal form of 10^-18 units: `-12.5`, `0`, `100`. */
export const formatDecimal = (value: bigint): string => {
  if (value === 0n) return '0';
  const text = value.toString();
  return value < 0n ? `-${pointed(text.slice(1))}` : pointed(text);
};

/** The digits of 10^-18 units with their point, and without zeros at the end. */
const pointed = (digits: string): string => {
  const point = digits.length - DECIMALS;
  assert(point <= WHOLE_DIGITS_MAX, 'An amount has at most 20 integer digits.');
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === 48) end -= 1;
  if (point > 0) return end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return `0.${ZEROS.slice(digits.length)}${digits.slice(0, end)}`;
};

/** Whole units as 10^-18 units. */
export const whole = (units: number): bigint => BigInt(units) * ONE_E18;
