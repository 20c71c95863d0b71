/** Amounts as a report writes them: doubles for what is drawn, short decimals for what is only looked at, and words for people. Nothing here is fed back. */
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { divideHalfEven } from '../../core/kernel/rounding.ts';
import { ONE_E18 } from '../../core/kernel/units.ts';

/** The nearest double of a fixed-point amount. */
export const asDouble = (amount: bigint): number => Number(amount) / 1e18;

/** As decimal text of at most so many significant digits, half-even; whole digits all stay. */
export const shortText = (amount: bigint, significant = 12): string => {
  const digits = (amount < 0n ? -amount : amount).toString().length;
  const surplus = Math.min(digits - significant, 18);
  return formatDecimal(surplus <= 0 ? amount : roundedTo(amount, 10n ** BigInt(surplus)));
};

/** To the nearest multiple of a step, ties to even. */
export const roundedTo = (amount: bigint, step: bigint): bigint => divideHalfEven(amount, step) * step;

/** As a price is shown: of thousands of trades it is much of what a document holds, and the log has it in full. */
export const priceText = (price: bigint): string => shortText(price, 10);

/** The step of eight decimals, and of five. */
export const EIGHT_DECIMALS = ONE_E18 / 100_000_000n;
export const FIVE_DECIMALS = ONE_E18 / 100_000n;

const TWO_DECIMALS = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;

/** `0.1234` as `12.34 %`; what rounds to zero has no sign. */
export const percentText = (fraction: number, signed = false): string =>
  `${(fraction * 100).toLocaleString('en-US', { ...TWO_DECIMALS, signDisplay: signed ? 'exceptZero' : 'negative' })} %`;

/** The difference of two fractions in percentage points: `+12.34 pp`. */
export const pointsText = (difference: number): string => percentText(difference, true).replace('%', 'pp');

/** Two decimals with thousands separators. */
export const amountText = (amount: number): string => amount.toLocaleString('en-US', { ...TWO_DECIMALS, signDisplay: 'negative' });
