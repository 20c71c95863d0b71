/** Buckets: what they say is what came of them, shrunk toward knowing nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUCKET_SIZE, chanceOfRise, countOutcome, fadeOutcomes, meanSigmas } from '../../../core/predictions/calibration.ts';

const bucketOf = (outcomes: readonly (readonly [rose: number, sigmas: number])[]): Float64Array => {
  const memory = new Float64Array(BUCKET_SIZE);
  for (const [rose, sigmas] of outcomes) countOutcome(memory, 0, rose, sigmas);
  return memory;
};

test('knows nothing at first', () => {
  expect([chanceOfRise(bucketOf([]), 0, 1), meanSigmas(bucketOf([]), 0, 1)]).toEqual([0.5, 0]);
});

test('adds as many undecided outcomes as it is told to', () => {
  // Three of four rose, and σ add up to 2.
  const memory = bucketOf([[1, 2], [1, 1], [1, 0.5], [0, -1.5]]);
  expect([chanceOfRise(memory, 0, 4), meanSigmas(memory, 0, 4)]).toEqual([0.625, 0.25]);
  expect([chanceOfRise(memory, 0, 12), meanSigmas(memory, 0, 12)]).toEqual([0.5625, 0.125]);
});

test('counts a standstill as half a rise', () => {
  expect(chanceOfRise(bucketOf([[0.5, 0], [0.5, 0]]), 0, 2)).toBe(0.5);
});

test('halves what it holds once that is enough, and says the same of it', () => {
  const memory = bucketOf([[1, 1], [1, 1], [1, 1], [0, -1]]);
  fadeOutcomes(memory, 0, 5);
  expect([...memory]).toEqual([4, 3, 2]);
  fadeOutcomes(memory, 0, 4);
  expect([...memory]).toEqual([2, 1.5, 1]);
});

test('a chance lies between none and all, and nearer to even than what was counted', () => {
  const outcomes = fc.array(fc.tuple(fc.constantFrom(0, 0.5, 1), fc.double({ min: -10, max: 10, noNaN: true })), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(outcomes, fc.integer({ min: 1, max: 1_000 }), (drawn, prior) => {
      const memory = bucketOf(drawn);
      const counted = memory[1]! / memory[0]!;
      const chance = chanceOfRise(memory, 0, prior);
      expect(chance).toBeGreaterThan(0);
      expect(chance).toBeLessThan(1);
      expect(Math.abs(chance - 0.5)).toBeLessThanOrEqual(Math.abs(counted - 0.5));
    }),
    { numRuns: 200 },
  );
});
