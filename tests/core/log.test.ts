/** Canonical order of facts: by time, then kind, then key; never by arrival. */
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../core/bucket.ts';
import { asset, digestOf, marketSymbol, money, quantity, timeMs } from '../../core/kernel/units.ts';
import { byFactOrder } from '../../core/log.ts';
import type { Fact, OrderId } from '../../core/log.ts';
import { operatorFact } from '../support/desk.ts';
import { drawsOf } from '../support/market.ts';

const atMs = timeMs(1_000);
const order = (orderId: string) => ({ atMs, orderId: orderId as OrderId });
const values = { open: '1', high: '1', low: '1', close: '1', volume: '1' };
const candle = (symbol: string, openMs: number, digest: string) => ({ atMs, symbol: marketSymbol(symbol), openMs: timeMs(openMs), values, digest: digestOf(digest) });
const filled = (orderId: string, tradeId: string) => ({ ...order(orderId), tradeId, type: 'order_filled' }) as Fact;
/** Named by the venue, in the order in which it lists them. */
const account = (id: string, ordinal: number) => ({ atMs, id, ordinal });
const operator = (key: string): Fact => ({ ...operatorFact(0, { command: 'halt' }, key), atMs });

/** Facts of one moment, as they have to stand. */
const MOMENT: readonly Fact[] = [
  { type: 'market', atMs, candles: 0, digest: digestOf('ff') },
  { type: 'candle_late', ...candle('BTC/USD', 5, 'b') },
  { type: 'candle_late', ...candle('BTC/USD', 5, 'c') },
  { type: 'candle_late', ...candle('ETH/USD', 1, 'a') },
  { type: 'candle_revised', ...candle('ADA/USD', 1, 'a'), supersedes: digestOf('0') },
  { type: 'order_acknowledged', ...order('9.0.1') },
  { type: 'order_rejected', ...order('1.0.1'), reason: '' },
  filled('1.0.1', '1.0.1/1'),
  filled('1.0.1', '1.0.1/2'),
  filled('1.0.10', '1.0.10/1'),
  filled('1.0.9', '1.0.9/1'),
  { type: 'order_cancelled', ...order('1.0.1'), reason: '' },
  { type: 'order_expired', ...order('1.0.1'), reason: '' },
  { type: 'asset_renamed', ...account('Z', 0), from: asset('A'), to: asset('B'), quantity: quantity(1n), received: quantity(1n) },
  { type: 'account_transferred', ...account('B', 2), direction: 'out', asset: asset('A'), quantity: quantity(1n) },
  { type: 'account_charged', ...account('A', 10), purpose: 'fees', asset: asset('A'), quantity: quantity(1n), value: money(1n) },
  { type: 'account_charged', ...account('C', 10), purpose: 'fees', asset: asset('A'), quantity: quantity(1n), value: money(1n) },
  operator('a'),
  operator('b'),
];

describe('facts', () => {
  test('of one moment stand by kind and key', () => {
    expect(MOMENT.toReversed().toSorted(byFactOrder)).toEqual(MOMENT);
  });

  test('stand by time before anything else', () => {
    const early: Fact = { ...operator('z'), atMs: timeMs(999) };
    expect([MOMENT[0]!, early].toSorted(byFactOrder)).toEqual([early, MOMENT[0]]);
  });

  test.each([1, 2, 3, 4, 5])('in any order of arrival come to the same order: shuffle %i', seed => {
    const draw = drawsOf(seed);
    const rest = [...MOMENT];
    const shuffled = MOMENT.map(() => rest.splice(draw(rest.length), 1)[0]!);
    expect(inOrder(shuffled)).toEqual(MOMENT);
  });

  test('are facts once: the same one twice is a defect', () => {
    expect(() => inOrder([operator('a'), operator('a')])).toThrow(/No fact enters a step twice/);
    expect(() => inOrder([operator('a'), { ...operator('a'), reason: 'another', command: 'kill' } as Fact])).toThrow(/No fact enters a step twice/);
  });
});
