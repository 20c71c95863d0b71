/** What the venue reports, applied: fills spend their reservation, ends say why, and impossible answers stop the desk. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { Fact, OrderFilledFact, OrderId } from '../../../core/log.ts';
import { NO_ORDERS } from '../../../core/orders/order.ts';
import type { Orders, Wanted } from '../../../core/orders/order.ts';
import { applySimulatedAnswers } from '../../../core/orders/venue-answers.ts';
import { altered, longWish, ordersOf, workingOrder } from '../../support/orders.ts';

const id = '1.0.0' as OrderId;
const symbol = marketSymbol('BTC/USD');
const order = workingOrder({ id, reserved: money(decimal('1010')), reservedExposure: money(decimal('1000')) });
const wish = longWish({ attempts: 1, quantity: quantity(decimal('10')) });
const resting = ordersOf({ working: [order], wanted: [wish] });

const fill = (text: string, fee: string, feeAsset = 'USD'): OrderFilledFact => ({
  type: 'order_filled',
  atMs: timeMs(0),
  orderId: id,
  tradeId: '1.0.0/1',
  quantity: quantity(decimal(text)),
  price: price(decimal('100')),
  fee: quantity(decimal(fee)),
  feeAsset: asset(feeAsset),
  feeValue: money(decimal(fee)),
  liquidity: 'TAKER',
});
const expired = (reason: string): Fact => ({ type: 'order_expired', atMs: timeMs(1), orderId: id, reason });

const applied = (before: Orders, ...facts: readonly Fact[]) => {
  const log: Decision[] = [];
  return { ...applySimulatedAnswers(before, facts, 6, log), log };
};

describe('a fill', () => {
  test('in part spends its cost and its share of the exposure, and lowers what is wanted', () => {
    const { orders, fills, log } = applied(resting, fill('4', '0.4'));
    expect(orders.working).toEqual([
      { ...order, status: 'PARTIALLY_FILLED', filled: decimal('4'), reserved: decimal('609.6'), reservedExposure: decimal('600') },
    ]);
    expect(orders.wanted).toEqual([{ ...wish, quantity: decimal('6') }]);
    expect(fills).toEqual([{ fact: fill('4', '0.4'), order }]);
    expect(log).toEqual([]);
  });

  test('paid in another asset spends the notional alone', () => {
    expect(applied(resting, fill('4', '0.4', 'BNB')).orders.working[0]!.reserved).toBe(decimal('610'));
  });

  test('of the whole ends order and intent', () => {
    const { orders, log } = applied(resting, fill('4', '0.4'), { ...fill('6', '0.6'), tradeId: '1.0.0/2' });
    expect(orders).toEqual(NO_ORDERS);
    expect(log).toEqual([{ type: 'order_closed', orderId: id, symbol, status: 'FILLED', reason: 'FILLED', filled: decimal('10') }]);
  });

  test('of a sale leaves reservations and intents alone', () => {
    const flat: Wanted = { want: 'flat', agent: 'main', symbol, reason: 'R', attempts: 1 };
    const sale = altered(order, { side: 'SELL', reserved: money(0n), reservedExposure: money(0n) });
    expect(applied(ordersOf({ working: [sale], wanted: [flat] }), fill('10', '1')).orders).toEqual(ordersOf({ wanted: [flat] }));
  });
});

describe('an end', () => {
  //  reason          attempts   intent stays
  test.each<readonly [string, number, boolean]>([
    ['NO_CANDLE', 1, true],
    ['PARTICIPATION', 5, true],
    ['COLLAR', 6, false],
    ['RESERVATION', 1, false],
    // A wish that has placed no order yet outlives an older order of its symbol.
    ['RESERVATION', 0, true],
    ['NO_CANDLE', 0, true],
  ])('by expiry for %s on try %i keeps the intent: %s', (reason, attempts, stays) => {
    const { orders, log } = applied(ordersOf({ working: [order], wanted: [{ ...wish, attempts }] }), expired(reason));
    expect(orders).toEqual(ordersOf({ wanted: stays ? [{ ...wish, attempts }] : [] }));
    expect(log).toEqual([{ type: 'order_closed', orderId: id, symbol, status: 'EXPIRED', reason, filled: 0n }]);
  });

  test('by cancel ends the intent, by rejection does not', () => {
    expect(applied(resting, { type: 'order_cancelled', atMs: timeMs(0), orderId: id, reason: 'HALTED' }).orders.wanted).toEqual([]);
    expect(applied(resting, { type: 'order_rejected', atMs: timeMs(0), orderId: id, reason: 'POST_ONLY_WOULD_TAKE' }).orders.wanted).toEqual([wish]);
  });

  test('of one agent’s order leaves the intents of others', () => {
    const other = { ...wish, agent: 'other' };
    expect(applied(ordersOf({ working: [order], wanted: [other] }), expired('RESERVATION')).orders.wanted).toEqual([other]);
  });
});

test('an acknowledgement is remembered', () => {
  expect(applied(resting, { type: 'order_acknowledged', atMs: timeMs(0), orderId: id }).orders.working).toEqual([{ ...order, status: 'ACKNOWLEDGED' }]);
});

describe('what cannot be', () => {
  test('an answer to an order that does not work', () => {
    expect(() => applied(NO_ORDERS, expired('NO_CANDLE'))).toThrow(/answers only orders that work/);
    expect(() => applied(resting, expired('NO_CANDLE'), expired('NO_CANDLE'))).toThrow(/answers only orders that work|answers an order that works/);
    expect(() => applied(resting, { ...fill('1', '0'), orderId: '9.9.9' as OrderId })).toThrow(/answers an order that works/);
  });

  test('a fill beyond the order, or beyond its reservation', () => {
    expect(() => applied(resting, fill('10.00000001', '0'))).toThrow(/moves an order from NEW as venues do/);
    expect(() => applied(resting, fill('10', '10.000000000000000001'))).toThrow(/costs more than was reserved/);
    expect(applied(resting, fill('10', '10')).orders.working).toEqual([]);
  });
});
