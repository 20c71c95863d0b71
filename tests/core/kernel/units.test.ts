/** Names of markets, and the lesser and greater of two amounts. */
import { expect, test } from 'vitest';
import { addMoney, addQuantity, baseOf, marketSymbol, maxOf, minOf, money, quantity, quoteOf, subtractMoney, subtractQuantity } from '../../../core/kernel/units.ts';

test('a market is named base/quote', () => {
  expect([baseOf(marketSymbol('SHIB/USDT')), quoteOf(marketSymbol('SHIB/USDT'))]).toEqual(['SHIB', 'USDT']);
});

test('amounts add, subtract and compare', () => {
  expect(addMoney(money(2n), money(-3n))).toBe(-1n);
  expect(subtractMoney(money(2n), money(-3n))).toBe(5n);
  expect(addQuantity(quantity(2n), quantity(3n))).toBe(5n);
  expect(subtractQuantity(quantity(2n), quantity(3n))).toBe(-1n);
  expect([minOf(2n, -3n), minOf(2n, 2n), maxOf(2n, -3n), maxOf(2n, 3n)]).toEqual([-3n, 2n, 2n, 3n]);
});
