/** Two executions of one hour: equal ones pass, and of unequal ones the first difference is named. */
import { expect, test } from 'vitest';
import { assertSameTwice } from '../../../adapters/sandbox/same-twice.ts';
import type { Execution } from '../../../adapters/sandbox/same-twice.ts';

const FIRST: Execution = { decisions: ['{"a":1}', '{"b":2}'], stateDigest: 'aa' };
const between = (second: Execution) => (): void => assertSameTwice({ strategy: 'mine.ts', hour: '2024-03-01T05:00:00Z', first: FIRST, second });

test('equal executions pass', () => {
  expect(between({ decisions: ['{"a":1}', '{"b":2}'], stateDigest: 'aa' })).not.toThrow();
});

test.each([
  [{ ...FIRST, decisions: ['{"a":1}', '{"b":3}'] }, 'decision 2 is {"b":2} and then {"b":3}'],
  [{ ...FIRST, decisions: ['{"a":1}'] }, 'decision 2 is {"b":2} and then none'],
  [{ ...FIRST, decisions: [...FIRST.decisions, '{"c":1}'] }, 'decision 3 is none and then {"c":1}'],
  [{ ...FIRST, stateDigest: 'bb' }, 'the state is aa and then bb'],
])('%j is refused', (second, difference) => {
  expect(between(second)).toThrow(`mine.ts: two executions of 2024-03-01T05:00:00Z differ: ${difference}.`);
});
