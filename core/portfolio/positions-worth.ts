/**
 * What all lots are worth at their marks, to the last unit. Nearly every quantity has at most eight decimals and every
 * mark few digits: their product is then a whole number that a double holds exactly, and needs no rounding at all.
 */
import { money } from '../kernel/units.ts';
import type { Money } from '../kernel/units.ts';
import { keptForItems } from '../kernel/kept.ts';
import type { Desk } from '../desk.ts';
import type { Lot, Lots } from '../lots/lot.ts';
import { exactDigits, powerOfTen } from '../market/columns.ts';
import { worthAtMark } from '../market/marks.ts';
import type { Marks } from '../market/marks.ts';

const COUNT_DECIMALS = 8;
const COUNT_UNIT = powerOfTen(18 - COUNT_DECIMALS);
/** With more decimals than this a mark makes a product finer than 10^-18. */
const SCALE_MAX = 18 - COUNT_DECIMALS;

/** A lot counted in units of 10^-8, beside the place of its symbol; -1 where such a count is not exact. */
type CountedLot = Readonly<{ place: number; count: number }>;

const countedLot = ({ symbol, quantity: held }: Lot, desk: Desk): CountedLot => {
  const count = held > 0n && held % COUNT_UNIT === 0n ? Number(held / COUNT_UNIT) : -1;
  return { place: desk.indexOf.get(symbol)!, count: count <= Number.MAX_SAFE_INTEGER ? count : -1 };
};

const countedLots = keptForItems(countedLot);

/** Exact sums of products in units of 10^-(8 + scale), by the scale of their marks. */
const sums = new Float64Array(SCALE_MAX + 1);

/** The sum over lots of quantity × mark, each to the nearest, ties to even; its cost for a lot whose symbol has no mark yet. */
export const positionsWorth = (desk: Desk, lots: Lots, marks: Marks): Money => {
  if (lots.length === 0) return money(0n);
  const counted = countedLots(lots, desk);
  let worth = 0n;
  sums.fill(0);
  for (let at = 0; at < counted.length; at += 1) {
    const { place, count } = counted[at]!;
    const scale = marks.scale[place]!;
    const digits = exactDigits(marks.words, place);
    const sum = scale <= SCALE_MAX && digits > 0 && count > 0 ? sums[scale]! + count * digits : Number.POSITIVE_INFINITY;
    if (sum <= Number.MAX_SAFE_INTEGER) sums[scale] = sum;
    else worth += worthAtMark(marks, place, lots[at]!.quantity) ?? lots[at]!.cost;
  }
  for (let scale = 0; scale <= SCALE_MAX; scale += 1) if (sums[scale]! > 0) worth += BigInt(sums[scale]!) * powerOfTen(SCALE_MAX - scale);
  return money(worth);
};
