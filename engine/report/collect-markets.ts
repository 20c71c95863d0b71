/** By market: its closes, and what was held of it, in quote. Positions of several agents are one. */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import type { Lots } from '../../core/lots/lot.ts';
import { asDouble } from './amounts.ts';
import { closeOf, lastClose, slotsOfHour } from './closes.ts';
import type { Curve } from './report.ts';
import { curveThinner } from './thin-curve.ts';

const POINTS_MAX = 1_200;

export type MarketCurves = Readonly<{ price: Curve; position: Curve }>;
export type MarketCollector = Readonly<{ add: (hour: ExecutedHour) => void; curves: (index: number) => MarketCurves }>;

export const collectMarkets = (desk: Desk, hours: number): MarketCollector => {
  const thinners = () => desk.symbols.map(() => curveThinner({ fromHour: desk.manifest.startHour, hours, pointsMax: POINTS_MAX }));
  const [prices, positions] = [thinners(), thinners()];
  const add = (hour: ExecutedHour): void => {
    const { marks, lots } = hour.after.state;
    const slots = slotsOfHour(desk, hour);
    const held = heldBySymbol(desk, lots);
    for (let index = 0; index < desk.symbols.length; index += 1) {
      const close = closeOf(marks, index, slots);
      if (close !== null) prices[index]!.add(hour.sealed.hour, close);
      const quantity = held[index]!;
      // A holding without any mark is shown as nothing; the books value it at cost.
      positions[index]!.add(hour.sealed.hour, quantity === 0n ? 0 : asDouble(quantity) * (lastClose(marks, index) ?? 0));
    }
  };
  return { add, curves: index => ({ price: prices[index]!.curve(), position: positions[index]!.curve() }) };
};

const heldBySymbol = (desk: Desk, lots: Lots): readonly bigint[] => {
  const held = desk.symbols.map(() => 0n);
  for (const { symbol, quantity } of lots) held[desk.indexOf.get(symbol)!]! += quantity;
  return held;
};
