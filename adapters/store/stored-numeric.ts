/**
 * NUMERIC in PostgreSQL's binary form to what a candle column holds. Never through a double that could round, and never
 * through text, which would cost more than reading the row.
 */
import { assert } from '../../core/kernel/assert.ts';
import type { Column } from '../../core/market/columns.ts';
import type { Tuple } from './copy-binary.ts';

const BASE = 10_000;
/** Three groups of four digits and one of up to four stay below 2^53. */
const EXACT_GROUPS_MAX = 3;
const POSITIVE = 0;

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
