/** The ring of hourly returns: by hand, against a plain list over series with holes, in hours of many steps, and as bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, leafHashOf } from '../../../core/kernel/leaf-bytes.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import { feedOf } from '../../../core/market/feed.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import { lastReturns, noReturns, observeReturns, returnsContent, returnsOfContent } from '../../../core/risk/returns.ts';
import type { Returns } from '../../../core/risk/returns.ts';
import { candlesFrom, columnsOf } from '../../support/market.ts';

const SYMBOLS = ['AAA/USD', 'BBB/USD'].map(marketSymbol);
const FIRST = 1_000;
const STEPS: Readonly<Record<string, number>> = { '1h': 1, '15m': 4 };

type Closes = readonly (string | null)[];

const lines = (closes: Closes): string => closes.map(close => (close === null ? '-' : `${close} ${close} ${close} ${close} 1`)).join('\n');

/** The slice after one slot per entry of the longest list; null is a slot without a candle. */
const seen = (lists: readonly Closes[], timeframe: Timeframe = '1h', before: Returns = noReturns(lists.length)): Returns => {
  const symbols = SYMBOLS.slice(0, lists.length);
  const steps = STEPS[timeframe]!;
  const feed = feedOf(symbols, timeframe, symbols.map((symbol, index) => columnsOf(symbol, timeframe, candlesFrom(FIRST * steps, lines(lists[index]!)))));
  const length = Math.max(...lists.map(list => list.length));
  return Array.from({ length }, (_, at) => FIRST * steps + at).reduce((slice, slot) => observeReturns(slice, feed(slot), steps), before);
};

const leafOf = (returns: Returns): string => leafHashOf(returns.bytes);

describe('returns', () => {
  test('are counted in units of 10^-8, oldest first', () => {
    expect(lastReturns(seen([['100', '101', '100', '100', '50']]), 0, 4)).toEqual([1_000_000, -990_099, 0, -50_000_000]);
  });

  test('round half to even', () => {
    expect(lastReturns(seen([['200000000', '200000001']]), 0, 1)).toEqual([0]);
    expect(lastReturns(seen([['200000000', '200000003']]), 0, 1)).toEqual([2]);
    expect(lastReturns(seen([['200000000', '200000005']]), 0, 1)).toEqual([2]);
    expect(lastReturns(seen([['200000000', '199999999']]), 0, 1)).toEqual([0]);
    expect(lastReturns(seen([['200000000', '199999997']]), 0, 1)).toEqual([-2]);
  });

  test('beyond what a cell holds count as its largest', () => {
    expect(lastReturns(seen([['0.01', '1', '1000', '0.01']]), 0, 3)).toEqual([2_147_483_647, 2_147_483_647, -99_999_000]);
  });

  test('are null until there are as many as asked for', () => {
    const returns = seen([['1', '2', '3']]);
    expect(lastReturns(returns, 0, 3)).toBeNull();
    expect(lastReturns(returns, 0, 2)).toEqual([100_000_000, 50_000_000]);
    expect(lastReturns(seen([['1']]), 0, 1)).toBeNull();
    expect(lastReturns(seen([[null]]), 0, 1)).toBeNull();
    expect(lastReturns(noReturns(0), 0, 1)).toBeNull();
  });

  test('step over hours without a candle', () => {
    expect(lastReturns(seen([['100', null, null, '110', null, '121']]), 0, 2)).toEqual([10_000_000, 10_000_000]);
  });

  test('keep symbols apart', () => {
    const returns = seen([
      ['100', '101', null, '102.01'],
      [null, '10', '11', '11'],
    ]);
    expect([lastReturns(returns, 0, 2), lastReturns(returns, 1, 2)]).toEqual([
      [1_000_000, 1_000_000],
      [10_000_000, 0],
    ]);
  });

  test('of a finer timeframe go from the last close of one hour to that of the next', () => {
    const hours: Closes = ['90', '95', '99', '100', null, '105', null, null, null, null, null, null, '1', '2', '3', '110.25'];
    expect(lastReturns(seen([hours], '15m'), 0, 2)).toEqual([5_000_000, 5_000_000]);
    expect(lastReturns(seen([hours.slice(0, 7)], '15m'), 0, 1)).toBeNull();
    expect(lastReturns(seen([hours.slice(0, 8)], '15m'), 0, 1)).toEqual([5_000_000]);
  });

  test('are those of a plain list, holes and a full ring included', () => {
    const close = fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 6, arbitrary: fc.integer({ min: 1, max: 400 }).map(String) });
    fc.assert(
      fc.property(fc.array(close, { minLength: 1, maxLength: 420 }), fc.array(close, { minLength: 1, maxLength: 420 }), (left, right) => {
        const returns = seen([left, right]);
        for (const [index, list] of [left, right].entries()) {
          const closes = list.flatMap(text => (text === null ? [] : [Number(text)]));
          const plain = closes.slice(1).map((now, at) => Math.min(2_147_483_647, nearest(((now - closes[at]!) * 1e8) / closes[at]!))).slice(-168);
          expect(lastReturns(returns, index, 168)).toEqual(plain.length < 168 ? null : plain);
          const held = Math.min(plain.length, 24);
          if (held > 0) expect(lastReturns(returns, index, held)).toEqual(plain.slice(-held));
        }
      }),
      { seed: 4, numRuns: 40 },
    );
  });
});

const nearest = (value: number): number => {
  const floor = Math.floor(value);
  if (value - floor === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return Math.round(value);
};

describe('the slice', () => {
  const many: Closes = Array.from({ length: 400 }, (_, index) => (index % 17 === 3 ? null : String(100 + ((index * 37) % 11))));

  test('of the step before stays as it was', () => {
    const before = seen([['100', '101']]);
    const leaf = leafOf(before);
    seen([['200', '300', '400']], '1h', before);
    expect(lastReturns(before, 0, 1)).toEqual([1_000_000]);
    expect(leafOf(before)).toBe(leaf);
  });

  test('comes back from what was stored, with the same leaf', () => {
    const returns = seen([many, many.slice(40)]);
    const content = returnsContent(returns);
    // 18 bytes and 168 cells of 4 bytes a symbol, and 12 hashes of 32 bytes.
    expect(content).toHaveLength(2 * (18 + 4 * 168) + 12 * 32);
    const restored = returnsOfContent(content, 2);
    expect([lastReturns(restored, 0, 168), lastReturns(restored, 1, 168)]).toEqual([lastReturns(returns, 0, 168), lastReturns(returns, 1, 168)]);
    expect(leafOf(restored)).toBe(leafOf(returns));
    expect(returnsContent(noReturns(3))).toEqual(returnsContent(returnsOfContent(returnsContent(noReturns(3)), 3)));
  });

  test('altered in a segment where it was stored has another leaf', () => {
    const returns = seen([many]);
    const content = returnsContent(returns);
    content[content.length - 1]! ^= 1;
    expect(leafOf(returnsOfContent(content, 1))).not.toBe(leafOf(returns));
  });

  test('ends in the leaf hash of every segment', () => {
    const returns = seen([many]);
    const hashes = returns.segments.map(({ bytes }) => leafHashOf(bytes)).join('');
    expect([...contentOf(returns.bytes).subarray(18)]).toEqual(Array.from({ length: 12 * 32 }, (_, index) => hashes.charCodeAt(index)));
  });

  test('shares what stood still with the step before', () => {
    const before = seen([many.slice(0, 200), many.slice(0, 200)]);
    const feed = feedOf(SYMBOLS, '1h', SYMBOLS.map(symbol => columnsOf(symbol, '1h', candlesFrom(FIRST + 200, lines(['7'])))));
    const after = observeReturns(before, feed(FIRST + 200), 1);
    expect(after.segments.filter((segment, index) => segment !== before.segments[index])).toHaveLength(1);
  });

  test('differs by its leaf when one return differs', () => {
    const other = many.with(399, '250');
    expect(leafOf(seen([other]))).not.toBe(leafOf(seen([many])));
  });

  test('is empty where no volatility is asked for', () => {
    const none = noReturns(0);
    expect(returnsContent(none)).toHaveLength(0);
    const feed = feedOf([SYMBOLS[0]!], '1h', [columnsOf(SYMBOLS[0]!, '1h', candlesFrom(FIRST, lines(['1'])))]);
    expect(observeReturns(none, feed(FIRST), 1)).toBe(none);
  });
});
