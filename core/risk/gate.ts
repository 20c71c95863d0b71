/**
 * The one door for entries: what a wish may buy, or every rule that says no. A grant is reserved at once by the order
 * it becomes, so the next entry of the same step sees the cash, the slots and the headroom that are left.
 */
import { floorToStep, notionalDown, notionalUp } from '../kernel/rounding.ts';
import { money } from '../kernel/units.ts';
import type { Money, Price, Quantity } from '../kernel/units.ts';
import type { CostGateRecord } from '../events.ts';
import { markOf } from '../market/marks.ts';
import { feeReserve } from '../venue/fees.ts';
import { blocksOf } from './gate-blocks.ts';
import { clipsOf } from './gate-clips.ts';
import type { Clip } from './gate-clips.ts';
import { entryViolation } from './gate-order.ts';
import type { GateViolation } from './gate-order.ts';
import { pricesOf, sizeOf } from './gate-size.ts';
import type { Terms } from './gate-size.ts';
import type { EntryWish, GateView } from './gate-view.ts';
import { grant } from './grants.ts';
import type { Granted } from './grants.ts';
import type { VolatilityCode } from './volatility-sizing.ts';

export type Grant = Granted<
  Readonly<{
    quantity: Quantity;
    mark: Price;
    limitPrice: Price | null;
    collarPrice: Price | null;
    /** Cash set aside: notional at the reserve price and taker fee, both rounded up. */
    reserved: Money;
    reservedExposure: Money;
    costGate: CostGateRecord;
    /** How the size came about; null for what is left of a quantity granted before. */
    volatility: VolatilityCode | null;
  }>
>;

export type GateAnswer = Readonly<{ granted: Grant }> | Readonly<{ granted: null; violations: readonly GateViolation[] }>;

export const gateEntry = (view: GateView, entry: EntryWish): GateAnswer => {
  const instrument = view.desk.instruments[entry.index]!;
  const mark = markOf(view.marks, entry.index);
  const { violations, costGate } = blocksOf(view, entry, { instrument, mark });
  if (violations.length > 0) return { granted: null, violations };
  return sized(view, entry, { instrument, mark: mark!, costGate });
};

/** The wished size cut to every headroom, then to the lot. `binding` is the first of the tightest clips, null where none cut. */
export const cutToSize = (view: GateView, entry: EntryWish, terms: Terms) => {
  const prices = pricesOf(view, entry, terms);
  const { wished, volatility } = sizeOf(view, entry, prices.target);
  const clips = clipsOf(view, entry, { ...terms, reserve: prices.reserve, asked: notionalUp(wished, prices.reserve), wished });
  let most = wished;
  let binding: Clip | null = null;
  for (const clip of clips) {
    if (clip.most >= most) continue;
    most = clip.most;
    binding = clip;
  }
  return { prices, wished, volatility, clips, most, binding, granted: floorToStep(most, terms.instrument.lot) };
};

/** Refuses only what falls under the minimum. */
const sized = (view: GateView, entry: EntryWish, terms: Terms & Readonly<{ costGate: CostGateRecord }>): GateAnswer => {
  const { instrument, mark, costGate } = terms;
  const { prices, wished, volatility, granted, ...cut } = cutToSize(view, entry, terms);
  const binding = cut.binding?.violation ?? null;
  if (granted <= 0n) {
    return { granted: null, violations: [binding ?? entryViolation('BELOW_LOT', { limit: instrument.lot, usage: 0n, asked: wished })] };
  }
  const notional = notionalDown(granted, prices.target);
  if (notional < instrument.minNotional) {
    const below = entryViolation('BELOW_MINIMUM', { limit: instrument.minNotional, usage: 0n, asked: notional });
    return { granted: null, violations: binding === null ? [below] : [binding, below] };
  }
  const exposure = notionalUp(granted, prices.reserve);
  const reserved = money(exposure + feeReserve(view.desk.manifest.costs.fees, instrument, exposure));
  const { limit: limitPrice, collar: collarPrice } = prices;
  return { granted: grant({ quantity: granted, mark, limitPrice, collarPrice, reserved, reservedExposure: exposure, costGate, volatility }) };
};
