/** Candles as columns, from rows and through the cache: vintages, revisions, damage, staleness. */
import { hash } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingCandle } from '../../../adapters/ports.ts';
import { importCandles } from '../../../adapters/store/import-candles.ts';
import { digestMismatches, readAllColumns, readColumns } from '../../../adapters/store/read-columns.ts';
import { readArrivals, readRevisions } from '../../../adapters/store/read-revisions.ts';
import { streamColumns } from '../../../adapters/store/stream-columns.ts';
import { toHex } from '../../../core/kernel/digest.ts';
import { marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import { candleDigest } from '../../../core/market/candle.ts';
import type { Series } from '../../../core/market/candle.ts';
import { widenAt } from '../../../core/market/columns.ts';
import type { CandleColumns } from '../../../core/market/columns.ts';
import { batchesOf, candlesFrom, FIRST_MS, HOUR, noneRejected, originOf } from './candles.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';

let store: StoreDatabase;
let client: pg.Client;
let owner: pg.Client;
let series: Series;
let other: Series;
let count = 0;

beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
  owner = await store.owner();
});
afterAll(() => store.close());
beforeEach(() => {
  count += 1;
  series = { symbol: marketSymbol(`ONE${count}/USD`), timeframe: '1h' };
  other = { symbol: marketSymbol(`TWO${count}/USD`), timeframe: '1h' };
});

const importOf = async (one: Series, candles: readonly IncomingCandle[]): Promise<number> =>
  (await importCandles(client, originOf(one), batchesOf(candles), noneRejected)).ingestId!;

const revised = (candle: IncomingCandle, close: string): IncomingCandle => ({ ...candle, values: { ...candle.values, close } });
const EVER = 1_000_000;
const wholeRange = { fromMs: timeMs(FIRST_MS), toMs: timeMs(FIRST_MS + 10 * HOUR) };
const closes = (columns: CandleColumns): readonly bigint[] => Array.from({ length: columns.length }, (_, row) => widenAt(columns.close, row) / 10n ** 16n);
const openHours = (columns: CandleColumns): readonly number[] => [...columns.slot].map(slot => slot - FIRST_MS / HOUR);

describe('from rows', () => {
  test('columns hold what was imported, digests included', async () => {
    const candles = candlesFrom(FIRST_MS, 4).filter((_, index) => index !== 2);
    const ingestThrough = await importOf(series, candles);
    const columns = await readColumns(client, { series, ...wholeRange, ingestThrough });
    expect(columns.series).toEqual(series);
    expect(openHours(columns)).toEqual([0, 1, 3]);
    expect(closes(columns)).toEqual([10_025n, 10_125n, 10_325n]);
    expect([...columns.low.mantissa]).toEqual([99n, 100n, 102n]);
    expect([...columns.volume.scale]).toEqual([3, 3, 3]);
    expect(toHex(columns.digest.subarray(32, 64))).toBe(candleDigest(series, candles[1]!.openMs, candles[1]!.values));
    expect(digestMismatches(columns)).toEqual([]);
  });

  test('the range is half open', async () => {
    const ingestThrough = await importOf(series, candlesFrom(FIRST_MS, 5));
    const range = { fromMs: timeMs(FIRST_MS + HOUR), toMs: timeMs(FIRST_MS + 3 * HOUR), ingestThrough };
    expect(openHours(await readColumns(client, { series, ...range }))).toEqual([1, 2]);
  });

  test('a vintage sees the revision of its time', async () => {
    const [first, second] = candlesFrom(FIRST_MS, 2);
    const early = await importOf(series, [first!, second!]);
    const middle = await importOf(series, [revised(second!, '101.5')]);
    const late = await importOf(series, [revised(second!, '101.75')]);
    const closeAt = async (ingestThrough: number): Promise<readonly bigint[]> => closes(await readColumns(client, { series, ...wholeRange, ingestThrough }));
    expect(await closeAt(early - 1)).toEqual([]);
    expect(await closeAt(early)).toEqual([10_025n, 10_125n]);
    expect(await closeAt(middle)).toEqual([10_025n, 10_150n]);
    expect(await closeAt(late)).toEqual([10_025n, 10_175n]);
    expect((await readRevisions(client, series, second!.openMs)).map(({ revision, values, ingestId }) => [revision, values.close, ingestId])).toEqual([
      [0, '101.25', early],
      [1, '101.5', middle],
      [2, '101.75', late],
    ]);
  });

  test('several series come in the order asked for, one never imported is empty', async () => {
    const none: Series = { symbol: marketSymbol('NONE/USD'), timeframe: '1h' };
    await importOf(other, candlesFrom(FIRST_MS, 2, 50));
    await importOf(series, candlesFrom(FIRST_MS, 1));
    const columns = await readAllColumns(client, { series: [series, none, other], ...wholeRange, ingestThrough: EVER });
    expect(columns.map(one => [one.series.symbol, one.length])).toEqual([[series.symbol, 1], ['NONE/USD', 0], [other.symbol, 2]]);
    expect(closes(columns[2]!)).toEqual([5_025n, 5_125n]);
  });

  test('a long series grows past the first capacity', async () => {
    await importOf(series, candlesFrom(FIRST_MS, 5_000));
    const columns = await readColumns(client, { series, fromMs: timeMs(0), toMs: timeMs(FIRST_MS * 2), ingestThrough: EVER });
    expect(columns.length).toBe(5_000);
    expect(closes(columns).at(-1)).toBe(509_925n);
    expect(digestMismatches(columns)).toEqual([]);
  });

  test('a changed value is found by its digest', async () => {
    await importOf(series, candlesFrom(FIRST_MS, 3));
    await owner.query('ALTER TABLE tb.candle_2024 DISABLE TRIGGER USER');
    await owner.query(`UPDATE tb.candle_2024 SET volume = volume + 1 WHERE series_id = (SELECT id FROM tb.series WHERE symbol = $1) AND open_ms = $2`, [series.symbol, FIRST_MS + HOUR]);
    await owner.query('ALTER TABLE tb.candle_2024 ENABLE ALWAYS TRIGGER refuse_update');
    const mismatches = digestMismatches(await readColumns(client, { series, ...wholeRange, ingestThrough: EVER }));
    expect(mismatches.map(({ openMs }) => openMs)).toEqual([FIRST_MS + HOUR]);
    expect(mismatches[0]!.actual).toBe(candleDigest(series, timeMs(FIRST_MS + HOUR), candlesFrom(FIRST_MS, 3)[1]!.values));
  });

  test('arrivals are what came after, for times before', async () => {
    const candles = candlesFrom(FIRST_MS, 6);
    const first = await importOf(series, candles.slice(0, 2));
    const range = { series: [other, series], ingestAfter: first, fromMs: timeMs(FIRST_MS), toMs: timeMs(FIRST_MS + 4 * HOUR) };
    expect(await readArrivals(client, { ...range, ingestThrough: EVER })).toEqual([]);
    const second = await importOf(series, [revised(candles[1]!, '101.5'), ...candles.slice(2)]);
    const arrivals = await readArrivals(client, { ...range, ingestThrough: second });
    expect(arrivals.map(({ openMs, revision, values }) => [(openMs - FIRST_MS) / HOUR, revision, values.close])).toEqual([[1, 1, '101.5'], [2, 0, '102.25'], [3, 0, '103.25']]);
    expect(arrivals.map(({ supersedes }) => supersedes)).toEqual([candleDigest(series, candles[1]!.openMs, candles[1]!.values), null, null]);
    expect(await readArrivals(client, { ...range, ingestThrough: second - 1 })).toEqual([]);
  });
});

describe('through the cache', () => {
  const CHUNK_MS = 2_160 * HOUR;
  /** The start of a chunk, so that borders lie where the test says. */
  const START = Math.ceil(FIRST_MS / CHUNK_MS) * CHUNK_MS;
  const candles = candlesFrom(START - 5 * HOUR, 2_170);
  const range = { fromMs: timeMs(START - 5 * HOUR), toMs: timeMs(START + 2_165 * HOUR) };

  type Streamed = Readonly<{ borders: readonly (readonly [number, number])[]; lengths: readonly number[]; closes: readonly bigint[] }>;
  const stream = async (ingestThrough: number, from = range.fromMs, to = range.toMs): Promise<Streamed> => {
    const borders: (readonly [number, number])[] = [];
    const lengths: number[] = [];
    const all: bigint[] = [];
    for await (const { fromMs, toMs, columns } of streamColumns(client, { series: [series, other], fromMs: from, toMs: to, ingestThrough })) {
      borders.push([(fromMs - START) / HOUR, (toMs - START) / HOUR]);
      lengths.push(columns[0]!.length);
      expect(columns.map(one => one.series)).toEqual([series, other]);
      expect(digestMismatches(columns[0]!)).toEqual([]);
      all.push(...closes(columns[0]!));
    }
    return { borders, lengths, closes: all };
  };
  const expected = candles.map((_, index) => BigInt(10_025 + 100 * index));
  const chunks = async (): Promise<readonly { chunk: number; rows: number; ingest_through: number; sha256: Buffer; payload: Buffer }[]> =>
    (await client.query(`SELECT chunk, rows, ingest_through, sha256, payload FROM tb_cache.candle_chunk JOIN tb.series ON id = series_id WHERE symbol = $1 ORDER BY chunk`, [series.symbol])).rows;

  test('stretches meet at chunk borders, built first and found afterwards', async () => {
    const ingest = await importOf(series, candles);
    for (const reading of ['built', 'found']) {
      expect({ reading, ...(await stream(EVER)) }).toEqual({ reading, borders: [[-5, 0], [0, 2_160], [2_160, 2_165]], lengths: [5, 2_160, 5], closes: expected });
    }
    expect((await chunks()).map(({ rows, ingest_through }) => [rows, ingest_through])).toEqual([[5, ingest], [2_160, ingest], [5, ingest]]);
    expect(await stream(EVER, timeMs(START + 10 * HOUR), timeMs(START + 12 * HOUR))).toEqual({ borders: [[10, 12]], lengths: [2], closes: expected.slice(15, 17) });
    expect(await stream(EVER, range.toMs, range.toMs)).toEqual({ borders: [], lengths: [], closes: [] });
  });

  test('a cached chunk is used: what it says is what is read', async () => {
    await importOf(series, candles);
    await stream(EVER);
    const [first] = await chunks();
    const payload = Buffer.from(first!.payload);
    // The last byte of the last digest, with the checksum made to fit: only a reader of this very chunk can see it.
    payload[payload.length - 1]! ^= 1;
    await client.query('DELETE FROM tb_cache.candle_chunk WHERE chunk = $1 AND series_id = (SELECT id FROM tb.series WHERE symbol = $2)', [first!.chunk, series.symbol]);
    await client.query(`INSERT INTO tb_cache.candle_chunk SELECT id, $1, $2, $3, $4, $5 FROM tb.series WHERE symbol = $6`, [
      first!.chunk, first!.ingest_through, first!.rows, payload, hash('sha256', payload, 'buffer'), series.symbol,
    ]);
    const seen: number[] = [];
    for await (const { columns } of streamColumns(client, { series: [series], ...range, ingestThrough: EVER })) seen.push(digestMismatches(columns[0]!).length);
    expect(seen).toEqual([1, 0, 0]);
  });

  test.each([
    ['payload', `set_byte(payload, 40, get_byte(payload, 40) # 255)`],
    ['payload cut short', `substring(payload FROM 1 FOR 100)`],
    ['payload of another chunk', `(SELECT payload FROM tb_cache.candle_chunk AS o WHERE o.series_id = c.series_id ORDER BY o.chunk DESC LIMIT 1)`],
  ])('a damaged chunk (%s) is read from the rows and replaced', async (_, damaged) => {
    await importOf(series, candles);
    await stream(EVER);
    const before = await chunks();
    await owner.query(
      `UPDATE tb_cache.candle_chunk AS c SET payload = ${damaged} FROM tb.series WHERE id = series_id AND symbol = $1 AND chunk = $2`, [series.symbol, before[0]!.chunk]);
    expect((await stream(EVER)).closes).toEqual(expected);
    expect(await chunks()).toEqual(before);
  });

  test('a chunk with a version and a checksum that lie is replaced too', async () => {
    await importOf(series, candles);
    await stream(EVER);
    const before = await chunks();
    await owner.query('UPDATE tb_cache.candle_chunk SET ingest_through = 999999 FROM tb.series WHERE id = series_id AND symbol = $1', [series.symbol]);
    expect((await stream(EVER)).closes).toEqual(expected);
    expect(await chunks()).toEqual(before);
  });

  test('an import makes stale the chunks that it touched, and only those', async () => {
    const first = await importOf(series, candles);
    await stream(EVER);
    const second = await importOf(series, [revised(candles.at(-1)!, '2269.5')]);
    expect((await stream(EVER)).closes).toEqual([...expected.slice(0, -1), 226_950n]);
    expect((await chunks()).map(({ ingest_through }) => ingest_through)).toEqual([first, first, second]);
  });

  test('an older vintage is read from the rows and leaves the newer chunk in place', async () => {
    const first = await importOf(series, candles);
    const second = await importOf(series, [revised(candles.at(-1)!, '2269.5')]);
    await stream(EVER);
    expect((await stream(first)).closes).toEqual(expected);
    expect((await stream(first - 1)).closes).toEqual([]);
    expect((await chunks()).map(({ ingest_through }) => ingest_through)).toEqual([first, first, second]);
  });

  test('leaving the stream early leaves a usable connection', async () => {
    await importOf(series, candles);
    for await (const { columns } of streamColumns(client, { series: [series], ...range, ingestThrough: EVER })) {
      expect(columns[0]!.length).toBe(5);
      break;
    }
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('two readers at once both read, whoever keeps the chunks', async () => {
    await importOf(series, candles);
    const second = await store.app();
    const read = async (by: pg.Client): Promise<number> => {
      let rows = 0;
      for await (const { columns } of streamColumns(by, { series: [series], ...range, ingestThrough: EVER })) rows += columns[0]!.length;
      return rows;
    };
    expect(await Promise.all([read(client), read(second)])).toEqual([2_170, 2_170]);
    expect((await stream(EVER)).closes).toEqual(expected);
  });
});
