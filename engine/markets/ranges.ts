/** Half-open ranges of time, [from, to): which parts of one others leave open. Pure arithmetic, no candle is looked at. */
import type { TimeMs } from '../../core/kernel/units.ts';

export type Range = Readonly<{ fromMs: TimeMs; toMs: TimeMs }>;

/** Ascending, disjoint, what touches joined, empty ones left out. */
export const united = (ranges: readonly Range[]): readonly Range[] => {
  const joined: Range[] = [];
  for (const range of ranges.filter(({ fromMs, toMs }) => fromMs < toMs).toSorted((left, right) => left.fromMs - right.fromMs)) {
    const last = joined.at(-1);
    if (last === undefined || range.fromMs > last.toMs) joined.push(range);
    else if (range.toMs > last.toMs) joined[joined.length - 1] = { fromMs: last.fromMs, toMs: range.toMs };
  }
  return joined;
};

/** What is left of `wanted` when `covered` is taken away, ascending. */
export const leftOpen = (wanted: Range, covered: readonly Range[]): readonly Range[] => {
  const open: Range[] = [];
  let { fromMs } = wanted;
  for (const range of united(covered)) {
    if (range.toMs <= fromMs) continue;
    if (range.fromMs >= wanted.toMs) break;
    if (range.fromMs > fromMs) open.push({ fromMs, toMs: range.fromMs });
    fromMs = range.toMs;
  }
  if (fromMs < wanted.toMs) open.push({ fromMs, toMs: wanted.toMs });
  return open;
};

/** The part of `range` inside `bounds`; null where they share nothing. */
export const within = (range: Range, bounds: Range): Range | null => {
  const fromMs = Math.max(range.fromMs, bounds.fromMs) as TimeMs;
  const toMs = Math.min(range.toMs, bounds.toMs) as TimeMs;
  return fromMs < toMs ? { fromMs, toMs } : null;
};

export const lengthOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
