/** Sentences for people: what stands in one line stays in one line, and is seen. */
import { expect, test } from 'vitest';
import { oneLine, typed } from '../../engine/wording.ts';

test.each([
  ['plain.csv', 'plain.csv'],
  ['Größe – 價格 😀.csv', 'Größe – 價格 😀.csv'],
  ['a\nb', String.raw`a\nb`],
  ['a\r\n\tb', String.raw`a\r\n\tb`],
  ['\u001b[31mred\u001b[0m', String.raw`\u001b[31mred\u001b[0m`],
  ['bell\u0007 del\u007f c1\u009b', String.raw`bell\u0007 del\u007f c1\u009b`],
  ['lines\u2028and\u2029paragraphs', String.raw`lines\u2028and\u2029paragraphs`],
  ['turned\u202egpj.exe', String.raw`turned\u202egpj.exe`],
  ['hidden\u200b\ufeff', String.raw`hidden\u200b\ufeff`],
  ['half \ud83d', String.raw`half \ud83d`],
])('%j is shown as %s', (text, shown) => {
  expect(oneLine(text)).toBe(shown);
});

test('what was typed and is in quotes already is not spelled out twice', () => {
  expect(oneLine(typed('a\nb'))).toBe(String.raw`"a\nb"`);
});
