/**
 * The fat-finger bound: a price too far from the last mark was not meant. A BUY may err on neither side; a price that
 * only reduces is judged on the side that costs us, so that no exit is held back for being modest.
 */
import { ONE_E18 } from '../kernel/units.ts';
import type { Fraction, Price } from '../kernel/units.ts';
import type { Side } from '../events.ts';

/** The price an order names: its limit, or the collar of a MARKET order. */
export type NamedPrice = Readonly<{ side: Side; price: Price; mark: Price }>;

/** Whether a price lies within the share of the mark; exactly at the bound it does. Null binds nothing. */
export const isWithinMark = ({ side, price, mark }: NamedPrice, bound: Fraction | null): boolean => {
  if (bound === null) return true;
  const distance = price > mark ? price - mark : mark - price;
  const isHarmless = side === 'SELL' && price >= mark;
  return isHarmless || distance * ONE_E18 <= bound * mark;
};
