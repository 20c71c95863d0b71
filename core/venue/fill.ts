/**
 * How one resting order meets one candle. Written down for outsiders in specs/fills.md; every rule here rounds against
 * us, and nothing here reads a candle later than the one the order meets.
 */
import { ceilToStep, divideUp, floorToStep, shareDown } from '../kernel/rounding.ts';
import { maxOf, minOf, price, quantity, subtractQuantity } from '../kernel/units.ts';
import type { Price, Quantity } from '../kernel/units.ts';
import type { Liquidity } from '../log.ts';
import type { CostModel, Instrument } from '../manifest.ts';
import { widenAt } from '../market/columns.ts';
import type { CandleColumns } from '../market/columns.ts';
import { remainingOf } from '../orders/order.ts';
import type { WorkingOrder } from '../orders/order.ts';
import { affordable, feeTakesAll } from './fees.ts';

/** The candle an order meets: a row of its columns, of which most orders look at the open alone. */
export type MetCandle = Readonly<{ columns: CandleColumns; row: number }>;

const openOf = ({ columns, row }: MetCandle): Price => price(widenAt(columns.open, row));
const highOf = ({ columns, row }: MetCandle): Price => price(widenAt(columns.high, row));
const lowOf = ({ columns, row }: MetCandle): Price => price(widenAt(columns.low, row));

export type Meeting =
  | Readonly<{
      kind: 'fill';
      quantity: Quantity;
      price: Price;
      liquidity: Liquidity;
      /** At the open of the candle, or somewhere inside it. */
      moment: 'open' | 'touch';
      /** What kept it from filling whole; null when it did. */
      clippedBy: 'PARTICIPATION' | 'RESERVATION' | null;
    }>
  | Readonly<{ kind: 'none'; reason: 'COLLAR' | 'PARTICIPATION' | 'RESERVATION' | 'NOT_REACHED' | 'FOK_NOT_WHOLE' | 'FEE_TAKES_ALL' }>
  | Readonly<{ kind: 'reject'; reason: 'POST_ONLY_WOULD_TAKE' }>;

/** `taken` is what earlier orders of this step filled of the same candle: its volume is not there twice. */
type Terms = Readonly<{ order: WorkingOrder; candle: MetCandle; instrument: Instrument; costs: CostModel; taken: Quantity }>;
type Offer = Readonly<{ price: Price; liquidity: Liquidity; moment: 'open' | 'touch' }>;

const NONE = quantity(0n);

export const meet = (terms: Terms): Meeting => {
  const { order, candle, costs } = terms;
  const cap = costs.participation === null ? null : shareDown(quantity(widenAt(candle.columns.volume, candle.row)), costs.participation);
  const wanted = remainingOf(order);
  const allowed = cap === null ? wanted : minOf(wanted, floorToStep(maxOf(subtractQuantity(cap, terms.taken), NONE), terms.instrument.lot));
  if (allowed <= 0n) return { kind: 'none', reason: 'PARTICIPATION' };
  if (order.orderType === 'LIMIT') return meetLimit(terms, allowed);
  const taken = marketPrice(terms, openOf(candle), { quantity: allowed, cap });
  if (order.collarPrice !== null && taken > order.collarPrice) return { kind: 'none', reason: 'COLLAR' };
  return settle(terms, allowed, { price: taken, liquidity: 'TAKER', moment: 'open' });
};

/**
 * A limit that arrives fills at the open when the open is at or through it. One that already rests in the book keeps
 * its own price, at an open through it as well as when the candle trades through it later.
 */
const meetLimit = (terms: Terms, allowed: Quantity): Meeting => {
  const { order, candle } = terms;
  const limit = order.limitPrice!;
  const buys = order.side === 'BUY';
  const open = openOf(candle);
  if (buys ? open <= limit : open >= limit) {
    if (order.status !== 'NEW') return settle(terms, allowed, { price: limit, liquidity: 'MAKER', moment: 'open' });
    if (order.postOnly) return { kind: 'reject', reason: 'POST_ONLY_WOULD_TAKE' };
    return settle(terms, allowed, { price: open, liquidity: 'TAKER', moment: 'open' });
  }
  const reached = order.timeInForce === 'HOUR' && (buys ? lowOf(candle) < limit : highOf(candle) > limit);
  if (!reached) return { kind: 'none', reason: 'NOT_REACHED' };
  return settle(terms, allowed, { price: limit, liquidity: 'MAKER', moment: 'touch' });
};

/** Clips a BUY to what its reservation still pays for, and refuses FOK anything but the whole. */
const settle = (terms: Terms, allowed: Quantity, offer: Offer): Meeting => {
  const { order, instrument } = terms;
  const { fees } = terms.costs;
  const paid = order.side === 'BUY' ? minOf(allowed, affordable(order.reserved, offer.price, { fees, instrument })) : allowed;
  const whole = remainingOf(order);
  if (order.timeInForce === 'FOK' && paid < whole) return { kind: 'none', reason: 'FOK_NOT_WHOLE' };
  if (paid <= 0n) return { kind: 'none', reason: 'RESERVATION' };
  if (feeTakesAll(fees, instrument, { side: order.side, quantity: paid, liquidity: offer.liquidity })) return { kind: 'none', reason: 'FEE_TAKES_ALL' };
  const clippedBy = paid === whole ? null : paid < allowed ? 'RESERVATION' : 'PARTICIPATION';
  return { kind: 'fill', quantity: paid, ...offer, clippedBy };
};

/**
 * The open moved against us. `spread_impact`: half the spread, plus the impact rate times the share of the
 * participation cap that the order takes. Rounded to the tick: up for a BUY, down for a SELL, whose price stays above
 * zero: at least one tick, or the open where even that is less.
 */
const marketPrice = ({ order, instrument, costs }: Terms, open: Price, { quantity: taken, cap }: Readonly<{ quantity: Quantity; cap: Quantity | null }>): Price => {
  const { slippage } = costs;
  const flat = BigInt(slippage.kind === 'constant' ? slippage.bps : instrument.halfSpreadBps);
  const impact = slippage.kind === 'constant' || cap === null ? 0n : BigInt(slippage.impactBps) * taken;
  const share = cap ?? 1n;
  const against = flat === 0n && impact === 0n ? 0n : divideUp(open * (flat * share + impact), 10_000n * share);
  return order.side === 'BUY'
    ? ceilToStep((open + against) as Price, instrument.tick)
    : maxOf(floorToStep((open - against) as Price, instrument.tick), minOf(instrument.tick, open));
};
