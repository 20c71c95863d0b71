/** What a gate may look at, and the two questions that deciders of orders ask beside it: what is dust, and which cash is free. */
import { floorToStep, notionalDown } from '../kernel/rounding.ts';
import { money } from '../kernel/units.ts';
import type { HourUtc, Money, Quantity } from '../kernel/units.ts';
import type { Desk, DeskAgent } from '../desk.ts';
import type { Lots } from '../lots/lot.ts';
import { markOf } from '../market/marks.ts';
import type { Marks } from '../market/marks.ts';
import type { Volumes } from '../market/volumes.ts';
import { reservedCash } from '../orders/order.ts';
import type { Orders, Wanted } from '../orders/order.ts';
import type { Valuation } from '../portfolio/valuation.ts';
import type { RunProfile } from '../profile.ts';
import type { TierTerms } from './drawdown.ts';
import type { BookTop } from './liquidity-gate.ts';
import type { Breach, Holding } from './passive-breach.ts';
import type { Protections } from './protections.ts';
import type { Returns } from './returns.ts';
import type { RiskStanding } from './risk-standing.ts';

/** What this step has concluded about risk. */
export type RiskView = Readonly<{
  /** The profile in force. */
  profile: RunProfile;
  standing: RiskStanding;
  /** What the drawdown tier leaves of base and positions. */
  terms: TierTerms;
  breaches: readonly Breach[];
  /** Every lot at its mark; empty where nothing but the total binds. */
  holdings: readonly Holding[];
  protections: Protections;
  /** Orders placed in the hour under way, those of this step among them. */
  placed: number;
  /** Order books that are known, by place in the universe. */
  books: ReadonlyMap<number, BookTop>;
}>;

/** Everything a gate may look at. `orders` already holds what this step has placed. */
export type GateView = Readonly<{
  desk: Desk;
  hour: HourUtc;
  slot: number;
  marks: Marks;
  volumes: Volumes;
  returns: Returns;
  lots: Lots;
  orders: Orders;
  valuation: Valuation;
  risk: RiskView;
}>;

export type EntryWish = Readonly<{ agent: DeskAgent; index: number; wish: Extract<Wanted, { want: 'long' }> }>;

export const freeCash = (cash: Money, orders: Orders): Money => money(cash - reservedCash(orders));

/** A holding too small to be ordered alone. Without a mark only the lot decides. */
export const isDust = (view: Pick<GateView, 'desk' | 'marks'>, index: number, held: Quantity): boolean => {
  const { lot, minNotional } = view.desk.instruments[index]!;
  const tradable = floorToStep(held, lot);
  if (tradable <= 0n) return true;
  const mark = markOf(view.marks, index);
  return mark !== null && notionalDown(tradable, mark) < minNotional;
};
