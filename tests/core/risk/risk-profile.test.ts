/** The presets as written down, and the table of parameters: complete, with a bound for every number. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { asset, fraction } from '../../../core/kernel/units.ts';
import { boundText, GOVERNANCE_V1, governanceOf, isWithin } from '../../../core/risk/governance.ts';
import { exactValue, PARAMETERS, parameterRows, shownValue, valuesAt } from '../../../core/risk/profile-parameters.ts';
import { profileProblems } from '../../../core/risk/profile-problems.ts';
import { EXITS_KEPT_HOURS } from '../../../core/risk/protections.ts';
import { RETURNS_WINDOW } from '../../../core/risk/returns.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import type { RiskProfile } from '../../../core/risk/risk-profile.ts';

const share = (text: string) => fraction(decimal(text));
const cap = (text: string) => ({ share: share(text), amount: null });
const { conservative, balanced, research } = RISK_PROFILES;

describe('the presets', () => {
  test('cap what they say', () => {
    expect(conservative.limits).toEqual({
      total: cap('0.2'),
      perPosition: cap('0.02'),
      perCluster: cap('0.08'),
      clusters: {},
      unclassified: cap('0.08'),
      quotes: {},
      positions: 10,
    });
    expect(balanced.limits).toEqual({
      total: cap('0.6'),
      perPosition: cap('0.05'),
      perCluster: cap('0.25'),
      clusters: {},
      unclassified: cap('0.25'),
      quotes: {},
      positions: 12,
    });
    expect(research.limits).toEqual({
      total: cap('1'),
      perPosition: null,
      perCluster: null,
      clusters: {},
      unclassified: null,
      quotes: {},
      positions: null,
    });
  });

  test('research observes its tiers, and binds nothing else but the age of marks', () => {
    expect(research).toMatchObject({
      purpose: 'research',
      sizing: { base: null, volatility: null },
      drawdown: { mode: 'observe' },
      entries: { maxChase: null, costMargin: null, ordersPerHour: null, fatFinger: null, attempts: 6 },
      marks: { missingHours: 3, staleHours: 24 },
      liquidity: null,
      protections: null,
      kill: null,
    });
  });

  test.each([
    ['conservative', conservative, '0.02'],
    ['balanced', balanced, '0.05'],
  ])('%s holds what trading asks for', (name, profile, base) => {
    expect(profile).toMatchObject({
      name,
      version: 1,
      governance: 1,
      purpose: 'trading',
      sizing: {
        base: share(base),
        volatility: { targetPerDay: share('0.04'), floor: share('0.25'), ceiling: share('1'), windowHours: 168 },
      },
      entries: { maxChase: share('0.01'), attempts: 6 },
      marks: { missingHours: 3, staleHours: 24 },
      protections: {
        cooldownHours: 4,
        losingExits: { exits: 4, withinHours: 24, pauseHours: 12 },
        dailyLoss: share('0.03'),
        symbolLock: { exits: 3, withinHours: 168, lockHours: 24 },
      },
      kill: { missingShare: share('0.5'), missingHours: 2, moveShare: share('0.6'), moveSymbols: 2, venueErrors: 5 },
    });
    expect(profile.drawdown).toEqual({
      mode: 'bind',
      tiers: [
        { from: 0n, base: share('1'), positions: share('1'), halts: false, review: false },
        { from: share('0.1'), base: share('0.75'), positions: share('1'), halts: false, review: false },
        { from: share('0.15'), base: share('0.5'), positions: share('0.5'), halts: false, review: false },
        { from: share('0.2'), base: 0n, positions: 0n, halts: true, review: true },
      ],
    });
  });

  test('obey governance, and each has a canonical form', () => {
    for (const profile of Object.values(RISK_PROFILES)) {
      expect(profileProblems(profile, GOVERNANCE_V1)).toEqual([]);
      expect(canonicalText(profile)).toContain(`"name":"${profile.name}"`);
    }
  });
});

describe('governance', () => {
  test('knows its versions and no other', () => {
    expect(governanceOf(1)).toBe(GOVERNANCE_V1);
    expect(governanceOf(2)).toBeNull();
  });

  test('sets the ceilings that were agreed', () => {
    const { bounds } = GOVERNANCE_V1;
    expect(bounds['limits.perPosition.share']).toEqual({ low: '0', open: true, high: '0.1' });
    expect(bounds['limits.total.share']).toEqual({ low: '0', open: true, high: '1' });
    expect(bounds['limits.perCluster.share']).toEqual({ low: '0', open: true, high: '0.4' });
    expect(bounds['limits.clusters.*.share']).toEqual({ low: '0', open: true, high: '0.4' });
    expect(bounds['limits.unclassified.share']).toEqual({ low: '0', open: true, high: '0.4' });
    expect(bounds['limits.positions']).toEqual({ low: '1', open: false, high: '20' });
    expect(bounds['entries.maxChase']).toEqual({ low: '0', open: false, high: '0.05' });
  });

  test('bounds every number of the table, and nothing else', () => {
    const numbers = PARAMETERS.filter(({ unit, path }) => unit !== 'word' && unit !== 'flag' && path !== 'governance').map(({ path }) => path);
    expect(Object.keys(GOVERNANCE_V1.bounds).toSorted()).toEqual(numbers.toSorted());
    for (const path of Object.keys(GOVERNANCE_V1.research)) expect(GOVERNANCE_V1.bounds).toHaveProperty([path]);
  });

  test('allows no window that the state does not keep', () => {
    expect(RETURNS_WINDOW).toBe(168);
    expect(EXITS_KEPT_HOURS).toBe(168);
    expect(GOVERNANCE_V1.bounds['sizing.volatility.windowHours']!.high).toBe('168');
    expect(GOVERNANCE_V1.bounds['protections.losingExits.withinHours']!.high).toBe('168');
    expect(GOVERNANCE_V1.bounds['protections.symbolLock.withinHours']!.high).toBe('168');
  });

  test('reads a bound as it says it', () => {
    const above = { low: '0', open: true, high: '0.1' };
    expect(boundText(above)).toBe('above 0 and at most at 0.1');
    expect([0n, 1n, decimal('0.1'), decimal('0.1') + 1n].map(value => isWithin(value, above))).toEqual([false, true, true, false]);
    const between = { low: '1', open: false, high: '20' };
    expect(boundText(between)).toBe('between 1 and 20');
    expect([0, 1, 20, 21].map(value => isWithin(exactValue(value), between))).toEqual([false, true, true, false]);
  });
});

/** Every place of a profile that holds a value. */
const leavesOf = (value: unknown, at = ''): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [at];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => leavesOf(item, `${at}[${index}]`));
  return Object.entries(value).flatMap(([key, field]) => leavesOf(field, at === '' ? key : `${at}.${key}`));
};

describe('the table of parameters', () => {
  test('names every value of a profile, once', () => {
    const profile: RiskProfile = {
      ...balanced,
      amountsIn: asset('USD'),
      limits: { ...balanced.limits, clusters: { FINANCE: cap('0.1') }, quotes: { USD: cap('0.5') } },
    };
    const named = PARAMETERS.flatMap(({ path }) => valuesAt(profile, path).map(({ at }) => at));
    expect(named.toSorted()).toEqual(leavesOf(profile).filter(at => at !== 'campaign').toSorted());
    expect(new Set(named).size).toBe(named.length);
  });

  test('shows bounds and the defaults of each preset', () => {
    const rows = new Map(parameterRows(GOVERNANCE_V1).map(row => [row.path, row]));
    expect(rows.get('limits.perPosition.share')).toEqual({
      path: 'limits.perPosition.share',
      unit: 'share',
      absent: 'research',
      meaning: 'of portfolio value, one agent in one symbol',
      bound: { low: '0', open: true, high: '0.1' },
      researchBound: { low: '0', open: true, high: '1' },
      defaults: { conservative: '0.02', balanced: '0.05', research: 'none' },
    });
    expect(rows.get('drawdown.tiers.*.from')!.defaults.balanced).toBe('0, 0.1, 0.15, 0.2');
    expect(rows.get('drawdown.tiers.*.halts')!.defaults.balanced).toBe('no, no, no, yes');
    expect(rows.get('limits.clusters.*.share')!.defaults).toEqual({ conservative: 'none', balanced: 'none', research: 'none' });
    expect(rows.get('purpose')).toMatchObject({ bound: null, researchBound: null, defaults: { research: 'research' } });
  });

  test('finds values with their places', () => {
    expect(valuesAt(balanced, 'limits.total.share')).toEqual([{ at: 'limits.total.share', value: share('0.6') }]);
    expect(valuesAt(balanced, 'drawdown.tiers.*.from').map(({ at }) => at)).toEqual([
      'drawdown.tiers[0].from',
      'drawdown.tiers[1].from',
      'drawdown.tiers[2].from',
      'drawdown.tiers[3].from',
    ]);
    expect(valuesAt(research, 'kill.moveShare')).toEqual([{ at: 'kill', value: null }]);
    expect(valuesAt(balanced, 'limits.clusters.*.share')).toEqual([]);
  });

  test.each([
    [null, 'none'],
    [undefined, 'none'],
    [decimal('0.05'), '0.05'],
    [7, '7'],
    [true, 'yes'],
    [false, 'no'],
    ['bind', 'bind'],
    [[], 'no value'],
  ])('shows %s as %s', (value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});
