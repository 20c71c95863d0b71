/**
 * The slow, obvious twins of core/features: whole arrays of decimal text in, every value computed from its definition in
 * 60-digit decimals. They share no line with the program and never see a double before the end.
 */
import { Decimal } from 'decimal.js';
import type { Bar } from '../../core/strategies/strategy.ts';

const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN });
type Exact = Decimal;

/** Open, high, low and close as decimal text. */
export type BarText = readonly [string, string, string, string];
export type Values = readonly (number | null)[];

const decimalsOf = (text: string): number => new Exact(text).decimalPlaces();

export const barOf = (texts: BarText): Bar => ({
  open: Number(texts[0]),
  high: Number(texts[1]),
  low: Number(texts[2]),
  close: Number(texts[3]),
  volume: 1,
  decimals: Math.max(...texts.map(decimalsOf)),
  tradable: true,
});

/** A candle that opens, trades and closes at one price. */
export const flatBar = (text: string): BarText => [text, text, text, text];

/** The 16 hex digits of a double's bits, sign first. */
export const bitsOf = (value: number): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
};

const closesOf = (bars: readonly BarText[]): readonly Exact[] => bars.map(bar => new Exact(bar[3]));
const meanOf = (values: readonly Exact[]): Exact => values.reduce((sum, value) => sum.plus(value), new Exact(0)).div(values.length);

/** One value per bar from `first` on, null before. */
const from = (first: number, bars: readonly BarText[], valueAt: (index: number) => Exact): Values =>
  bars.map((_, index) => (index < first ? null : valueAt(index).toNumber()));

export const referenceSma = (bars: readonly BarText[], period: number): Values => {
  const closes = closesOf(bars);
  return from(period - 1, bars, index => meanOf(closes.slice(index - period + 1, index + 1)));
};

/** Starts from the mean of the first `period` values and moves by alpha toward each later one, as Wilder and the EMA do. */
const smoothed = (values: readonly Exact[], period: number, alpha: Exact): readonly (Exact | null)[] => {
  const averages: (Exact | null)[] = [];
  values.forEach((value, index) => {
    const before = averages[index - 1];
    if (index < period - 1) averages.push(null);
    else if (index === period - 1) averages.push(meanOf(values.slice(0, period)));
    else averages.push(before!.plus(alpha.times(value.minus(before!))));
  });
  return averages;
};

export const referenceEma = (bars: readonly BarText[], period: number): Values =>
  smoothed(closesOf(bars), period, new Exact(2).div(period + 1)).map(average => average?.toNumber() ?? null);

const differencesOf = (bars: readonly BarText[]): readonly Exact[] =>
  closesOf(bars).flatMap((close, index, closes) => (index === 0 ? [] : [close.minus(closes[index - 1]!)]));

export const referenceRsi = (bars: readonly BarText[], period: number): Values => {
  const differences = differencesOf(bars);
  const wilder = new Exact(1).div(period);
  const gains = smoothed(differences.map(move => Exact.max(move, 0)), period, wilder);
  const losses = smoothed(differences.map(move => Exact.max(move.negated(), 0)), period, wilder);
  return from(period, bars, index => {
    const gain = gains[index - 1]!;
    const total = gain.plus(losses[index - 1]!);
    return total.isZero() ? total : gain.div(total).times(100);
  });
};

export const referenceAtr = (bars: readonly BarText[], period: number): Values => {
  const ranges = bars.slice(1).map((bar, index) => {
    const before = new Exact(bars[index]![3]);
    const [high, low] = [new Exact(bar[1]), new Exact(bar[2])];
    return Exact.max(high.minus(low), high.minus(before).abs(), low.minus(before).abs());
  });
  const averages = smoothed(ranges, period, new Exact(1).div(period));
  return from(period, bars, index => averages[index - 1]!);
};

export const referenceHighestHigh = (bars: readonly BarText[], period: number): Values =>
  from(period - 1, bars, index => Exact.max(...bars.slice(index - period + 1, index + 1).map(bar => bar[1])));

export const referenceLowestLow = (bars: readonly BarText[], period: number): Values =>
  from(period - 1, bars, index => Exact.min(...bars.slice(index - period + 1, index + 1).map(bar => bar[2])));

export const referenceRealisedVolatility = (bars: readonly BarText[], period: number): Values => {
  const closes = closesOf(bars);
  const returns = differencesOf(bars).map((move, index) => move.div(closes[index]!));
  return from(period, bars, index => {
    const window = returns.slice(index - period, index);
    const mean = meanOf(window);
    return meanOf(window.map(value => value.minus(mean).pow(2))).sqrt();
  });
};

export type Cross = readonly [bar: number, action: 'enter' | 'exit'];

/**
 * Crosses of two exponential averages over whole arrays, and the smallest gap that decided a sign, as a share of the
 * price: where it is far above the precision of a double, doubles have to find the very same crosses.
 */
export const referenceCrosses = (
  bars: readonly BarText[],
  periods: Readonly<{ fast: number; slow: number }>,
): Readonly<{ crosses: readonly Cross[]; smallestGap: number }> => {
  const closes = closesOf(bars);
  const fast = smoothed(closes, periods.fast, new Exact(2).div(periods.fast + 1));
  const slow = smoothed(closes, periods.slow, new Exact(2).div(periods.slow + 1));
  const crosses: Cross[] = [];
  let smallestGap = Number.POSITIVE_INFINITY;
  let remembered = 0;
  for (let bar = periods.slow - 1; bar < bars.length; bar += 1) {
    const gap = fast[bar]!.minus(slow[bar]!);
    smallestGap = Math.min(smallestGap, gap.abs().div(closes[bar]!).toNumber());
    const sign = gap.isZero() ? 0 : gap.isPositive() ? 1 : -1;
    if (sign === 0) continue;
    if (remembered !== 0 && sign !== remembered) crosses.push([bar, sign > 0 ? 'enter' : 'exit']);
    remembered = sign;
  }
  return { crosses, smallestGap };
};
