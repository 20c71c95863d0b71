/** How a report writes amounts, costs and tables: short where exactness has no use, and never a sign on what rounds to zero. */
import { expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { bps, fraction } from '../../../core/kernel/units.ts';
import { amountText, asDouble, EIGHT_DECIMALS, percentText, priceText, roundedTo, shortText } from '../../../engine/report/amounts.ts';
import { costText } from '../../../engine/report/conditions.ts';
import { cell, tableOf } from '../../../engine/report/markdown.ts';
import { feesOf, FREE, KRAKEN_COSTS } from '../../support/desk.ts';

test('at most twelve significant digits, half-even, whole digits all', () => {
  expect(['0', '1', '-0.000000000000000001', '123.456789012345678', '-98765432109876.5', '0.1234567890125', '0.1234567890135', '400.785802866'].map(text => shortText(decimal(text)))).toEqual([
    '0', '1', '-0.000000000000000001', '123.456789012', '-98765432109876', '0.123456789012', '0.123456789014', '400.785802866',
  ]);
  expect(priceText(decimal('32545.64684874'))).toBe('32545.64685');
});

test('doubles, percentages and amounts', () => {
  expect(asDouble(decimal('-12.5'))).toBe(-12.5);
  expect(roundedTo(decimal('0.123456785'), EIGHT_DECIMALS)).toBe(decimal('0.12345678'));
  expect([percentText(0.12345), percentText(0.12345, true), percentText(-0.00001), percentText(0, true), percentText(-1.5)]).toEqual(['12.35 %', '+12.35 %', '0.00 %', '0.00 %', '-150.00 %']);
  expect([amountText(1234567.891), amountText(-0.001)]).toEqual(['1,234,567.89', '0.00']);
});

test('what trading costs, in words', () => {
  expect(costText(KRAKEN_COSTS)).toBe('fees 0.25 % maker 0.4 % taker (test), slippage spread+impact, at most 2.5 % of the volume of a candle');
  expect(costText(FREE)).toBe('at zero cost: no fees, no slippage, any share of the volume');
  expect(costText({ fees: feesOf(1_000, 1_000, 'received'), slippage: { kind: 'constant', bps: bps(7) }, participation: fraction(decimal('1')) })).toBe('fees 0.1 % maker 0.1 % taker (test, in the asset received), slippage 7 bps, at most 100 % of the volume of a candle');
  expect(costText({ ...FREE, fees: feesOf(0, 1, { third: 'BNB' }) })).toContain('fees 0 % maker 0.0001 % taker (test, in BNB), no slippage');
});

test('a table keeps its shape whatever stands in it', () => {
  expect(cell('a|b\\c\nd')).toBe(String.raw`a\|b\\c\\nd`);
  expect(tableOf(['name', 'value'], [['a|b', '1']], 'lr')).toBe('| name | value |\n|---|--:|\n| a\\|b | 1 |');
});
