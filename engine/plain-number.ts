/**
 * Plain decimal text of any size as fixed point, or what was written instead: an exponent, a sign, another base, separators.
 * It knows no bounds; whether a number is one that an option takes is said where the option is read.
 */
import { DECIMALS } from '../core/kernel/units.ts';

/** `why` completes "TEXT …"; it is null for a text that is no number at all, of which the option knows better what to say. */
export type PlainNumber = Readonly<{ ok: true; value: bigint }> | Readonly<{ ok: false; why: string | null; hint: string }>;

const PLAIN = /^(\d+)(?:\.(\d+))?$/;
const OTHER_BASE = /^0(?:x[0-9a-f]+|o[0-7]+|b[01]+)$/i;
const WITH_EXPONENT = /^(\d+)\.?(\d*)e([+-]?\d+)$/i;
const WITH_SEPARATORS = /^\d+(?:[,_' ]\d+)+(?:\.\d+)?$/;
const HALF = /^(?:(\d+)\.|\.(\d+))$/;

/** Beyond this the digits written out would say less than an example. */
const SHOWN_DIGITS_MAX = 34;
const BY_EXAMPLE = 'Write plain digits without a sign, for example 10000 or 0.25.';

/** Reads text as 10^-18 units, however large. No sign, no exponent, at most 18 decimals, digits on both sides of a point. */
export const readPlain = (text: string): PlainNumber => {
  const parts = PLAIN.exec(text);
  if (parts === null) return otherwise(text);
  const [, whole = '', decimals = ''] = parts;
  if (decimals.length > DECIMALS) return refused(`has more than ${DECIMALS} decimals`, `Write at most ${DECIMALS} digits behind the point.`);
  return { ok: true, value: BigInt(whole + decimals.padEnd(DECIMALS, '0')) };
};

const refused = (why: string | null, hint: string): PlainNumber => ({ ok: false, why, hint });

const otherwise = (text: string): PlainNumber => {
  if (text === '') return refused('is empty', BY_EXAMPLE);
  if (/^[+-][\d.]/.test(text)) return refused(text.startsWith('-') ? 'has a minus sign' : 'has a plus sign', BY_EXAMPLE);
  if (OTHER_BASE.test(text)) return refused('is not written in base ten', writtenOut(String(BigInt(text.toLowerCase()))));
  const scientific = WITH_EXPONENT.exec(text);
  if (scientific !== null) return refused('has an exponent', writtenOut(withoutExponent(scientific)));
  if (WITH_SEPARATORS.test(text)) return refused('has separators between its digits', 'Write 1000 or 1.5: nothing between the thousands, and a point before the decimals.');
  const half = HALF.exec(text);
  return half === null ? refused(null, BY_EXAMPLE) : refused('has digits on one side of its point only', writtenOut(half[1] ?? `0.${half[2]!}`));
};

const writtenOut = (digits: string | null): string => (digits === null || digits.length > SHOWN_DIGITS_MAX ? BY_EXAMPLE : `Write plain digits: ${digits}.`);

/** The digits with the point moved to where the exponent puts it; null where that is out of sight. */
const withoutExponent = ([, whole = '', decimals = '', exponent = '']: RegExpExecArray): string | null => {
  if (Math.abs(Number(exponent)) > SHOWN_DIGITS_MAX) return null;
  const point = whole.length + Number(exponent);
  const digits = (whole + decimals).padEnd(point, '0');
  const left = point > 0 ? digits.slice(0, point).replace(/^0+(?=\d)/, '') : '0';
  const right = (point > 0 ? digits.slice(point) : digits.padStart(digits.length - point, '0')).replace(/0+$/, '');
  return right === '' ? left : `${left}.${right}`;
};
