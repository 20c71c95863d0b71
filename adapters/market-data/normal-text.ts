/**
 * Quick judgements on decimal text in normal form, in one pass over its characters: whether it is that form already,
 * and which of two is larger. Exact at any length; no double is ever made. What is not quick goes to core's own check.
 */

/** Text this short has at most 18 significant digits and at most 18 decimals, whatever it says. */
const SHORT = 18;

/**
 * Whether text is certainly a candle value in normal form: digits, perhaps one point, no needless zero on either side.
 * `false` only means that core's normalCandleValue has to judge.
 */
export const isPlainlyNormal = (text: string): boolean => {
  const { length } = text;
  if (length === 0 || length > SHORT) return false;
  let point = -1;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) continue;
    if (code !== 46 || point >= 0) return false;
    point = index;
  }
  if (point < 0) return length === 1 || text.charCodeAt(0) !== 48;
  return point > 0 && text.charCodeAt(length - 1) !== 48 && point < length - 1 && (point === 1 || text.charCodeAt(0) !== 48);
};

const wholeDigits = (normal: string): number => {
  const point = normal.indexOf('.');
  return point < 0 ? normal.length : point;
};

/**
 * Whether one normal form is a smaller number than another. The one with fewer digits before the point is; with equally
 * many, the order of the characters is the order of the numbers, because the point sorts before every digit.
 */
export const isLess = (left: string, right: string): boolean => {
  const leftWhole = wholeDigits(left);
  const rightWhole = wholeDigits(right);
  return leftWhole === rightWhole ? left < right : leftWhole < rightWhole;
};
