/** The size and the prices of an entry before any headroom is looked at: what its agent asks for, within the tier's base, by volatility. */
import { divideDown, floorToStep, quantityFor, shareDown } from '../kernel/rounding.ts';
import { fraction, maxOf, minOf, money, ONE_E18, price, quantity } from '../kernel/units.ts';
import type { Fraction, Money, Price, Quantity } from '../kernel/units.ts';
import { heldBy } from '../lots/lot.ts';
import type { Instrument } from '../manifest.ts';
import type { EntryWish, GateView } from './gate-view.ts';
import { lastReturns } from './returns.ts';
import { dailyVolatility, entryFraction, volatilityScale } from './volatility-sizing.ts';
import type { VolatilityCode, VolatilityScale } from './volatility-sizing.ts';

export type Terms = Readonly<{ instrument: Instrument; mark: Price }>;

export type Prices = Readonly<{ target: Price; reserve: Price; limit: Price | null; collar: Price | null }>;

/** MARKET sizes at the mark and reserves at the collar where there is one; LIMIT does both at its own price. */
export const pricesOf = ({ risk }: Pick<GateView, 'risk'>, { agent }: EntryWish, { instrument, mark }: Terms): Prices => {
  const order = agent.agent.entry;
  if (order.type === 'LIMIT') {
    const exact = divideDown(mark * (10_000n - BigInt(order.offsetBps)), 10_000n);
    const limit = maxOf(floorToStep(price(exact), instrument.tick), instrument.tick);
    return { target: limit, reserve: limit, limit, collar: null };
  }
  const { maxChase } = risk.profile.entries;
  if (maxChase === null) return { target: mark, reserve: mark, limit: null, collar: null };
  const collar = price(divideDown(mark * (ONE_E18 + maxChase), ONE_E18));
  return { target: mark, reserve: collar, limit: null, collar };
};

export type EntrySizing = Readonly<{ wished: Quantity; volatility: VolatilityCode | null }>;

/** What is still to be bought of an intent already granted once, else its share of what sizing, tier and volatility leave, down. */
export const sizeOf = (view: GateView, entry: EntryWish, target: Price): EntrySizing => {
  if (entry.wish.quantity !== null) return { wished: entry.wish.quantity, volatility: null };
  const { code, scale } = scaleOf(view, entry.index);
  const base = wholeQuantity(view, entry, { target, scale });
  const wished = shareDown(base, entry.wish.fraction);
  // A plain signal enters where nothing but dust is held, and dust is no part of what it asks for.
  if (entry.wish.expectedReturn === null) return { wished, volatility: code };
  // What a campaign holds already is part of its base: buying back never makes more of it.
  const left = maxOf(quantity(base - heldBy(view.lots, entry.wish.agent, entry.wish.symbol)), quantity(0n));
  return { wished: minOf(wished, left), volatility: code };
};

const scaleOf = ({ risk, returns }: GateView, index: number): VolatilityScale => {
  const policy = risk.profile.sizing.volatility;
  if (policy === null) return volatilityScale(null, null);
  const recent = lastReturns(returns, index, policy.windowHours);
  return volatilityScale(policy, recent === null ? null : dailyVolatility(recent));
};

/** An agent that names a quantity or an amount keeps to the base as well: the smaller of both is scaled. */
const wholeQuantity = ({ valuation, risk }: GateView, { agent }: EntryWish, { target, scale }: Readonly<{ target: Price; scale: Fraction }>): Quantity => {
  const { sizing } = agent.agent;
  const { base } = risk.terms;
  const ofValue = (share: Fraction): Money => maxOf(shareDown(valuation.value, share), money(0n));
  if (sizing.kind === 'fraction') return quantityFor(ofValue(entryFraction({ candidate: sizing.fraction, base, scale }) ?? fraction(0n)), target);
  const named = sizing.kind === 'quantity' ? sizing.quantity : quantityFor(sizing.notional, target);
  const wished = base === null ? named : minOf(named, quantityFor(ofValue(base), target));
  return scale === ONE_E18 ? wished : shareDown(wished, scale);
};
