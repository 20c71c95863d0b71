/** Parquet files of every type that can hold a candle, and those whose types cannot; written here, never kept. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { asText, fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';

const write = fileWriter(await temporaryFolder());
const PRICES: readonly ColumnSource[] = [
  { name: 'open', data: [61148, 61266.5] }, { name: 'high', data: [61299.9, 61512.2] }, { name: 'low', data: [61074.6, 61266.4] }, { name: 'close', data: [61266.5, 61512.2] }, { name: 'volume', data: [33.59053224, 0] },
].map(column => ({ ...column, type: 'DOUBLE' as const }));
const CANDLES = ['1 1709269200000 61148 61299.9 61074.6 61266.5 33.59053224 ', '2 1709272800000 61266.5 61512.2 61266.4 61512.2 0 '];
const MS = [1_709_269_200_000n, 1_709_272_800_000n];
const TIMES: ColumnSource = { name: 'date', data: MS };
const INSTANT: SchemaElement = { name: 'date', type: 'INT64', repetition_type: 'REQUIRED', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } };
const double = (name: string): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'REQUIRED' });
const doubles = ['open', 'high', 'low', 'close', 'volume'].map(double);

const file = (columns: readonly ColumnSource[], elements?: readonly SchemaElement[], rowGroupSize = 100_000): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData: elements === undefined ? [...columns] : columns.map(({ name, data: values }) => ({ name, data: values })), rowGroupSize, ...(elements === undefined ? {} : { schema: [{ name: 'root', num_children: elements.length }, ...elements] }) }));
const texts = async (content: Uint8Array): Promise<readonly string[]> => (await readWhole(await write('f.parquet', content), { strict: true })).candles.map(asText);

describe('times', () => {
  test.each([
    ['an epoch in seconds', { name: 'ts', data: MS.map(ms => ms / 1_000n) }],
    ['an epoch in milliseconds', { name: 'timestamp', data: [...MS] }],
    ['ISO 8601', { name: 'time', data: ['2024-03-01T05:00:00Z', '2024-03-01T07:00:00+01:00'] }],
    ['a date and time of UTC by its name', { name: 'date_utc', data: ['2024-03-01 05:00:00', '2024-03-01 06:00:00'] }],
    ['a Date', { name: 'date', data: MS.map(ms => new Date(Number(ms))) }],
  ] as const)('%s', async (_, time) => {
    expect(await texts(file([{ name: time.name, data: [...time.data] }, ...PRICES]))).toEqual(CANDLES);
  });

  test.each([['MILLIS', 1n], ['MICROS', 1_000n], ['NANOS', 1_000_000n]] as const)('a timestamp in %s', async (unit, times) => {
    const element: SchemaElement = { ...INSTANT, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } };
    expect(await texts(file([{ name: 'date', data: MS.map(ms => ms * times) }, ...PRICES], [element, ...doubles]))).toEqual(CANDLES);
    const local: SchemaElement = { ...INSTANT, name: 'date_utc', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit } };
    expect(await texts(file([{ name: 'date_utc', data: MS.map(ms => ms * times) }, ...PRICES], [local, ...doubles]))).toEqual(CANDLES);
  });

  test('a timestamp of no zone is refused', async () => {
    const element: SchemaElement = { ...INSTANT, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } };
    const path = await write('local.parquet', file([TIMES, ...PRICES], [element, ...doubles]));
    await expect(readWhole(path)).rejects.toThrow(`${path}: column date holds times of no zone. Give them one (in pandas: .dt.tz_localize("UTC")), or call the column date_utc if they are UTC.`);
  });

  test('a moment of 1970 is not taken for seconds of today', async () => {
    const path = await write('early.parquet', file([{ name: 'date', data: [1_709_269_200n, 1_709_272_800n] }, ...PRICES], [INSTANT, ...doubles]));
    await expect(readWhole(path)).rejects.toThrow('time 1970-01-20T18:47:49.200Z is not between 2009 and 2100');
  });
});

describe('values', () => {
  const decimal = (name: string, type: 'INT32' | 'INT64' | 'FIXED_LEN_BYTE_ARRAY' | 'BYTE_ARRAY', scale: number): SchemaElement => ({
    name, type, repetition_type: 'REQUIRED', converted_type: 'DECIMAL', precision: type === 'INT32' ? 9 : 18, scale, ...(type === 'FIXED_LEN_BYTE_ARRAY' ? { type_length: 12 } : {}),
  });
  test.each(['INT32', 'INT64', 'FIXED_LEN_BYTE_ARRAY', 'BYTE_ARRAY'] as const)('decimals stored as %s', async type => {
    const columns = PRICES.map(({ name, data: values }) => ({ name, data: Array.from(values as number[], value => BigInt(Math.round(value * 100))) }));
    const rounded = CANDLES.map(line => line.replace('33.59053224', '33.59'));
    expect(await texts(file([TIMES, ...columns], [INSTANT, ...columns.map(({ name }) => decimal(name, type, 2))]))).toEqual(rounded);
  });

  test('a decimal of 18 digits, which no double holds', async () => {
    const columns = ['open', 'high', 'low', 'close', 'volume'].map(name => ({ name, data: [123_456_789_012_345_678n, 123_456_789_012_345_679n] }));
    const read = await texts(file([TIMES, ...columns], [INSTANT, ...columns.map(({ name }) => decimal(name, 'FIXED_LEN_BYTE_ARRAY', 6))]));
    expect(read[1]).toBe('2 1709272800000 123456789012.345679 123456789012.345679 123456789012.345679 123456789012.345679 123456789012.345679 ');
  });

  test('text, whole numbers, a trade count and a symbol, in any order and among others', async () => {
    const columns: readonly ColumnSource[] = [
      { name: 'Symbol', data: ['BTC/USD', 'BTCUSD'] }, { name: 'volume', data: ['33.59053224', '0'] }, { name: 'note', data: ['a,b', '"'] }, { name: 'trades', data: [7, 0], type: 'INT32' },
      { name: 'low', data: ['61074.60', '61266.4'] }, { name: 'high', data: ['61299.9', '61512.2'] }, { name: 'close', data: ['61266.5', '61512.2'] }, { name: 'open', data: [61148, 61267], type: 'INT32' }, { name: 'date', data: MS },
    ];
    expect(await texts(file(columns))).toEqual(['1 1709269200000 61148 61299.9 61074.6 61266.5 33.59053224 7', '2 1709272800000 61267 61512.2 61266.4 61512.2 0 0']);
  });

  test('nulls, NaN and infinity are rejected row by row', async () => {
    const tenBut = (index: number, value: number | undefined): (number | undefined)[] => Array.from({ length: 6 }, (_, row) => (row === index ? value : 10));
    const hours = Array.from({ length: 6 }, (_, row) => MS[0]! + BigInt(row) * 3_600_000n);
    const columns: ColumnSource[] = [
      { name: 'ts', data: hours.map((hour, row) => (row === 0 ? undefined : hour)) }, { name: 'open', data: tenBut(1, undefined), type: 'DOUBLE' }, { name: 'high', data: tenBut(2, Number.NaN), type: 'DOUBLE' },
      { name: 'low', data: tenBut(3, Infinity), type: 'DOUBLE' }, { name: 'close', data: tenBut(4, -1), type: 'DOUBLE' }, { name: 'volume', data: tenBut(9, 0), type: 'DOUBLE' },
    ];
    const path = await write('nulls.parquet', file(columns));
    const { rejected, candles } = await readWhole(path);
    expect(rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual(['1 time is empty', '2 open is empty', '3 high NaN is not a number', '4 low Infinity is not a number', '5 close -1 is negative']);
    expect(candles.map(asText)).toEqual(['6 1709287200000 10 10 10 10 10 ']);
    await expect(readWhole(path, { strict: true })).rejects.toThrow(`${path}:1: time is empty. Correct the line`);
  });

  test.each([
    ['floats of 32 bits', [INSTANT, { name: 'open', type: 'FLOAT', repetition_type: 'REQUIRED' }, ...doubles.slice(1)], [TIMES, ...PRICES], 'column open holds floats of 32 bits, which keep seven digits, and a value is none. Write the column as text, decimals, doubles or whole numbers.'],
    ['truth values', [INSTANT, { name: 'open', type: 'BOOLEAN', repetition_type: 'REQUIRED' }, ...doubles.slice(1)], [TIMES, { name: 'open', data: [true, false] }, ...PRICES.slice(1)], 'column open holds values of type BOOLEAN, and a value is none.'],
    ['a column short', [INSTANT, ...doubles.slice(1)], [TIMES, ...PRICES.slice(1)], 'the table has no column for open (open, open_price, o): date, high, low, close, volume. Name the columns as plain has them: ts_utc, open, high, low, close, volume. An index of pandas is no column: reset_index() makes it one.'],
    ['two columns for one', [INSTANT, ...doubles, double('Open')], [TIMES, ...PRICES, { name: 'Open', data: [1, 2] }], 'the table names open twice: date, open, high, low, close, volume, Open.'],
  ] as const)('%s', async (_, elements, columns, message) => {
    const path = await write('types.parquet', file(columns as readonly ColumnSource[], elements as readonly SchemaElement[]));
    await expect(readWhole(path)).rejects.toThrow(`${path}: ${message}`);
  });
});

test('row groups follow each other, and rows are numbered through', async () => {
  const hours = Array.from({ length: 25_000 }, (_, row) => MS[0]! - BigInt(row) * 3_600_000n);
  const flat = (name: string, value: (row: number) => number): ColumnSource => ({ name, data: hours.map((_, row) => value(row)), type: 'DOUBLE' });
  const columns = [{ name: 'ts', data: hours }, flat('open', () => 10), flat('high', row => (row === 24_000 ? 1 : 20)), flat('low', () => 5), flat('close', () => 11), flat('volume', row => row / 8)];
  const { candles, rejected, tally } = await readWhole(await write('groups.parquet', file(columns, undefined, 7_000)));
  expect(tally).toMatchObject({ format: 'parquet', direction: 'descending', candles: 24_999, gaps: 1, absent: 1 });
  expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([[24_001, 'high 1 is below low 5']]);
  expect(asText(candles[0]!)).toBe('25000 1619272800000 10 20 5 11 3124.875 ');
});

test('a file that is cut off, one of no rows, and one of another kind', async () => {
  const whole = file([TIMES, ...PRICES]);
  const cut = await write('cut.parquet', whole.subarray(0, whole.length - 50));
  await expect(readWhole(cut)).rejects.toThrow(`${cut}: the Parquet file is truncated. Copy or download it again, or write it again with another program.`);
  const empty = await write('empty.parquet', file([{ ...TIMES, data: [] }, ...PRICES.map(column => ({ ...column, data: [] }))], [INSTANT, ...doubles]));
  await expect(readWhole(empty)).rejects.toThrow(`${empty}: the file has no candle lines.`);
  const path = await write('good.parquet', whole);
  await expect(readWhole(path, { format: 'plain' })).rejects.toThrow(`${path}: it is a Parquet file, and --format says plain. Leave --format out: the kind of a file is told by its first bytes.`);
  const text = await write('text.parquet', 'ts,open,high,low,close,volume\n1709269200,1,1,1,1,1\n');
  await expect(readWhole(text, { format: 'parquet' })).rejects.toThrow(`${text}: it is text, and --format says parquet.`);
  expect((await readWhole(text)).tally.format).toBe('plain');
});
