/** The median of the last 24 candle volumes: by hand, and against a slow list over seeded series with holes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafHashOf } from '../../../core/kernel/leaf-bytes.ts';
import { parseDecimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import { feedOf } from '../../../core/market/feed.ts';
import { medianVolume, noVolumes, observeVolumes, volumesContent, volumesOfContent, VOLUME_WINDOW } from '../../../core/market/volumes.ts';
import type { Volumes } from '../../../core/market/volumes.ts';
import { moneyOf } from '../../support/desk.ts';
import { candlesFrom, columnsOf } from '../../support/market.ts';

const SYMBOL = marketSymbol('AAA/USD');
const lines = (volumes: readonly (string | null)[]): string => volumes.map(volume => (volume === null ? '-' : `1 1 1 1 ${volume}`)).join('\n');

/** The volumes slice after one slot per entry; null is a slot without a candle. */
const seen = (volumes: readonly (string | null)[], before: Volumes = noVolumes(1)): Volumes => {
  const feed = feedOf([SYMBOL], '1h', [columnsOf(SYMBOL, '1h', volumes.length === 0 ? [] : candlesFrom(10, lines(volumes)))]);
  return volumes.reduce((slice, _, index) => observeVolumes(slice, feed(10 + index)), before);
};
const median = (...volumes: readonly (string | null)[]): bigint => medianVolume(seen(volumes), 0);
const upTo = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index + 1));

describe('the median', () => {
  test('of nothing is zero', () => {
    expect(median()).toBe(0n);
    expect(median(null, null)).toBe(0n);
  });

  test('of an odd count is the middle one, of an even count the mean of the middle two', () => {
    expect(median('5')).toBe(moneyOf('5'));
    expect(median('5', '1', '3')).toBe(moneyOf('3'));
    expect(median('5', '2')).toBe(moneyOf('3.5'));
    expect(median('9', '0', '2', '7.5')).toBe(moneyOf('4.75'));
  });

  test('rounds a mean down', () => {
    expect(median('0.000000000000000001', '0.000000000000000002')).toBe(1n);
  });

  test('of 23, 24 and 25 candles: the window holds 24 and drops the oldest', () => {
    expect(median(...upTo(23))).toBe(moneyOf('12'));
    expect(median(...upTo(24))).toBe(moneyOf('12.5'));
    expect(median(...upTo(25))).toBe(moneyOf('13.5'));
    expect(median(...upTo(60))).toBe(moneyOf('48.5'));
  });

  test('an hour without a candle neither counts nor erases', () => {
    expect(median(...upTo(23), null, null, null, '100')).toBe(moneyOf('12.5'));
  });

  test('a candle without volume counts', () => {
    expect(median('0', '0', '10')).toBe(0n);
  });

  test('is that of a plain list', () => {
    const volume = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 5_000 }).map(String), fc.stringMatching(/^[1-9]\d{0,3}\.\d{0,5}[1-9]$/));
    fc.assert(
      fc.property(fc.array(volume, { minLength: 1, maxLength: 80 }), volumes => {
        const window = volumes.flatMap(text => (text === null ? [] : [parseDecimal(text)!])).slice(-24).toSorted((left, right) => (left < right ? -1 : 1));
        const upper = window[Math.floor(window.length / 2)] ?? 0n;
        const lower = window[Math.ceil(window.length / 2) - 1] ?? 0n;
        expect(median(...volumes)).toBe((lower + upper) / 2n);
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});

describe('the slice', () => {
  test('keeps symbols apart', () => {
    const other = marketSymbol('BBB/USD');
    const feed = feedOf([SYMBOL, other], '1h', [columnsOf(SYMBOL, '1h', candlesFrom(10, lines(['1', null]))), columnsOf(other, '1h', candlesFrom(10, lines(['4', '8'])))]);
    const volumes = observeVolumes(observeVolumes(noVolumes(2), feed(10)), feed(11));
    expect([medianVolume(volumes, 0), medianVolume(volumes, 1)]).toEqual([moneyOf('1'), moneyOf('6')]);
  });

  test('of the step before stays as it was', () => {
    const before = seen(['1', '2']);
    seen(['9', '9', '9'], before);
    expect([before.count[0], medianVolume(before, 0)]).toEqual([2, moneyOf('1.5')]);
  });

  test('comes back from what was stored', () => {
    const volumes = seen(upTo(30));
    const restored = volumesOfContent(volumesContent(volumes), 1);
    expect(volumesContent(volumes)).toHaveLength(9 * VOLUME_WINDOW + 4);
    expect([restored.count[0], medianVolume(restored, 0)]).toEqual([30, moneyOf('18.5')]);
    expect(leafHashOf(restored.bytes)).toBe(leafHashOf(volumes.bytes));
  });

  test('is empty where no participation limit asks for it', () => {
    const none = noVolumes(0);
    expect(volumesContent(none)).toHaveLength(0);
    expect(seen(['1'], none)).toBe(none);
  });
});
