/** Lines of values and keys in JSON text, and the key that is repeated. */
import { describe, expect, test } from 'vitest';
import { placesOf } from '../../engine/json-places.ts';

const linesOf = (text: string): Readonly<Record<string, number>> => Object.fromEntries(placesOf(text).lines);

describe('places', () => {
  test('are found at any depth', () => {
    expect(linesOf('{\n "a": 1,\n\n "b": {\n  "c": [\n   true,\n   { "d": null }\n  ],\n  "e": "x"\n }\n}')).toEqual({
      '': 1,
      a: 2,
      b: 4,
      'b.c': 5,
      'b.c[0]': 6,
      'b.c[1]': 7,
      'b.c[1].d': 7,
      'b.e': 9,
    });
  });

  test('are not confused by what a text holds', () => {
    expect(linesOf('{ "a}\\"": "\\\\",\n "b": "{\\"c\\": [1,\\n2]}",\n "\\u0063": -1.5e+3 }')).toEqual({ '': 1, 'a}"': 1, b: 2, c: 3 });
  });

  test('of nothing and of one value', () => {
    expect(linesOf('{}')).toEqual({ '': 1 });
    expect(linesOf('\n[ ]')).toEqual({ '': 2 });
    expect(linesOf(' "x" ')).toEqual({ '': 1 });
  });

  test('name the line of a key, not of a value that begins later', () => {
    expect(linesOf('{ "a"\n:\n[1\n,2] }')).toEqual({ '': 1, a: 1, 'a[0]': 3, 'a[1]': 4 });
  });
});

describe('a repeated key', () => {
  test('is found where it stands again, once', () => {
    expect(placesOf('{ "a": 1,\n "b": { "c": 1,\n "c": 2,\n "c": 3 },\n "a": 2 }').repeated).toEqual({ path: 'b.c', line: 3 });
  });

  test('is one however it is spelled', () => {
    expect(placesOf('{ "a": 1, "\\u0061": 2 }').repeated).toEqual({ path: 'a', line: 1 });
  });

  test('in another object is none', () => {
    expect(placesOf('[{ "a": 1 }, { "a": 2, "b": { "a": 3 } }]').repeated).toBeNull();
  });
});
