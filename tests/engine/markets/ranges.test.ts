import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeMs } from '../../../core/kernel/units.ts';
import { leftOpen, lengthOf, united, within } from '../../../engine/markets/ranges.ts';
import type { Range } from '../../../engine/markets/ranges.ts';

const range = (from: number, to: number): Range => ({ fromMs: timeMs(from), toMs: timeMs(to) });

const LAST = 40;
const ranges = fc.array(fc.tuple(fc.nat(LAST), fc.nat(LAST)).map(([left, right]) => range(Math.min(left, right), Math.max(left, right))), { maxLength: 8 });
const pointsOf = (all: readonly Range[]): readonly number[] => Array.from({ length: LAST }, (_, point) => point).filter(point => all.some(({ fromMs, toMs }) => fromMs <= point && point < toMs));

describe('ranges of time', () => {
  it('are joined where they touch, and empty ones are none', () => {
    expect(united([range(5, 7), range(1, 3), range(3, 4), range(9, 9)])).toEqual([range(1, 4), range(5, 7)]);
  });

  it('leave open what no other covers', () => {
    expect(leftOpen(range(0, 10), [range(2, 4), range(3, 5), range(8, 12)])).toEqual([range(0, 2), range(5, 8)]);
    expect(leftOpen(range(3, 4), [range(0, 10)])).toEqual([]);
    expect(leftOpen(range(3, 4), [])).toEqual([range(3, 4)]);
  });

  it('are cut to bounds', () => {
    expect(within(range(0, 10), range(4, 20))).toEqual(range(4, 10));
    expect(within(range(0, 4), range(4, 20))).toBeNull();
  });

  it('agree with sets of points', () => {
    fc.assert(
      fc.property(ranges, ranges, (all, covered) => {
        expect(pointsOf(united(all))).toEqual(pointsOf(all));
        expect(lengthOf(united(all))).toBe(pointsOf(all).length);
        for (const wanted of all) expect(pointsOf(leftOpen(wanted, covered))).toEqual(pointsOf([wanted]).filter(point => !pointsOf(covered).includes(point)));
      }),
    );
  });
});
