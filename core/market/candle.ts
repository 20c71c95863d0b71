/**
 * A closed candle and its digest. The digest covers what the market did and nothing about how we learned it: source,
 * receive time and trade count are envelope. Values are decimal text in normal form, never doubles.
 */
import { formatDecimal } from '../kernel/decimal.ts';
import { sha256Hex } from '../kernel/digest.ts';
import type { Digest, MarketSymbol, TimeMs } from '../kernel/units.ts';
import type { Timeframe } from './timeframe.ts';

/** Decimal text in normal form with at most 18 significant digits and 18 decimals, so that a mantissa fits an int64. */
export type CandleValues = Readonly<{ open: string; high: string; low: string; close: string; volume: string }>;
/** The parts of a candle, in the order in which they stand in texts and columns. */
export const CANDLE_VALUES = ['open', 'high', 'low', 'close', 'volume'] as const satisfies readonly (keyof CandleValues)[];
export type Series = Readonly<{ symbol: MarketSymbol; timeframe: Timeframe }>;

/** The canonical text a candle's digest is taken over. Every part is plain ASCII, so no escaping can differ. */
export const candleText = (series: Series, openMs: TimeMs, values: CandleValues): string =>
  `["${series.symbol}","${series.timeframe}",${openMs},"${values.open}","${values.high}","${values.low}","${values.close}","${values.volume}"]`;

export const candleDigest = (series: Series, openMs: TimeMs, values: CandleValues): Digest =>
  sha256Hex(candleText(series, openMs, values));

const PLAIN_DECIMAL = /^\d{1,20}(?:\.\d{1,18})?$/;
const SIGNIFICANT_DIGITS_MAX = 18;

/** Decimal text brought to normal form (`042.500` → `42.5`), or why it cannot be a candle's value. */
export const normalCandleValue = (text: string): Readonly<{ ok: true; text: string }> | Readonly<{ ok: false; why: string }> => {
  if (!PLAIN_DECIMAL.test(text)) return { ok: false, why: whyNotPlain(text) };
  const point = text.indexOf('.');
  let end = text.length;
  if (point >= 0) {
    while (text.charCodeAt(end - 1) === 48) end -= 1;
    if (end - 1 === point) end = point;
  }
  let start = 0;
  const lastWhole = (point < 0 ? text.length : point) - 1;
  while (start < lastWhole && text.charCodeAt(start) === 48) start += 1;
  const normal = start === 0 && end === text.length ? text : text.slice(start, end);
  return normal.length <= SIGNIFICANT_DIGITS_MAX || significantDigits(normal) <= SIGNIFICANT_DIGITS_MAX
    ? { ok: true, text: normal }
    : { ok: false, why: `${text} has more than ${SIGNIFICANT_DIGITS_MAX} significant digits` };
};

/**
 * The text of a sum of volumes in 10^-18 units. What has more digits than a candle value holds loses its last ones, downwards:
 * less volume never lets an order be larger.
 */
export const volumeText = (sum: bigint): string => {
  const digits = String(sum).replace(/0+$/, '').length;
  if (digits <= SIGNIFICANT_DIGITS_MAX) return formatDecimal(sum);
  const unit = BigInt(`1${'0'.repeat(String(sum).length - SIGNIFICANT_DIGITS_MAX)}`);
  return formatDecimal(sum - (sum % unit));
};

/** Digits of the mantissa: leading zeros of a fraction do not count, zeros inside do. */
const significantDigits = (normal: string): number => normal.replace('.', '').replace(/^0+/, '').length;

const whyNotPlain = (text: string): string => {
  if (text === '') return 'is empty';
  if (text.startsWith('-')) return `${text} is negative`;
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return `${text} is not a number`;
  if (/^\+?\d+(\.\d*)?e[+-]?\d+$/i.test(text)) return `${text} uses exponent notation; write it out in full`;
  if (/^\d+\.\d{19,}$/.test(text)) return `${text} has more than 18 decimals`;
  return `${text} is not a plain decimal number`;
};
