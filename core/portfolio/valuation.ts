/**
 * What the portfolio is worth at the marks a step knows, and per unit: deposits buy units and withdrawals redeem them
 * at the value before they happened, so drawdown never sees money come and go.
 */
import { divideHalfEven } from '../kernel/rounding.ts';
import { maxOf, money, ONE_E18 } from '../kernel/units.ts';
import type { Money } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import { cashOf } from '../ledger/ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Lots } from '../lots/lot.ts';
import type { Marks } from '../market/marks.ts';
import { positionsWorth } from './positions-worth.ts';

/** The portfolio slice. Units and unit values have 18 decimals; the first unit is worth 1. */
export type Portfolio = Readonly<{ units: bigint; peakUnitValue: Money }>;

export const NO_PORTFOLIO: Portfolio = { units: 0n, peakUnitValue: money(0n) };

/** Derived each step, never stored: what gates and reports read. */
export type Valuation = Readonly<{ cash: Money; positions: Money; value: Money; unitValue: Money }>;

/** Cash plus every lot at its mark, each lot rounded half-even. A holding without any mark is worth its cost. */
export const worth = (desk: Desk, books: Readonly<{ ledger: Ledger; lots: Lots; marks: Marks }>): Readonly<{ cash: Money; positions: Money }> => ({
  cash: cashOf(books.ledger),
  positions: positionsWorth(desk, books.lots, books.marks),
});

/** The portfolio after a step in which `flow` of outside money came in (negative: went out). */
export const valuePortfolio = (
  before: Portfolio,
  { cash, positions }: Readonly<{ cash: Money; positions: Money }>,
  flow: Money,
): Readonly<{ portfolio: Portfolio; valuation: Valuation }> => {
  const value = money(cash + positions);
  const units = unitsAfter(before, value, flow);
  const unitValue = money(units === 0n ? 0n : divideHalfEven(value * ONE_E18, units));
  const peakUnitValue = maxOf(before.peakUnitValue, unitValue);
  const unchanged = units === before.units && peakUnitValue === before.peakUnitValue;
  return { portfolio: unchanged ? before : { units, peakUnitValue }, valuation: { cash, positions, value, unitValue } };
};

const unitsAfter = (before: Portfolio, value: Money, flow: Money): bigint => {
  if (flow === 0n) return before.units;
  const valueBefore = value - flow;
  // What a venue let go of beyond what there was redeems every unit and not more.
  if (before.units === 0n || valueBefore <= 0n) return value > 0n ? value : 0n;
  const units = before.units + divideHalfEven(flow * before.units, valueBefore);
  return units > 0n ? units : 0n;
};
