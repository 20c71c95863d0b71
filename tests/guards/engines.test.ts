/** A part that differs, is missing or is new counts as a difference; what is not an answer is not taken for one. */
import { expect, test } from 'vitest';
import { answerOf, differingParts } from '../../tools/engines/compare.ts';

const answer = (hashes: Readonly<Record<string, string>>) => ({ timeZone: 'UTC', locale: 'en-US', hashes });

test.each([
  ['the same', { a: '1', b: '2' }, { b: '2', a: '1' }, []],
  ['another hash', { a: '1', b: '2' }, { a: '1', b: '3' }, ['b']],
  ['a part is missing', { a: '1', b: '2' }, { a: '1' }, ['b']],
  ['a part too many', { a: '1' }, { a: '1', b: '2' }, ['b']],
])('%s', (_name, expected, actual, parts) => {
  expect(differingParts(answer(expected), answer(actual))).toEqual(parts);
});

test.each([
  ['nothing', ''],
  ['no hashes', '{"timeZone":"UTC","locale":"en-US","hashes":{}}'],
  ['another document', '{"done":true}'],
  ['text before it', 'warning\n{"hashes":{"a":"1"}}'],
])('%s is no answer', (_name, printed) => {
  expect(answerOf(printed)).toBeNull();
});

test('an answer', () => {
  expect(answerOf('{"timeZone":"UTC","locale":"tr-TR","hashes":{"a":"1"}}\n')).toEqual({ timeZone: 'UTC', locale: 'tr-TR', hashes: { a: '1' } });
});
