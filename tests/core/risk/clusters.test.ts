/** Which coins fall together, and which limit binds them. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction, marketSymbol } from '../../../core/kernel/units.ts';
import { clusterLimit, clusterOf, CLUSTERS_V1, isClusterName } from '../../../core/risk/clusters.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';

const UNIVERSE = 'BTC ETH BNB XRP SOL TRX ADA BCH XMR LINK XLM HBAR LTC AVAX ZEC SUI SHIB TON DOT UNI AAVE TAO NEAR ETC ICP POL KAS ALGO FIL APT'.split(' ');

describe('CLUSTERS_V1', () => {
  test('holds every coin of the universe once, and no other', () => {
    const coins = Object.values(CLUSTERS_V1).flat();
    expect(coins.toSorted()).toEqual(UNIVERSE.toSorted());
  });

  test.each([
    ['BTC/USD', 'CURRENCY'],
    ['XBT/EUR', 'CURRENCY'],
    ['XRP/USD', 'CURRENCY'],
    ['ETH/USD', 'PLATFORM'],
    ['POL/USD', 'PLATFORM'],
    ['MATIC/USD', 'PLATFORM'],
    ['UNI/USDC', 'FINANCE'],
    ['LINK/CAD', 'COMPUTING'],
    ['SHIB/USD', 'CULTURE'],
    ['DOGE/USD', 'UNCLASSIFIED'],
    ['AUR/USD', 'UNCLASSIFIED'],
    ['constructor/USD', 'UNCLASSIFIED'],
  ])('%s is %s', (symbol, cluster) => {
    expect(clusterOf(marketSymbol(symbol))).toBe(cluster);
  });

  test('names itself', () => {
    expect(['FINANCE', 'UNCLASSIFIED', 'toString', ''].map(isClusterName)).toEqual([true, false, false, false]);
  });
});

describe('the limit of a cluster', () => {
  const share = (text: string) => ({ share: fraction(decimal(text)), amount: null });
  const { limits } = RISK_PROFILES.balanced;
  const own = { ...limits, clusters: { FINANCE: share('0.1') }, unclassified: share('0.15') };

  test('is its own, that of the unclassified, or that of all others', () => {
    expect(clusterLimit(own, 'FINANCE')).toEqual(share('0.1'));
    expect(clusterLimit(own, 'PLATFORM')).toEqual(share('0.25'));
    expect(clusterLimit(own, 'UNCLASSIFIED')).toEqual(share('0.15'));
    expect(clusterLimit(own, 'toString')).toEqual(share('0.25'));
  });

  test('of research is none', () => {
    expect(clusterLimit(RISK_PROFILES.research.limits, 'PLATFORM')).toBeNull();
    expect(clusterLimit(RISK_PROFILES.research.limits, 'UNCLASSIFIED')).toBeNull();
  });
});
