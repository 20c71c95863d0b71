/**
 * Random integers that are the same on every machine: Marsaglia's xorshift generator on 32 bits, and a bell curve as
 * the sum of twelve of its draws. For the invented demo market only; nothing that is real or secret may come from here.
 */
import { assert } from '../../core/kernel/assert.ts';

/** A draw below 65,536. */
export type DrawUniform = () => number;
export const UNIFORM_STEPS = 65_536;
/** The standard deviation of a normal draw: twelve uniforms of variance 65,536² ÷ 12. */
export const NORMAL_SIGMA = 65_536;
const DRAWS = 12;
const DRAWS_MEAN = (DRAWS * (UNIFORM_STEPS - 1)) / 2;

/** A generator of its own for each seed, so that one series can change without moving the others. */
export const uniformDraws = (seed: number): DrawUniform => {
  assert(Number.isInteger(seed) && seed > 0 && seed < 2 ** 32, 'A seed is a positive integer of 32 bits.');
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    // The upper half, because its bits are the better mixed ones.
    return state >>> 16;
  };
};

/** A draw of mean 0 and standard deviation NORMAL_SIGMA, bounded at six of it. A whole number. */
export const normalDraw = (draw: DrawUniform): number => {
  let sum = 0;
  for (let index = 0; index < DRAWS; index += 1) sum += draw();
  return sum - DRAWS_MEAN;
};
