import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binned, roundWidth } from '../../../web/report/client/bins.ts';

test('a width is one that people count in', () => {
  expect([0.0011, 0.002, 0.0021, 0.003, 0.006, 1].map(roundWidth).map(width => Number(width.toPrecision(6)))).toEqual([0.002, 0.002, 0.0025, 0.005, 0.01, 1]);
});

test('gains and losses never share a bin, and what lies far out is counted apart', () => {
  const values = [...Array.from({ length: 400 }, (_, index) => (index - 200) / 10_000), 5];
  const bins = binned(values)!;
  expect(bins.width).toBeCloseTo(0.002, 12);
  expect(bins.bins.some(({ from, to }) => from < -1e-12 && to > 1e-12)).toBe(false);
  expect(bins.above).toBe(1);
  expect(bins.below).toBe(0);
  expect(bins.bins.find(({ from }) => Math.abs(from) < 1e-12)?.count).toBe(20);
});

test('one value and no value', () => {
  expect(binned([])).toBeNull();
  expect(binned([0])).toEqual({ width: 0.01, below: 0, above: 0, bins: [{ from: 0, to: 0.01, count: 1 }] });
});

test('every value is counted once', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 200 }), values => {
      const { bins, below, above } = binned(values)!;
      return bins.reduce((sum, bin) => sum + bin.count, below + above) === values.length;
    }),
    { seed: 5, numRuns: 300 },
  );
});
