/** Slack by itself: free cash shared among open-ended orders, in proportion, to the last unit and never beyond it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { money } from '../../../core/kernel/units.ts';
import { withoutSlack, withSlack } from '../../../core/orders/slack.ts';
import { feesOf, FREE, moneyOf } from '../../support/desk.ts';
import { altered } from '../../support/orders.ts';
import { SYMBOLS, viewOf, workingOn } from '../risk/gate-views.ts';
import type { OrderTerms } from '../risk/gate-views.ts';

const backed = (free: string, ...orders: readonly OrderTerms[]): readonly bigint[] =>
  withSlack(moneyOf(free), orders.map((terms, index) => workingOn(SYMBOLS[index]!, terms))).map(order => order.reserved);

describe('withSlack', () => {
  test.each<readonly [string, string, readonly OrderTerms[], readonly string[]]>([
    ['one order gets all of it', '50', [{ reserved: '100' }], ['150']],
    ['two share by what they reserve', '80', [{ reserved: '100' }, { reserved: '300' }], ['120', '360']],
    ['the last takes the rest', '0.000000000000000001', [{ reserved: '1' }, { reserved: '1' }], ['1', '1.000000000000000001']],
    ['a collar wants none', '80', [{ reserved: '100', collar: '101' }, { reserved: '300' }], ['100', '380']],
    ['an order being cancelled gets none', '80', [{ reserved: '100', cancelled: 'HALTED' }, { reserved: '300' }], ['100', '380']],
    ['a sale gets none', '80', [{ side: 'SELL' }, { reserved: '300' }], ['0', '380']],
    ['an order that has spent its reservation gets none', '80', [{ reserved: '0' }, { reserved: '300' }], ['0', '380']],
    ['no free cash, no slack', '0', [{ reserved: '100' }], ['100']],
    ['less than no free cash takes nothing back', '-5', [{ reserved: '100' }], ['100']],
  ])('%s', (_, free, orders, expected) => {
    expect(backed(free, ...orders)).toEqual(expected.map(moneyOf));
  });

  test('gives out all of the free cash, and lowers no reservation', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 30n });
    fc.assert(
      fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 8 }), (free, reserved) => {
        const working = reserved.map(set => altered(workingOn('AAA/USD'), { reserved: money(set) }));
        const after = withSlack(money(free), working);
        expect(after.reduce((sum, order) => sum + order.reserved, 0n)).toBe(reserved.reduce((sum, set) => sum + set, free));
        expect(after.every((order, index) => order.reserved >= reserved[index]!)).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('withoutSlack', () => {
  const costs = { ...FREE, fees: feesOf(2_500, 4_000) };
  const { desk } = viewOf({ costs });

  test.each<readonly [string, OrderTerms, string]>([
    ['what was given beyond exposure and fee comes back', { reserved: '150', exposure: '100' }, '100.4'],
    ['exposure and fee stay', { reserved: '100.4', exposure: '100' }, '100.4'],
    ['a reservation eaten into by a fill is not filled up', { reserved: '100.1', exposure: '100' }, '100.1'],
    ['a collared order keeps what it has', { reserved: '150', exposure: '100', collar: '101' }, '150'],
  ])('%s', (_, terms, expected) => {
    expect(withoutSlack(desk, [workingOn('AAA/USD', terms)])[0]!.reserved).toBe(moneyOf(expected));
  });

  test('undoes withSlack', () => {
    const before = [workingOn('AAA/USD', { reserved: '100.4', exposure: '100' }), workingOn('BBB/USD', { reserved: '20.08', exposure: '20' })];
    expect(withoutSlack(desk, withSlack(moneyOf('777.77'), before))).toEqual(before);
  });
});
