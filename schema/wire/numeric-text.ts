/** Amounts as PostgreSQL prints NUMERIC(38,18): always 18 decimals. */
import { DECIMALS } from '../../core/kernel/units.ts';

const ZEROS = '0'.repeat(DECIMALS);

/** 10^-18 units, exactly. */
export const numericText = (amount: bigint): string => {
  if (amount < 0n) return `-${numericText(-amount)}`;
  const digits = amount.toString();
  if (digits.length <= DECIMALS) return `0.${ZEROS.slice(digits.length)}${digits}`;
  const point = digits.length - DECIMALS;
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
};
