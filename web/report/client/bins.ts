/** Values counted in bins of one width, with zero always an edge, so that no bin holds gains and losses alike. */
export type Bin = Readonly<{ from: number; to: number; count: number }>;
export type Bins = Readonly<{ width: number; bins: readonly Bin[]; /** Outside of the bins, which reach over the middle 98 in a hundred. */ below: number; above: number }>;

const BINS_WANTED = 32;
const TAIL = 0.01;
/** A ten-thousandth of a percent: nobody reads finer. */
const NARROWEST = 1e-6;
const STEPS: readonly number[] = [1, 2, 2.5, 5, 10];

/** The next width that people count in: 1, 2, 2.5 or 5 times a power of ten. */
export const roundWidth = (width: number): number => {
  const power = 10 ** Math.floor(Math.log10(width));
  return (STEPS.find(step => step * power >= width * (1 - 1e-9)) ?? 10) * power;
};

const quantile = (sorted: Float64Array, share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

/** Null without values. A value on an edge counts in the bin above it. */
export const binned = (values: readonly number[]): Bins | null => {
  if (values.length === 0) return null;
  const sorted = new Float64Array(values).toSorted((left, right) => left - right);
  const [low, high] = [Math.min(0, quantile(sorted, TAIL)), Math.max(0, quantile(sorted, 1 - TAIL))];
  const width = high > low ? roundWidth(Math.max(NARROWEST, (high - low) / BINS_WANTED)) : 0.01;
  const first = Math.floor(low / width);
  const last = Math.max(first, Math.floor(high / width));
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  let below = 0;
  let above = 0;
  for (const value of sorted) {
    // A quotient a hair below a whole number is that number: 0.06 over 0.02 is not 2.
    const index = Math.floor(value / width + 1e-9) - first;
    if (index < 0) below += 1;
    else if (index >= counts.length) above += 1;
    else counts[index]! += 1;
  }
  return { width, below, above, bins: counts.map((count, index) => ({ from: (first + index) * width, to: (first + index + 1) * width, count })) };
};
