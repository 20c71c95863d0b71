/** Whole files in, candles out: each format, each way of storing text, each order of lines. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MarketFileError } from '../../../adapters/market-data/market-file-error.ts';
import { asText, at, fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';

const write = fileWriter(await temporaryFolder());

const PLAIN = `ts,open,high,low,close,volume
2024-03-01T05:00:00Z,61148.0,61299.90,61074.6,61266.5,33.59053224
2024-03-01T06:00:00Z,61266.5,61512.2,61266.4,61512.2,0
2024-03-01T07:00:00Z,61512.1,61602.1,61244.6,61320,41.0854951
`;
/** 2024-03-01T05:00:00Z is 1709269200. */
const PLAIN_CANDLES = [
  '2 1709269200000 61148 61299.9 61074.6 61266.5 33.59053224 ',
  '3 1709272800000 61266.5 61512.2 61266.4 61512.2 0 ',
  '4 1709276400000 61512.1 61602.1 61244.6 61320 41.0854951 ',
];
const texts = async (path: string, options = {}): Promise<readonly string[]> => (await readWhole(path, options)).candles.map(asText);

describe('formats', () => {
  test('plain: a header in any order and case, an offset, unknown columns passed over', async () => {
    const path = await write('plain.csv', `Volume,CLOSE,Low,high,Open,vwap,Time
1.50,11,9,12,10,10.4,2024-03-01T06:00:00+01:00
`);
    expect(await texts(path)).toEqual(['2 1709269200000 10 12 9 11 1.5 ']);
  });

  test.each([
    ['seconds', 'ts', '1709269200'],
    ['milliseconds', 'timestamp', '1709269200000'],
    ['microseconds', 'open_time', '1709269200000000'],
    ['a space, in a column that says UTC', 'ts_utc', '2024-03-01 05:00:00'],
    ['minutes, in a column that says UTC', 'Date UTC', '2024-03-01T05:00'],
  ])('plain: time in %s', async (_, column, time) => {
    const path = await write('time.csv', `${column},open,high,low,close,volume\n${time},10,12,9,11,1\n`);
    expect(await texts(path)).toEqual(['2 1709269200000 10 12 9 11 1 ']);
  });

  test('kraken-ohlcvt: no header, trades kept, and its round volumes with an exponent', async () => {
    const path = await write('XBTUSD_60.csv', '1709269200,10.0,12.5,9.75,11,0.5,7\n1709272800,11,11,11,11,5.5E+2,1\n');
    expect(await texts(path)).toEqual(['1 1709269200000 10 12.5 9.75 11 0.5 7', '2 1709272800000 11 11 11 11 550 1']);
    expect((await readWhole(path)).tally.format).toBe('kraken-ohlcvt');
  });

  const KLINE = '10.00000000,12.00000000,9.00000000,11.00000000,1.50000000';
  test.each([
    ['milliseconds', '', `1709269200000,${KLINE},1709272799999,16.1,42,0.7,7.5,0`, 1],
    ['microseconds', '', `1709269200000000,${KLINE},1709272799999999,16.1,42,0.7,7.5,0`, 1],
    [
      'a header', 'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n',
      `1709269200000,${KLINE},1709272799999,16.1,42,0.7,7.5,0`, 2,
    ],
  ])('binance-klines: %s', async (_, header, line, number) => {
    const path = await write('BTCUSDT-1h-2024-03.csv', `${header}${line}\n`);
    expect(await texts(path, { symbol: 'BTC/USDT' })).toEqual([`${number} 1709269200000 10 12 9 11 1.5 42`]);
    expect((await readWhole(path, { symbol: 'BTC/USDT' })).tally.format).toBe('binance-klines');
  });

  test('cryptodatadownload: a link, newest first, seconds and milliseconds, the volume of the base', async () => {
    const path = await write('Gemini_BTCUSD_1h.csv', `https://www.CryptoDataDownload.com
unix,date,symbol,open,high,low,close,Volume USD,Volume BTC,tradecount
1709276400000,2024-03-01 07:00:00,BTC/USD,61512.1,61602.1,61244.6,61320,2519361.1,41.0854951,500
1709272800,2024-03-01 06:00:00,BTC/USD,61266.5,61512.2,61266.4,61512.2,0,0,
1709269200,2024-03-01 05:00:00,BTC/USD,61148.0,61299.9,61074.6,61266.5,2057973,33.59053224,608
`);
    const { candles, tally } = await readWhole(path, { strict: true });
    expect(candles.map(asText)).toEqual([
      '5 1709269200000 61148 61299.9 61074.6 61266.5 33.59053224 608',
      '4 1709272800000 61266.5 61512.2 61266.4 61512.2 0 ',
      '3 1709276400000 61512.1 61602.1 61244.6 61320 41.0854951 500',
    ]);
    expect(tally).toMatchObject({ format: 'cryptodatadownload', direction: 'descending', disordered: 0, candles: 3, gaps: 0 });
  });

  test('a format by name overrides what the file looks like', async () => {
    const path = await write('named.csv', PLAIN);
    await expect(readWhole(path, { format: 'kraken-ohlcvt' })).rejects.toThrow(
      `${path}:1: no line of 4 is a valid candle; the first: the line has 6 columns, expected 7. Check --format, --symbol and --timeframe against the file.`,
    );
  });
});

describe('ways of storing text', () => {
  test.each([
    ['plain text', PLAIN],
    ['without a last line end', PLAIN.trimEnd()],
    ['CR LF', PLAIN.replaceAll('\n', '\r\n')],
    ['a byte-order mark', `\uFEFF${PLAIN}`],
    ['quoted fields', PLAIN.replaceAll('61512.2', '"61512.2"').replace('ts,open', '"ts","open"')],
    ['space round fields', PLAIN.replaceAll(',', ' , ')],
    ['gzip', gzipSync(PLAIN)],
    ['gzip in two members', Buffer.concat([gzipSync(PLAIN.slice(0, 90)), gzipSync(PLAIN.slice(90))])],
  ])('%s', async (_, content) => {
    expect(await texts(await write('stored.csv', content))).toEqual(PLAIN_CANDLES);
  });

  test('a name that ends in .gz on text that is not gzip', async () => {
    expect(await texts(await write('text.csv.gz', PLAIN))).toEqual(PLAIN_CANDLES);
  });

  test('blank lines count as lines of the file and as nothing else', async () => {
    const { candles, tally } = await readWhole(await write('blank.csv', `\n${PLAIN.replace('\n2024-03-01T06', '\n\n  \n2024-03-01T06')}\n\n`));
    expect(candles.map(({ line }) => line)).toEqual([3, 6, 7]);
    expect(tally).toMatchObject({ lines: 3, linesTotal: 3, candles: 3, rejected: 0 });
  });
});

const hour = (time: string, close: string): string => `2024-03-01T${time}:00Z,10,20,5,${close},1\n`;
const HEADER = 'ts,open,high,low,close,volume\n';

describe('orders of lines', () => {
  test('an equal line again is a duplicate, and digits written otherwise are equal', async () => {
    const path = await write('duplicate.csv', HEADER + hour('05:00', '11') + hour('05:00', '11.0') + hour('06:00', '12') + hour('06:00', '12'));
    const { candles, rejected, tally } = await readWhole(path, { strict: true });
    expect(candles.map(({ line, values }) => [line, values.close])).toEqual([[2, '11'], [4, '12']]);
    expect(rejected).toEqual([]);
    expect(tally).toMatchObject({ lines: 4, candles: 2, duplicates: 2, rejected: 0 });
  });

  test('the same time with other values is rejected, and the first line stands', async () => {
    const path = await write('conflict.csv', HEADER + hour('05:00', '11') + hour('06:00', '12') + hour('06:00', '13') + hour('07:00', '14'));
    const { candles, rejected, tally } = await readWhole(path);
    expect(candles.map(({ line, values }) => [line, values.close])).toEqual([[2, '11'], [3, '12'], [5, '14']]);
    expect(rejected).toEqual([
      { file: path, line: 4, reason: 'the candle of 2024-03-01T06:00:00Z stands in line 3 with other values, and that one is kept' },
    ]);
    expect(tally).toMatchObject({ lines: 4, candles: 3, duplicates: 0, rejected: 1 });
    await expect(readWhole(path, { strict: true })).rejects.toThrow(
      `${path}:4: the candle of 2024-03-01T06:00:00Z stands in line 3 with other values, and that one is kept. Correct the line, or leave out --strict to have such lines rejected and counted.`,
    );
  });

  test('in a descending file, too, the first line of the file stands', async () => {
    const path = await write('descending.csv', HEADER + hour('07:00', '14') + hour('06:00', '12') + hour('06:00', '13') + hour('05:00', '11') + hour('05:00', '11'));
    const { candles, rejected, tally } = await readWhole(path);
    expect(candles.map(({ line, values }) => [line, values.close])).toEqual([[5, '11'], [3, '12'], [2, '14']]);
    expect(rejected.map(({ line }) => line)).toEqual([4]);
    expect(tally).toMatchObject({ direction: 'descending', disordered: 0, duplicates: 1, rejected: 1 });
  });

  test('lines out of order are sorted in and counted; strict reading refuses them before any candle', async () => {
    const path = await write('disordered.csv', HEADER + hour('05:00', '11') + hour('07:00', '13') + hour('06:00', '12') + hour('08:00', '14'));
    const { candles, tally } = await readWhole(path);
    expect(candles.map(({ line }) => line)).toEqual([2, 4, 3, 5]);
    expect(tally).toMatchObject({ direction: 'ascending', disordered: 1, firstDisorderedLine: 4, candles: 4, gaps: 0 });
    await expect(readWhole(path, { strict: true })).rejects.toThrow(
      `${path}:4: the time steps against the order of the file, which is ascending; 1 line does. Sort the file by time, or leave out --strict to have the lines sorted in and counted.`,
    );
  });

  test('holes are counted and never filled', async () => {
    const path = await write('holes.csv', HEADER + hour('05:00', '11') + hour('08:00', '12') + hour('09:00', '13') + hour('11:00', '14'));
    const { tally } = await readWhole(path);
    expect(tally).toMatchObject({ candles: 4, gaps: 2, absent: 3, firstOpenMs: at('2024-03-01T05:00:00Z'), lastOpenMs: at('2024-03-01T11:00:00Z') });
  });

  test('strict reading stops at the first bad line of the file, also when the file is newest first', async () => {
    const path = await write('strict.csv', HEADER + hour('08:00', '14') + hour('07:00', 'x') + hour('06:00', 'y') + hour('05:00', '11'));
    await expect(readWhole(path, { strict: true })).rejects.toThrow(
      `${path}:3: close x is not a plain decimal number. Correct the line, or leave out --strict to have such lines rejected and counted.`,
    );
    const { rejected, candles } = await readWhole(path);
    expect(rejected.map(({ line }) => line)).toEqual([3, 4]);
    expect(candles.map(({ line }) => line)).toEqual([5, 2]);
  });
});

describe('batches', () => {
  test('a long file comes in several, the last tally sums up, and the generator returns it', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `${1_640_995_200 + index * 3_600},10,20,5,11,1,1\n`);
    const { candles, tally, batches } = await readWhole(await write('long.csv', rows.join('')));
    expect(candles.length).toBe(20_000);
    expect(batches).toBeGreaterThan(1);
    expect(tally).toMatchObject({ lines: 20_000, candles: 20_000, gaps: 0, firstOpenMs: 1_640_995_200_000 });
    const backwards = await readWhole(await write('long.csv', rows.toReversed().join('')));
    expect(backwards.candles.map(({ openMs }) => openMs)).toEqual(candles.map(({ openMs }) => openMs));
    expect(backwards.batches).toBeGreaterThan(1);
  });

  test('the problem of a line carries file, line, reason and hint', async () => {
    const path = await write('problem.csv', HEADER + hour('05:00', '0'));
    const error: unknown = await readWhole(path, { strict: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MarketFileError);
    expect(error).toMatchObject({
      file: path, line: 2, reason: 'a price of zero is no price',
      hint: 'Correct the line, or leave out --strict to have such lines rejected and counted.',
    });
  });
});
