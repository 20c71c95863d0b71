/**
 * Buy and hold: the opening capital in equal parts in every market of the run, bought at its first close once trading
 * has begun, without costs, then held. A market without a close yet is cash. It never sells, and knows no risk profile.
 */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import { asDouble } from './amounts.ts';
import { closeOf, slotsOfHour } from './closes.ts';

/** What one unit of the basket is worth after an hour: 1 until the first market has a close. Hours ascend. */
export type Basket = Readonly<{ indexAfter: (hour: ExecutedHour) => number; isBought: () => boolean }>;

const basketOf = (desk: Desk): Basket => {
  const bought = new Float64Array(desk.symbols.length);
  const worth = new Float64Array(desk.symbols.length).fill(1);
  const { tradeFromHour } = desk.manifest;
  let any = false;
  const indexAfter = (hour: ExecutedHour): number => {
    if (hour.sealed.hour < tradeFromHour) return 1;
    const slots = slotsOfHour(desk, hour);
    let sum = 0;
    for (let index = 0; index < worth.length; index += 1) {
      const close = closeOf(hour.after.state.marks, index, slots);
      if (close !== null) {
        if (bought[index] === 0) bought[index] = close;
        worth[index] = close / bought[index]!;
        any = true;
      }
      sum += worth[index]!;
    }
    return sum / worth.length;
  };
  return { indexAfter, isBought: () => any };
};

/** The basket of a portfolio that money comes to and goes from: what comes buys units of it, what goes redeems them. */
export type BenchmarkValue = Readonly<{ valueAfter: (hour: ExecutedHour) => number; index: () => number | null }>;

export const benchmarkValue = (desk: Desk): BenchmarkValue => {
  const basket = basketOf(desk);
  let [units, held, index] = [0n, 0, 1];
  const valueAfter = (hour: ExecutedHour): number => {
    index = basket.indexAfter(hour);
    for (const { state, valuation } of hour.steps) {
      const { units: after } = state.portfolio;
      // What a unit costs in the portfolio is the money that came for it: so much of the basket is bought.
      if (after === 0n) held = 0;
      else if (after !== units) held += (asDouble(after - units) * asDouble(valuation.unitValue)) / index;
      units = after;
    }
    return held * index;
  };
  return { valueAfter, index: () => (basket.isBought() ? index : null) };
};
