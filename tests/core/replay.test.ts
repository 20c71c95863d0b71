/** The first event and the first field in which two logs part. */
import { describe, expect, test } from 'vitest';
import { hourUtc } from '../../core/kernel/units.ts';
import { firstDivergence } from '../../core/replay.ts';

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const place = { what: 'decision', hour: hourUtc(7), step: 2 } as const;
const found = (expected: readonly string[], actual: readonly string[]) => {
  const divergence = firstDivergence(place, { expected, actual }, readJson);
  return divergence === null ? null : [divergence.seq, divergence.event, divergence.field, divergence.expected, divergence.actual];
};

const a = '{"amount":"1","list":[1,2],"type":"buy"}';

describe('two logs', () => {
  test('that are equal have no divergence', () => {
    expect(found([a, a], [a, a])).toBe(null);
    expect(found([], [])).toBe(null);
  });

  test.each<readonly [string, readonly string[], readonly string[], readonly unknown[]]>([
    ['a field', [a, a], [a, a.replace('"1"', '"2"')], [1, 'buy', 'amount', '1', '2']],
    ['a field inside a list', [a], [a.replace('[1,2]', '[1,3]')], [0, 'buy', 'list.1', '2', '3']],
    ['a field that is missing', [a], ['{"list":[1,2],"type":"buy"}'], [0, 'buy', 'amount', '1', null]],
    ['a field that is new', [a], [a.replace('"list"', '"extra":true,"list"')], [0, 'buy', 'extra', null, 'true']],
    ['the first field by name', ['{"b":1,"a":1,"type":"x"}'], ['{"b":2,"a":2,"type":"x"}'], [0, 'x', 'a', '1', '2']],
    ['another kind of value', ['{"a":1,"type":"x"}'], ['{"a":[1],"type":"x"}'], [0, 'x', 'a', '1', '[1]']],
    ['null', ['{"a":null,"type":"x"}'], ['{"a":"null","type":"x"}'], [0, 'x', 'bytes', '{"a":null,"type":"x"}', '{"a":"null","type":"x"}']],
    ['the type', [a], [a.replace('buy', 'sell')], [0, 'buy', 'type', 'buy', 'sell']],
    ['an event too many', [a], [a, '{"type":"more"}'], [1, 'more', 'presence', null, '{"type":"more"}']],
    ['an event too few', [a, '{"type":"more"}'], [a], [1, 'more', 'presence', '{"type":"more"}', null]],
    ['spelling alone', ['{"a": 1}'], ['{"a":1}'], [0, 'unreadable', 'bytes', '{"a": 1}', '{"a":1}']],
    ['bytes that are no longer readable', ['{"type":'], [a], [0, 'unreadable', 'bytes', '{"type":', a]],
  ])('part in %s', (_, expected, actual, divergence) => {
    expect(found(expected, actual)).toEqual(divergence);
  });

  test('part at a place that is told', () => {
    expect(firstDivergence(place, { expected: ['1'], actual: ['2'] }, readJson)).toMatchObject(place);
  });
});
