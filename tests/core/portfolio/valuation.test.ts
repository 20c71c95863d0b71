/** Units: outside money buys and redeems them, so that it never looks like performance. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { money } from '../../../core/kernel/units.ts';
import type { Portfolio } from '../../../core/portfolio/valuation.ts';
import { NO_PORTFOLIO, valuePortfolio } from '../../../core/portfolio/valuation.ts';
import { agentOf, byQuantity, deskOf, instrument, moneyOf, runHours, START } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';

/** Value after a flow, as `units unitValue peak`. */
const valued = (before: Portfolio, value: string, flow: string) => {
  const { portfolio, valuation } = valuePortfolio(before, { cash: moneyOf(value), positions: money(0n) }, moneyOf(flow));
  return { portfolio, shown: `${formatDecimal(portfolio.units)} ${formatDecimal(valuation.unitValue)} ${formatDecimal(portfolio.peakUnitValue)}` };
};

describe('units', () => {
  test('of the worked example', () => {
    let portfolio = NO_PORTFOLIO;
    const shown = ([['1000', '1000'], ['1100', '0'], ['1650', '550'], ['1485', '0'], ['990', '-495']] as const).map(([value, flow]) => {
      const step = valued(portfolio, value, flow);
      ({ portfolio } = step);
      return step.shown;
    });
    expect(shown).toEqual(['1000 1 1', '1000 1.1 1.1', '1500 1.1 1.1', '1500 0.99 1.1', '1000 0.99 1.1']);
  });

  test('are all redeemed with the last money, and start anew with the next', () => {
    const first = valued(NO_PORTFOLIO, '100', '100');
    const none = valued(first.portfolio, '0', '-100');
    expect([none.shown, valued(none.portfolio, '50', '50').shown]).toEqual(['0 0 1', '50 1 1']);
  });

  test('start anew where nothing was left of them', () => {
    const worthless = valued(valued(NO_PORTFOLIO, '100', '100').portfolio, '0', '0');
    expect([worthless.shown, valued(worthless.portfolio, '70', '70').shown]).toEqual(['100 0 1', '70 1 1']);
  });

  test('without a portfolio are none', () => {
    expect(valued(NO_PORTFOLIO, '0', '0').shown).toBe('0 0 0');
  });

  test('are worth the same before and after any flow', () => {
    const amounts = fc.bigInt({ min: 10n ** 15n, max: 10n ** 28n });
    fc.assert(
      fc.property(amounts, amounts, fc.bigInt({ min: -999n, max: 5_000n }), (units, value, perMille) => {
        const flow = (value * perMille) / 1_000n;
        const before = valuePortfolio({ units, peakUnitValue: money(0n) }, { cash: money(value), positions: money(0n) }, money(0n)).valuation;
        const after = valuePortfolio({ units, peakUnitValue: money(0n) }, { cash: money(value + flow), positions: money(0n) }, money(flow));
        const drift = after.valuation.unitValue - before.unitValue;
        const tolerance = 2n + (2n * before.unitValue) / after.portfolio.units;
        expect(drift <= tolerance && drift >= -tolerance).toBe(true);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('stay the very same value when nothing changed', () => {
    const { portfolio } = valued(NO_PORTFOLIO, '100', '100');
    expect(valued(portfolio, '90', '0').portfolio).toBe(portfolio);
  });
});

describe('a run', () => {
  const universe = [instrument('BNB/USD'), instrument('BTC/USD')];
  const candles = [candlesFrom(START + 1, '300 330 290 320 10\n320 320 320 310 10'), candlesFrom(START, '100 100 100 100 10\n100 100 100 100 10\n110 120 110 120 10')];

  test('is worth its holdings at cost before their first mark, then at their marks', () => {
    const desk = deskOf({ universe, agents: [agentOf('buy-and-hold', byQuantity('2'))], cash: '1000', holdings: [['BNB', '0.5', '250']] });
    const values = runHours(desk, candles, 3).hours.map(({ valuation }) => [valuation.cash, valuation.positions, valuation.unitValue].map(amount => formatDecimal(amount)).join(' '));
    // BNB: 125 at cost, 160, 155. BTC is bought at 100 in the second hour, BNB at 320 (cash for 2 of it) in the third.
    expect(values).toEqual(['1000 125 1', '800 360 1.031111111111111111', '160 1015 1.044444444444444444']);
  });
});
