/** What may always happen and what never may: exits under any risk state, no BUY under a halt, lives and tries that end. */
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../core/desk.ts';
import type { OrderPlaced } from '../../core/events.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { forEveryRun, ONE, only, quotientDown, ranOf, tracedSteps } from './drawn-runs.ts';
import type { Traced } from './drawn-runs.ts';

type Pair = Readonly<{ agent: string; symbol: MarketSymbol }>;

const samePair = (left: Pair) => (right: Pair): boolean => left.agent === right.agent && left.symbol === right.symbol;

/** Whole lots of what is held, at the last close, reach the minimum. */
const isSellable = ({ after }: Traced, desk: Desk, pair: Pair): boolean => {
  const index = desk.indexOf.get(pair.symbol)!;
  const { lot, minNotional } = desk.instruments[index]!;
  let held = 0n;
  for (const owned of after.lots) if (samePair(pair)(owned)) held += owned.quantity;
  const whole = held - (held % lot);
  const mark = after.marks.mantissa[index]! * 10n ** BigInt(18 - after.marks.scale[index]!);
  return whole > 0n && quotientDown(whole * mark, ONE) >= minNotional;
};

/** Working SELLs that were there before this step decided. */
const hadSell = ({ after, decisions }: Traced, pair: Pair): boolean => {
  const placed = new Set(only(decisions, 'order_placed').map(({ id }) => id));
  return after.orders.working.some(order => order.side === 'SELL' && samePair(pair)(order) && !placed.has(order.id));
};

const flattened = ({ bucket, after, decisions }: Traced): readonly Pair[] => {
  const asked = bucket.facts.filter(fact => fact.type === 'operator' && (fact.command === 'flatten' || fact.command === 'cancel'));
  const last = asked.at(-1);
  if (last?.type !== 'operator' || last.command !== 'flatten') return [];
  const refused = only(decisions, 'operator_refused').some(({ key }) => key === last.key);
  return refused ? [] : after.lots.filter(({ agent }) => agent !== 'treasury');
};

describe('reduce-only', () => {
  it('sells in the same step what an exit asks for, also when halted or killed', () => {
    const sold = { ACTIVE: 0, HALTED: 0, KILLED: 0 };
    forEveryRun(60, drawn => {
      for (const step of tracedSteps(drawn.desk, ranOf(drawn))) {
        const exits: readonly Pair[] = only(step.decisions, 'signal_raised').filter(({ action }) => action === 'exit');
        const sells = only(step.decisions, 'order_placed').filter(({ side }) => side === 'SELL');
        for (const pair of [...exits, ...flattened(step)]) {
          if (!isSellable(step, drawn.desk, pair) || hadSell(step, pair)) continue;
          expect(sells.filter(samePair(pair))).toHaveLength(1);
          sold[step.after.risk.standing.status] += 1;
        }
        for (const wish of step.after.orders.wanted) {
          if (wish.want !== 'flat' || !isSellable(step, drawn.desk, wish)) continue;
          expect(step.after.orders.working.filter(order => order.side === 'SELL' && samePair(wish)(order)), 'a wish to be flat has its SELL').toHaveLength(1);
        }
        for (const sell of sells) expect(sell).toMatchObject({ reduceOnly: true, orderType: 'MARKET', timeInForce: 'HOUR', limitPrice: null, collarPrice: null });
      }
    });
    expect(Object.entries(sold).filter(([, times]) => times <= 1), 'risk states these runs hardly ever sold in').toEqual([]);
  });

  it('never sells more than the agent holds, and never sells for the treasury', () => {
    forEveryRun(60, drawn => {
      for (const { after } of tracedSteps(drawn.desk, ranOf(drawn))) {
        for (const order of after.orders.working) {
          if (order.side !== 'SELL') continue;
          let held = 0n;
          for (const lot of after.lots) if (samePair(order)(lot)) held += lot.quantity;
          expect(order.agent).not.toBe('treasury');
          expect(order.quantity - order.filled <= held, `${order.id} sells what is held`).toBe(true);
        }
      }
    });
  });

  it('never buys while halted or killed, and cancels what was being bought', () => {
    let stopped = 0;
    forEveryRun(60, drawn => {
      for (const { after, decisions } of tracedSteps(drawn.desk, ranOf(drawn))) {
        if (after.risk.standing.status === 'ACTIVE') continue;
        stopped += 1;
        expect(only(decisions, 'order_placed').filter(({ side }) => side === 'BUY')).toEqual([]);
        expect(after.orders.working.filter(order => order.side === 'BUY' && order.cancelReason === null)).toEqual([]);
      }
    });
    expect(stopped).toBeGreaterThan(200);
  });
});

describe('lives', () => {
  it('ends every order within an hour of its placement, and not before without a reason', () => {
    let expired = 0;
    forEveryRun(60, drawn => {
      const { stepsPerHour } = drawn.desk;
      const placed = new Map<string, Readonly<{ order: OrderPlaced; at: number }>>();
      for (const { absolute, after, bucket, decisions } of tracedSteps(drawn.desk, ranOf(drawn))) {
        for (const fact of bucket.facts) {
          if (fact.type !== 'order_expired') continue;
          const { order, at } = placed.get(fact.orderId)!;
          const lived = absolute - at;
          if (order.timeInForce !== 'HOUR') expect(lived, 'IOC and FOK meet one candle').toBe(1);
          else if (fact.reason !== 'RESERVATION') expect(lived, 'an order lives one hour').toBe(stepsPerHour);
          expired += 1;
        }
        for (const { orderId } of only(decisions, 'order_closed')) placed.delete(orderId);
        for (const order of only(decisions, 'order_placed')) placed.set(order.id, { order, at: absolute });
        for (const { at } of placed.values()) expect(absolute - at).toBeLessThan(stepsPerHour);
        expect(after.orders.working.map(({ id }) => id)).toEqual([...placed.keys()]);
      }
    });
    expect(expired).toBeGreaterThan(200);
  });

  it('tries an entry at most six times, one after the other, and never for more than its first grant', () => {
    const triedAt = new Set<number>();
    forEveryRun(60, drawn => {
      const intents = new Map<string, { attempt: number; left: bigint }>();
      const buys = new Map<string, string>();
      for (const { bucket, decisions, after } of tracedSteps(drawn.desk, ranOf(drawn))) {
        for (const fact of bucket.facts) {
          const intent = fact.type === 'order_filled' ? buys.get(fact.orderId) : undefined;
          if (fact.type === 'order_filled' && intent !== undefined) intents.get(intent)!.left -= fact.quantity;
        }
        for (const order of only(decisions, 'order_placed')) {
          if (order.side === 'SELL') continue;
          const pair = `${order.agent} ${order.symbol}`;
          const before = intents.get(pair);
          if (order.attempt === 1) intents.set(pair, { attempt: 1, left: order.quantity });
          else {
            expect(order.attempt).toBe(before!.attempt + 1);
            expect(order.attempt).toBeLessThanOrEqual(6);
            expect(order.quantity <= before!.left, `${order.id} buys what is left of its intent`).toBe(true);
            before!.attempt = order.attempt;
          }
          triedAt.add(order.attempt);
          buys.set(order.id, pair);
        }
        for (const { left } of intents.values()) expect(left >= 0n).toBe(true);
        for (const wish of after.orders.wanted) if (wish.want === 'long') expect(wish.attempts).toBeLessThanOrEqual(6);
      }
    });
    expect([...triedAt].sort((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
