/** Marks: the last close of each symbol and where it came from; candles that come late move a mark forward or not at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../../core/kernel/digest.ts';
import { leafHashOf } from '../../../core/kernel/leaf-bytes.ts';
import { valueAt } from '../../../core/kernel/rounding.ts';
import { digestOf, marketSymbol, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { Fact } from '../../../core/log.ts';
import { markOf, marksContent, marksOfContent, noMarks, observeMarket, worthAtMark } from '../../../core/market/marks.ts';
import { agentOf, byQuantity, deskOf, feedFor, instrument, moneyOf } from '../../support/desk.ts';
import { traded } from '../../support/account.ts';
import { candlesFrom } from '../../support/market.ts';

const DESK = deskOf({ universe: [instrument('AAA/USD'), instrument('BBB/USD')], agents: [agentOf('scripted', byQuantity('1'))] }, [[]]);
const feed = () => feedFor(DESK, [candlesFrom(100, '1 1 1 10.5 1\n-\n1 1 1 12 1'), candlesFrom(101, '1 1 1 7.25 1')]);

/** Marks after the slots 100, 101 and 102: AAA 12 of slot 102, BBB 7.25 of slot 101. */
const after102 = () => {
  const at = feed();
  return [100, 101, 102].map(at).reduce((marks, step) => observeMarket(DESK, marks, step, []), noMarks(2));
};

const arrived = (type: 'candle_late' | 'candle_revised', symbol: string, slot: number, close: string): Fact => ({
  type,
  atMs: timeMs(370_000_000),
  symbol: marketSymbol(symbol),
  openMs: timeMs(slot * 3_600_000),
  values: { open: '1', high: '99', low: '1', close, volume: '1' },
  digest: digestOf('00'.repeat(32)),
  supersedes: digestOf('11'.repeat(32)),
});

const marksAfter = (...facts: readonly Fact[]) => {
  const at = feed();
  const step = at(103);
  const marks = observeMarket(DESK, after102(), step, facts);
  return [0, 1].map(index => [markOf(marks, index), marks.slot[index]]);
};

describe('candles in time', () => {
  test('there is no mark before the first candle', () => {
    const marks = noMarks(2);
    expect([markOf(marks, 0), markOf(marks, 1), ...marks.slot]).toEqual([null, null, -1, -1]);
  });

  test('each symbol keeps its last close and the slot it came from', () => {
    const at = feed();
    const first = observeMarket(DESK, noMarks(2), at(100), []);
    const second = observeMarket(DESK, first, at(101), []);
    expect([markOf(first, 0), markOf(first, 1), ...first.slot]).toEqual([moneyOf('10.5'), null, 100, -1]);
    expect([markOf(second, 0), markOf(second, 1), ...second.slot]).toEqual([moneyOf('10.5'), moneyOf('7.25'), 100, 101]);
  });

  test('the marks of the step before stay as they were', () => {
    const before = after102();
    const hash = hexOf(leafHashOf(before.bytes));
    observeMarket(DESK, before, feedFor(DESK, [candlesFrom(103, '5 5 5 5 5'), candlesFrom(103, '6 6 6 6 6')])(103), []);
    expect(hexOf(leafHashOf(before.bytes))).toBe(hash);
  });

  test('content that was stored gives the same marks', () => {
    const marks = after102();
    const restored = marksOfContent(marksContent(marks), 2);
    expect(marksContent(marks)).toHaveLength(26);
    expect([markOf(restored, 0), markOf(restored, 1), ...restored.slot]).toEqual([moneyOf('12'), moneyOf('7.25'), 102, 101]);
    expect(leafHashOf(restored.bytes)).toBe(leafHashOf(marks.bytes));
  });
});

const UNMOVED = [
  [moneyOf('12'), 102],
  [moneyOf('7.25'), 101],
];

describe.each(['candle_late', 'candle_revised'] as const)('%s', type => {
  test('newer than the mark moves it', () => {
    expect(marksAfter(arrived(type, 'BBB/USD', 102, '8'))).toEqual([UNMOVED[0], [moneyOf('8'), 102]]);
  });

  test('of the very candle of the mark replaces it', () => {
    expect(marksAfter(arrived(type, 'AAA/USD', 102, '12.01'))).toEqual([[moneyOf('12.01'), 102], UNMOVED[1]]);
  });

  test('older than the mark does nothing', () => {
    expect(marksAfter(arrived(type, 'AAA/USD', 101, '99'), arrived(type, 'BBB/USD', 100, '99'))).toEqual(UNMOVED);
  });

  test('of a symbol outside of the universe does nothing', () => {
    expect(marksAfter(arrived(type, 'ZZZ/USD', 102, '99'))).toEqual(UNMOVED);
  });

  test.each([103, 104])('that opens at slot %i, in this step or after it, is a defect', slot => {
    expect(() => marksAfter(arrived(type, 'AAA/USD', slot, '99'))).toThrow(/opened before this step/);
  });
});

test('two late candles leave the newer one, in whatever order they stand', () => {
  const [older, newer] = [arrived('candle_late', 'BBB/USD', 101, '8'), arrived('candle_late', 'BBB/USD', 102, '9')];
  expect(marksAfter(older, newer)).toEqual([UNMOVED[0], [moneyOf('9'), 102]]);
  expect(marksAfter(newer, older)).toEqual([UNMOVED[0], [moneyOf('9'), 102]]);
});

test('a candle of the step itself outranks one that came late', () => {
  const step = feedFor(DESK, [candlesFrom(103, '5 5 5 5 5'), []])(103);
  const marks = observeMarket(DESK, after102(), step, [arrived('candle_late', 'AAA/USD', 102, '99')]);
  expect([markOf(marks, 0), marks.slot[0]]).toEqual([moneyOf('5'), 103]);
});

describe('a trade of the account', () => {
  const tradedAt = (symbol: string, slot: number, price: string): Fact => ({ ...traded([0, 'T'], { side: 'BUY', symbol, quantity: '1', price, amount: '1' }), atMs: timeMs(slot * 3_600_000 + 59 * 60_000) });

  test('is the mark where no candle of its time is', () => {
    expect(marksAfter(tradedAt('AAA/USD', 103, '7.5'))).toEqual([[moneyOf('7.5'), 103], UNMOVED[1]]);
    expect(marksAfter(tradedAt('AAA/USD', 102, '7.5'))[0]).toEqual([moneyOf('7.5'), 102]);
  });

  test('never outranks the candle of its step, nor what came later', () => {
    const step = feedFor(DESK, [candlesFrom(103, '5 5 5 5 5'), []])(103);
    const marks = observeMarket(DESK, after102(), step, [tradedAt('AAA/USD', 103, '99')]);
    expect([markOf(marks, 0), marks.slot[0]]).toEqual([moneyOf('5'), 103]);
    expect(marksAfter(tradedAt('AAA/USD', 1, '99'))).toEqual(UNMOVED);
  });

  test('against another asset than the quote marks nothing', () => {
    expect(marksAfter(tradedAt('AAA/BBB', 103, '7.5'))).toEqual(UNMOVED);
  });

  test('at a price of more digits than a mark holds is rounded half-even to eighteen', () => {
    expect(marksAfter(tradedAt('AAA/USD', 103, '12.00000000000000005'))[0]).toEqual([moneyOf('12'), 103]);
    expect(marksAfter(tradedAt('AAA/USD', 103, '12.00000000000000015'))[0]).toEqual([moneyOf('12.0000000000000002'), 103]);
    expect(marksAfter(tradedAt('AAA/USD', 103, '99999999999999999999'))).toEqual(UNMOVED);
    expect(marksAfter(tradedAt('AAA/USD', 103, '0'))).toEqual(UNMOVED);
  });
});

describe('what a quantity is worth', () => {
  test('before the first candle nothing is known', () => {
    expect(worthAtMark(noMarks(1), 0, quantity(1n))).toBe(null);
  });

  test('equals the value at the widened mark for any mantissa, scale and quantity', () => {
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 2n ** 62n }), fc.nat(18), fc.bigInt({ min: 0n, max: 10n ** 30n }), (mantissa, scale, held) => {
      const marks = noMarks(1);
      marks.mantissa[0] = mantissa;
      marks.scale[0] = scale;
      marks.slot[0] = 7;
      expect(worthAtMark(marks, 0, quantity(held))).toBe(valueAt(quantity(held), markOf(marks, 0)!));
    }));
  });

  test('ties go to the even neighbour', () => {
    const marks = noMarks(1);
    marks.mantissa[0] = 5n;
    marks.scale[0] = 1;
    marks.slot[0] = 7;
    expect([1n, 3n, 5n].map(held => worthAtMark(marks, 0, quantity(held)))).toEqual([0n, 2n, 2n]);
  });
});
