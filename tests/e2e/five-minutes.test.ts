/** Runs with several steps an hour: the same head by backtest and hour by hour, fills inside an hour, hours cut anywhere. */
import { beforeAll, expect, test } from 'vitest';
import { livelyCandles, logOf, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const START = slotAt('2024-03-01T00:00:00Z', '5m');
const RUN = '--strategy ema-cross --param fast=3 --param slow=8 --symbols AAA/USD,BBB/USD --timeframe 5m --from 2024-03-01T06:00:00Z --warmup 4 --fees none --slippage none';
const HOURS = 40;

let store: ScratchStore;
let backtest: Document;

beforeAll(async () => {
  store = await scratchStore();
  const aaa = livelyCandles(START, 12 * 48, 21);
  // Absent: one candle inside an hour, and one whole hour.
  const holes = new Set([START + 12 * 20 + 5, ...Array.from({ length: 12 }, (_, step) => START + 12 * 30 + step)]);
  await store.write('aaa.csv', plainFile('5m', aaa.filter(({ slot }) => !holes.has(slot))));
  await store.write('bbb.csv', plainFile('5m', livelyCandles(START, 12 * 48, 22)));
  await store.json('import aaa.csv --symbol AAA/USD --timeframe 5m');
  await store.json('import bbb.csv --symbol BBB/USD --timeframe 5m');
  backtest = await store.json(`backtest ${RUN} --to 2024-03-02T18:00:00Z --run fast --keep full`);
});

test('a full and a summary backtest and a paper run end in one head', async () => {
  expect(backtest).toMatchObject({ hours: HOURS, symbolHours: 2 * HOURS, missingCandles: 13 });
  expect(backtest['trades']).toBeGreaterThan(5);
  expect(await store.json(`backtest ${RUN} --to 2024-03-02T18:00:00Z`)).toMatchObject({ existing: true, run: 'fast' });
  expect(await store.json(`backtest ${RUN} --to 2024-03-02T18:00:00Z --run short`)).toMatchObject({ existing: false, head: backtest['head'], trades: backtest['trades'] });
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('execute-hour --run desk');
  expect(await store.json('execute-hour --run desk --through 2024-03-02T17:00:00Z')).toMatchObject({ executed: HOURS - 1, head: backtest['head'] });
  expect(await store.json('parity desk fast')).toMatchObject({ parity: true, hours: HOURS });
  for (const run of ['desk', 'fast', 'short']) expect(await store.json(`replay-window --run ${run}`)).toMatchObject({ parity: true, head: backtest['head'] });
  expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
});

test('every hour has twelve steps, and orders fill inside the hour they were placed in', async () => {
  const log = await logOf(store, 'desk');
  const markets = log.filter(({ event }) => event['type'] === 'market');
  expect(markets.map(({ hour, step }) => 12 * hour + step)).toEqual(Array.from({ length: 12 * HOURS }, (_, index) => START + 24 + index));
  expect(log.filter(({ what }) => what === 'hour').every(({ event }) => event['steps'] === 12)).toBe(true);
  const fills = log.filter(({ event }) => event['type'] === 'order_filled');
  const placedHour = (fill: (typeof fills)[number]): number => Number(String(fill.event['orderId']).split('.')[0]);
  expect(fills.filter(fill => placedHour(fill) === fill.hour).length).toBeGreaterThan(10);
});

test('the log of the summary, derived again, is the log of the paper run', async () => {
  expect(await logOf(store, 'short')).toEqual(await logOf(store, 'desk'));
});
