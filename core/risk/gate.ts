/**
 * The one door for entries: what a wish may buy, or every rule that says no. A grant is reserved at once by the order
 * it becomes, so the next entry of the same step sees the cash, the slots and the headroom that are left.
 */
import { divideDown, floorToStep, notionalDown, notionalUp, quantityFor, shareDown, valueAt } from '../kernel/rounding.ts';
import { whole } from '../kernel/decimal.ts';
import { maxOf, minOf, money, ONE_E18, price } from '../kernel/units.ts';
import type { Money, Price, Quantity } from '../kernel/units.ts';
import type { Desk, DeskAgent } from '../desk.ts';
import type { RefusalCode, Severity, Violation } from '../events.ts';
import type { Instrument } from '../manifest.ts';
import { heldBy, positionsOf, TREASURY } from '../lots/lot.ts';
import type { Lots } from '../lots/lot.ts';
import { markOf } from '../market/marks.ts';
import type { Marks } from '../market/marks.ts';
import { medianVolume } from '../market/volumes.ts';
import type { Volumes } from '../market/volumes.ts';
import { reservedCash } from '../orders/order.ts';
import type { Orders, Wanted } from '../orders/order.ts';
import type { Valuation } from '../portfolio/valuation.ts';
import { affordable, feeReserve } from '../venue/fees.ts';
import type { RiskState } from './risk-state.ts';

/** Everything a gate may look at. `orders` already holds what this step has placed. */
export type GateView = Readonly<{
  desk: Desk;
  slot: number;
  marks: Marks;
  volumes: Volumes;
  lots: Lots;
  orders: Orders;
  valuation: Valuation;
  risk: RiskState;
}>;

export type Grant = Readonly<{
  quantity: Quantity;
  mark: Price;
  limitPrice: Price | null;
  collarPrice: Price | null;
  /** Cash set aside: notional at the reserve price and taker fee, both rounded up. */
  reserved: Money;
  reservedExposure: Money;
}>;

export type GateAnswer = Readonly<{ granted: Grant }> | Readonly<{ granted: null; violations: readonly Violation[] }>;

export type EntryWish = Readonly<{ agent: DeskAgent; index: number; wish: Extract<Wanted, { want: 'long' }> }>;

const DATA_MISSING_HOURS = 3;
const STALE_HOURS = 24;

const no = (code: RefusalCode, severity: Severity, amounts: Readonly<{ limit: bigint; usage: bigint; asked: bigint }>): Violation => ({
  code,
  severity,
  ...amounts,
});
const NOTHING = { limit: 0n, usage: 0n, asked: 0n };

export const gateEntry = (view: GateView, entry: EntryWish): GateAnswer => {
  const instrument = view.desk.instruments[entry.index]!;
  const mark = markOf(view.marks, entry.index);
  const blocked = blocks(view, entry, instrument, mark);
  if (blocked.length > 0) return { granted: null, violations: blocked };
  return sized(view, entry, { instrument, mark: mark! });
};

/** Rules that say no whatever the size: all that apply are collected, most severe first. */
const blocks = (view: GateView, entry: EntryWish, instrument: Instrument, mark: Price | null): readonly Violation[] => {
  const { risk, desk, orders } = view;
  const violations: Violation[] = [];
  if (risk.status === 'KILLED') violations.push(no('KILLED', 'CRITICAL', NOTHING));
  if (risk.status === 'HALTED') violations.push(no('HALTED', 'HIGH', NOTHING));
  if (mark === null) violations.push(no('MARK_MISSING', 'HIGH', NOTHING));
  else violations.push(...ageViolations(view, entry.index, instrument));
  const { positions } = desk.manifest.profile;
  const open = positions === null ? 0 : openPositions(view, entry);
  if (positions !== null && open >= positions) {
    violations.push(no('POSITION_COUNT', 'MEDIUM', { limit: whole(positions), usage: whole(open), asked: whole(1) }));
  }
  const cash = freeCash(view.valuation.cash, orders);
  if (cash <= 0n) violations.push(no('INSUFFICIENT_CASH', 'MEDIUM', { limit: maxOf(cash, money(0n)), usage: reservedCash(orders), asked: 0n }));
  return violations;
};

const ageViolations = ({ marks, slot, desk }: GateView, index: number, instrument: Instrument): readonly Violation[] => {
  const hours = (slot - marks.slot[index]!) / desk.stepsPerHour;
  const amounts = (limit: number) => ({ limit: whole(limit), usage: whole(Math.floor(hours)), asked: 0n });
  if (hours >= STALE_HOURS) return [no('MARK_STALE', 'HIGH', amounts(STALE_HOURS))];
  if (hours > DATA_MISSING_HOURS && instrument.absent === 'missing') return [no('DATA_MISSING', 'HIGH', amounts(DATA_MISSING_HOURS))];
  return [];
};

export const freeCash = (cash: Money, orders: Orders): Money => money(cash - reservedCash(orders));

/** Positions that take a slot, apart from this entry's own symbol: dust takes none, a working BUY takes one. */
const openPositions = (view: GateView, { agent, index }: EntryWish): number => {
  const taken = new Set<string>();
  for (const position of positionsOf(view.lots)) {
    if (position.agent === TREASURY) continue;
    const at = view.desk.indexOf.get(position.symbol)!;
    if (!isDust(view, at, position.quantity)) taken.add(`${position.agent} ${position.symbol}`);
  }
  for (const order of view.orders.working) if (order.side === 'BUY') taken.add(`${order.agent} ${order.symbol}`);
  taken.delete(`${agent.agent.id} ${view.desk.symbols[index]!}`);
  return taken.size;
};

/** A holding too small to be ordered alone. Without a mark only the lot decides. */
export const isDust = (view: Pick<GateView, 'desk' | 'marks'>, index: number, held: Quantity): boolean => {
  const { lot, minNotional } = view.desk.instruments[index]!;
  const tradable = floorToStep(held, lot);
  if (tradable <= 0n) return true;
  const mark = markOf(view.marks, index);
  return mark !== null && notionalDown(tradable, mark) < minNotional;
};

type Terms = Readonly<{ instrument: Instrument; mark: Price }>;
type Clip = Readonly<{ most: Quantity; violation: Violation }>;

/** Clips the wished size to every headroom, then to the lot; refuses only what falls under the minimum. */
const sized = (view: GateView, entry: EntryWish, terms: Terms): GateAnswer => {
  const { instrument, mark } = terms;
  const prices = pricesOf(view.desk, entry, terms);
  const wished = wishedQuantity(view, entry, prices.target);
  const asked = notionalUp(wished, prices.reserve);
  let most = wished;
  let binding: Violation | null = null;
  for (const clip of clips(view, entry, { ...terms, reserve: prices.reserve, asked, wished })) {
    if (clip.most >= most) continue;
    most = clip.most;
    binding = clip.violation;
  }
  const granted = floorToStep(most, instrument.lot);
  if (granted <= 0n) {
    return { granted: null, violations: [binding ?? no('BELOW_LOT', 'LOW', { limit: instrument.lot, usage: 0n, asked: wished })] };
  }
  const notional = notionalDown(granted, prices.target);
  if (notional < instrument.minNotional) {
    const below = no('BELOW_MINIMUM', 'LOW', { limit: instrument.minNotional, usage: 0n, asked: notional });
    return { granted: null, violations: binding === null ? [below] : [binding, below] };
  }
  const exposure = notionalUp(granted, prices.reserve);
  const reserved = money(exposure + feeReserve(view.desk.manifest.costs.fees, instrument, exposure));
  return { granted: { quantity: granted, mark, limitPrice: prices.limit, collarPrice: prices.collar, reserved, reservedExposure: exposure } };
};

type Prices = Readonly<{ target: Price; reserve: Price; limit: Price | null; collar: Price | null }>;

/** MARKET sizes at the mark and reserves at the collar where there is one; LIMIT does both at its own price. */
const pricesOf = (desk: Desk, { agent }: EntryWish, { instrument, mark }: Terms): Prices => {
  const order = agent.agent.entry;
  if (order.type === 'LIMIT') {
    const exact = divideDown(mark * (10_000n - BigInt(order.offsetBps)), 10_000n);
    const limit = maxOf(floorToStep(price(exact), instrument.tick), instrument.tick);
    return { target: limit, reserve: limit, limit, collar: null };
  }
  const { maxChase } = desk.manifest.profile;
  if (maxChase === null) return { target: mark, reserve: mark, limit: null, collar: null };
  const collar = price(divideDown(mark * (ONE_E18 + maxChase), ONE_E18));
  return { target: mark, reserve: collar, limit: null, collar };
};

/** What is still to be bought of an intent already granted once, else what its sizing asks for. */
const wishedQuantity = (view: GateView, { agent, wish }: EntryWish, target: Price): Quantity => {
  if (wish.quantity !== null) return wish.quantity;
  const { sizing } = agent.agent;
  switch (sizing.kind) {
    case 'quantity':
      return sizing.quantity;
    case 'notional':
      return quantityFor(sizing.notional, target);
    case 'fraction':
      return quantityFor(maxOf(shareDown(view.valuation.value, sizing.fraction), money(0n)), target);
  }
};

type Sizing = Terms & Readonly<{ reserve: Price; asked: Money; wished: Quantity }>;

const clips = (view: GateView, entry: EntryWish, sizing: Sizing): readonly Clip[] => [
  ...exposureClips(view, entry, sizing),
  cashClip(view, sizing),
  ...volumeClip(view, entry, sizing),
];

const exposureClips = (view: GateView, { agent, index }: EntryWish, { mark, reserve, asked }: Sizing): readonly Clip[] => {
  const { profile } = view.desk.manifest;
  const { value, positions } = view.valuation;
  const symbol = view.desk.symbols[index]!;
  const mine = view.orders.working.filter(order => order.agent === agent.agent.id && order.symbol === symbol);
  const held = valueAt(heldBy(view.lots, agent.agent.id, symbol), mark);
  const caps: [RefusalCode, Money, bigint][] = [
    ['TOTAL_CAP', shareDown(value, profile.total), positions + exposureOf(view.orders.working)],
  ];
  if (profile.perPosition !== null) caps.push(['PER_POSITION_CAP', shareDown(value, profile.perPosition), held + exposureOf(mine)]);
  return caps.map(([code, limit, usage]) => ({
    most: quantityFor(money(maxOf(limit - usage, 0n)), reserve),
    violation: no(code, 'MEDIUM', { limit, usage, asked }),
  }));
};

const exposureOf = (orders: Orders['working']): bigint => {
  let sum = 0n;
  for (const order of orders) sum += order.reservedExposure;
  return sum;
};

const cashClip = (view: GateView, { instrument, reserve, asked }: Sizing): Clip => {
  const cash = freeCash(view.valuation.cash, view.orders);
  const most = affordable(cash, reserve, { fees: view.desk.manifest.costs.fees, instrument });
  return { most, violation: no('INSUFFICIENT_CASH', 'MEDIUM', { limit: cash, usage: reservedCash(view.orders), asked }) };
};

const volumeClip = (view: GateView, { index }: EntryWish, { wished }: Sizing): readonly Clip[] => {
  const { participation } = view.desk.manifest.costs;
  if (participation === null) return [];
  const most = shareDown(medianVolume(view.volumes, index), participation);
  return [{ most: minOf(most, wished), violation: no('NO_VOLUME', 'LOW', { limit: most, usage: 0n, asked: wished }) }];
};
