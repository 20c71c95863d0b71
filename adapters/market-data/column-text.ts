/**
 * Values of typed columns as the text that a CSV file would have: whole numbers and decimals digit by digit, moments as
 * epochs or, where they could be misread, as ISO 8601. Doubles are printed in the fewest digits that mean the same double.
 */
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';

export type MomentUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

const EXPONENT = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/**
 * The shortest decimal text that reads back as this double, without an exponent: what an exchange printed, wherever it
 * printed at most 15 significant digits. This is the one place where a float is the source of a price.
 */
export const decimalOfDouble = (value: number): string => {
  const text = String(value);
  const parts = EXPONENT.exec(text);
  if (parts === null) return text;
  const [, sign, first, decimals = '', exponent] = parts;
  const power = Number(exponent);
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${first}${decimals}`;
  return `${sign}${first}${decimals.padEnd(power, '0')}`;
};

/** A whole number of smallest units as decimal text with that many decimals. */
export const decimalOfUnits = (units: bigint, scale: number): string => {
  if (units < 0n) return `-${decimalOfUnits(-units, scale)}`;
  const digits = units.toString();
  if (scale <= 0) return digits + '0'.repeat(-scale);
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
};

const WORD_BITS = 64n;

/** The two's complement number in big-endian bytes. */
export const unitsOfBytes = (bytes: Uint8Array): bigint => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const odd = bytes.length % 8;
  let value = 0n;
  for (let index = 0; index < odd; index += 1) value = (value << 8n) | BigInt(bytes[index]!);
  for (let index = odd; index < bytes.length; index += 8) value = (value << WORD_BITS) | view.getBigUint64(index);
  return bytes.length > 0 && bytes[0]! >= 128 ? value - (1n << BigInt(8 * bytes.length)) : value;
};

/** The two's complement number in little-endian 32-bit words. */
export const unitsOfWords = (words: Uint32Array): bigint => {
  let value = 0n;
  for (let index = words.length - 1; index >= 0; index -= 1) value = (value << 32n) | BigInt(words[index]!);
  return words.length > 0 && words.at(-1)! >= 2 ** 31 ? value - (1n << BigInt(32 * words.length)) : value;
};

const PER_SECOND: Readonly<Record<MomentUnit, bigint>> = { seconds: 1n, milliseconds: 1_000n, microseconds: 1_000_000n, nanoseconds: 1_000_000_000n };
/** Moments between these, in milliseconds, are read as such whatever else is in the file: 2009 to 2100. */
const PLAIN_FROM_MS = 1_230_768_000_000;
const PLAIN_TO_MS = 4_102_444_800_000;
/** What core's calendar prints. */
const PRINTED_FROM_MS = -62_135_596_800_000;
const PRINTED_TO_MS = 253_402_300_800_000;

const floored = (dividend: bigint, divisor: bigint): bigint => {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
};

/**
 * A count since 1970, UTC, of a unit that the column tells, as text: milliseconds where that is exact and cannot be taken
 * for another unit, else ISO 8601 with all its digits.
 */
export const textOfMoment = (count: bigint, unit: MomentUnit): string => {
  const nanos = count * (PER_SECOND.nanoseconds / PER_SECOND[unit]);
  const ms = Number(floored(nanos, 1_000_000n));
  if (nanos % 1_000_000n === 0n && ms >= PLAIN_FROM_MS && ms < PLAIN_TO_MS) return String(ms);
  if (ms < PRINTED_FROM_MS || ms >= PRINTED_TO_MS) return `${count} ${unit}`;
  const seconds = floored(nanos, PER_SECOND.nanoseconds);
  const fraction = nanos - seconds * PER_SECOND.nanoseconds;
  const whole = formatTime(timeMs(Number(seconds) * 1_000)).replace(/Z$/, '');
  return `${whole}${fraction === 0n ? '' : `.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}`}Z`;
};

const DAY_MS = 86_400_000;

/** A count of days since 1970 as a date. */
export const textOfDay = (days: number): string => {
  const ms = days * DAY_MS;
  return ms < PRINTED_FROM_MS || ms >= PRINTED_TO_MS ? `${days} days` : formatTime(timeMs(ms)).slice(0, 10);
};

/** Text as a field of a line. */
export const fieldOfText = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
