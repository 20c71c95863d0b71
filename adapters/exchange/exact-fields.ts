/**
 * Fields of answers as exact amounts: decimals as fixed point, percentages as parts per million, places after the point as a
 * step. A field that is absent stays null; one that is there and cannot be read refuses the answer.
 */
import { parseDecimal } from '../../core/kernel/decimal.ts';
import { DECIMALS, ratePpm } from '../../core/kernel/units.ts';
import type { RatePpm } from '../../core/kernel/units.ts';
import { plainDigits } from './exact-json.ts';
import { malformed } from './source-error.ts';
import type { Asked } from './source-error.ts';

/** A number of an answer: text, or a JSON number small enough that its digits survived. */
export type Field = string | number | null | undefined;

/** 10^-18 units of a decimal field. */
export const amountOf = (asked: Asked, name: string, field: Field): bigint | null => {
  if (field === null || field === undefined || field === '') return null;
  const amount = parseDecimal(plainDigits(String(field)));
  if (amount === null || amount < 0n) throw malformed(asked, `${name} ${field} is no decimal number`);
  return amount;
};

/** The same, where the answer has to have it. */
export const neededAmount = (asked: Asked, name: string, field: Field): bigint => {
  const amount = amountOf(asked, name, field);
  if (amount === null) throw malformed(asked, `${name} is missing`);
  return amount;
};

/** The smallest step at so many decimals: 8 is 0.00000001. */
export const stepOfDecimals = (decimals: number): bigint => BigInt(`1${'0'.repeat(DECIMALS - decimals)}`);

/** How many decimals a step has: 0.010 has 2. Null for a step that is no power of ten. */
export const decimalsOfStep = (step: bigint): number | null => {
  for (let decimals = 0; decimals <= DECIMALS; decimals += 1) if (stepOfDecimals(decimals) === step) return decimals;
  return null;
};

const PPM_OF_ONE_PERCENT = 10_000n;
const ONE_E18 = 1_000_000_000_000_000_000n;

/** A fee in percent as parts per million, exactly: 0.26 is 2600. Refused where it is finer than that. */
export const ppmOfPercent = (asked: Asked, name: string, field: Field): RatePpm => {
  const ppm = neededAmount(asked, name, field) * PPM_OF_ONE_PERCENT;
  if (ppm % ONE_E18 !== 0n) throw malformed(asked, `${name} ${String(field)} % is finer than a millionth`);
  return ratePpm(Number(ppm / ONE_E18));
};
