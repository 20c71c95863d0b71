/** Halving finds what a walk from the first hour finds, and asks far less often. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HourUtc } from '../../core/kernel/units.ts';
import { firstDifferent } from '../../engine/parity/bisect.ts';

const hour = (value: number): HourUtc => value as HourUtc;

/** Chained hashes: `differsFrom` is the first hour whose hash differs, and every later one does. */
const asked = async (hours: number, differsFrom: number | null) => {
  const questions: number[] = [];
  const isEqual = (at: HourUtc): Promise<boolean> => {
    questions.push(at);
    return Promise.resolve(differsFrom === null || at < differsFrom);
  };
  const found = await firstDifferent({ fromHour: hour(1_000), throughHour: hour(999 + hours) }, isEqual);
  return { found, questions };
};

const linear = (hours: number, differsFrom: number | null): number | null => {
  for (let at = 1_000; at < 1_000 + hours; at += 1) if (differsFrom !== null && at >= differsFrom) return at;
  return null;
};

test('it finds the hour that a linear scan finds, in at most log₂(n) + 2 questions', async () => {
  const cases = fc.integer({ min: 0, max: 100_000 }).chain(hours => fc.tuple(fc.constant(hours), fc.option(fc.integer({ min: 1_000, max: 1_000 + hours }))));
  await fc.assert(
    fc.asyncProperty(cases, async ([hours, differsFrom]) => {
      const { found, questions } = await asked(hours, differsFrom);
      expect(found).toBe(linear(hours, differsFrom));
      expect(questions.length).toBeLessThanOrEqual(hours === 0 ? 0 : Math.ceil(Math.log2(hours)) + 1);
      expect(new Set(questions).size).toBe(questions.length);
    }),
  );
});

test.each([
  [1, 1_000, [1_000]],
  [8, 1_005, [1_007, 1_003, 1_005, 1_004]],
  [8, null, [1_007]],
  [0, null, []],
])('of %i hours that differ from %s on it asks for %j', async (hours, differsFrom, questions) => {
  expect((await asked(hours, differsFrom)).questions).toEqual(questions);
});
