/** Every bound and every contradiction of a profile, at the bound and one unit past it, and all of them together. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, fraction, money } from '../../../core/kernel/units.ts';
import { GOVERNANCE_V1, problemText } from '../../../core/risk/governance.ts';
import type { Governance } from '../../../core/risk/governance.ts';
import { profileProblems, quoteProblem } from '../../../core/risk/profile-problems.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import type { RiskProfile } from '../../../core/risk/risk-profile.ts';

const share = (text: string) => fraction(decimal(text));
const cap = (text: string, amount: string | null = null) => ({ share: share(text), amount: amount === null ? null : money(decimal(amount)) });
const { balanced, research } = RISK_PROFILES;

/** A copy of a profile in which one place has another value. */
const withValue = (profile: RiskProfile, path: string, value: unknown): RiskProfile => {
  const copy: unknown = structuredClone(profile);
  const keys = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const last = keys.pop()!;
  let holder = copy as Record<string, unknown>;
  for (const key of keys) holder = holder[key] as Record<string, unknown>;
  holder[last] = value;
  return copy as RiskProfile;
};

const textsOf = (profile: RiskProfile, governance: Governance = GOVERNANCE_V1): readonly string[] => profileProblems(profile, governance).map(problemText);

/** Wide in everything, so that one value can move to its own bound without meeting a neighbour's. */
const roomy: RiskProfile = {
  ...balanced,
  name: 'roomy',
  amountsIn: asset('USD'),
  limits: {
    total: cap('1'),
    perPosition: cap('0.001'),
    perCluster: cap('0.4'),
    clusters: { FINANCE: cap('0.2', '100') },
    unclassified: cap('0.4'),
    quotes: { USD: cap('1', '100') },
    positions: 20,
  },
  sizing: { base: fraction(1n), volatility: { ...balanced.sizing.volatility!, floor: fraction(1n), ceiling: share('1') } },
  entries: { ...balanced.entries, maxChase: share('0'), fatFinger: share('0.25') },
  marks: { missingHours: 1, staleHours: 48 },
};

//  path                                   allowed                      refused
const BOUNDS: readonly (readonly [string, readonly unknown[], readonly (readonly [unknown, string])[]])[] = [
  ['version', [1, 1_000_000], [[0, 'lie between 1 and 1000000 (governance 1)'], [1.5, 'be a whole number'], [Number.NaN, 'be a whole number']]],
  ['limits.total.share', [share('1'), share('0.4')], [[fraction(0n), 'lie above 0 and at most at 1 (governance 1)'], [fraction(decimal('1') + 1n), 'lie above 0 and at most at 1 (governance 1)']]],
  ['limits.total.amount', [money(decimal('1000000000000'))], [[money(0n), 'lie above 0 and at most at 1000000000000 (governance 1)'], [money(decimal('1000000000000') + 1n), 'lie above 0 and at most at 1000000000000 (governance 1)']]],
  ['limits.perPosition.share', [share('0.1'), fraction(1n)], [[fraction(0n), 'lie above 0 and at most at 0.1 (governance 1)'], [fraction(decimal('0.1') + 1n), 'lie above 0 and at most at 0.1 (governance 1)']]],
  ['limits.perCluster.share', [share('0.4')], [[fraction(decimal('0.4') + 1n), 'lie above 0 and at most at 0.4 (governance 1)']]],
  ['limits.clusters.FINANCE.share', [share('0.4')], [[fraction(decimal('0.4') + 1n), 'lie above 0 and at most at 0.4 (governance 1)']]],
  ['limits.clusters.FINANCE.amount', [money(1n)], [[money(-1n), 'lie above 0 and at most at 1000000000000 (governance 1)']]],
  ['limits.unclassified.share', [share('0.4')], [[fraction(decimal('0.4') + 1n), 'lie above 0 and at most at 0.4 (governance 1)']]],
  ['limits.quotes.USD.share', [share('1')], [[fraction(0n), 'lie above 0 and at most at 1 (governance 1)']]],
  ['limits.quotes.USD.amount', [money(1n)], [[money(0n), 'lie above 0 and at most at 1000000000000 (governance 1)']]],
  ['limits.perPosition.amount', [money(1n)], [[money(0n), 'lie above 0 and at most at 1000000000000 (governance 1)']]],
  ['limits.perCluster.amount', [money(1n)], [[money(0n), 'lie above 0 and at most at 1000000000000 (governance 1)']]],
  ['limits.unclassified.amount', [money(1n)], [[money(0n), 'lie above 0 and at most at 1000000000000 (governance 1)']]],
  ['limits.positions', [1, 20], [[0, 'lie between 1 and 20 (governance 1)'], [21, 'lie between 1 and 20 (governance 1)'], [1.5, 'be a whole number']]],
  ['sizing.base', [fraction(1n)], [[fraction(0n), 'lie above 0 and at most at 0.1 (governance 1)']]],
  ['sizing.volatility.targetPerDay', [fraction(1n), share('0.2')], [[fraction(decimal('0.2') + 1n), 'lie above 0 and at most at 0.2 (governance 1)']]],
  ['sizing.volatility.floor', [share('1')], [[fraction(0n), 'lie above 0 and at most at 1 (governance 1)']]],
  ['sizing.volatility.ceiling', [share('1')], [[fraction(decimal('1') + 1n), 'lie above 0 and at most at 1 (governance 1)']]],
  ['sizing.volatility.windowHours', [24, 168], [[23, 'lie between 24 and 168 (governance 1)'], [169, 'lie between 24 and 168 (governance 1)']]],
  ['drawdown.tiers[3].from', [share('0.3')], [[share('1'), 'lie between 0 and 0.99 (governance 1)']]],
  ['drawdown.tiers[1].base', [share('1')], [[fraction(-1n), 'lie between 0 and 1 (governance 1)']]],
  ['drawdown.tiers[1].positions', [share('0.5')], [[fraction(-1n), 'lie between 0 and 1 (governance 1)']]],
  ['entries.maxChase', [share('0'), share('0.05')], [[fraction(-1n), 'lie between 0 and 0.05 (governance 1)'], [fraction(decimal('0.05') + 1n), 'lie between 0 and 0.05 (governance 1)']]],
  ['entries.costMargin', [share('0'), share('0.1')], [[fraction(decimal('0.1') + 1n), 'lie between 0 and 0.1 (governance 1)']]],
  ['entries.ordersPerHour', [1, 600], [[0, 'lie between 1 and 600 (governance 1)'], [601, 'lie between 1 and 600 (governance 1)']]],
  ['entries.fatFinger', [fraction(1n), share('0.25')], [[fraction(decimal('0.25') + 1n), 'lie above 0 and at most at 0.25 (governance 1)']]],
  ['entries.attempts', [1, 24], [[25, 'lie between 1 and 24 (governance 1)']]],
  ['marks.missingHours', [1, 24], [[0, 'lie between 1 and 24 (governance 1)']]],
  ['marks.staleHours', [1, 48], [[49, 'lie between 1 and 48 (governance 1)']]],
  ['liquidity.spreadBps', [1, 500], [[501, 'lie between 1 and 500 (governance 1)']]],
  ['liquidity.depthMultiple', [1, 100], [[0, 'lie between 1 and 100 (governance 1)']]],
  ['liquidity.bookAgeSeconds', [1, 600], [[601, 'lie between 1 and 600 (governance 1)']]],
  ['protections.cooldownHours', [0, 168], [[-1, 'lie between 0 and 168 (governance 1)']]],
  ['protections.losingExits.exits', [1, 50], [[0, 'lie between 1 and 50 (governance 1)']]],
  ['protections.losingExits.withinHours', [1, 168], [[169, 'lie between 1 and 168 (governance 1)']]],
  ['protections.losingExits.pauseHours', [1, 168], [[169, 'lie between 1 and 168 (governance 1)']]],
  ['protections.dailyLoss', [fraction(1n), share('0.2')], [[fraction(0n), 'lie above 0 and at most at 0.2 (governance 1)']]],
  ['protections.symbolLock.exits', [1, 50], [[51, 'lie between 1 and 50 (governance 1)']]],
  ['protections.symbolLock.withinHours', [1, 168], [[169, 'lie between 1 and 168 (governance 1)']]],
  ['protections.symbolLock.lockHours', [1, 720], [[721, 'lie between 1 and 720 (governance 1)']]],
  ['kill.missingShare', [share('0'), share('0.9')], [[fraction(decimal('0.9') + 1n), 'lie between 0 and 0.9 (governance 1)']]],
  ['kill.missingHours', [1, 24], [[25, 'lie between 1 and 24 (governance 1)']]],
  ['kill.moveShare', [share('0.1'), share('1')], [[fraction(decimal('0.1') - 1n), 'lie between 0.1 and 1 (governance 1)']]],
  ['kill.moveSymbols', [1, 10], [[11, 'lie between 1 and 10 (governance 1)']]],
  ['kill.venueErrors', [1, 100], [[101, 'lie between 1 and 100 (governance 1)']]],
];

describe('each bound', () => {
  test.each(BOUNDS)('%s', (path, allowed, refused) => {
    for (const value of allowed) expect(textsOf(withValue(roomy, path, value)).filter(text => text.startsWith(`${path} `))).toEqual([]);
    for (const [value, must] of refused) expect(profileProblems(withValue(roomy, path, value), GOVERNANCE_V1)).toContainEqual(expect.objectContaining({ path, must }));
  });

  test('of the table is among them', () => {
    const tested = BOUNDS.map(([path]) => path.replace(/\[\d\]/, '.*').replace('.FINANCE.', '.*.').replace('.USD.', '.*.'));
    expect(tested.toSorted()).toEqual(Object.keys(GOVERNANCE_V1.bounds).toSorted());
  });

  test('roomy itself has no problem', () => {
    expect(textsOf(roomy)).toEqual([]);
  });

  test('of research is another where it may leave the cap out', () => {
    expect(textsOf({ ...research, limits: { ...research.limits, perPosition: cap('0.9'), positions: 500 }, entries: { ...research.entries, maxChase: share('0.4') } })).toEqual([]);
    expect(textsOf({ ...research, limits: { ...research.limits, positions: 10_001 } })).toEqual(['limits.positions is 10001 and must lie between 1 and 10000 (governance 1)']);
    expect(textsOf({ ...research, drawdown: { ...research.drawdown, mode: 'bind' } })).toEqual([]);
  });
});

describe('what may not be absent', () => {
  test.each(['limits.perPosition', 'limits.perCluster', 'limits.unclassified', 'limits.positions', 'sizing.base', 'sizing.volatility', 'entries.maxChase', 'entries.costMargin', 'entries.ordersPerHour', 'entries.fatFinger', 'liquidity', 'protections', 'kill'])(
    '%s in a trading profile, told once; research may leave it out',
    path => {
      expect(textsOf(withValue(balanced, path, null))).toEqual([`${path} is none and must be given: only a research profile leaves it out`]);
      expect(textsOf({ ...withValue(balanced, path, null), purpose: 'research' })).toEqual([]);
    },
  );

  test('a total, in any profile', () => {
    expect(profileProblems({ ...withValue(research, 'limits.total', { share: null, amount: null }) }, GOVERNANCE_V1)).toContainEqual({ path: 'limits.total.share', value: 'none', must: 'be given' });
  });
});

describe('contradictions', () => {
  const limits = balanced.limits;
  test.each<readonly [string, Partial<RiskProfile>, readonly string[]]>([
    ['a position above the total', { limits: { ...limits, total: cap('0.04'), perCluster: cap('0.04'), unclassified: cap('0.04') }, sizing: { ...balanced.sizing, base: share('0.04') } }, [
      'limits.perPosition.share is 0.05 and must not exceed limits.total.share, which is 0.04',
      'limits.perPosition.share is 0.05 and must not exceed limits.perCluster.share, which is 0.04',
      'limits.perPosition.share is 0.05 and must not exceed limits.unclassified.share, which is 0.04',
    ]],
    ['a cluster above the total', { limits: { ...limits, total: cap('0.2'), clusters: { FINANCE: cap('0.21') } } }, [
      'limits.perCluster.share is 0.25 and must not exceed limits.total.share, which is 0.2',
      'limits.clusters.FINANCE.share is 0.21 and must not exceed limits.total.share, which is 0.2',
      'limits.unclassified.share is 0.25 and must not exceed limits.total.share, which is 0.2',
    ]],
    ['amounts as well', { amountsIn: asset('USD'), limits: { ...limits, total: cap('0.6', '100'), perPosition: cap('0.05', '100.000000000000000001') } }, [
      'limits.perPosition.amount is 100.000000000000000001 and must not exceed limits.total.amount, which is 100',
    ]],
    ['equal amounts are no contradiction', { amountsIn: asset('USD'), limits: { ...limits, total: cap('0.6', '100'), perPosition: cap('0.05', '100') } }, []],
    ['equal parts and wholes are no contradiction', { limits: { ...limits, total: cap('0.05'), perCluster: cap('0.05'), unclassified: cap('0.05') } }, []],
    ['a cluster of no such name', { limits: { ...limits, clusters: { MEMES: cap('0.1') } } }, ['limits.clusters.MEMES is given and must name a cluster of CLUSTERS_V1']],
    ['a currency in lower case', { limits: { ...limits, quotes: { usd: cap('0.1') } } }, ['limits.quotes.usd is given and must name a currency in upper case']],
    ['currencies that are upper case in part', { limits: { ...limits, quotes: { aUSD: cap('0.1'), USDa: cap('0.1') } } }, ['limits.quotes.aUSD is given and must name a currency in upper case', 'limits.quotes.USDa is given and must name a currency in upper case']],
    ['an amount of a position in no currency', { limits: { ...limits, perPosition: cap('0.05', '10') } }, ['amountsIn is none and must name the quote currency of limits.perPosition.amount']],
    ['an amount of the total in no currency', { limits: { ...limits, total: cap('0.6', '10') } }, ['amountsIn is none and must name the quote currency of limits.total.amount']],
    ['an amount of no currency', { limits: { ...limits, unclassified: cap('0.25', '10') } }, ['amountsIn is none and must name the quote currency of limits.unclassified.amount']],
    ['an amount of a quote names its own', { limits: { ...limits, quotes: { USD: cap('0.5', '10') } } }, []],
    ['a base above its position', { sizing: { ...balanced.sizing, base: fraction(decimal('0.05') + 1n) } }, ['sizing.base is 0.050000000000000001 and must not exceed limits.perPosition.share, which is 0.05']],
    ['a floor above its ceiling', { sizing: { ...balanced.sizing, volatility: { ...balanced.sizing.volatility!, floor: share('0.6'), ceiling: share('0.5') } } }, ['sizing.volatility.floor is 0.6 and must not exceed sizing.volatility.ceiling, which is 0.5']],
    ['a collar that a fat finger could not reach', { entries: { ...balanced.entries, maxChase: share('0.02'), fatFinger: share('0.01') } }, ['entries.maxChase is 0.02 and must not exceed entries.fatFinger, which is 0.01']],
    ['marks missing later than stale', { marks: { missingHours: 5, staleHours: 4 } }, ['marks.missingHours is 5 and must not exceed marks.staleHours, which is 4']],
    ['symbols that are stale before they are missing', { kill: { ...balanced.kill!, missingHours: 24 } }, ['kill.missingHours is 24 and must be less than marks.staleHours, which is 24: a stale mark counts no more']],
    ['symbols that are missing just before they are stale', { kill: { ...balanced.kill!, missingHours: 23 } }, []],
    ['tiers that only observe', { drawdown: { ...balanced.drawdown, mode: 'observe' } }, ['drawdown.mode is observe and must be bind outside research']],
    ['another governance', { governance: 2 }, ['governance is 2 and must be 1, the version it is judged by']],
  ])('%s', (_, changes, texts) => {
    expect(textsOf({ ...balanced, ...changes })).toEqual(texts);
  });

  test('leverage, whatever a governance allows', () => {
    const lax: Governance = { ...GOVERNANCE_V1, bounds: { ...GOVERNANCE_V1.bounds, 'limits.total.share': { low: '0', open: true, high: '3' } } };
    expect(textsOf({ ...research, limits: { ...research.limits, total: cap('1.5') } }, lax)).toEqual(['limits.total.share is 1.5 and must not exceed 1: there is no leverage']);
  });

  const [normal, dd10, dd15, halt] = balanced.drawdown.tiers as readonly [typeof balanced.drawdown.tiers[number], typeof balanced.drawdown.tiers[number], typeof balanced.drawdown.tiers[number], typeof balanced.drawdown.tiers[number]];
  test.each<readonly [string, RiskProfile['drawdown']['tiers'], readonly string[]]>([
    ['none', [], ['drawdown.tiers is a list of 0 and must hold between 1 and 10 tiers']],
    ['eleven', Array.from({ length: 11 }, () => normal), ['drawdown.tiers is a list of 11 and must hold between 1 and 10 tiers']],
    ['a first one that does not begin at 0', [{ ...normal, from: fraction(1n) }, halt], ['drawdown.tiers[0].from is 0.000000000000000001 and must be 0']],
    ['two that begin alike', [normal, dd10, { ...dd15, from: dd10.from }, halt], ['drawdown.tiers[2].from is 0.1 and must exceed that of the tier before, which is 0.1']],
    ['one that gives back base', [normal, dd10, { ...dd15, base: share('0.8') }, halt], ['drawdown.tiers[2].base is 0.8 and must not exceed that of the tier before, which is 0.75']],
    ['one that gives back positions', [normal, { ...dd10, positions: share('0.4') }, dd15, halt], ['drawdown.tiers[2].positions is 0.5 and must not exceed that of the tier before, which is 0.4']],
    ['a halt that still buys', [normal, { ...halt, base: fraction(1n), positions: fraction(1n) }], [
      'drawdown.tiers[1].base is 0.000000000000000001 and must be 0 where entries halt',
      'drawdown.tiers[1].positions is 0.000000000000000001 and must be 0 where entries halt',
    ]],
    ['no halt after a halt', [normal, { ...halt, from: share('0.1') }, { ...halt, halts: false }], ['drawdown.tiers[2].halts is no and must be yes, as in the tier before']],
    ['no halt at all', [normal, dd10], ['drawdown.tiers is without a tier that halts and must halt entries at the latest from 0.3 (governance 1)']],
    ['a halt at the latest moment', [normal, { ...halt, from: share('0.3') }], []],
    ['a halt one unit too late', [normal, { ...halt, from: fraction(decimal('0.3') + 1n) }], ['drawdown.tiers is halting from 0.300000000000000001 and must halt entries at the latest from 0.3 (governance 1)']],
    ['a halt from the start', [{ ...halt, from: fraction(0n) }], ['drawdown.tiers[0].halts is yes and must be no: nothing could ever be bought', 'drawdown.tiers[0].review is yes and must be no: nothing could ever be bought']],
  ])('tiers: %s', (_, tiers, texts) => {
    expect(textsOf({ ...balanced, drawdown: { ...balanced.drawdown, tiers } })).toEqual(texts);
  });

  test('ten tiers are not too many', () => {
    const ten = [normal, ...Array.from({ length: 8 }, (_, index) => ({ ...dd10, from: fraction(dd10.from + BigInt(index)) })), halt];
    expect(textsOf({ ...balanced, drawdown: { ...balanced.drawdown, tiers: ten } })).toEqual([]);
  });

  test('tiers of research need no halt', () => {
    expect(textsOf({ ...research, drawdown: { mode: 'observe', tiers: [normal, dd10] } })).toEqual([]);
  });
});

describe('all problems', () => {
  test('come at once, in the order of the table', () => {
    const bad: RiskProfile = {
      ...balanced,
      limits: { ...balanced.limits, perPosition: cap('0.2'), positions: 99 },
      kill: null,
      marks: { missingHours: 30, staleHours: 24 },
    };
    expect(textsOf(bad)).toEqual([
      'limits.perPosition.share is 0.2 and must lie above 0 and at most at 0.1 (governance 1)',
      'limits.positions is 99 and must lie between 1 and 20 (governance 1)',
      'marks.missingHours is 30 and must lie between 1 and 24 (governance 1)',
      'kill is none and must be given: only a research profile leaves it out',
      'marks.missingHours is 30 and must not exceed marks.staleHours, which is 24',
    ]);
  });

  test('any accepted profile obeys every bound of the table', () => {
    const places = ['limits.total.share', 'limits.perPosition.share', 'limits.perCluster.share', 'limits.unclassified.share', 'sizing.base', 'entries.maxChase', 'entries.fatFinger', 'sizing.volatility.floor', 'sizing.volatility.ceiling'];
    const value = fc.bigInt({ min: -(10n ** 17n), max: 12n * 10n ** 17n }).map(fraction);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...places), value), { maxLength: 6 }), changes => {
        const profile = changes.reduce((changed, [path, amount]) => withValue(changed, path, amount), balanced as RiskProfile);
        if (profileProblems(profile, GOVERNANCE_V1).length > 0) return;
        const { total, perPosition, perCluster, unclassified } = profile.limits;
        expect(total.share <= decimal('1') && perPosition!.share <= decimal('0.1') && perCluster!.share <= decimal('0.4') && unclassified!.share <= decimal('0.4')).toBe(true);
        expect(perPosition!.share <= perCluster!.share && perCluster!.share <= total.share && unclassified!.share <= total.share).toBe(true);
        expect(profile.sizing.base! <= perPosition!.share && profile.sizing.volatility!.floor <= profile.sizing.volatility!.ceiling).toBe(true);
        expect(profile.entries.maxChase! <= profile.entries.fatFinger!).toBe(true);
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    );
  });
});

describe('the quote of a run', () => {
  test('is the currency of the amounts, where there are any', () => {
    expect(quoteProblem(balanced, asset('EUR'))).toBeNull();
    expect(quoteProblem(roomy, asset('USD'))).toBeNull();
    expect(problemText(quoteProblem(roomy, asset('EUR'))!)).toBe('amountsIn is USD and must be EUR, the quote currency of the run');
  });
});
