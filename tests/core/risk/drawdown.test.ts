/** Drawdown to ten decimals and the tiers it falls into: the known cases, restated for unit value, and their edges. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction, money } from '../../../core/kernel/units.ts';
import { drawdownOf, stepTier, tierAt, tierName, tierTerms } from '../../../core/risk/drawdown.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';

const share = (text: string) => fraction(decimal(text));
const amount = (text: string) => money(decimal(text));
const { balanced, conservative, research } = RISK_PROFILES;
const { tiers } = balanced.drawdown;

describe('drawdown', () => {
  //  peak      now           drawdown
  test.each([
    ['1', '1', '0'],
    ['1', '1.5', '0'],
    ['1', '0.9', '0.1'],
    ['1.25', '1', '0.2'],
    ['3', '2', '0.3333333333'],
    ['3', '1', '0.6666666667'],
    ['0', '0', '0'],
    ['0', '1', '0'],
    ['0', '-1', '0'],
    ['-1', '-2', '0'],
    ['1', '0', '1'],
    ['1', '-0.5', '1.5'],
    // Ties at the eleventh decimal go to the even neighbour.
    ['1', '0.99999999995', '0'],
    ['1', '0.99999999985', '0.0000000002'],
    ['1', '0.99999999994', '0.0000000001'],
  ])('from %s to %s is %s', (peakUnitValue, unitValue, drawdown) => {
    expect(drawdownOf({ peakUnitValue: amount(peakUnitValue), unitValue: amount(unitValue) })).toBe(share(drawdown));
  });
});

describe('the tier', () => {
  //  drawdown        name      conservative   balanced
  test.each([
    ['0', 'NORMAL', '0.02', 10, '0.05', 12, false],
    ['0.05', 'NORMAL', '0.02', 10, '0.05', 12, false],
    ['0.0999999999', 'NORMAL', '0.02', 10, '0.05', 12, false],
    ['0.1', 'DD10', '0.015', 10, '0.0375', 12, false],
    ['0.12', 'DD10', '0.015', 10, '0.0375', 12, false],
    ['0.1499999999', 'DD10', '0.015', 10, '0.0375', 12, false],
    ['0.15', 'DD15', '0.01', 5, '0.025', 6, false],
    ['0.16', 'DD15', '0.01', 5, '0.025', 6, false],
    ['0.1999999999', 'DD15', '0.01', 5, '0.025', 6, false],
    ['0.2', 'HALT20', '0', 0, '0', 0, true],
    ['0.3', 'HALT20', '0', 0, '0', 0, true],
    ['1', 'HALT20', '0', 0, '0', 0, true],
  ])('at %s is %s', (drawdown, name, base, positions, balancedBase, balancedPositions, halts) => {
    const tier = tierAt(tiers, share(drawdown));
    expect(tierName(tiers, tier)).toBe(name);
    expect(tierTerms(conservative, tier)).toEqual({ base: share(base), positions, halts, review: halts });
    expect(tierTerms(balanced, tier)).toEqual({ base: share(balancedBase), positions: balancedPositions, halts, review: halts });
  });

  test('of research is named and takes nothing', () => {
    expect(tierTerms(research, 3)).toEqual({ base: null, positions: null, halts: false, review: false });
    const watched = { ...balanced, drawdown: { ...balanced.drawdown, mode: 'observe' as const } };
    expect(tierTerms(watched, 3)).toEqual({ base: share('0.05'), positions: 12, halts: false, review: false });
    expect(tierTerms({ ...research, drawdown: { ...research.drawdown, mode: 'bind' } }, 2)).toEqual({ base: null, positions: null, halts: false, review: false });
  });

  test('rounds positions and base down', () => {
    const odd = { ...balanced, limits: { ...balanced.limits, positions: 11 }, sizing: { ...balanced.sizing, base: fraction(3n) } };
    expect(tierTerms(odd, 2)).toMatchObject({ base: 1n, positions: 5 });
  });

  test('carries the percentage in its name, decimals included', () => {
    const own = [tiers[0]!, { ...tiers[1]!, from: share('0.075') }, { ...tiers[3]!, from: share('0.125') }];
    expect([0, 1, 2].map(index => tierName(own, index))).toEqual(['NORMAL', 'DD7.5', 'HALT12.5']);
  });
});

describe('a step of the tier', () => {
  test('follows the drawdown both ways, and says what it was', () => {
    const fallen = stepTier(balanced.drawdown, 0, share('0.16'));
    expect(fallen).toEqual({ tier: 2, change: { type: 'tier_changed', from: 'NORMAL', to: 'DD15', drawdown: share('0.16'), binding: true } });
    expect(stepTier(balanced.drawdown, 2, share('0.17'))).toEqual({ tier: 2, change: null });
    expect(stepTier(balanced.drawdown, 2, share('0.11'))).toEqual({ tier: 1, change: { type: 'tier_changed', from: 'DD15', to: 'DD10', drawdown: share('0.11'), binding: true } });
    expect(stepTier(research.drawdown, 0, share('0.5'))).toEqual({ tier: 3, change: { type: 'tier_changed', from: 'NORMAL', to: 'HALT20', drawdown: share('0.5'), binding: false } });
  });
});

test('a deeper drawdown never leaves more', () => {
  const drawdown = fc.bigInt({ min: 0n, max: 10n ** 18n }).map(fraction);
  fc.assert(
    fc.property(drawdown, drawdown, (left, right) => {
      const [less, more] = left <= right ? [left, right] : [right, left];
      const [before, after] = [tierTerms(balanced, tierAt(tiers, less)), tierTerms(balanced, tierAt(tiers, more))];
      expect(after.base! <= before.base! && after.positions! <= before.positions! && (!before.halts || after.halts)).toBe(true);
    }),
    { seed: 1, numRuns: 1_000 },
  );
});
