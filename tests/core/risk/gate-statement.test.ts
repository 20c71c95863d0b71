/** The gates of an entry as a table for people: every gate that applies, in order, with what it allows, uses and is asked, whether it passed, clipped or refused. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { fraction, hourUtc, money, price, quantity } from '../../../core/kernel/units.ts';
import { PROFILES } from '../../../core/profile.ts';
import type { RiskView } from '../../../core/risk/gate-view.ts';
import { gateStatement } from '../../../core/risk/gate-statement.ts';
import { NO_PROTECTIONS } from '../../../core/risk/protections.ts';
import { byQuantity, KRAKEN_COSTS, limitEntry } from '../../support/desk.ts';
import { longWish } from '../../support/orders.ts';
import { lotOf, NOW, SYMBOLS, viewOf, workingOn } from './gate-views.ts';
import type { Scene } from './gate-views.ts';

/** `CODE outcome limit usage asked`, a gate a line. */
const told = (scene: Scene, rest: Parameters<typeof longWish>[0] = {}): readonly string[] => {
  const view = viewOf(scene);
  const checks = gateStatement(view, { agent: view.desk.agents[0]!, index: 0, wish: longWish({ symbol: SYMBOLS[0]!, ...rest }) });
  return checks.map(({ code, outcome, limit, usage, asked }) => `${code} ${outcome} ${[limit, usage, asked].map(formatDecimal).join(' ')}`);
};

const STANDING = ['KILLED passed 0 0 0', 'HALTED passed 0 0 0', 'REVIEW_OPEN passed 0 0 0'];
const opened = (value: string, ...marks: readonly string[]): readonly string[] => [...STANDING, `NON_POSITIVE_VALUE passed 0 ${value} 0`, 'MARK_MISSING passed 0 0 0', ...marks, 'PASSIVE_BREACH passed 0 0 0'];
const FRESH = ['MARK_STALE passed 24 0 0', 'DATA_MISSING passed 3 0 0'];

const holding = (symbol: string, worth: string) => ({ agent: 'main', symbol: SYMBOLS.find(name => name === symbol)!, cluster: 'UNCLASSIFIED', worth: money(decimal(worth)) });
const strict: Partial<RiskView> = {
  profile: PROFILES.balanced,
  terms: { base: fraction(decimal('0.05')), positions: 12, halts: false, review: false },
  placed: 3,
  books: new Map([[0, { bid: price(decimal('99.9')), ask: price(decimal('100.1')), askQuantity: quantity(decimal('30')), ageMs: 5_000 }]]),
  holdings: [holding('AAA/USD', '100'), holding('BBB/USD', '50')],
};

describe('a statement', () => {
  test('has the gates of the profile alone, and none of those it leaves out', () => {
    expect(told({})).toEqual([...opened('100000', ...FRESH), 'INSUFFICIENT_CASH passed 100000 0 100', 'TOTAL_CAP passed 100000 0 100', 'BELOW_LOT passed 0.00000001 0 1', 'BELOW_MINIMUM passed 0 0 100']);
  });

  test('has every gate under a profile that has them, and names the clip that cut the size', () => {
    const scene: Scene = { age: 2, sizing: byQuantity('60'), costs: KRAKEN_COSTS, volumes: ['1000'], lots: [lotOf('BBB/USD', '5'), lotOf('AAA/USD', '1')], working: [workingOn('BBB/USD', { reserved: '100' })], risk: strict };
    expect(told(scene, { expectedReturn: fraction(decimal('0.05')) })).toEqual([
      ...STANDING,
      'NON_POSITIVE_VALUE passed 0 100150 0',
      'MARK_MISSING passed 0 0 0',
      'MARK_STALE passed 24 2 0',
      'DATA_MISSING passed 3 2 0',
      'FAT_FINGER passed 0.1 100 101',
      'COOLDOWN passed 0 500100 0',
      'LOSING_EXITS passed 0 500100 0',
      'SYMBOL_LOCKED passed 0 500100 0',
      'DAILY_LOSS passed 0 500100 0',
      'ORDER_RATE passed 60 3 1',
      'POSITION_COUNT passed 12 1 1',
      'COST_GATE passed 0.01611313694315647 0.01511313694315647 0.05',
      'PASSIVE_BREACH passed 0 0 0',
      'INSUFFICIENT_CASH passed 99900 100 1163.39375',
      'TOTAL_CAP passed 60090 250 1163.39375',
      'CLUSTER_CAP passed 25037.5 250 1163.39375',
      'PER_POSITION_CAP passed 5007.5 100 1163.39375',
      'DEPTH_INSUFFICIENT clipped 10 0 11.51875',
      'NO_VOLUME passed 25 0 11.51875',
      'BELOW_LOT passed 0.00000001 0 10',
      'BELOW_MINIMUM passed 0 0 1000',
    ]);
  });

  test('names every gate that refuses, beside those that would have let it pass, and no size', () => {
    const protections = { ...NO_PROTECTIONS, pausedUntilHour: hourUtc(NOW + 2) };
    expect(told({ risk: { ...strict, protections } }, { expectedReturn: fraction(decimal('0.001')) })).toEqual([
      ...STANDING,
      'NON_POSITIVE_VALUE passed 0 100000 0',
      'MARK_MISSING passed 0 0 0',
      ...FRESH,
      'FAT_FINGER passed 0.1 100 101',
      'COOLDOWN passed 0 500100 0',
      'LOSING_EXITS refused 500102 500100 0',
      'SYMBOL_LOCKED passed 0 500100 0',
      'DAILY_LOSS passed 0 500100 0',
      'ORDER_RATE passed 60 3 1',
      'POSITION_COUNT passed 12 0 1',
      'COST_GATE refused 0.001 0 0.001',
      'PASSIVE_BREACH passed 0 0 0',
      'INSUFFICIENT_CASH passed 100000 0 0',
    ]);
  });

  test('without a mark asks nothing of its age, its distance and the size', () => {
    expect(told({ mark: null, status: 'HALTED', cash: '0' })).toEqual([
      'KILLED passed 0 0 0',
      'HALTED refused 0 0 0',
      'REVIEW_OPEN passed 0 0 0',
      'NON_POSITIVE_VALUE refused 0 0 0',
      'MARK_MISSING refused 0 0 0',
      'PASSIVE_BREACH passed 0 0 0',
      'INSUFFICIENT_CASH refused 0 0 0',
    ]);
    expect(told({ mark: null })).toEqual([...STANDING, 'NON_POSITIVE_VALUE passed 0 100000 0', 'MARK_MISSING refused 0 0 0', 'PASSIVE_BREACH passed 0 0 0', 'INSUFFICIENT_CASH passed 100000 0 0']);
  });

  test('of a quiet market asks for no candles', () => {
    expect(told({ rules: { absent: 'quiet' } })).toEqual([...opened('100000', 'MARK_STALE passed 24 0 0'), 'INSUFFICIENT_CASH passed 100000 0 100', 'TOTAL_CAP passed 100000 0 100', 'BELOW_LOT passed 0.00000001 0 1', 'BELOW_MINIMUM passed 0 0 100']);
  });

  test('of a limit judges the distance of the limit, where the profile has a bound and only there', () => {
    expect(told({ entry: limitEntry(100), caps: { fatFinger: '0.05' } }).filter(line => line.startsWith('FAT'))).toEqual(['FAT_FINGER passed 0.05 100 99']);
    expect(told({ caps: { fatFinger: '0.05' } }).filter(line => line.startsWith('FAT'))).toEqual([]);
    expect(told({ caps: { maxChase: '0.01' } }).filter(line => line.startsWith('FAT'))).toEqual([]);
  });
});

describe('sizes', () => {
  test.each<readonly [string, Scene, readonly string[]]>([
    ['clipped by equals: both are said to clip', { cash: '50', entry: limitEntry(100) }, ['INSUFFICIENT_CASH clipped 50 0 99', 'TOTAL_CAP clipped 50 0 99', 'BELOW_LOT passed 0.00000001 0 0.5050505', 'BELOW_MINIMUM passed 0 0 49.9999995']],
    ['wished below the lot', { sizing: byQuantity('0.5'), rules: { lot: '1' } }, ['INSUFFICIENT_CASH passed 100000 0 50', 'TOTAL_CAP passed 100000 0 50', 'BELOW_LOT refused 1 0 0.5']],
    ['exactly the minimum', { rules: { minNotional: '100' } }, ['INSUFFICIENT_CASH passed 100000 0 100', 'TOTAL_CAP passed 100000 0 100', 'BELOW_LOT passed 0.00000001 0 1', 'BELOW_MINIMUM passed 100 0 100']],
    ['below the minimum', { rules: { minNotional: '101' }, cash: '150' }, ['INSUFFICIENT_CASH passed 150 0 100', 'TOTAL_CAP passed 150 0 100', 'BELOW_LOT passed 0.00000001 0 1', 'BELOW_MINIMUM refused 101 0 100']],
    ['clipped below the lot: the tightest refuses', { sizing: byQuantity('5'), rules: { lot: '1', minNotional: '100' }, cash: '99' }, ['INSUFFICIENT_CASH refused 99 0 500', 'TOTAL_CAP clipped 99 0 500', 'BELOW_LOT passed 1 0 0']],
    ['clipped below the minimum: both refuse', { sizing: byQuantity('5'), rules: { minNotional: '100' }, caps: { perPosition: '0.00099' } }, ['INSUFFICIENT_CASH passed 100000 0 500', 'TOTAL_CAP passed 100000 0 500', 'PER_POSITION_CAP refused 99 0 500', 'BELOW_LOT passed 0.00000001 0 0.99', 'BELOW_MINIMUM refused 100 0 99']],
    ['exactly what a cap lets in', { caps: { perPosition: '0.001' } }, ['INSUFFICIENT_CASH passed 100000 0 100', 'TOTAL_CAP passed 100000 0 100', 'PER_POSITION_CAP passed 100 0 100', 'BELOW_LOT passed 0.00000001 0 1', 'BELOW_MINIMUM passed 0 0 100']],
  ])('%s', (_, scene, expected) => {
    const lines = told(scene);
    expect(lines.slice(lines.indexOf('PASSIVE_BREACH passed 0 0 0') + 1)).toEqual(expected);
  });
});
