/** Imports on a real server: what is added, skipped and revised, and that a failing file leaves nothing. */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importCandles } from '../../../adapters/store/import-candles.ts';
import { ingestHorizon } from '../../../adapters/store/series.ts';
import { readCoverage } from '../../../adapters/store/coverage.ts';
import { marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import type { Series } from '../../../core/market/candle.ts';
import { batchesOf, candlesFrom, ETH, FIRST_MS, HOUR, noneRejected, originOf, RECEIVED_MS } from './candles.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';

let store: StoreDatabase;
let client: pg.Client;
let other: pg.Client;
let series: Series;
let count = 0;

beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
  other = await store.app();
});
afterAll(() => store.close());
beforeEach(() => {
  count += 1;
  series = { symbol: marketSymbol(`COIN${count}/USD`), timeframe: '1h' };
});

const candleRows = async (): Promise<readonly unknown[]> => {
  const { rows } = await client.query(
    `SELECT open_ms, revision, open::text, close::text, volume::text, trades FROM tb.candle JOIN tb.series ON id = series_id WHERE symbol = $1 ORDER BY open_ms, revision`,
    [series.symbol],
  );
  return rows;
};

test('a new file is added, its import and instrument recorded', async () => {
  const outcome = await importCandles(client, originOf(series), batchesOf(candlesFrom(FIRST_MS, 2), [], candlesFrom(FIRST_MS + 2 * HOUR, 1, 7)), () => 3);
  expect(outcome).toMatchObject({ added: 3, duplicates: 0, revisions: 0, firstOpenMs: FIRST_MS, lastOpenMs: FIRST_MS + 2 * HOUR });
  expect(await candleRows()).toEqual([
    { open_ms: FIRST_MS, revision: 0, open: '100.000000000000000000', close: '100.250000000000000000', volume: '0.125000000000000000', trades: 0 },
    { open_ms: FIRST_MS + HOUR, revision: 0, open: '101.000000000000000000', close: '101.250000000000000000', volume: '1.125000000000000000', trades: 1 },
    { open_ms: FIRST_MS + 2 * HOUR, revision: 0, open: '7.000000000000000000', close: '7.250000000000000000', volume: '0.125000000000000000', trades: 0 },
  ]);
  const { rows } = await client.query(`SELECT ingest.*, encode(file_sha256, 'hex') AS sha256 FROM tb.ingest WHERE id = $1`, [outcome.ingestId]);
  expect(rows).toMatchObject([
    { series_id: outcome.seriesId, source: 'kraken', format: 'kraken-ohlcvt', absent: 'quiet', file_name: 'XBTUSD_60.csv', sha256: 'ab'.repeat(32), file_bytes: 1_234,
      received_ms: RECEIVED_MS, first_open_ms: FIRST_MS, last_open_ms: FIRST_MS + 2 * HOUR, added: 3, duplicates: 0, revisions: 0, rejected: 3 },
  ]);
  expect((await client.query('SELECT base, quote FROM tb.instrument WHERE symbol = $1', [series.symbol])).rows).toEqual([{ base: `COIN${count}`, quote: 'USD' }]);
});

test('the same file again adds nothing, also when its batches are cut elsewhere', async () => {
  const candles = candlesFrom(FIRST_MS, 5);
  await importCandles(client, originOf(series), batchesOf(candles), noneRejected);
  const again = await importCandles(client, originOf(series), batchesOf(candles.slice(0, 2), candles.slice(2)), noneRejected);
  expect(again).toMatchObject({ added: 0, duplicates: 5, revisions: 0, firstOpenMs: FIRST_MS, lastOpenMs: FIRST_MS + 4 * HOUR });
  expect(await candleRows()).toHaveLength(5);
});

test('a changed candle is a revision, and changing it back is another', async () => {
  const [first, second] = candlesFrom(FIRST_MS, 2) as [ReturnType<typeof candlesFrom>[number], ReturnType<typeof candlesFrom>[number]];
  const changed = { ...second, values: { ...second.values, close: '101.5' } };
  await importCandles(client, originOf(series), batchesOf([first, second]), noneRejected);
  expect(await importCandles(client, originOf(series), batchesOf([first, changed]), noneRejected)).toMatchObject({ added: 0, duplicates: 1, revisions: 1 });
  expect(await importCandles(client, originOf(series), batchesOf([first, changed]), noneRejected)).toMatchObject({ added: 0, duplicates: 2, revisions: 0 });
  expect(await importCandles(client, originOf(series), batchesOf([first, second]), noneRejected)).toMatchObject({ added: 0, duplicates: 1, revisions: 1 });
  expect((await candleRows()).map(row => (row as { revision: number; close: string }))).toMatchObject([
    { revision: 0, close: '100.250000000000000000' },
    { revision: 0, close: '101.250000000000000000' },
    { revision: 1, close: '101.500000000000000000' },
    { revision: 2, close: '101.250000000000000000' },
  ]);
});

test('another trade count alone is no revision', async () => {
  const [candle] = candlesFrom(FIRST_MS, 1);
  await importCandles(client, originOf(series), batchesOf([candle!]), noneRejected);
  expect(await importCandles(client, originOf(series), batchesOf([{ ...candle!, trades: null }]), noneRejected)).toMatchObject({ duplicates: 1, revisions: 0 });
});

test('candles before, between and after the stored ones are added in one file', async () => {
  await importCandles(client, originOf(series), batchesOf(candlesFrom(FIRST_MS, 1), candlesFrom(FIRST_MS + 2 * HOUR, 1)), noneRejected);
  const outcome = await importCandles(client, originOf(series), batchesOf(candlesFrom(FIRST_MS - HOUR, 5, 200)), noneRejected);
  expect(outcome).toMatchObject({ added: 3, duplicates: 0, revisions: 2 });
});

test('a file that fails half-way leaves nothing: no candle, no import, no series', async () => {
  async function* failing(): AsyncGenerator<ReturnType<typeof candlesFrom>, void, void> {
    yield candlesFrom(FIRST_MS, 3);
    yield await Promise.reject(new Error('line 4: not a number'));
  }
  await expect(importCandles(client, originOf(series), failing(), noneRejected)).rejects.toThrow('line 4: not a number');
  expect(await candleRows()).toEqual([]);
  expect((await client.query('SELECT 1 FROM tb.series WHERE symbol = $1', [series.symbol])).rowCount).toBe(0);
  expect(await importCandles(client, originOf(series), batchesOf(candlesFrom(FIRST_MS, 1)), noneRejected)).toMatchObject({ added: 1 });
});

test('a candle that the database refuses fails the whole file and leaves the connection usable', async () => {
  const [good] = candlesFrom(FIRST_MS, 1);
  const bad = { ...good!, openMs: timeMs(FIRST_MS + HOUR), values: { ...good!.values, low: '0' } };
  await expect(importCandles(client, originOf(series), batchesOf([good!], [bad]), noneRejected)).rejects.toMatchObject({ code: '23514' });
  expect(await candleRows()).toEqual([]);
});

test('candles out of order are a bug of the caller, named before anything is stored', async () => {
  const [first, second] = candlesFrom(FIRST_MS, 2);
  await expect(importCandles(client, originOf(series), batchesOf([second!], [first!]), noneRejected)).rejects.toThrow('ascend by open time');
  await expect(importCandles(client, originOf(series), batchesOf([first!, first!]), noneRejected)).rejects.toThrow('ascend by open time');
});

test('two imports of one series at once: each sees what the other stored', async () => {
  const candles = candlesFrom(FIRST_MS, 2_000);
  const halves = (): ReturnType<typeof batchesOf> => batchesOf(candles.slice(0, 1_000), candles.slice(1_000));
  const outcomes = await Promise.all([importCandles(client, originOf(series), halves(), noneRejected), importCandles(other, originOf(series), halves(), noneRejected)]);
  expect(outcomes.map(({ added }) => added).toSorted((left, right) => left - right)).toEqual([0, 2_000]);
  expect(outcomes.map(({ duplicates }) => duplicates).toSorted((left, right) => left - right)).toEqual([0, 2_000]);
  expect(await candleRows()).toHaveLength(2_000);
});

describe('the horizon of what a run may have seen', () => {
  test('waits for an import of its series that took a lower id, and not for others', async () => {
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<ReturnType<typeof candlesFrom>, void, void> {
      yield candlesFrom(FIRST_MS, 1);
      started.resolve();
      await release.promise;
    }
    const importing = importCandles(other, originOf(series), slow(), noneRejected);
    await started.promise;
    const later = await importCandles(client, originOf(ETH), batchesOf(candlesFrom(FIRST_MS, 1, 300 + count)), noneRejected);
    expect(await ingestHorizon(client, [ETH])).toBe(later.ingestId);
    const order: string[] = [];
    const horizon = ingestHorizon(client, [ETH, series]).then(id => {
      order.push('horizon');
      return id;
    });
    setTimeout(() => {
      order.push('released');
      release.resolve();
    }, 200);
    expect(await horizon).toBe(later.ingestId);
    expect(order).toEqual(['released', 'horizon']);
    expect((await importing).ingestId!).toBeLessThan(later.ingestId!);
  });

  test('is 0 where nothing of the store was imported yet', async () => {
    const empty = await storeDatabase();
    try {
      expect(await ingestHorizon(await empty.app(), [series])).toBe(0);
    } finally {
      await empty.close();
    }
  });
});

test('coverage tells ranges, holes, sources and revisions', async () => {
  const candles = candlesFrom(FIRST_MS, 10).filter((_, index) => index !== 3 && index !== 4 && index !== 7);
  await importCandles(client, originOf(series), batchesOf(candles), noneRejected);
  const [first] = candlesFrom(FIRST_MS, 1, 500);
  await importCandles(client, originOf(series, { source: 'binance', format: 'binance-klines', absent: 'missing' }), batchesOf([first!]), noneRejected);
  expect(await readCoverage(client, series.symbol)).toEqual([
    {
      series,
      firstOpenMs: FIRST_MS,
      lastOpenMs: FIRST_MS + 9 * HOUR,
      candles: 7,
      revisions: 1,
      gaps: [
        { fromMs: FIRST_MS + 3 * HOUR, toMs: FIRST_MS + 5 * HOUR, missing: 2 },
        { fromMs: FIRST_MS + 7 * HOUR, toMs: FIRST_MS + 8 * HOUR, missing: 1 },
      ],
      missing: 3,
      sources: [
        { source: 'kraken', format: 'kraken-ohlcvt', absent: 'quiet', imports: 1, lastReceivedMs: RECEIVED_MS },
        { source: 'binance', format: 'binance-klines', absent: 'missing', imports: 1, lastReceivedMs: RECEIVED_MS },
      ],
      absent: 'quiet',
    },
  ]);
  expect(await readCoverage(client, 'NONE/USD')).toEqual([]);
});
