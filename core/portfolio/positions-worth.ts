/**
 * What all lots are worth at their marks, to the last unit. Nearly every quantity has at most eight decimals and every
 * mark few digits: their product is then a whole number that a double holds exactly, and needs no rounding at all.
 */
import { money } from '../kernel/units.ts';
import type { Money, Quantity } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import type { Lots } from '../lots/lot.ts';
import { exactDigits, powerOfTen } from '../market/columns.ts';
import { worthAtMark } from '../market/marks.ts';
import type { Marks } from '../market/marks.ts';

/** Lots counted in units of 10^-8, beside the place of their symbol; -1 where such a count is not exact. */
type Counted = Readonly<{ desk: Desk | null; lots: Lots; places: readonly number[]; counts: readonly number[] }>;

const COUNT_DECIMALS = 8;
const COUNT_UNIT = powerOfTen(18 - COUNT_DECIMALS);
/** With more decimals than this a mark makes a product finer than 10^-18. */
const SCALE_MAX = 18 - COUNT_DECIMALS;

/** Most lots live on through many hours: what was counted of the last list is kept. */
let counted: Counted = { desk: null, lots: [], places: [], counts: [] };

const countOf = (held: Quantity): number => {
  const count = held % COUNT_UNIT === 0n && held > 0n ? Number(held / COUNT_UNIT) : -1;
  return count <= Number.MAX_SAFE_INTEGER ? count : -1;
};

const countLots = (desk: Desk, lots: Lots): Counted => {
  if (counted.lots === lots && counted.desk === desk) return counted;
  const known = counted.desk === desk ? counted : { lots: [], places: [], counts: [] };
  const places: number[] = [];
  const counts: number[] = [];
  let passed = 0;
  for (const lot of lots) {
    // Lots keep their order: one that was there before comes behind those that were found.
    let at = passed;
    while (at < known.lots.length && known.lots[at] !== lot) at += 1;
    const isKnown = at < known.lots.length;
    if (isKnown) passed = at + 1;
    places.push(isKnown ? known.places[at]! : desk.indexOf.get(lot.symbol)!);
    counts.push(isKnown ? known.counts[at]! : countOf(lot.quantity));
  }
  counted = { desk, lots, places, counts };
  return counted;
};

/** Exact sums of products in units of 10^-(8 + scale), by the scale of their marks. */
const sums = new Float64Array(SCALE_MAX + 1);

/** The sum over lots of quantity × mark, each to the nearest, ties to even; its cost for a lot whose symbol has no mark yet. */
export const positionsWorth = (desk: Desk, lots: Lots, marks: Marks): Money => {
  if (lots.length === 0) return money(0n);
  const { places, counts } = countLots(desk, lots);
  let worth = 0n;
  sums.fill(0);
  for (let at = 0; at < counts.length; at += 1) {
    const place = places[at]!;
    const scale = marks.scale[place]!;
    const digits = exactDigits(marks.words, place);
    const sum = scale <= SCALE_MAX && digits > 0 && counts[at]! > 0 ? sums[scale]! + counts[at]! * digits : Number.POSITIVE_INFINITY;
    if (sum <= Number.MAX_SAFE_INTEGER) sums[scale] = sum;
    else worth += worthAtMark(marks, place, lots[at]!.quantity) ?? lots[at]!.cost;
  }
  for (let scale = 0; scale <= SCALE_MAX; scale += 1) if (sums[scale]! > 0) worth += BigInt(sums[scale]!) * powerOfTen(SCALE_MAX - scale);
  return money(worth);
};
