/**
 * JSON whose numbers keep the digits that they were written with: each becomes its own text, and an exponent is written out. No
 * price is ever a double on its way in.
 */

const WITH_EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/;

/** A JSON number as plain digits, by moving the point: `1.25e-7` is `0.000000125`. Text without an exponent stays as it is. */
export const plainDigits = (number: string): string => {
  const parts = WITH_EXPONENT.exec(number);
  if (parts === null) return number;
  const [, sign, whole, decimals = '', exponent] = parts;
  const digits = whole! + decimals;
  const point = whole!.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};

/** The lib of this target does not know the third argument yet; every runtime that tb accepts does. */
type Reviver = (key: string, value: unknown, context: Readonly<{ source?: string }>) => unknown;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Parses JSON with every number as text. Throws SyntaxError, as JSON.parse does. */
export const parseExactJson = (text: string): unknown =>
  parseWith(text, (_, value, { source }) => (typeof value === 'number' ? plainDigits(source ?? String(value)) : value));
