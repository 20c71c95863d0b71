/** A failed assertion stops the desk and says the fact that did not hold. */
import { expect, test } from 'vitest';
import { assert } from '../../../core/kernel/assert.ts';

test('what holds passes, what does not throws its own words', () => {
  expect(() => assert(true, 'Two is two.')).not.toThrow();
  expect(() => assert(false, 'Two is three.')).toThrow('Assertion failed: Two is three.');
});
