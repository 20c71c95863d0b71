/** Which events of a step changed, paired by what they are about, whatever their places are. */
import { describe, expect, test } from 'vitest';
import { hourUtc } from '../../core/kernel/units.ts';
import { changedEvents } from '../../engine/frozen-changes.ts';

const PLACE = { what: 'decision', hour: hourUtc(474_800), step: 0 } as const;
const changes = (expected: readonly object[], actual: readonly object[]) =>
  changedEvents(PLACE, { expected: expected.map(event => JSON.stringify(event)), actual: actual.map(event => JSON.stringify(event)) }).map(({ event, symbol, field, expected: was, actual: is }) => [event, symbol, field, was, is]);

const signal = (symbol: string, reason = 'CROSS') => ({ agent: 'main', reason, symbol, type: 'signal_raised' });
const order = (symbol: string, id: string, quantity = '1') => ({ agent: 'main', id, quantity, side: 'BUY', symbol, type: 'order_placed' });

describe('events of a step', () => {
  test('that are equal have not changed', () => {
    expect(changes([signal('A/USD'), order('A/USD', '474800.0.1')], [signal('A/USD'), order('A/USD', '474800.0.1')])).toEqual([]);
  });

  test('keep their pair when another comes before them, and their new place is no change', () => {
    const added = JSON.stringify(signal('A/USD'));
    expect(changes([signal('B/USD'), order('B/USD', '474800.0.1')], [signal('A/USD'), signal('B/USD'), order('B/USD', '474800.0.2')])).toEqual([['signal_raised 474800.0.0', 'A/USD', 'presence', null, added]]);
  });

  test('are told by market, field and both values, in the order of the log', () => {
    expect(changes([signal('A/USD'), order('A/USD', '1', '2'), signal('B/USD')], [signal('A/USD'), order('A/USD', '1', '3'), signal('B/USD', 'TOUCH')])).toEqual([
      ['order_placed 474800.0.1', 'A/USD', 'quantity', '2', '3'],
      ['signal_raised 474800.0.2', 'B/USD', 'reason', 'CROSS', 'TOUCH'],
    ]);
  });

  test('of one kind are paired in their order; what is left over is gone or new', () => {
    const filled = (quantity: string) => ({ quantity, type: 'order_filled' });
    expect(changes([filled('1'), filled('2')], [filled('1')])).toEqual([['order_filled 474800.0.1', null, 'presence', '{"quantity":"2","type":"order_filled"}', null]]);
    expect(changes([filled('1')], [filled('1'), filled('2')])).toEqual([['order_filled 474800.0.1', null, 'presence', null, '{"quantity":"2","type":"order_filled"}']]);
  });

  test('on the other side are other events', () => {
    expect(changes([order('A/USD', '1')], [{ ...order('A/USD', '1'), side: 'SELL' }]).map(([, , field]) => field)).toEqual(['presence', 'presence']);
  });

  test('that cannot be read are compared as bytes', () => {
    expect(changedEvents(PLACE, { expected: ['{'], actual: ['['] })).toMatchObject([{ event: 'unreadable 474800.0.0', field: 'bytes', expected: '{', actual: '[', what: 'decision', hour: '2024-03-01T08:00:00Z', step: 0 }]);
  });
});
