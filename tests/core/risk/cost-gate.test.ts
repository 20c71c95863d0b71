/** The round trip of an entry and what it must be expected to earn: by hand, at the edge, and against what a fill would do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { bps, fraction, ratePpm } from '../../../core/kernel/units.ts';
import { breakEvenReturn, costGate, expectedSlippage, netEdge } from '../../../core/risk/cost-gate.ts';
import type { Leg } from '../../../core/risk/cost-gate.ts';

const share = (text: string) => fraction(decimal(text));
const leg = (feePpm: number, slippage: string, feeInReceived = false): Leg => ({ feePpm: ratePpm(feePpm), slippage: share(slippage), feeInReceived });

describe('slippage', () => {
  test('is that of the model, at the share of the cap expected', () => {
    expect(expectedSlippage({ kind: 'none' })).toBe(0n);
    expect(expectedSlippage({ kind: 'constant', bps: bps(5) })).toBe(share('0.0005'));
    expect(expectedSlippage({ kind: 'spread_impact', halfSpreadBps: bps(15), impactBps: bps(20), shareOfCap: share('1') })).toBe(share('0.0035'));
    expect(expectedSlippage({ kind: 'spread_impact', halfSpreadBps: bps(5), impactBps: bps(3), shareOfCap: share('0.1') })).toBe(share('0.00053'));
    expect(expectedSlippage({ kind: 'spread_impact', halfSpreadBps: bps(5), impactBps: bps(20), shareOfCap: fraction(1n) })).toBe(decimal('0.0005') + 1n);
  });
});

describe('the return that earns nothing', () => {
  test('is 0 without costs', () => {
    expect(breakEvenReturn(leg(0, '0'), leg(0, '0'))).toBe(0n);
  });

  test('covers both fees and both slippages, compounded and rounded up', () => {
    // 1.00053 × 1.004 ÷ (0.99947 × 0.996) − 1 = 0.009101209…
    expect(breakEvenReturn(leg(4_000, '0.00053'), leg(4_000, '0.00053'))).toBe(share('0.009101209183035684'));
    // A post-only limit in, a MARKET order out: 1.0025 ÷ (0.99947 × 0.996) − 1.
    expect(breakEvenReturn(leg(2_500, '0'), leg(4_000, '0.00053'))).toBe(share('0.007059846136122828'));
  });

  test('is dearer where the fee is cut from what is received', () => {
    expect(breakEvenReturn(leg(100_000, '0', true), leg(0, '0'))).toBe(share('0.111111111111111112'));
    expect(breakEvenReturn(leg(100_000, '0'), leg(0, '0'))).toBe(share('0.1'));
  });

  test('is the least return at which the money comes back', () => {
    const rate = fc.integer({ min: 0, max: 20_000 });
    const slip = fc.bigInt({ min: 0n, max: 10n ** 16n }).map(fraction);
    fc.assert(
      fc.property(rate, slip, rate, slip, (entryFee, entrySlip, exitFee, exitSlip) => {
        const one = 10n ** 18n;
        const gain = breakEvenReturn({ feePpm: ratePpm(entryFee), slippage: entrySlip, feeInReceived: false }, { feePpm: ratePpm(exitFee), slippage: exitSlip, feeInReceived: false });
        const paid = (one + entrySlip) * (1_000_000n + BigInt(entryFee));
        const back = (at: bigint): bigint => ((one + at) * (one - exitSlip) * (1_000_000n - BigInt(exitFee))) / one;
        expect(back(gain) + 1n >= paid).toBe(true);
        expect(gain === 0n || (one + gain - 1n) * (one - exitSlip) * (1_000_000n - BigInt(exitFee)) < paid * one).toBe(true);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('the gate', () => {
  const ask = (expectedReturn: string | null, cost = '0.009', margin: string | null = '0.001') =>
    costGate({ expectedReturn: expectedReturn === null ? null : share(expectedReturn), cost: share(cost), margin: margin === null ? null : share(margin) });

  test('opens above cost and margin, and not at them', () => {
    expect(ask('0.010000000000000001')).toEqual({ code: 'COST_GATE_PASSED', limit: share('0.01'), usage: share('0.009'), asked: share('0.010000000000000001') });
    expect(ask('0.01')).toEqual({ code: 'COST_GATE', limit: share('0.01'), usage: share('0.009'), asked: share('0.01') });
    expect(ask('-0.02').code).toBe('COST_GATE');
  });

  test('does not apply without a prediction, or where the profile asks for none', () => {
    expect(ask(null)).toEqual({ code: 'COST_GATE_NOT_APPLICABLE' });
    expect(ask('0.5', '0.009', null)).toEqual({ code: 'COST_GATE_NOT_APPLICABLE' });
  });
});

test('the net edge is what is left of the return, down', () => {
  expect(netEdge(share('0.02'), share('0.009'))).toBe(share('0.010901883052527254'));
  expect(netEdge(share('0.009'), share('0.009'))).toBe(0n);
  expect(netEdge(share('0'), share('0.009'))).toBe(share('-0.008919722497522300'));
});
