/**
 * The one place where an exponent is read: Kraken's archive writes round volumes as `1E+1` (10) or `5.5E+2` (550),
 * the exact output of a decimal library and not of a double. Expanded by moving the point; anything else is left alone.
 */

const WHOLE_WITH_EXPONENT = /^([1-9])(?:\.(\d{1,17}))?E\+(\d{1,2})$/;
const DIGITS_MAX = 18;

/** The whole number in plain digits, or null when the text is not of that form, not whole, or has over 18 digits. */
export const expandKrakenVolume = (text: string): string | null => {
  const parts = WHOLE_WITH_EXPONENT.exec(text);
  if (parts === null) return null;
  const [, first, decimals = '', exponent] = parts;
  const zeros = Number(exponent) - decimals.length;
  if (zeros < 0 || 1 + Number(exponent) > DIGITS_MAX) return null;
  return first + decimals + '0'.repeat(zeros);
};
