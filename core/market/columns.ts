/**
 * Candles as columns: what core reads in its hot loop. A value is an int64 mantissa and its own scale, stripped of
 * trailing zeros, so that equal decimals have equal bytes; it is widened to a bigint amount only where money depends on it.
 */
import { assert } from '../kernel/assert.ts';
import { divideHalfEven } from '../kernel/rounding.ts';
import { DECIMALS, ONE_E18 } from '../kernel/units.ts';
import type { Series } from './candle.ts';

export type Column = Readonly<{ mantissa: BigInt64Array; scale: Uint8Array }>;

/** One series over a stretch of time, ascending by slot (open time ÷ timeframe), holes left out. */
export type CandleColumns = Readonly<{
  series: Series;
  length: number;
  slot: Int32Array;
  open: Column;
  high: Column;
  low: Column;
  close: Column;
  volume: Column;
  /** 32 bytes a candle. */
  digest: Uint8Array;
}>;

const POWERS_BIG = Array.from({ length: DECIMALS + 1 }, (_, power) => BigInt(`1${'0'.repeat(power)}`));
/** Exact as doubles up to 10^22. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, power) => Number(`1${'0'.repeat(power)}`));

/** The mantissa and scale of decimal text in normal form. */
export const mantissaOf = (normal: string): Readonly<{ mantissa: bigint; scale: number }> => {
  const point = normal.indexOf('.');
  if (point < 0) return { mantissa: BigInt(normal), scale: 0 };
  return { mantissa: BigInt(normal.slice(0, point) + normal.slice(point + 1)), scale: normal.length - point - 1 };
};

/** 10^power as a bigint, for a power of at most 18. */
export const powerOfTen = (power: number): bigint => POWERS_BIG[power]!;

/** 10^-18 units of a stored value, exactly. */
export const widen = (mantissa: bigint, scale: number): bigint => mantissa * POWERS_BIG[DECIMALS - scale]!;

/** Below it a price has at most 18 digits before the point. */
const NARROW_BOUND = ONE_E18 * ONE_E18;

/** A price as a mark holds it: its first 18 digits, half-even, and their scale without trailing zeros. Null for one that no mark can hold. */
export const narrow = (price: bigint): Readonly<{ mantissa: bigint; scale: number }> | null => {
  if (price <= 0n || price >= NARROW_BOUND) return null;
  const cut = Math.max(price.toString().length - DECIMALS, 0);
  let [mantissa, scale] = [divideHalfEven(price, POWERS_BIG[cut]!), DECIMALS - cut];
  while (scale > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n;
    scale -= 1;
  }
  return { mantissa, scale };
};

export const widenAt = (column: Column, row: number): bigint => widen(column.mantissa[row]!, column.scale[row]!);

/**
 * The double nearest to a stored value. Mantissa and power are exact doubles below 2^53, so the one division rounds
 * once, and the result equals reading the decimal text; wider mantissas are read from their text.
 */
export const doubleOf = (mantissa: bigint, scale: number): number => {
  const digits = Number(mantissa);
  if (digits <= Number.MAX_SAFE_INTEGER) return digits / POWERS_OF_TEN[scale]!;
  const text = mantissa.toString().padStart(scale + 1, '0');
  return Number(`${text.slice(0, text.length - scale)}.${text.slice(text.length - scale)}`);
};

/** A column whose mantissas can also be read as two words each, low before high, which spares a bigint. */
export type ReadableColumn = Column & Readonly<{ words: Uint32Array }>;

export const readable = ({ mantissa, scale }: Column): ReadableColumn => ({
  mantissa,
  scale,
  words: new Uint32Array(mantissa.buffer, mantissa.byteOffset, 2 * mantissa.length),
});

const WORD = 4_294_967_296;
/** High words of mantissas below 2^53. */
const HIGH_WORD_BOUND = 2_097_152;

/** A mantissa as a double where that is exact; else -1. */
export const exactDigits = (words: Uint32Array, row: number): number => {
  const high = words[2 * row + 1]!;
  return high < HIGH_WORD_BOUND ? high * WORD + words[2 * row]! : -1;
};

/** doubleOf for a row. */
export const doubleAt = ({ words, mantissa, scale }: ReadableColumn, row: number): number => {
  const digits = exactDigits(words, row);
  return digits >= 0 ? digits / POWERS_OF_TEN[scale[row]!]! : doubleOf(mantissa[row]!, scale[row]!);
};

export const emptyColumn = (length: number): Column => ({ mantissa: new BigInt64Array(length), scale: new Uint8Array(length) });

/** Stores decimal text in normal form into a row. */
export const putNormal = (column: Column, row: number, normal: string): void => {
  const { mantissa, scale } = mantissaOf(normal);
  assert(scale <= DECIMALS, 'A stored value has at most 18 decimals.');
  column.mantissa[row] = mantissa;
  column.scale[row] = scale;
};
