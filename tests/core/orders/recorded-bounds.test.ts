/** Answers of a recorded venue at their bounds: how long an order and a trade are remembered, which amounts are no trade, whose order is meant, and when overdrawn cash is told. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { asset, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { OrderFilledFact, OrderId, VenueFact } from '../../../core/log.ts';
import type { EndedOrder, KnownTrade, Orders } from '../../../core/orders/order.ts';
import { applyRecordedAnswers, tellOverdrawn } from '../../../core/orders/recorded-answers.ts';
import type { Recording } from '../../../core/orders/recorded-answers.ts';
import { ordersOf, workingOrder } from '../../support/orders.ts';
import { toldConflicts } from './recorded-runs.ts';

const USD = asset('USD');
const recording = (rest: Partial<Recording> = {}): Recording => ({ step: 100_000, stepsPerHour: 1, lots: [], symbols: [marketSymbol('BTC/USD')], attempts: 6, ...rest });

const ended = (id: string, endedStep: number, rest: Partial<EndedOrder> = {}): EndedOrder => ({
  id: id as OrderId,
  agent: 'main',
  symbol: marketSymbol('BTC/USD'),
  side: 'BUY',
  quantity: quantity(decimal('10')),
  filled: quantity(0n),
  status: 'CANCELLED',
  endedStep,
  ...rest,
});
const trade = (tradeId: string, step: number): KnownTrade => ({ tradeId, step, content: 'c' });

const fill = (rest: Partial<OrderFilledFact> = {}): OrderFilledFact => ({
  type: 'order_filled',
  atMs: timeMs(7),
  orderId: '1.0.0' as OrderId,
  tradeId: 'T1',
  quantity: quantity(decimal('1')),
  price: price(decimal('100')),
  fee: quantity(0n),
  feeAsset: USD,
  feeValue: money(0n),
  liquidity: 'TAKER',
  ...rest,
});

const answered = (orders: Orders, facts: readonly VenueFact[], rest: Partial<Recording> = {}) => {
  const log: Decision[] = [];
  const made = applyRecordedAnswers(orders, recording(rest), facts, log);
  return { ...made, log, said: toldConflicts(log) };
};

describe('30 days of memory', () => {
  const left = (orders: Partial<Orders>, rest: Partial<Recording> = {}) => {
    const { orders: after } = answered(ordersOf(orders), [], rest);
    return [after.ended.map(({ id }) => id), after.trades.map(({ tradeId }) => tradeId)];
  };

  test.each<readonly [string, Partial<Orders>, Partial<Recording>, readonly (readonly string[])[]]>([
    ['keeps an order of exactly that age', { ended: [ended('a', 99_280)] }, {}, [['a'], []]],
    ['forgets it an hour later', { ended: [ended('a', 99_279)] }, {}, [[], []]],
    ['keeps a trade of exactly that age', { trades: [trade('T', 99_280)] }, {}, [[], ['T']]],
    ['forgets it an hour later', { trades: [trade('T', 99_279)] }, {}, [[], []]],
    ['forgets the old and keeps the rest, of both', { ended: [ended('a', 99_279), ended('b', 99_280), ended('c', 99_999)], trades: [trade('T', 10), trade('U', 99_280), trade('V', 99_999)] }, {}, [['b', 'c'], ['U', 'V']]],
    ['counts hours in steps of five minutes', { ended: [ended('a', 91_359), ended('b', 91_360)] }, { stepsPerHour: 12 }, [['b'], []]],
  ])('%s', (_, orders, rest, expected) => {
    expect(left(orders, rest)).toEqual(expected);
  });

  test('is the same object while nothing is too old', () => {
    const orders = ordersOf({ ended: [ended('a', 99_280)], trades: [trade('T', 99_280)] });
    expect(answered(orders, []).orders).toBe(orders);
  });
});

describe('what is no trade', () => {
  const working = ordersOf({ working: [workingOrder({ id: '1.0.0' as OrderId, quantity: quantity(decimal('10000000000000')), reserved: money(decimal('10000000000000')) })] });
  const TEN_TRILLION = decimal('10000000000000');
  const saidOf = (rest: Partial<OrderFilledFact>): readonly string[] => answered(working, [fill(rest)]).said.map(line => line.split(' ').slice(0, 2).join(' '));

  test.each<readonly [string, Partial<OrderFilledFact>]>([
    ['a quantity of nothing', { quantity: quantity(0n) }],
    ['a price of nothing', { price: price(0n) }],
    ['a fee below nothing', { fee: quantity(-1n), feeAsset: asset('BNB') }],
    ['a fee worth less than nothing', { feeValue: money(-1n) }],
    ['a quantity beyond ten trillion', { quantity: quantity(TEN_TRILLION + 1n), price: price(1n) }],
    ['a price beyond ten trillion', { quantity: quantity(1n), price: price(TEN_TRILLION + 1n) }],
    ['a fee beyond ten trillion', { fee: quantity(TEN_TRILLION + 1n) }],
    ['a fee worth more than ten trillion', { feeValue: money(TEN_TRILLION + 1n) }],
    ['a notional beyond ten trillion', { quantity: quantity(decimal('2')), price: price(decimal('5000000000000.5')) }],
    ['a fee that takes all that is bought', { fee: quantity(decimal('1')), feeAsset: asset('BTC') }],
  ])('%s', (_, rest) => {
    expect(answered(working, [fill(rest)]).fills).toEqual([]);
    expect(saidOf(rest)).toEqual(['INVALID_FILL CRITICAL']);
  });

  test.each<readonly [string, Partial<OrderFilledFact>]>([
    ['a quantity of ten trillion', { quantity: quantity(TEN_TRILLION), price: price(decimal('1')) }],
    ['a price of ten trillion', { quantity: quantity(1n), price: price(TEN_TRILLION) }],
    ['a notional of ten trillion', { quantity: quantity(decimal('2')), price: price(decimal('5000000000000')) }],
    ['a fee that leaves a unit of what is bought', { fee: quantity(decimal('1') - 1n), feeAsset: asset('BTC') }],
    ['a fee in quote larger than the quantity', { fee: quantity(decimal('3')) }],
  ])('but not %s', (_, rest) => {
    expect(saidOf(rest)).toEqual([]);
    expect(answered(working, [fill(rest)]).fills).toHaveLength(1);
  });

  test('nor a fee in quote of a sale, however small the sale', () => {
    const sale = ordersOf({ working: [workingOrder({ id: '1.0.0' as OrderId, side: 'SELL' })] });
    const lots = [{ id: '0.0.0' as never, agent: 'main', symbol: marketSymbol('BTC/USD'), quantity: quantity(decimal('10')), cost: money(0n), fee: money(0n), acquiredMs: timeMs(0) }];
    expect(answered(sale, [fill({ fee: quantity(decimal('2')) })], { lots }).said).toEqual([]);
  });
});

describe('whose order is meant', () => {
  const cancelled: VenueFact = { type: 'order_cancelled', atMs: timeMs(7), orderId: 'b' as OrderId, reason: 'VENUE' };

  test('the ended one of that id, and no other of them changes', () => {
    const { orders, said } = answered(ordersOf({ ended: [ended('a', 99_999), ended('b', 99_999), ended('c', 99_999)] }), [fill({ orderId: 'b' as OrderId, quantity: quantity(decimal('4')) })]);
    expect(orders.ended.map(({ id, filled }) => `${id} ${formatDecimal(filled)}`)).toEqual(['a 0', 'b 4', 'c 0']);
    expect(said).toEqual(['FILL_AFTER_END MEDIUM CANCELLED → ["b","4","100","0","USD","TAKER"]']);
  });

  test('nobody’s, said with the words of the report', () => {
    const none = ordersOf({ ended: [ended('a', 99_999)] });
    expect(answered(none, [cancelled]).said).toEqual(['UNKNOWN_ORDER LOW an order of ours → ["order_cancelled","VENUE"]']);
    expect(answered(none, [{ type: 'order_acknowledged', atMs: timeMs(7), orderId: 'b' as OrderId }]).said).toEqual(['UNKNOWN_ORDER HIGH an order of ours → ["order_acknowledged"]']);
    expect(answered(none, [fill({ orderId: 'b' as OrderId })]).said).toEqual(['UNKNOWN_ORDER CRITICAL an order of ours → ["b","1","100","0","USD","TAKER"]']);
  });

  test('an end said again otherwise of a filled order is refuted, and what it says is told', () => {
    const { said, orders } = answered(ordersOf({ ended: [ended('b', 99_999, { status: 'FILLED', filled: quantity(decimal('10')) })] }), [cancelled]);
    expect(said).toEqual(['END_CONTRADICTED MEDIUM FILLED → ["order_cancelled","VENUE"]']);
    expect(orders.ended[0]).toMatchObject({ status: 'FILLED', filled: decimal('10') });
  });

  test('invalid words are told with what was expected', () => {
    const working = ordersOf({ working: [workingOrder({ id: '1.0.0' as OrderId, reserved: money(decimal('100')) })] });
    expect(answered(working, [fill({ quantity: quantity(0n) })]).said).toEqual(['INVALID_FILL CRITICAL a quantity and a price above zero, and a fee below them → ["1.0.0","0","100","0","USD","TAKER"]']);
    expect(answered(working, [fill({ fee: quantity(decimal('1')), feeAsset: asset('XYZ') })]).said.at(-1)).toBe('FEE_NOT_BOOKED CRITICAL a fee in an asset of the run → ["1.0.0","1","100","1","XYZ","TAKER"]');
  });
});

describe('cash below nothing', () => {
  const told = (before: bigint, after: bigint, fills = 1): readonly string[] => {
    const log: Decision[] = [];
    const booked = Array.from({ length: fills }, (_, index) => ({ order: workingOrder(), fact: fill({ tradeId: `T${index}` }) }));
    tellOverdrawn({ before: money(before), after: money(after) }, { orders: ordersOf({}), fills: booked, strays: [] }, USD, log);
    return log.map(event => (event.type === 'balance_overdrawn' ? `${event.balance} by ${event.reference}` : event.type));
  };

  test.each<readonly [bigint, bigint, number, readonly string[]]>([
    [5n, -1n, 1, ['-1 by T0']],
    [5n, -1n, 2, ['-1 by T1']],
    [5n, 0n, 1, []],
    [-3n, -3n, 1, []],
    [-3n, -2n, 1, []],
    [-3n, -4n, 1, ['-4 by T0']],
    [5n, -1n, 0, []],
  ])('from %s to %s by %s fills', (before, after, fills, expected) => {
    expect(told(before, after, fills)).toEqual(expected);
  });
});
