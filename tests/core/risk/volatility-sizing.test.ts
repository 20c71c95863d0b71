/** The standard deviation a day, the scale it gives and the share an entry may aim at: by hand, at the edges, and as laws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction } from '../../../core/kernel/units.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import { dailyVolatility, entryFraction, volatilityScale } from '../../../core/risk/volatility-sizing.ts';

const share = (text: string) => fraction(decimal(text));
const policy = RISK_PROFILES.balanced.sizing.volatility!;

describe('volatility a day', () => {
  test.each<readonly [string, readonly number[], string]>([
    ['equal returns do not vary', [500_000, 500_000, 500_000], '0'],
    ['one return does not vary', [-7], '0'],
    // ±1 % around 0: √24 × 0.01 = 0.04898979485566…, up.
    ['one percent up and down', [1_000_000, -1_000_000], '0.0489897949'],
    // Mean 0, variance 2 in units of 10^-8: √48 units = 6.928…, up at two decimals of a unit.
    ['the units themselves', [2, -2, 0, 0], '0.0000000693'],
    // 1, 2, 3, 4: variance 1.25, √30 = 5.477….
    ['a run of numbers', [1, 2, 3, 4], '0.0000000548'],
    // Variance 6: √144 units, exactly.
    ['a root without a rest', [0, 3, 6], '0.00000012'],
    ['the largest returns a ring holds', [2_147_483_647, -2_147_483_647], '105.2047833225'],
  ])('%s', (_, returns, volatility) => {
    expect(dailyVolatility(returns)).toBe(share(volatility));
  });

  test('is the least number of ten decimals that is not below the exact one', () => {
    const returns = fc.array(fc.integer({ min: -2_147_483_647, max: 2_147_483_647 }), { minLength: 1, maxLength: 168 });
    fc.assert(
      fc.property(returns, given => {
        const count = BigInt(given.length);
        const sum = given.reduce((total, value) => total + BigInt(value), 0n);
        const squares = given.reduce((total, value) => total + BigInt(value) * BigInt(value), 0n);
        const exact = 24n * (count * squares - sum * sum) * 10_000n;
        const steps = dailyVolatility(given) / 100_000_000n;
        expect(steps * steps * count * count >= exact).toBe(true);
        expect(steps === 0n || (steps - 1n) * (steps - 1n) * count * count < exact).toBe(true);
      }),
      { seed: 2, numRuns: 600 },
    );
  });
});

describe('the scale', () => {
  test.each<readonly [string, string | null, string, string]>([
    ['as volatile as meant', '0.04', 'VOLATILITY_SIZED', '1'],
    ['half as volatile is not bought more', '0.02', 'VOLATILITY_SIZED', '1'],
    ['twice as volatile', '0.08', 'VOLATILITY_SIZED', '0.5'],
    ['down at ten decimals', '0.06', 'VOLATILITY_SIZED', '0.6666666666'],
    ['at the floor', '0.16', 'VOLATILITY_SIZED', '0.25'],
    ['beyond the floor', '0.5', 'VOLATILITY_SIZED', '0.25'],
    ['not known', null, 'VOLATILITY_MISSING', '0.25'],
    ['none at all', '0', 'VOLATILITY_MISSING', '0.25'],
  ])('%s', (_, volatility, code, scale) => {
    expect(volatilityScale(policy, volatility === null ? null : share(volatility))).toEqual({ code, scale: share(scale) });
  });

  test('of a profile without sizing is 1', () => {
    expect(volatilityScale(null, share('0.5'))).toEqual({ code: 'VOLATILITY_NOT_APPLIED', scale: share('1') });
  });

  test('may exceed 1 under a governance that allows it', () => {
    expect(volatilityScale({ ...policy, ceiling: share('1.5') }, share('0.02'))).toEqual({ code: 'VOLATILITY_SIZED', scale: share('1.5') });
  });
});

describe('the share of an entry', () => {
  //  candidate  base     scale    fraction
  test.each<readonly [string, string | null, string | null, string, string | null]>([
    ['a candidate above the tier', '0.03', '0.02', '1', '0.02'],
    ['a candidate below it', '0.01', '0.02', '1', '0.01'],
    ['nothing asked for is the base', null, '0.05', '0.5', '0.025'],
    ['a scale above 1 never passes the tier', '0.02', '0.02', '1.5', '0.02'],
    ['but lifts what lies below it', '0.01', '0.02', '1.5', '0.015'],
    ['and not beyond it', '0.018', '0.02', '1.5', '0.02'],
    ['a halted tier', '0.02', '0', '1', '0'],
    ['a negative wish is none', '-0.01', '0.02', '1', '0'],
    ['no base: the candidate decides', '0.7', null, '1', '0.7'],
    ['neither', null, null, '1', null],
    ['down to the last unit', null, '0.000000000000000003', '0.5', '0.000000000000000001'],
  ])('%s', (_, candidate, base, scale, expected) => {
    const of = (text: string | null) => (text === null ? null : share(text));
    expect(entryFraction({ candidate: of(candidate), base: of(base), scale: share(scale) })).toBe(of(expected));
  });

  test('never exceeds the base of its tier, whatever is asked and however quiet the market', () => {
    const amount = fc.bigInt({ min: 0n, max: 4n * 10n ** 18n }).map(fraction);
    fc.assert(
      fc.property(fc.option(amount), amount, amount, (candidate, base, scale) => {
        const entry = entryFraction({ candidate, base, scale })!;
        expect(entry >= 0n && entry <= base).toBe(true);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});
