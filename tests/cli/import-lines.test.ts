/** Files that are not as they should be: every line is accounted for with its reason, and whole files are refused with a way out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { scratchStore } from '../support/scratch-store.ts';
import { failureOf, runTb } from '../support/tb.ts';
import type { ScratchStore } from '../support/scratch-store.ts';

const HEADER = 'ts,open,high,low,close,volume\n';

let store: ScratchStore;

beforeAll(async () => {
  store = await scratchStore();
});

/** Lines 2, 3, … of a file, and why each is rejected; null for good ones. */
const LINES: readonly (readonly [string, RegExp | null])[] = [
  ['2024-03-01T00:00:00Z,10,12,9,11,5', null],
  ['2024-03-01T01:00:00Z,10,12,9,11', /^the line has 5 columns, expected 6$/],
  ['2024-03-01T01:00:00Z,10,12,9,11,5,6', /^the line has 7 columns, expected 6$/],
  ['2024-03-01T01:00:00Z,10,"12,9,11,5', /^a quote is not closed$/],
  [',10,12,9,11,5', /^time is empty$/],
  ['yesterday,10,12,9,11,5', /^time yesterday is neither an epoch nor ISO 8601/],
  ['2024-03-01T01:00:00,10,12,9,11,5', /has no offset; write 2024-03-01T01:00:00Z/],
  ['2024-02-30T01:00:00Z,10,12,9,11,5', /is not a real date and time$/],
  ['2024-03-01T01:30:00Z,10,12,9,11,5', /^time 2024-03-01T01:30:00Z is not on a 1h boundary$/],
  ['1709254800.5,10,12,9,11,5', /^time 1709254800.5 is neither/],
  ['12,10,12,9,11,5', /^time 12 is no moment between 2009 and 2100/],
  ['2099-03-01T01:00:00Z,10,12,9,11,5', /^time 2099-03-01T01:00:00Z is in the future; now is 20/],
  ['2024-03-01T01:00:00Z,10,8,9,11,5', /^high 8 is below low 9$/],
  ['2024-03-01T01:00:00Z,13,12,9,11,5', /^open 13 is outside low 9 to high 12$/],
  ['2024-03-01T01:00:00Z,10,12,9,8.99,5', /^close 8.99 is outside low 9 to high 12$/],
  ['2024-03-01T01:00:00Z,10,12,0,11,5', /^a price of zero is no price$/],
  ['2024-03-01T01:00:00Z,-10,12,-11,11,5', /^open -10 is negative$/],
  ['2024-03-01T01:00:00Z,10,NaN,9,11,5', /^high NaN is not a number$/],
  ['2024-03-01T01:00:00Z,10,Infinity,9,11,5', /^high Infinity is not a number$/],
  ['2024-03-01T01:00:00Z,10,1.2e1,9,11,5', /^high 1.2e1 uses exponent notation; write it out in full$/],
  ['2024-03-01T01:00:00Z,10,12,9,11.0000000000000000001,5', /^close 11.0000000000000000001 has more than 18 decimals$/],
  ['2024-03-01T01:00:00Z,10,12345678901234567.891,9,11,5', /^high 12345678901234567.891 has more than 18 significant digits$/],
  ['2024-03-01T01:00:00Z,10,12,9,11,', /^volume is empty$/],
  ['2024-03-01T01:00:00Z,10,12,9,11,-1', /^volume -1 is negative$/],
  ['2024-03-01T01:00:00Z,10,"1,2",9,11,5', /^high 1,2 is not a plain decimal number$/],
  ['2024-03-01T01:00:00Z,10,12,9,11,5', null],
  ['2024-03-01T01:00:00Z,10,12,9,11,6', /^the candle of 2024-03-01T01:00:00Z stands in line 27 with other values, and that one is kept$/],
  ['2024-03-01T02:00:00Z,10.10,12.000,9,11,0', null],
];

test('every bad line is rejected with file, line and reason, and the good ones are stored', async () => {
  await store.write('bad.csv', HEADER + LINES.map(([line]) => `${line}\n`).join(''));
  const report = await store.json('import bad.csv --symbol AAA/USD');
  const expected = LINES.flatMap(([, reason], index) => (reason === null ? [] : [{ file: 'bad.csv', line: index + 2, reason: expect.stringMatching(reason) as unknown }]));
  expect(report).toMatchObject({ added: 3, duplicates: 0, revisions: 0, gaps: { count: 0, missing: 0 } });
  expect(report['rejected']).toEqual(expected);
  const text = await store.tb('import bad.csv --symbol AAA/USD');
  expect(text.out).toContain('rejected bad.csv:3 the line has 5 columns, expected 6\n');
  expect(text.out).toContain(`… and ${expected.length - 10} more (--json lists all)`);
});

test('the same candles in another order and twice are one market', async () => {
  await store.write('disordered.csv', `${HEADER}2024-03-01T02:00:00Z,10.1,12,9,11,0\n2024-03-01T00:00:00Z,10,12,9,11,5.0\n2024-03-01T01:00:00Z,10,12,9,11,5\n2024-03-01T01:00:00Z,10,12,9,11,5\n`);
  expect(await store.json('import disordered.csv --symbol AAA/USD')).toMatchObject({ added: 0, duplicates: 4, revisions: 0, rejected: [] });
});

describe('--strict stops at the first line that is not as it should be, and stores nothing of the file', () => {
  test.each([
    ['an impossible candle', '2024-03-01T00:00:00Z,1,2,1,1,1\n2024-03-01T01:00:00Z,10,8,9,11,5\n', /^strict\.csv:3: high 8 is below low 9\. Correct the line, or leave out --strict/],
    ['a candle told twice', '2024-03-01T00:00:00Z,1,2,1,1,1\n2024-03-01T00:00:00Z,1,2,1,2,1\n', /^strict\.csv:3: the candle of 2024-03-01T00:00:00Z stands in line 2/],
    ['a line out of order', '2024-03-01T00:00:00Z,1,2,1,1,1\n2024-03-01T03:00:00Z,1,2,1,1,1\n2024-03-01T02:00:00Z,1,2,1,1,1\n2024-03-01T04:00:00Z,1,2,1,1,1\n', /^strict\.csv:4: the time steps against the order of the file.*Sort the file by time/],
  ])('%s', async (_, lines, message) => {
    await store.write('strict.csv', HEADER + lines);
    expect(await store.failure('import strict.csv --symbol STRICT/USD --strict')).toMatchObject({ exit: 2, message: expect.stringMatching(message) as unknown });
    expect(await store.failure('data --symbol STRICT/USD')).toMatchObject({ exit: 6, message: 'The store holds no candles of STRICT/USD.' });
  });
});

const minutes = (count: number): string => Array.from({ length: count }, (_, index) => `2024-03-01T00:${String(index).padStart(2, '0')}:00Z,1,1,1,1,1\n`).join('');
const hours = (count: number): string => Array.from({ length: count }, (_, index) => `2024-03-0${1 + Math.floor(index / 24)}T${String(index % 24).padStart(2, '0')}:00:00Z,1,1,1,1,1\n`).join('');

describe('a file that cannot be candles is refused as a whole', () => {
  const files: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['empty.csv', '', /^empty\.csv: the file is empty\. Copy or download it again\.$/],
    ['header.csv', HEADER, /^header\.csv: the file has no candle lines/],
    ['unknown.csv', 'a;b;c\n1;2;3\n', /^unknown\.csv:1: the line is of no known format: a;b;c\. Known formats: plain .*kraken-ohlcvt.*binance-klines.*cryptodatadownload/],
    ['unnamed.csv', '2024-03-01T00:00:00Z,1,1,1,1,1\n', /^unnamed\.csv:1: .*Known formats/],
    ['none.csv', `${HEADER}2024-03-01T00:00:00Z,1,0,1,1,1\n`, /^none\.csv:2: no line of 1 is a valid candle; the first: a price of zero is no price\. Check --format, --symbol and --timeframe/],
    ['minutes.csv', HEADER + minutes(8), /^minutes\.csv: the file looks like 1m candles, and 1h was asked for\. .*--timeframe/],
    ['mixed.csv', HEADER + hours(24) + minutes(8).replaceAll('03-01', '03-02'), /^mixed\.csv: the file mixes timeframes: stretches of it look like 1m candles/],
    ['archive.csv', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0), /^archive\.csv: the zip archive is truncated/],
    ['binary.csv', Uint8Array.of(1, 0, 2, 0, 3), /^binary\.csv: it is a binary file/],
    ['cut.csv.gz', gzipSync(HEADER + hours(48)).subarray(0, 60), /^cut\.csv\.gz: the gzip file is truncated/],
  ];

  test.each(files)('%s', async (name, content, message) => {
    writeFileSync(join(store.folder, name), content);
    expect(await store.failure(`import ${name} --symbol NONE/USD`)).toMatchObject({ exit: 2, message: expect.stringMatching(message) as unknown });
  });

  test('an empty folder, and a missing file before anything is stored', async () => {
    mkdirSync(join(store.folder, 'folder'));
    expect(await store.failure('import folder --symbol NONE/USD')).toMatchObject({ exit: 2, message: expect.stringMatching(/^folder: nothing in it has a name that tells NONE\/USD 1h\./) as unknown });
    await store.write('good.csv', HEADER + hours(3));
    expect(await store.failure('import good.csv nothing.csv --symbol SOME/USD')).toMatchObject({ exit: 2, message: expect.stringMatching(/^nothing\.csv: there is no such file/) as unknown });
    expect(await store.failure('data --symbol SOME/USD')).toMatchObject({ exit: 6 });
  });

  test('what came before a file that cannot be read is kept', async () => {
    await store.write('bad.csv', `${HEADER}2024-03-01T00:00:00Z,1,0,1,1,1\n`);
    expect(await store.failure('import good.csv bad.csv --symbol SOME/USD')).toMatchObject({ exit: 2, message: expect.stringMatching(/^bad\.csv:2: no line of 1/) as unknown });
    expect(await store.json('data --symbol SOME/USD')).toMatchObject({ series: [{ candles: 3, symbol: 'SOME/USD' }] });
  });
});

describe('options of import', () => {
  test.each([
    ['--symbol SOMEUSD', 2, /^--symbol: "SOMEUSD" is not a symbol/, /BASE\/QUOTE, for example BTC\/USD/],
    ['--symbol SOME/USD --timeframe 2h', 2, /^--timeframe: 2h is not a timeframe/, /1m, 5m, 15m, 1h/],
    ['--symbol SOME/USD --format plan', 2, /^--format: there is no format plan; did you mean plain\?$/, /auto, plain, kraken-ohlcvt/],
    ['--symbol SOME/USD --format kraken-ohlcvt', 2, /good\.csv.*no line|good\.csv/, /^$/],
    ['--symbol SOME/USD --format xlsx', 2, /^--format: there is no format xlsx\.$/, /auto, plain, kraken-ohlcvt.*, parquet/],
    ['--symbol SOME/USD --format parquet', 2, /^good\.csv: it is text, and --format says parquet\. Leave --format out/, /^$/],
    ['--symbol SOME/USD --source ""', 2, /^--source: write 1 to 200 characters on one line\.$/, /^$/],
    ['--symbol SOME/USD ""', 2, /^One of the paths is empty\.$/, /tb import FILE/],
    ['--symbol SOME/USD --absent never', 2, /^--absent: never is neither quiet nor missing/, /^$/],
    ['', 2, /^good\.csv: its name tells no market and timeframe\. Say what it is with --symbol BASE\/QUOTE and --timeframe\.$/, /^$/],
  ])('import good.csv %s', async (options, exit, message, hint) => {
    await store.write('good.csv', HEADER + hours(3));
    expect(await store.failure(`import good.csv ${options}`)).toMatchObject({ exit, message: expect.stringMatching(message) as unknown, hint: expect.stringMatching(hint) as unknown });
  });
});

describe('a name with line ends and control characters is one line of output', () => {
  const NAME = 'two\nlines\u001b[31m.csv';
  const SHOWN = String.raw`two\nlines\u001b[31m.csv`;

  test('in what an import says', async () => {
    writeFileSync(join(store.folder, NAME), `${HEADER}2024-03-01T00:00:00Z,1,1,1,1,1\nx\u001b[2J\u0085,1,1,1,1,1\n`);
    const said = await runTb(['--store', store.store, 'import', NAME, '--symbol', 'NAMED/USD'], { cwd: store.folder });
    expect(said).toMatchObject({ exit: 0, err: '' });
    const [, , row, rejected, ...rest] = said.out.split('\n');
    expect(row).toMatch(/ plain +1 +0 +0 +1$/);
    expect(row!.startsWith(`${SHOWN} `)).toBe(true);
    expect(rejected!.startsWith(String.raw`rejected ${SHOWN}:3 time x\u001b[2J\u0085 is neither`)).toBe(true);
    expect(rest).toEqual(['']);
  });

  test('in what is refused', async () => {
    const refusals: readonly (readonly [readonly string[], string])[] = [
      [['import', `no\n${NAME}`, '--symbol', 'NAMED/USD'], String.raw`error no\n${SHOWN}: there is no such file. Check the path; a relative one starts at the current folder.` + '\n'],
      [['import', NAME, '--symbol', 'NAMED/USD', '--format', 'a\nb'], String.raw`error --format: there is no format "a\nb".` + '\n'],
      [['verify', '--ru\nn', 'x'], String.raw`error Unknown option '--ru\nn'; did you mean --run?` + '\n'],
      [['show', 'a\u001b[31m'], String.raw`error There is no run "a\u001b[31m".` + '\n'],
    ];
    for (const [words, first] of refusals) {
      const said = await runTb(['--store', store.store, ...words], { cwd: store.folder });
      expect(said).toMatchObject({ exit: 2, out: '' });
      expect(said.err.startsWith(first), said.err).toBe(true);
      expect(said.err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    }
    const { message } = failureOf(await runTb(['--store', store.store, 'import', `no\n${NAME}`, '--symbol', 'NAMED/USD', '--json'], { cwd: store.folder }));
    expect(message).toContain(String.raw`no\ntwo\nlines`);
  });
});
