/** Affordability in closed form against the definition of specs/fills.md, and what a reservation promises. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { notionalUp } from '../../../core/kernel/rounding.ts';
import { money, price, quantity } from '../../../core/kernel/units.ts';
import type { Money, Price, Quantity } from '../../../core/kernel/units.ts';
import type { Fees, Instrument } from '../../../core/manifest.ts';
import { affordable, feeOf, feeReserve } from '../../../core/venue/fees.ts';
import { feesOf, instrument, moneyOf } from '../../support/desk.ts';

const needOf = (units: Quantity, at: Price, fees: Fees, rules: Instrument): bigint => {
  const notional = notionalUp(units, at);
  return notional + feeReserve(fees, rules, notional);
};

const terms = fc.record({
  budget: fc.bigInt({ min: 0n, max: 10n ** 24n }).map(money),
  price: fc.bigInt({ min: 1n, max: 10n ** 23n }).map(price),
  lot: fc.integer({ min: 0, max: 20 }).map(power => 10n ** BigInt(power) as Quantity),
  quoteDecimals: fc.constantFrom(0, 2, 4, 8, 18),
  makerPpm: fc.integer({ min: 0, max: 300_000 }),
  takerPpm: fc.integer({ min: 0, max: 300_000 }),
  paidIn: fc.constantFrom<'quote' | 'received'>('quote', 'received'),
});

describe('affordable', () => {
  test('is the greatest number of whole lots that fits, and one lot more does not', () => {
    fc.assert(
      fc.property(terms, ({ budget, price: at, lot, quoteDecimals, makerPpm, takerPpm, paidIn }) => {
        const rules: Instrument = { ...instrument('BTC/USD', { quoteDecimals }), lot };
        const fees = feesOf(makerPpm, takerPpm, paidIn);
        const most = affordable(budget, at, { fees, instrument: rules });
        expect(most % lot).toBe(0n);
        expect(most >= 0n).toBe(true);
        if (most > 0n) expect(needOf(most, at, fees, rules) <= budget).toBe(true);
        expect(needOf(quantity(most + lot), at, fees, rules) > budget).toBe(true);
      }),
      { seed: 20_261_121, numRuns: 3_000 },
    );
  });

  //  budget      rate     decimals   most
  test.each([
    ['11.5', 100_000, 0, '10'],
    ['10.055', 4_000, 2, '10.005'],
    ['10.05499999', 4_000, 2, '10.00499999'],
    ['10.05', 4_000, 2, '10'],
    ['0.00999999', 4_000, 2, '0'],
    ['0', 4_000, 2, '0'],
    ['7', 0, 2, '7'],
  ])('%s at a rate of %i ppm, fees to %i decimals: %s at a price of 1', (budget, rate, quoteDecimals, most) => {
    const rules = instrument('BTC/USD', { quoteDecimals });
    expect(affordable(moneyOf(budget), price(10n ** 18n), { fees: feesOf(rate, rate), instrument: rules })).toBe(moneyOf(most));
  });

  test('takes no time where a lot costs next to nothing', () => {
    const rules = instrument('SHIB/USD', { quoteDecimals: 0 });
    const most = affordable(moneyOf('1000000.5'), price(10_000n), { fees: feesOf(1, 1), instrument: rules });
    expect(most).toBe(decimal('99999950000000000000'));
  });
});

describe('feeOf', () => {
  test('never exceeds the reserve for the same notional, whoever makes or takes', () => {
    fc.assert(
      fc.property(terms, fc.constantFrom<'MAKER' | 'TAKER'>('MAKER', 'TAKER'), ({ budget, quoteDecimals, makerPpm, takerPpm }, liquidity) => {
        const rules = instrument('BTC/USD', { quoteDecimals });
        const fees = feesOf(makerPpm, takerPpm);
        const filled = { side: 'BUY', quantity: quantity(1n), price: price(1n), notional: budget, liquidity } as const;
        const fee = feeOf(fees, rules, filled, null);
        expect((fee.quantity as bigint) <= feeReserve(fees, rules, budget)).toBe(true);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('of a sale leaves proceeds of at least nothing', () => {
    fc.assert(
      fc.property(terms, ({ budget, quoteDecimals, takerPpm }) => {
        const rules = instrument('BTC/USD', { quoteDecimals });
        const filled = { side: 'SELL', quantity: quantity(1n), price: price(1n), notional: budget as Money, liquidity: 'TAKER' } as const;
        expect((feeOf(feesOf(0, takerPpm), rules, filled, null).value as bigint) <= budget).toBe(true);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});
