/**
 * The history of a venue through the real program: brought by processes of which ten are killed on the way, kept up to date hour by
 * hour, and in the end the same, digest for digest, as the files that the venue was made from.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoMarket } from '../../adapters/market-data/demo-market.ts';
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { SHARED_DATA, sharedDataIsThere } from '../support/market-files.ts';
import { scratchStore } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { brokenInvariants, digestsIn, killedAfter, rowsOf } from '../support/venue-store.ts';
import type { Window } from '../support/venue-store.ts';
import { binanceHistory, demoHistory, krakenHistory } from '../support/venue/history.ts';
import type { VenueSeries } from '../support/venue/history.ts';
import { openVenue } from '../support/venue/server.ts';
import type { Venue } from '../support/venue/server.ts';

const HOUR = 3_600_000;
const at = (text: string): number => parseTime(text)!;

/** What the venue trades, from when to when it is asked for, and the files it was made from. */
type Case = Readonly<{ series: readonly VenueSeries[]; window: Window; files: readonly (readonly [symbol: string, path: string])[]; run: string }>;

const realKraken = async (): Promise<Case> => ({
  series: (await krakenHistory({ fromMs: 0, toMs: at('2023-01-07T00:00:00Z') }))!,
  window: { fromMs: at('2013-10-01T00:00:00Z'), toMs: at('2023-01-01T00:00:00Z') },
  files: [['BTC/USD', join(SHARED_DATA, 'kraken-ohlcvt', 'XBTUSD_60.csv.gz')], ['ETH/USD', join(SHARED_DATA, 'kraken-ohlcvt', 'ETHUSD_60.csv.gz')]],
  run: '--strategy donchian-breakout --param entry=24 --param exit=12 --symbols BTC/USD,ETH/USD --from 2022-01-01T00:00:00Z --to 2023-01-01T12:00:00Z --run year',
});

const demoKraken = async (store: ScratchDatabase): Promise<Case> => ({
  series: demoHistory(),
  window: { fromMs: at('2024-01-01T00:00:00Z'), toMs: at('2024-12-30T00:00:00Z') },
  files: await Promise.all(demoMarket().map(async ({ symbol, name, text }) => [symbol, join(store.folder, await store.write(name, text))] as const)),
  run: '--strategy donchian-breakout --param entry=24 --param exit=12 --symbols AUR/USDT,BOR/USDT --from 2024-03-01T00:00:00Z --to 2024-12-30T12:00:00Z --run year',
});

/** Five crashes where a transaction has parts, and five wherever the program happens to be after so many questions. */
const KILLS: readonly (Readonly<{ failpoint: string }> | Readonly<{ requests: number }>)[] = [
  { failpoint: 'import-begun:1' }, { requests: 20 }, { failpoint: 'import-candles-copied:1' }, { requests: 110 }, { failpoint: 'import-ingest-reserved:2' },
  { requests: 5 }, { failpoint: 'import-committed:1' }, { requests: 95 }, { failpoint: 'import-ingest-written:1' }, { requests: 60 },
];

/** Candles whose delivery is not there, or that lie outside what their delivery says it covers: none, whatever was killed. */
const UNTOLD = `SELECT count(*)::int AS candles FROM tb.candle c LEFT JOIN tb.ingest i ON i.id = c.ingest_id AND c.open_ms >= i.covered_from_ms AND c.open_ms < i.covered_to_ms WHERE i.id IS NULL`;

const COVERED = `
  SELECT s.symbol, count(*)::int AS parts, min(covered_from_ms) AS from_ms, max(covered_to_ms) AS to_ms,
    sum(covered_to_ms - covered_from_ms)::bigint = max(covered_to_ms) - min(covered_from_ms) AS joined
  FROM tb.ingest i JOIN tb.series s ON s.id = i.series_id GROUP BY s.symbol ORDER BY s.symbol COLLATE "C"`;

let store: ScratchDatabase;
let files: ScratchDatabase;
let kraken: Case;
let venue: Venue;
let options: string;

beforeAll(async () => {
  [store, files] = [await scratchStore(), await scratchStore()];
  kraken = sharedDataIsThere() ? await realKraken() : await demoKraken(files);
  venue = await openVenue({ nowMs: kraken.window.toMs + 30 * 60_000, series: kraken.series });
  options = `--venue-url ${venue.url} --requests-per-minute unlimited`;
  for (const [symbol, path] of kraken.files) await files.json(`import ${path} --symbol ${symbol}`);
}, 300_000);
afterAll(() => venue.close());

const symbols = (): string => kraken.series.map(({ symbol }) => symbol).join(',');

describe('years of a venue, with ten crashes on the way', () => {
  test('what was stored before a crash is whole, and at the end everything is there', async () => {
    const line = `backfill --source kraken --symbols ${symbols()} --from ${formatTime(timeMs(kraken.window.fromMs))} ${options}`;
    for (const kill of KILLS) {
      const said = 'requests' in kill ? await killedAfter(store, venue, { line, requests: kill.requests }) : await store.tb(line, { TB_FAILPOINT: kill.failpoint });
      expect(said, JSON.stringify(kill)).toMatchObject({ exit: null, signal: 'SIGKILL' });
      expect(await rowsOf(store, UNTOLD), JSON.stringify(kill)).toEqual([{ candles: 0 }]);
    }
    const [kept] = await rowsOf<{ candles: number }>(store, 'SELECT count(*)::int AS candles FROM tb.candle');
    expect(kept!.candles).toBeGreaterThan(0);
    const finished = await store.json(line);
    expect(finished).toMatchObject({ duplicates: 0, revisions: 0, unlisted: [], requests: { retries: 0, refusals: 0 } });
    const inFiles = await digestsIn(files, kraken.window);
    expect(finished['added']).toBe(inFiles.reduce((sum, { candles }) => sum + candles, 0) - kept!.candles);
    expect(await digestsIn(store, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })).toEqual(inFiles);
  }, 240_000);

  test('deliveries join from the first hour to the last without a hole or an overlap', async () => {
    const covered = await rowsOf<{ symbol: string; parts: number; from_ms: number; to_ms: number; joined: boolean }>(store, COVERED);
    expect(covered.map(({ symbol, from_ms, to_ms, joined }) => ({ symbol, from_ms, to_ms, joined })))
      .toEqual(kraken.series.map(({ symbol }) => ({ symbol, from_ms: kraken.window.fromMs, to_ms: kraken.window.toMs, joined: true })).toSorted((left, right) => (left.symbol < right.symbol ? -1 : 1)));
    expect(await store.json('gaps')).toMatchObject({ lost: 0, repaired: null });
  });

  test('the same command again asks for nothing and changes nothing', async () => {
    venue.asked();
    const before = await rowsOf(store, 'SELECT count(*)::int AS deliveries FROM tb.ingest');
    const again = await store.json(`backfill --source kraken --symbols ${symbols()} --from ${formatTime(timeMs(kraken.window.fromMs))} ${options}`);
    expect(again).toMatchObject({ added: 0, candles: 0, duplicates: 0, revisions: 0 });
    expect(venue.asked().filter(path => /Trades|OHLC/.test(path))).toEqual([]);
    expect(await rowsOf(store, 'SELECT count(*)::int AS deliveries FROM tb.ingest')).toEqual(before);
  });

  test('hour by hour it is brought up to date and stays the same as the files', async () => {
    const hours = [1, 2, 3, 4, 5, 12];
    for (const hour of hours) {
      venue.tape.clock.nowMs = kraken.window.toMs + hour * HOUR + 2 * 60_000;
      const synced = await store.json(`sync ${options}`);
      expect(synced).toMatchObject({ revisions: 0, sources: [{ source: 'kraken', booksRecorded: kraken.series.length, listingChanges: [], rulesRecorded: [] }] });
    }
    const window = { fromMs: kraken.window.fromMs, toMs: kraken.window.toMs + 12 * HOUR };
    expect(await digestsIn(store, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })).toEqual(await digestsIn(files, window));
    expect(await rowsOf(store, 'SELECT count(*)::int AS tops FROM tb.book_top')).toEqual([{ tops: hours.length * kraken.series.length }]);
  }, 120_000);

  test('a backtest over it is that over the files, head for head', async () => {
    const [fromVenue, fromFiles] = [await store.json(`backtest ${kraken.run}`), await files.json(`backtest ${kraken.run}`)];
    expect(fromVenue).toMatchObject({ head: fromFiles['head'], equity: fromFiles['equity'], trades: fromFiles['trades'] });
    expect(fromVenue['trades']).toBeGreaterThan(10);
  }, 120_000);

  test('every hash is right and every invariant holds', async () => {
    expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
    expect(await brokenInvariants(store)).toEqual([]);
  }, 240_000);
});

test('a year of four markets of Binance, killed in the middle, equals its files', async context => {
  const bases = ['SOL', 'XRP', 'SHIB', 'TAO'];
  const series = await binanceHistory(bases);
  if (series === null) return context.skip(`no real market files in ${SHARED_DATA}`);
  const binance = await openVenue({ nowMs: at('2025-01-01T00:30:00Z'), series });
  const [brought, imported] = [await scratchStore(), await scratchStore()];
  const line = `backfill --source binance --symbols ${bases.map(base => `${base}/USDT`).join(',')} --from 2024-01-01T00:00:00Z --venue-url ${binance.url} --requests-per-minute unlimited`;
  try {
    expect(await killedAfter(brought, binance, { line, requests: 15 })).toMatchObject({ signal: 'SIGKILL' });
    expect(await brought.tb(line, { TB_FAILPOINT: 'import-candles-copied:2' })).toMatchObject({ signal: 'SIGKILL' });
    expect(await brought.json(line)).toMatchObject({ revisions: 0, duplicates: 0 });
    for (const base of bases) await imported.json(`import ${join(SHARED_DATA, 'binance-spot-2024', `${base}-1h.csv.gz`)} --symbol ${base}/USDT`);
    const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    expect(await digestsIn(brought, everything)).toEqual(await digestsIn(imported, everything));
    expect(await brought.json('verify')).toMatchObject({ verified: true, findings: [] });
  } finally {
    await binance.close();
  }
}, 240_000);
