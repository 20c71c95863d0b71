/** freqtrade's JSON: numbers by their characters, rows by their brackets, and everything else refused with its row. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { asText, fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';

const write = fileWriter(await temporaryFolder());
const ROWS = '[[1709269200000,61148.0,61299.90,61074.6,61266.5,33.59053224],[1709272800000,61266.5,61512.2,61266.4,61512.2,0.0]]';
const CANDLES = ['1 1709269200000 61148 61299.9 61074.6 61266.5 33.59053224 ', '2 1709272800000 61266.5 61512.2 61266.4 61512.2 0 '];

describe('the same two candles', () => {
  test.each([
    ['on one line', ROWS],
    ['over many lines', ROWS.replaceAll(',', ',\n  ').replaceAll('[', '[\r\n')],
    ['after a byte-order mark and spaces', `\uFEFF \n${ROWS}\n `],
    ['gzipped', gzipSync(ROWS)],
    ['with numbers as text', ROWS.replaceAll(/\d+\.\d+/g, '"$&"')],
  ])('%s', async (_, content) => {
    const { candles, tally } = await readWhole(await write('BTC_USDT-1h.json', content), { strict: true });
    expect(candles.map(asText)).toEqual(CANDLES);
    expect(tally).toMatchObject({ format: 'freqtrade-json', lines: 2, rejected: 0 });
  });
});

test('no digit goes through a float', async () => {
  const path = await write('digits.json', '[[1709269200000,0.1234567890123456789,9007199254740993.5,0.1,1,0.000000000000000001],[1709272800000,0.123456789012345678,900719925474099.351,0.1,1.000,0.000000000000000001]]');
  const { candles, rejected } = await readWhole(path);
  expect(rejected).toEqual([{ file: path, line: 1, reason: 'open 0.1234567890123456789 has more than 18 decimals' }]);
  expect(candles.map(asText)).toEqual(['2 1709272800000 0.123456789012345678 900719925474099.351 0.1 1 0.000000000000000001 ']);
});

test('a file cut into pieces anywhere reads as one', async () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => `[ ${1_640_995_200_000 + index * 3_600_000}, 10.${index}, 20, 5, 11, ${index}.5 ]`);
  const { candles, tally } = await readWhole(await write('long.json', `[${rows.join(', ')}]`));
  expect(tally).toMatchObject({ candles: 20_000, rejected: 0, gaps: 0 });
  expect(asText(candles.at(-1)!)).toBe('20000 1712991600000 10.19999 20 5 11 19999.5 ');
});

test('every row is accounted for', async () => {
  const path = await write('rows.json', '[[1709269200000,1,2,1,1,1],[],[1709272800000,1,2,1,1],[1709276400000,1,NaN,1,1,1],[1709280000000,1e3,2000,1,1,1],[1709283600000,null,2,1,1,1],["]",1,1,1,1,1]]');
  await expect(readWhole(path)).rejects.toThrow(`${path}:8: a row cannot begin or end with "\\"".`);
  const { tally, rejected } = await readWhole(await write('rows.json', '[[1709269200000,1,2,1,1,1],[],[1709272800000,1,2,1,1],[1709276400000,1,NaN,1,1,1],[1709280000000,1e3,2000,1,1,1],[1709283600000,null,2,1,1,1],["\\"",1,1,1,1,1]]'));
  expect(tally).toMatchObject({ lines: 7, candles: 1, rejected: 6 });
  expect(rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '2 the line has 1 column, expected 6', '3 the line has 5 columns, expected 6', '4 high NaN is not a number', '5 open 1e3 uses exponent notation; write it out in full',
    '6 open null is not a plain decimal number', '7 a quote is not closed',
  ]);
});

describe('what is no list of rows', () => {
  const HINT = 'Expected is a list of rows: [[milliseconds, open, high, low, close, volume], …].';
  test.each([
    ['an object', '{"data": []}', `f.json: a row cannot begin or end with "{". ${HINT}`],
    ['a list of objects', '[{"open": 1}]', `f.json:1: a row cannot begin or end with "{". ${HINT}`],
    ['a list of numbers', '[1, 2]', `f.json:1: a row cannot begin or end with "1". ${HINT}`],
    ['an empty list', '[ ]', 'f.json: the file has no candle lines. Copy or download it again.'],
    ['a row in a row', '[[1709269200000,[1],2,1,1,1]]', `f.json:1: the row holds a list or an object. ${HINT}`],
    ['an object in a row', '[[1,2,3,4,5,6],[1709269200000,{"a":1},2,1,1,1]]', `f.json:2: the row holds a list or an object. ${HINT}`],
    ['cut off in a row', ROWS.slice(0, -20), `f.json:1: the JSON ends before its list does; the file is truncated. ${HINT}`],
    ['cut off after a row', ROWS.slice(0, -1), `f.json:2: the JSON ends before its list does; the file is truncated. ${HINT}`],
    ['a comma too many', `${ROWS.slice(0, -1)},]`, `f.json:3: a row cannot begin or end with "]". ${HINT}`],
    ['a comma too few', ROWS.replace('],[', '] ['), `f.json:2: a row cannot begin or end with "[". ${HINT}`],
    ['two lists', ROWS + ROWS, `f.json:3: something follows the list: [. ${HINT}`],
    ['a row without an end', `[[${'1'.repeat(400_000)}`, `f.json:1: the row is longer than 65536 characters. ${HINT}`],
  ])('%s', async (_, content, message) => {
    await expect(readWhole(await write('f.json', content))).rejects.toThrow(message);
  });
});
