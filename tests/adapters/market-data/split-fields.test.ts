/** One line of CSV in, fields out. */
import { expect, test } from 'vitest';
import { splitFields } from '../../../adapters/market-data/split-fields.ts';

test.each([
  ['a,b,c', ['a', 'b', 'c']], ['', ['']], [',', ['', '']], ['a', ['a']], [' a , b', [' a ', ' b']],
  ['"a","b"', ['a', 'b']], ['a,"b,c",d', ['a', 'b,c', 'd']], ['"say ""hi""",x', ['say "hi"', 'x']], ['"",""', ['', '']], ['a,"b",', ['a', 'b', '']], ['"a",,"c"', ['a', '', 'c']],
  ['"a', null], ['a,"b', null], ['a"b,c', null], ['"a"b,c', null], ['"a""', null],
])('%j → %j', (line, fields) => {
  expect(splitFields(line)).toEqual(fields);
});
