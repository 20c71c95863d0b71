/** A thinned curve keeps its ends and every extreme, of the whole and of each stretch, and makes nothing up. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { curveThinner, drawn } from '../../../engine/report/thin-curve.ts';
import type { CurveSize } from '../../../engine/report/thin-curve.ts';

type Point = readonly [hour: number, value: number];

const thinned = (size: CurveSize, points: readonly Point[]): readonly Point[] => {
  const thinner = curveThinner(size);
  for (const [hour, value] of points) thinner.add(hour, value);
  const { hours, values } = thinner.curve();
  return hours.map((hour, index) => [hour, values[index]!]);
};

test('a curve that fits stays as it is', () => {
  expect(thinned({ fromHour: 100, hours: 4, pointsMax: 4 }, [[100, 1], [101, 1], [102, 3], [103, 2]])).toEqual([[100, 1], [101, 1], [102, 3], [103, 2]]);
});

test('of every stretch the lowest and the highest stay, in their order, and the ends', () => {
  const points: readonly Point[] = [[0, 5], [1, 9], [2, 1], [3, 4], [4, 4], [5, 3], [6, 8], [7, 2], [8, 2], [9, 7], [10, 6], [11, 6]];
  expect(thinned({ fromHour: 0, hours: 12, pointsMax: 8 }, points)).toEqual([[0, 5], [1, 9], [2, 1], [6, 8], [7, 2], [8, 2], [9, 7], [11, 6]]);
});

test('hours may be left out, one point is a curve, and so is none', () => {
  expect(thinned({ fromHour: 0, hours: 1_000, pointsMax: 6 }, [[3, 1], [400, 2], [900, 1.5]])).toEqual([[3, 1], [400, 2], [900, 1.5]]);
  expect(thinned({ fromHour: 7, hours: 1, pointsMax: 6 }, [[7, 1]])).toEqual([[7, 1]]);
  expect(thinned({ fromHour: 7, hours: 100, pointsMax: 6 }, [])).toEqual([]);
});

test('values have seven significant digits', () => {
  expect([1 / 3, 123_456_789, -0.000123456789].map(drawn)).toEqual([0.3333333, 123_456_800, -0.0001234568]);
});

const anyCurve = fc
  .record({ fromHour: fc.integer({ min: -1_000, max: 600_000 }), pointsMax: fc.integer({ min: 4, max: 60 }), steps: fc.array(fc.record({ skip: fc.integer({ min: 1, max: 4 }), value: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }), { minLength: 1, maxLength: 400 }) })
  .map(({ fromHour, pointsMax, steps }) => {
    let hour = fromHour - 1;
    const points = steps.map(({ skip, value }): Point => [(hour += skip), value]);
    return { size: { fromHour, hours: hour - fromHour + 1, pointsMax }, points };
  });

test('any curve', () => {
  fc.assert(
    fc.property(anyCurve, ({ size, points }) => {
      const kept = thinned(size, points);
      const rounded = new Map(points.map(([hour, value]) => [hour, drawn(value)]));
      expect(kept.length).toBeLessThanOrEqual(Math.max(size.pointsMax, 4));
      for (const [index, [hour, value]] of kept.entries()) {
        expect(rounded.get(hour)).toBe(value);
        if (index > 0) expect(hour).toBeGreaterThan(kept[index - 1]![0]);
      }
      expect([kept[0]![0], kept.at(-1)![0]]).toEqual([points[0]![0], points.at(-1)![0]]);
      const values = kept.map(([, value]) => value);
      expect(Math.max(...values)).toBe(Math.max(...rounded.values()));
      expect(Math.min(...values)).toBe(Math.min(...rounded.values()));
      // No stretch as long as two of the thinner's own hides a value that lies beyond what is left of it.
      const stretch = size.hours <= size.pointsMax ? 1 : Math.ceil(size.hours / Math.floor((size.pointsMax - 2) / 2));
      for (const [hour, value] of rounded) {
        const near = kept.filter(([at]) => Math.abs(at - hour) < stretch).map(([, left]) => left);
        expect(Math.min(...near)).toBeLessThanOrEqual(value);
        expect(Math.max(...near)).toBeGreaterThanOrEqual(value);
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});
