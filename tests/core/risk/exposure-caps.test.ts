/** Caps in both units, their order, what lies on them and what passes them, and what entries may reserve one after another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, fraction, money } from '../../../core/kernel/units.ts';
import type { Money } from '../../../core/kernel/units.ts';
import { exposureCaps, headroomOf, limitAmount, passedCaps } from '../../../core/risk/exposure-caps.ts';
import type { Exposure } from '../../../core/risk/exposure-caps.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import type { Limits } from '../../../core/risk/risk-profile.ts';

const amount = (text: string) => money(decimal(text));
const cap = (share: string, most: string | null = null) => ({ share: fraction(decimal(share)), amount: most === null ? null : amount(most) });
const USD = asset('USD');
const { conservative, balanced, research } = RISK_PROFILES;

const exposure = (value: string, used: Partial<Record<keyof Exposure['used'], string>> = {}, cluster = 'PLATFORM'): Exposure => ({
  value: amount(value),
  quote: USD,
  cluster,
  used: { total: amount(used.total ?? '0'), quote: amount(used.quote ?? '0'), cluster: amount(used.cluster ?? '0'), position: amount(used.position ?? '0') },
});

describe('a limit', () => {
  //  share   amount  value     limit
  test.each([
    ['0.2', null, '1000', '200'],
    ['0.2', '150', '1000', '150'],
    ['0.2', '250', '1000', '200'],
    ['0.2', '150', '500', '100'],
    ['0.3', null, '0.000000000000000001', '0'],
    ['1', null, '0', '0'],
    ['1', null, '-100', '0'],
    ['1', '50', '-100', '0'],
  ])('%s and %s of %s is %s', (share, most, value, expected) => {
    expect(limitAmount(cap(share, most), amount(value))).toBe(amount(expected));
  });
});

describe('the caps of an entry', () => {
  test('stand in the order of the gate, each with its own limit', () => {
    const limits: Limits = { ...balanced.limits, quotes: { USD: cap('0.5'), EUR: cap('0.1') }, clusters: { FINANCE: cap('0.1') } };
    expect(exposureCaps(limits, exposure('1000', { total: '10', quote: '20', cluster: '30', position: '40' }, 'FINANCE'))).toEqual([
      { code: 'TOTAL_CAP', scope: 'total', limit: amount('600'), usage: amount('10') },
      { code: 'QUOTE_CAP', scope: 'USD', limit: amount('500'), usage: amount('20') },
      { code: 'CLUSTER_CAP', scope: 'FINANCE', limit: amount('100'), usage: amount('30') },
      { code: 'PER_POSITION_CAP', scope: 'position', limit: amount('50'), usage: amount('40') },
    ]);
  });

  test('of a symbol of no cluster are those of the unclassified', () => {
    const limits: Limits = { ...balanced.limits, unclassified: cap('0.15') };
    expect(exposureCaps(limits, exposure('1000', {}, 'UNCLASSIFIED'))[1]).toEqual({ code: 'CLUSTER_CAP', scope: 'UNCLASSIFIED', limit: amount('150'), usage: 0n });
  });

  test('of research are the total alone', () => {
    expect(exposureCaps(research.limits, exposure('1000'))).toEqual([{ code: 'TOTAL_CAP', scope: 'total', limit: amount('1000'), usage: 0n }]);
  });
});

describe('one more', () => {
  const codes = (used: Parameters<typeof exposure>[1], asked: string, limits: Limits = conservative.limits): readonly string[] =>
    passedCaps(exposureCaps(limits, exposure('1000', used)), amount(asked)).map(({ code }) => code);

  test.each<readonly [string, Parameters<typeof exposure>[1], string, readonly string[]]>([
    ['7.9 % of a cluster and 1 % more', { cluster: '79' }, '10', ['CLUSTER_CAP']],
    ['exactly the cluster', { cluster: '79' }, '1', []],
    ['a unit past the cluster', { cluster: '79' }, '1.000000000000000001', ['CLUSTER_CAP']],
    ['exactly the total', { total: '185' }, '15', []],
    ['past the total', { total: '185.000000000000000001' }, '15', ['TOTAL_CAP']],
    ['past all of them', { total: '195', cluster: '75', position: '15' }, '10', ['TOTAL_CAP', 'CLUSTER_CAP', 'PER_POSITION_CAP']],
    ['nothing more where a cap is passed already', { total: '201' }, '0', ['TOTAL_CAP']],
  ])('%s', (_, used, asked, expected) => {
    expect(codes(used, asked)).toEqual(expected);
  });

  test('is judged by amounts as well', () => {
    const limits: Limits = { ...conservative.limits, total: cap('0.2', '100'), perCluster: cap('0.08', '50') };
    expect(codes({ total: '90', cluster: '45' }, '5', limits)).toEqual([]);
    expect(codes({ total: '90', cluster: '45' }, '10', limits)).toEqual(['CLUSTER_CAP']);
    expect(codes({ total: '90', cluster: '45' }, '10.000000000000000001', limits)).toEqual(['TOTAL_CAP', 'CLUSTER_CAP']);
  });

  test('finds no room in a portfolio worth nothing', () => {
    const caps = exposureCaps(conservative.limits, exposure('-5'));
    expect(caps.map(headroomOf)).toEqual([0n, 0n, 0n]);
    expect(passedCaps(caps, amount('0.000000000000000001'))).toHaveLength(3);
  });
});

test('headroom is never negative', () => {
  const caps = exposureCaps(conservative.limits, exposure('1000', { total: '250', position: '19' }));
  expect(caps.map(headroomOf)).toEqual([0n, amount('80'), amount('1')]);
});

test('eighteen entries that each take their headroom never reserve past any cap', () => {
  const asked = fc.array(fc.tuple(fc.constantFrom('PLATFORM', 'FINANCE', 'UNCLASSIFIED'), fc.integer({ min: 0, max: 17 }), fc.bigInt({ min: 0n, max: 10n ** 21n })), { minLength: 18, maxLength: 40 });
  fc.assert(
    fc.property(asked, fc.bigInt({ min: 1n, max: 10n ** 21n }).map(money), (entries, value) => {
      const limits: Limits = { ...balanced.limits, quotes: { USD: cap('0.55') }, clusters: { FINANCE: cap('0.1') } };
      const sums = new Map<string, bigint>();
      const used = (key: string): Money => money(sums.get(key) ?? 0n);
      for (const [cluster, symbol, wish] of entries) {
        const caps = exposureCaps(limits, { value, quote: USD, cluster, used: { total: used('all'), quote: used('all'), cluster: used(cluster), position: used(`${cluster}${symbol}`) } });
        const granted = caps.map(headroomOf).reduce((least, room) => (room < least ? room : least), money(wish));
        expect(passedCaps(caps, granted)).toEqual([]);
        for (const key of ['all', cluster, `${cluster}${symbol}`]) sums.set(key, used(key) + granted);
      }
      expect(used('all') * 100n <= value * 55n && used('FINANCE') * 10n <= value && used('PLATFORM') * 4n <= value).toBe(true);
    }),
    { seed: 5, numRuns: 200 },
  );
});
