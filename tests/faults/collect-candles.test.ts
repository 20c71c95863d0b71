/** A source that ends in the middle, in whatever way: what it told completely is stored with its range, and nothing else is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readDelivered, readOpenTimes } from '../../adapters/store/deliveries.ts';
import type { CandlePage, MarketSource } from '../../adapters/ports.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { HOUR_MS, marketSymbol, timeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { backfill, planBackfill } from '../../engine/markets/backfill.ts';
import { collectCandles, UNWATCHED } from '../../engine/markets/collect-candles.ts';
import { scratchStore } from '../support/scratch-store.ts';

const FIRST = 474_000;
const at = (hour: number) => timeMs((FIRST + hour) * HOUR_MS);
const VALUES = { open: '1', high: '2', low: '1', close: '2', volume: '3' };
const seriesOf = (name: string): Series => ({ symbol: marketSymbol(name), timeframe: '1h' });

/** A page that covers [from, to) and has these candles. */
const page = (from: number, to: number, hours: readonly number[]): CandlePage => ({
  candles: hours.map(hour => ({ openMs: at(hour), values: VALUES, trades: 1 })), coveredFromMs: at(from), coveredToMs: at(to), cursor: '', receivedMs: at(1_000), requests: 2, bytes: 10, sha256: sha256Hex(`${from} ${to}`),
});

/** Gives these pages, then fails where one is an error. What it was asked for is noted. */
const sourceOf = (pages: readonly (CandlePage | Error)[], asked: number[] = []): MarketSource => ({
  id: 'made', absent: 'quiet', format: 'made-api',
  candles: async function* candles({ fromMs }) {
    asked.push(fromMs / HOUR_MS - FIRST);
    for (const one of pages) {
      if (one instanceof Error) throw one;
      yield await Promise.resolve(one);
    }
  },
  markets: () => Promise.resolve([]), topOfBook: () => Promise.resolve([]), now: () => Promise.resolve(at(1_000)), close: () => Promise.resolve(),
  tally: () => ({ requests: 0, retries: 0, refusals: 0, rateLimitWaitMs: 0, backoffWaitMs: 0, bytes: 0 }),
});

let client: StoreClient;
beforeAll(async () => {
  client = await connect((await scratchStore()).address, 'app');
});
afterAll(() => client.end());

const standingOf = async (series: Series) => ({
  delivered: (await readDelivered(client, series)).map(({ fromMs, toMs }) => `${fromMs / HOUR_MS - FIRST}-${toMs / HOUR_MS - FIRST}`),
  open: (await readOpenTimes(client, series, { fromMs: at(0), toMs: at(1_000) })).map(openMs => openMs / HOUR_MS - FIRST),
});
const range = { fromMs: at(0), toMs: at(30) };

test('pages before a failure are stored, and the failure is thrown', async () => {
  const series = seriesOf('AAA/USD');
  const source = sourceOf([page(0, 10, [0, 1, 9]), page(10, 10, []), page(10, 20, []), new Error('gone')]);
  await expect(collectCandles(client, { source, series, range, watch: UNWATCHED })).rejects.toThrow('gone');
  expect(await standingOf(series)).toEqual({ delivered: ['0-20'], open: [0, 1, 9] });
});

test('a failure before the first page leaves nothing', async () => {
  const series = seriesOf('BBB/USD');
  await expect(collectCandles(client, { source: sourceOf([new Error('gone')]), series, range, watch: UNWATCHED })).rejects.toThrow('gone');
  expect(await standingOf(series)).toEqual({ delivered: [], open: [] });
});

test('the next time only what is left open is asked for, and a range without candles is covered too', async () => {
  const series = seriesOf('AAA/USD');
  const plans = await planBackfill(client, 'made', { series: [series], range: { fromMs: timeMs(at(0) + 1), toMs: timeMs(at(40) + 1) } });
  expect(plans.map(({ open }) => open.map(({ fromMs, toMs }) => [fromMs / HOUR_MS - FIRST, toMs / HOUR_MS - FIRST]))).toEqual([[[20, 40]]]);
  const [asked, read]: [number[], number[]] = [[], []];
  const filled = await backfill(client, sourceOf([page(20, 30, []), page(30, 40, [39])], asked), plans, { onRead: done => void read.push(done), onStored: () => undefined });
  expect({ asked, read }).toEqual({ asked: [20], read: [10, 20] });
  expect(filled).toMatchObject([{ coveredToMs: at(40), collected: { added: 1, duplicates: 0, revisions: 0, candles: 1, absent: 19, deliveries: 1 } }]);
  expect(await standingOf(series)).toEqual({ delivered: ['0-20', '20-40'], open: [0, 1, 9, 39] });
  expect((await planBackfill(client, 'made', { series: [series], range: { fromMs: at(0), toMs: at(40) } })).map(({ open }) => open)).toEqual([[]]);
  // What another source covers is nothing that this one told.
  expect((await planBackfill(client, 'other', { series: [series], range: { fromMs: at(0), toMs: at(40) } })).map(({ open }) => open)).toEqual([[{ fromMs: at(0), toMs: at(40) }]]);
});
