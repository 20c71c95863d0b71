/**
 * NUMERIC in PostgreSQL's binary form to what a candle column holds, or to its decimal text as bytes. Never through a
 * double that could round, and never through text of the server's, which would cost more than reading the row.
 */
import { assert } from '../../core/kernel/assert.ts';
import type { Column } from '../../core/market/columns.ts';
import type { Tuple } from './copy-binary.ts';

const BASE = 10_000;
/** Three groups of four digits and one of up to four stay below 2^53. */
const EXACT_GROUPS_MAX = 3;
const POSITIVE = 0;
const NEGATIVE = 0x4000;
const NO_NUMBER = 63;

/**
 * Writes a NUMERIC field into a column row as mantissa and scale, trailing zeros of the fraction stripped, which is what
 * putNormal stores for the same value's text. PostgreSQL keeps groups of four decimal digits, the first standing for
 * 10000^weight, without leading or trailing zero groups. Asserts that the value is not negative and fits an int64.
 */
export const putNumeric = (column: Column, row: number, { view, at }: Tuple, field: number): void => {
  const from = at[field]!;
  const groups = view.getInt16(from);
  if (groups === 0) {
    column.mantissa[row] = 0n;
    column.scale[row] = 0;
    return;
  }
  const weight = view.getInt16(from + 2);
  assert(view.getUint16(from + 4) === POSITIVE, 'A candle value is not negative.');
  const last = view.getInt16(from + 6 + 2 * groups);
  const fractionGroups = groups - 1 - weight;
  if (fractionGroups <= 0) return putWhole(column, row, { view, from, groups, missing: -fractionGroups });
  // The last group is not zero, so the fraction ends inside it.
  const zeros = last % 10 !== 0 ? 0 : last % 100 !== 0 ? 1 : last % 1_000 !== 0 ? 2 : 3;
  const divisor = zeros === 0 ? 1 : zeros === 1 ? 10 : zeros === 2 ? 100 : 1_000;
  column.scale[row] = 4 * fractionGroups - zeros;
  if (groups > EXACT_GROUPS_MAX) {
    column.mantissa[row] = int64(wideDigits(view, from, groups) / BigInt(divisor));
    return;
  }
  let digits = 0;
  for (let group = 0; group < groups; group += 1) digits = digits * BASE + view.getInt16(from + 8 + 2 * group);
  column.mantissa[row] = BigInt(digits / divisor);
};

type WholeNumber = Readonly<{ view: DataView; from: number; groups: number; missing: number }>;

const putWhole = (column: Column, row: number, { view, from, groups, missing }: WholeNumber): void => {
  let digits = wideDigits(view, from, groups);
  for (let group = 0; group < missing; group += 1) digits *= 10_000n;
  column.mantissa[row] = int64(digits);
  column.scale[row] = 0;
};

const wideDigits = (view: DataView, from: number, groups: number): bigint => {
  let digits = 0n;
  for (let group = 0; group < groups; group += 1) digits = digits * 10_000n + BigInt(view.getInt16(from + 8 + 2 * group));
  return digits;
};

const int64 = (mantissa: bigint): bigint => {
  assert(mantissa <= 0x7fff_ffff_ffff_ffffn, 'A candle value fits an int64.');
  return mantissa;
};

const [MINUS, POINT, ZERO_DIGIT] = [45, 46, 48] as const;
const GROUP_DIGITS = 4;

const putGroup = (target: Uint8Array, at: number, group: number): number => {
  target[at] = ZERO_DIGIT + Math.floor(group / 1_000);
  target[at + 1] = ZERO_DIGIT + (Math.floor(group / 100) % 10);
  target[at + 2] = ZERO_DIGIT + (Math.floor(group / 10) % 10);
  target[at + 3] = ZERO_DIGIT + (group % 10);
  return at + GROUP_DIGITS;
};

/**
 * Writes a NUMERIC(38,18) field as decimal text in normal form and returns where it ends, at most 44 bytes
 * on. A value that is no finite number becomes `?`, which no text of a candle has.
 */
export const putNumericText = (target: Uint8Array, at: number, { view, at: fields }: Tuple, field: number): number => {
  const from = fields[field]!;
  const [groups, weight, sign] = [view.getInt16(from), view.getInt16(from + 2), view.getUint16(from + 4)];
  if (sign !== POSITIVE && sign !== NEGATIVE) {
    target[at] = NO_NUMBER;
    return at + 1;
  }
  let end = at;
  if (sign === NEGATIVE) target[end++] = MINUS;
  const groupAt = (index: number): number => (index >= 0 && index < groups ? view.getInt16(from + 8 + 2 * index) : 0);
  const wholeFrom = end;
  for (let index = 0; index <= weight; index += 1) end = putGroup(target, end, groupAt(index));
  // The first group has no zeros before it; a value below one has a single one.
  let zeros = 0;
  while (zeros < end - wholeFrom && target[wholeFrom + zeros] === ZERO_DIGIT) zeros += 1;
  target.copyWithin(wholeFrom, wholeFrom + zeros, end);
  end -= zeros;
  if (end === wholeFrom) target[end++] = ZERO_DIGIT;
  if (groups - 1 <= weight) return end;
  target[end++] = POINT;
  for (let index = weight + 1; index < groups; index += 1) end = putGroup(target, end, groupAt(index));
  while (target[end - 1] === ZERO_DIGIT) end -= 1;
  return end;
};

/** Writes a whole number as text and returns where it ends. */
export const putWholeNumber = (target: Uint8Array, at: number, value: number): number => {
  let [rest, end] = [Math.abs(value), at];
  if (value < 0) target[end++] = MINUS;
  for (let bound = 10; rest >= bound; bound *= 10) end += 1;
  for (let place = end; ; place -= 1) {
    const next = Math.floor(rest / 10);
    target[place] = ZERO_DIGIT + (rest - 10 * next);
    rest = next;
    if (rest === 0) return end + 1;
  }
};
