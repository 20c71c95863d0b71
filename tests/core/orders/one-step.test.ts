/** One decision by itself: exits past every gate, commands with nothing to act on, and a ranking no order of arrival can move. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { sha256Hex } from '../../../core/kernel/digest.ts';
import { hourUtc } from '../../../core/kernel/units.ts';
import type { Decision, OrderPlaced, SignalRaised } from '../../../core/events.ts';
import type { Fact } from '../../../core/log.ts';
import { decideOrders } from '../../../core/orders/decide-orders.ts';
import { intentsOfSignals } from '../../../core/orders/intent.ts';
import { NO_ORDERS } from '../../../core/orders/order.ts';
import type { Orders, Wanted } from '../../../core/orders/order.ts';
import { byFraction, operatorFact } from '../../support/desk.ts';
import { longWish } from '../../support/orders.ts';
import { lotOf, NO_CANDLES, NOW, SYMBOLS, viewOf, workingOn } from '../risk/gate-views.ts';
import type { Scene } from '../risk/gate-views.ts';

type Terms = Readonly<{ signals?: readonly SignalRaised[]; facts?: readonly Fact[]; wanted?: readonly Wanted[]; tradable?: boolean }>;

const decided = (scene: Scene, { signals = [], facts = [], wanted = [], tradable = true }: Terms): Readonly<{ orders: Orders; log: readonly Decision[] }> => {
  const view = viewOf(scene);
  const log: Decision[] = [];
  const place = { hour: hourUtc(NOW), step: 0, absolute: NOW };
  const intents = intentsOfSignals(signals);
  const orders = decideOrders({ view: { ...view, orders: { ...view.orders, wanted } }, place, tradable, market: NO_CANDLES, intents, facts }, log);
  return { orders, log };
};

const signal = (action: SignalRaised['action'], symbol = SYMBOLS[0]!): SignalRaised => ({ type: 'signal_raised', agent: 'main', symbol, action, reason: 'SCRIPT', evidence: {} });
const placedIn = (log: readonly Decision[]): readonly OrderPlaced[] => log.filter(decision => decision.type === 'order_placed');
const wish = (want: 'long' | 'flat', attempts: number): Wanted =>
  want === 'flat' ? { want, agent: 'main', symbol: SYMBOLS[0]!, reason: 'SCRIPT', attempts } : longWish({ symbol: SYMBOLS[0]!, reason: 'SCRIPT', attempts });

describe('an exit', () => {
  const held = { lots: [lotOf('AAA/USD', '2.5')] };

  test.each<readonly [string, Scene]>([
    ['a halt', { status: 'HALTED' }],
    ['a kill', { status: 'KILLED' }],
    ['a stale mark', { age: 500 }],
    ['missing data', { age: 5 }],
    ['no cash', { cash: '0' }],
    ['every cap', { caps: { total: '0.01', perPosition: '0.01', positions: 1, maxChase: '0' } }],
  ])('passes %s', (_, scene) => {
    const { orders, log } = decided({ ...held, ...scene }, { signals: [signal('exit')] });
    expect(log).toEqual([
      {
        agent: 'main',
        attempt: 1,
        collarPrice: null,
        costGate: null,
        id: `${NOW}.0.0`,
        limitPrice: null,
        mark: decimal('100'),
        orderType: 'MARKET',
        postOnly: false,
        quantity: decimal('2.5'),
        reason: 'SCRIPT',
        reduceOnly: true,
        reserved: 0n,
        side: 'SELL',
        symbol: 'AAA/USD',
        timeInForce: 'HOUR',
        type: 'order_placed',
        volatility: null,
      },
    ]);
    expect(orders.wanted).toEqual([wish('flat', 1)]);
  });

  test('sells whole lots only', () => {
    const { log } = decided({ lots: [lotOf('AAA/USD', '2.5')], rules: { lot: '1' } }, { signals: [signal('exit')] });
    expect(placedIn(log).map(order => order.quantity)).toEqual([decimal('2')]);
  });

  test('of several lots sells their sum, and nothing of another agent or the treasury', () => {
    const lots = [lotOf('AAA/USD', '1'), lotOf('AAA/USD', '7', 'treasury'), lotOf('AAA/USD', '0.5'), lotOf('AAA/USD', '3', 'other')];
    expect(placedIn(decided({ lots }, { signals: [signal('exit')] }).log).map(order => order.quantity)).toEqual([decimal('1.5')]);
  });

  test('has no last attempt', () => {
    expect(placedIn(decided(held, { wanted: [wish('flat', 41)] }).log).map(order => order.attempt)).toEqual([42]);
  });

  test('and an entry of one close leave the exit, whichever signal comes first', () => {
    const first = decided(held, { signals: [signal('exit'), signal('enter')] });
    expect(first.log.map(decision => decision.type)).toEqual(['order_refused', 'order_placed']);
    expect(first.log[0]).toMatchObject({ violations: [{ code: 'EXIT_IN_PROGRESS', usage: decimal('2.5') }] });
    expect(first.orders.wanted).toEqual([wish('flat', 1)]);
    expect(decided(held, { signals: [signal('enter'), signal('exit')] })).toEqual(first);
  });

  test('during warm-up is not held back', () => {
    expect(placedIn(decided(held, { signals: [signal('exit')], tradable: false }).log)).toHaveLength(1);
  });
});

describe('a working BUY', () => {
  test.each([
    ['HALTED', 'HALTED'],
    ['KILLED', 'KILLED'],
  ] as const)('of a desk that is %s is asked to cancel, a SELL is not', (status, reason) => {
    const working = [workingOn('AAA/USD', { reserved: '10' }), workingOn('BBB/USD', { side: 'SELL' })];
    const { orders, log } = decided({ status, working }, {});
    expect(log).toEqual([{ orderId: `${NOW}.0.AAA/USD`, reason, symbol: 'AAA/USD', type: 'cancel_requested' }]);
    expect(orders.working.map(order => order.cancelReason)).toEqual([reason, null]);
  });

  test('is asked once', () => {
    const { orders, log } = decided({ status: 'KILLED', working: [workingOn('AAA/USD', { cancelled: 'OPPOSITE_INTENT' })] }, {});
    expect(log).toEqual([]);
    expect(orders.working[0]!.cancelReason).toBe('OPPOSITE_INTENT');
  });
});

describe('the operator', () => {
  test.each([
    ['cancel', 'NOTHING_TO_CANCEL', {}],
    ['cancel', 'NOTHING_TO_CANCEL', { lots: [lotOf('AAA/USD', '1')] }],
    ['flatten', 'NOTHING_HELD', {}],
    ['flatten', 'NOTHING_HELD', { lots: [lotOf('AAA/USD', '1', 'treasury')] }],
  ] as const)('is refused %s with %s', (command, code, scene) => {
    expect(decided(scene, { facts: [operatorFact(0, { command })] }).log).toEqual([{ asked: 0n, code, command, key: 'k1', limit: 0n, type: 'operator_refused' }]);
  });

  test('flattens every agent in the order of their oldest lots, and leaves the treasury', () => {
    const lots = [lotOf('CCC/USD', '2', 'other'), lotOf('AAA/USD', '7', 'treasury'), lotOf('AAA/USD', '1')];
    const { log, orders } = decided({ lots, status: 'KILLED' }, { facts: [operatorFact(0, { command: 'flatten' })] });
    expect(placedIn(log).map(({ agent, symbol, quantity, reason }) => [agent, symbol, quantity, reason])).toEqual([
      ['other', 'CCC/USD', decimal('2'), 'OPERATOR_FLATTEN'],
      ['main', 'AAA/USD', decimal('1'), 'OPERATOR_FLATTEN'],
    ]);
    expect(orders.wanted.map(({ want, attempts }) => [want, attempts])).toEqual([
      ['flat', 1],
      ['flat', 1],
    ]);
  });

  test('who flattens twice in one step sells once', () => {
    const facts = [operatorFact(0, { command: 'flatten' }, 'k1'), operatorFact(0, { command: 'flatten' }, 'k2')];
    expect(placedIn(decided({ lots: [lotOf('AAA/USD', '1')] }, { facts }).log)).toHaveLength(1);
  });

  test('who cancels drops what is wanted', () => {
    expect(decided({ lots: [lotOf('AAA/USD', '1')] }, { wanted: [wish('flat', 3)], facts: [operatorFact(0, { command: 'cancel' })] })).toEqual({ orders: NO_ORDERS, log: [] });
  });
});

describe('competing entries', () => {
  const scene: Scene = { cash: '1000', sizing: byFraction('0.4') };
  const ordered = (symbols: typeof SYMBOLS) => placedIn(decided(scene, { signals: symbols.map(symbol => signal('enter', symbol)) }).log).map(({ symbol, quantity, id }) => [symbol, quantity, id]);

  test('stand by hash and get the same cash, in whatever order they were raised', () => {
    const [a, b, c] = SYMBOLS as [(typeof SYMBOLS)[0], (typeof SYMBOLS)[0], (typeof SYMBOLS)[0]];
    const { genesis } = viewOf(scene).desk;
    const rank = (symbol: string): string => sha256Hex(`${genesis}:${NOW}:${symbol}`);
    const first = ordered([a, b, c]);
    expect(first.map(([symbol]) => symbol)).toEqual([a, b, c].toSorted((left, right) => (rank(left) < rank(right) ? -1 : 1)));
    for (const permuted of [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]) expect(ordered(permuted)).toEqual(first);
  });

  test('never set aside more than there is, and all of it where nothing caps their fill', () => {
    const { orders } = decided(scene, { signals: SYMBOLS.map(symbol => signal('enter', symbol)) });
    expect(orders.working.reduce((sum, order) => sum + order.reserved, 0n)).toBe(decimal('1000'));
    expect(orders.working.reduce((sum, order) => sum + order.reservedExposure, 0n)).toBe(decimal('1000'));
  });
});
