/** Feather files of every type that can hold a candle, and those whose types cannot; written here, never kept. */
import { zstdCompressSync } from 'node:zlib';
import {
  CompressionType, compressionRegistry, DateDay, Decimal, Field, Float32, Float64, Int64, makeData, RecordBatch, RecordBatchFileWriter, Schema, Struct, Table, TimestampMicrosecond, TimestampMillisecond,
  TimestampNanosecond, TimestampSecond, tableToIPC, Utf8, vectorFromArray,
} from 'apache-arrow';
import type { DataType, Vector } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { asText, fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';

const write = fileWriter(await temporaryFolder());
const DOUBLES = { open: [61148, 61266.5], high: [61299.9, 61512.2], low: [61074.6, 61266.4], close: [61266.5, 61512.2], volume: [33.59053224, 0] } as const;
const CANDLES = ['1 1709269200000 61148 61299.9 61074.6 61266.5 33.59053224 ', '2 1709272800000 61266.5 61512.2 61266.4 61512.2 0 '];
const MS = [1_709_269_200_000, 1_709_272_800_000];
const prices = (type: DataType = new Float64()): Readonly<Record<string, Vector>> => Object.fromEntries(Object.entries(DOUBLES).map(([name, values]) => [name, vectorFromArray(values, type)]));
const EPOCH = { timestamp: vectorFromArray(MS.map(BigInt), new Int64()) };

const file = (columns: Readonly<Record<string, Vector>>): Uint8Array => tableToIPC(new Table(columns), 'file');
const read = async (columns: Readonly<Record<string, Vector>>): Promise<readonly string[]> => (await readWhole(await write('f.feather', file(columns)), { strict: true })).candles.map(asText);

/** Timestamps by their counts, so that none goes through a Date. */
const timestamps = (type: DataType, perMs: bigint, divisor = 1n): Vector =>
  new Table(new Schema([new Field('x', type, false)]), new RecordBatch(new Schema([new Field('x', type, false)]), makeData({
    type: new Struct([new Field('x', type, false)]), length: 2, children: [makeData({ type: type as TimestampMillisecond, length: 2, data: BigInt64Array.from(MS, ms => (BigInt(ms) * perMs) / divisor) })],
  }))).getChildAt(0)!;

describe('times', () => {
  test('an epoch and ISO 8601', async () => {
    expect(await read({ ...EPOCH, ...prices() })).toEqual(CANDLES);
    expect(await read({ date: vectorFromArray(['2024-03-01T05:00:00Z', '2024-03-01T06:00:00Z'], new Utf8()), ...prices() })).toEqual(CANDLES);
  });

  test.each([
    ['seconds', new TimestampSecond('UTC'), 1n, 1_000n], ['milliseconds', new TimestampMillisecond('Europe/Vienna'), 1n, 1n], ['microseconds', new TimestampMicrosecond('+01:00'), 1_000n, 1n], ['nanoseconds', new TimestampNanosecond('UTC'), 1_000_000n, 1n],
  ] as const)('a timestamp with a zone in %s', async (_, type, perMs, divisor) => {
    expect(await read({ date: timestamps(type, perMs, divisor), ...prices() })).toEqual(CANDLES);
  });

  test('a timestamp without a zone is refused, but in a column that says UTC', async () => {
    const path = await write('local.feather', file({ date: timestamps(new TimestampMillisecond(), 1n), ...prices() }));
    await expect(readWhole(path)).rejects.toThrow(`${path}: column date holds times of no zone. Give them one (in pandas: .dt.tz_localize("UTC")), or call the column date_utc if they are UTC.`);
    expect(await read({ date_utc: timestamps(new TimestampMillisecond(), 1n), ...prices() })).toEqual(CANDLES);
  });

  test('days are no hours of a zone', async () => {
    const path = await write('days.feather', file({ date: vectorFromArray(MS.map(ms => new Date(ms)), new DateDay()), ...prices() }));
    await expect(readWhole(path)).rejects.toThrow('time 2024-03-01 has no offset');
  });
});

describe('values', () => {
  test('text keeps every digit', async () => {
    const text = Object.fromEntries(Object.entries(DOUBLES).map(([name, values]) => [name, vectorFromArray(values.map(String), new Utf8())]));
    expect(await read({ ...EPOCH, ...text })).toEqual(CANDLES);
    expect(await read({ ...EPOCH, ...text, symbol: vectorFromArray(['BTC/USD', 'BTC/USD']), trades: vectorFromArray([7n, 8n], new Int64()) })).toEqual(CANDLES.map((line, row) => `${line}${row + 7}`));
  });

  test('decimals are read from their words', async () => {
    const type = new Decimal(8, 38, 128);
    const words = (value: bigint): number[] => [0, 1, 2, 3].map(index => Number((value >> BigInt(32 * index)) & 0xffff_ffffn));
    const columns = Object.fromEntries(Object.entries(DOUBLES).map(([name, values]) => {
      const schema = new Schema([new Field('x', type, false)]);
      const column = makeData({ type, length: 2, data: Uint32Array.from(values.flatMap(value => words(BigInt(Math.round(value * 1e8))))) });
      return [name, new Table(schema, new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 2, children: [column] }))).getChildAt(0)!];
    }));
    expect(await read({ ...EPOCH, ...columns })).toEqual(CANDLES);
  });

  test('nulls and NaN are rejected row by row', async () => {
    const path = await write('nulls.feather', file({ ...EPOCH, ...prices(), open: vectorFromArray([null, 61266.5], new Float64()), high: vectorFromArray([1, Number.NaN], new Float64()), volume: vectorFromArray([1, 2], new Float64()) }));
    await expect(readWhole(path)).rejects.toThrow(`${path}:1: no line of 2 is a valid candle; the first: open is empty.`);
  });

  test('floats of 32 bits are refused', async () => {
    const path = await write('floats.feather', file({ ...EPOCH, ...prices(new Float32()) }));
    await expect(readWhole(path)).rejects.toThrow(`${path}: column open holds floats of 32 bits or less, which keep seven digits at most, and a value is none.`);
  });
});

test('batches follow each other, packed by zstd, and rows are numbered through', async () => {
  compressionRegistry.set(CompressionType.ZSTD, { ...compressionRegistry.get(CompressionType.ZSTD), encode: bytes => new Uint8Array(zstdCompressSync(bytes)) });
  const table = (from: number): Table => {
    const rows = Array.from({ length: 9_000 }, (_, row) => from + row);
    const all = (value: (row: number) => number): Vector => vectorFromArray(rows.map(value), new Float64());
    return new Table({ ts: vectorFromArray(rows.map(row => BigInt(1_640_995_200_000 + row * 3_600_000)), new Int64()), open: all(() => 10), high: all(() => 20), low: all(row => (row === 17_000 ? 30 : 5)), close: all(() => 11), volume: all(row => row / 8) });
  };
  const writer = new RecordBatchFileWriter({ compressionType: CompressionType.ZSTD });
  for (const part of [table(0), table(9_000)]) for (const batch of part.batches) writer.write(batch);
  writer.finish();
  const { candles, rejected, tally } = await readWhole(await write('batches.feather', await writer.toUint8Array()));
  expect(tally).toMatchObject({ format: 'feather', candles: 17_999, gaps: 1 });
  expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([[17_001, 'high 20 is below low 30']]);
  expect(asText(candles.at(-1)!)).toBe('18000 1705791600000 10 20 5 11 2249.875 ');
});

test('a file that is cut off, and one of another kind', async () => {
  const whole = file({ ...EPOCH, ...prices() });
  const cut = await write('cut.feather', whole.subarray(0, whole.length - 100));
  await expect(readWhole(cut)).rejects.toThrow(`${cut}: the Feather file is truncated. Copy or download it again.`);
  const path = await write('good.feather', whole);
  await expect(readWhole(path, { format: 'parquet' })).rejects.toThrow(`${path}: it is a Feather file, and --format says parquet.`);
  await expect(readWhole(await write('short.feather', 'ARROW1\u0000\u0000'))).rejects.toThrow('the Feather file is truncated');
});
