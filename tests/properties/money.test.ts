/** Cash and caps, recomputed from outside: no fill beyond its reservation, no reservation beyond cash or a cap. */
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../core/desk.ts';
import type { OrderPlaced } from '../../core/events.ts';
import { balanceOf } from '../../core/ledger/ledger.ts';
import type { WorkingOrder } from '../../core/orders/order.ts';
import { forEveryRun, ONE, only, quotientDown, quotientEven, quotientUp, ranOf, tracedSteps } from './drawn-runs.ts';
import type { Traced } from './drawn-runs.ts';

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

const cashAfter = ({ after }: Traced, desk: Desk): bigint => balanceOf(after.ledger, 'cash', desk.manifest.quote);

describe('reservations', () => {
  it('covers what every fill costs, and cash covers the reservations', () => {
    let fills = 0;
    forEveryRun(60, drawn => {
      const spent = new Map<string, bigint>();
      const placed = new Map<string, OrderPlaced>();
      for (const step of tracedSteps(drawn.desk, ranOf(drawn))) {
        for (const fact of step.bucket.facts) {
          if (fact.type !== 'order_filled' || placed.get(fact.orderId)!.side === 'SELL') continue;
          fills += 1;
          const order = step.before.orders.working.find(({ id }) => id === fact.orderId)!;
          const cost = quotientUp(fact.quantity * fact.price, ONE) + (fact.feeAsset === drawn.desk.manifest.quote ? fact.fee : 0n);
          expect(cost <= order.reserved, 'the fill costs no more than the order still had').toBe(true);
          const total = (spent.get(fact.orderId) ?? 0n) + cost;
          spent.set(fact.orderId, total);
          const { collarPrice, limitPrice, reserved } = placed.get(fact.orderId)!;
          if ((collarPrice ?? limitPrice) !== null) expect(total <= reserved, 'all fills cost no more than was set aside at first').toBe(true);
        }
        for (const order of only(step.decisions, 'order_placed')) placed.set(order.id, order);
        const reserved = sum(step.after.orders.working.map(order => order.reserved));
        const cash = cashAfter(step, drawn.desk);
        expect(cash >= 0n && reserved <= cash, 'reservations lie within cash').toBe(true);
        expect(step.after.orders.working.every(order => order.reserved >= 0n && order.reservedExposure >= 0n)).toBe(true);
        expect(step.after.orders.working.every(order => order.side === 'BUY' || order.reserved === 0n), 'a SELL sets nothing aside').toBe(true);
      }
    });
    expect(fills).toBeGreaterThan(200);
  });
});

/** The last close of each symbol as an amount; null before the first. */
const markAt = ({ after: { marks } }: Traced, index: number): bigint | null =>
  marks.slot[index]! < 0 ? null : marks.mantissa[index]! * 10n ** BigInt(18 - marks.scale[index]!);

const worthOf = (quantity: bigint, mark: bigint): bigint => quotientEven(quantity * mark, ONE);

const positionsAtMarks = (step: Traced, desk: Desk): bigint =>
  sum(
    step.after.lots.map(({ symbol, quantity, cost }) => {
      const mark = markAt(step, desk.indexOf.get(symbol)!);
      return mark === null ? cost : worthOf(quantity, mark);
    }),
  );

const heldOf = ({ after }: Traced, agent: string, symbol: string): bigint =>
  sum(after.lots.filter(lot => lot.agent === agent && lot.symbol === symbol).map(({ quantity }) => quantity));

/** What a working BUY may still add at the price it was reserved at, and how far pieces may round away from it. */
const exposureOf = (order: WorkingOrder, placed: ReadonlyMap<string, OrderPlaced>): bigint => {
  if (order.side === 'SELL') return 0n;
  const { collarPrice, limitPrice, mark } = placed.get(order.id)!;
  return quotientUp((order.quantity - order.filled) * (collarPrice ?? limitPrice ?? mark), ONE);
};

/** Half-even pieces of an exposure stay within one smallest unit for each fill, of which an order has at most twelve. */
const PIECES = 13n;

const isMoreThanDust = (step: Traced, desk: Desk, index: number, held: bigint): boolean => {
  const { lot, minNotional } = desk.instruments[index]!;
  const sellable = held - (held % lot);
  const mark = markAt(step, index);
  return sellable > 0n && (mark === null || quotientDown(sellable * mark, ONE) >= minNotional);
};

const slotsTaken = (step: Traced, desk: Desk): number => {
  const pairs = new Set(step.after.lots.filter(({ agent }) => agent !== 'treasury').map(({ agent, symbol }) => `${agent} ${symbol}`));
  for (const pair of pairs) {
    const [agent, symbol] = pair.split(' ') as [string, (typeof desk.symbols)[number]];
    if (!isMoreThanDust(step, desk, desk.indexOf.get(symbol)!, heldOf(step, agent, symbol))) pairs.delete(pair);
  }
  for (const order of step.after.orders.working) if (order.side === 'BUY') pairs.add(`${order.agent} ${order.symbol}`);
  return pairs.size;
};

describe('caps', () => {
  it('never reserves beyond a cap at the marks the decision saw', () => {
    let capped = 0;
    forEveryRun(60, drawn => {
      const { desk } = drawn;
      const { profile } = desk.manifest;
      const placed = new Map<string, OrderPlaced>();
      for (const step of tracedSteps(desk, ranOf(drawn))) {
        const bought = only(step.decisions, 'order_placed').filter(({ side }) => side === 'BUY');
        for (const order of bought) placed.set(order.id, order);
        if (bought.length === 0) continue;
        const { working } = step.after.orders;
        const positions = positionsAtMarks(step, desk);
        const value = cashAfter(step, desk) + positions;
        const older = working.filter(order => order.side === 'BUY' && !bought.some(({ id }) => id === order.id)).length;
        const slack = PIECES * BigInt(older);
        const exposure = sum(working.map(order => exposureOf(order, placed)));
        expect(positions + exposure <= quotientDown(value * profile.limits.total.share, ONE) + slack, 'all positions within the total cap').toBe(true);
        for (const { agent, symbol, mark } of bought) {
          if (profile.limits.perPosition === null) continue;
          capped += 1;
          const mine = working.filter(order => order.agent === agent && order.symbol === symbol);
          const used = worthOf(heldOf(step, agent, symbol), mark) + sum(mine.map(order => exposureOf(order, placed)));
          expect(used <= quotientDown(value * profile.limits.perPosition.share, ONE), 'each position within its cap').toBe(true);
          expect(mark, 'the mark it names is the last close').toBe(markAt(step, desk.indexOf.get(symbol)!));
        }
        if (profile.limits.positions !== null) expect(slotsTaken(step, desk)).toBeLessThanOrEqual(profile.limits.positions);
      }
    });
    expect(capped).toBeGreaterThan(200);
  });
});
