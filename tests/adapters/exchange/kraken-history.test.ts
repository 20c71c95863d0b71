/**
 * Kraken's history over the loopback venue: real years where they lie beside the project, the demo market everywhere. What comes out
 * of trades is what the files say, digest for digest, however often it is broken off and resumed.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { krakenSource } from '../../../adapters/exchange/kraken-source.ts';
import type { CandlePage, IncomingCandle } from '../../../adapters/ports.ts';
import { timeMs } from '../../../core/kernel/units.ts';
import { at, readWhole, SHARED_DATA, sharedDataIsThere } from '../../support/market-files.ts';
import { demoHistory, krakenHistory } from '../../support/venue/history.ts';
import type { VenueSeries } from '../../support/venue/history.ts';
import type { Venue } from '../../support/venue/server.ts';
import { digestsOf, impatient, readAll, seriesOf, venueFor } from './loopback.ts';

const NOW = at('2024-04-01T12:30:00Z');
const START = at('2024-01-01T00:00:00Z');

const demo = (symbol: string): VenueSeries => demoHistory().find(series => series.symbol === symbol)!;
const expectedUntil = ({ candles }: VenueSeries, toMs: number): VenueSeries['candles'] => candles.filter(({ openMs }) => openMs >= START && openMs < toMs);

describe('the demo market at Kraken', () => {
  let venue: Venue;
  beforeAll(async () => {
    venue = await venueFor({ nowMs: NOW, series: demoHistory() });
  });

  test.each(['AUR/USDT', 'BOR/USDT', 'DUN/USDT'])('%s from its first trade to the last closed hour, holes left out', async symbol => {
    const source = krakenSource(impatient(venue));
    const { candles, pages, coveredToMs } = await readAll(source, seriesOf(symbol), { fromMs: START, toMs: at('2025-01-01T00:00:00Z') });
    expect(coveredToMs).toBe(at('2024-04-01T12:00:00Z'));
    expect(digestsOf(seriesOf(symbol), candles)).toEqual(digestsOf(seriesOf(symbol), expectedUntil(demo(symbol), coveredToMs!)));
    expect(pages[0]!.coveredFromMs).toBe(START);
    expect(pages.every(page => page.requests >= 1 && page.bytes > 0 && /^[0-9a-f]{64}$/.test(page.sha256))).toBe(true);
    await source.close();
  });

  test('the last 715 hours come from the endpoint of candles, in one request, without the open one and without quiet ones', async () => {
    const source = krakenSource(impatient(venue));
    await source.markets();
    venue.asked();
    const fromMs = at('2024-03-10T00:00:00Z');
    const { candles, pages } = await readAll(source, seriesOf('BOR/USDT'), { fromMs, toMs: NOW });
    expect(venue.asked().map(path => path.split('?')[0])).toEqual(['/0/public/Time', '/0/public/OHLC']);
    expect(pages.map(({ requests }) => requests)).toEqual([1]);
    // BOR has a hole of five hours from 2024-03-12T02:00:00Z on.
    expect(candles.filter(({ openMs }) => openMs >= at('2024-03-12T00:00:00Z')).slice(0, 3).map(({ openMs }) => openMs)).toEqual([at('2024-03-12T00:00:00Z'), at('2024-03-12T01:00:00Z'), at('2024-03-12T07:00:00Z')]);
    expect(candles.at(-1)!.openMs).toBe(at('2024-04-01T11:00:00Z'));
  });

  test('a market listed later begins with its first hour, and the time before it is covered', async () => {
    const later = await venueFor({ nowMs: at('2024-07-01T00:00:00Z'), series: demoHistory() });
    const { candles, pages } = await readAll(krakenSource(impatient(later)), seriesOf('FEN/USDT'), { fromMs: START, toMs: at('2024-06-01T00:00:00Z') });
    expect([candles[0]!.openMs, pages[0]!.coveredFromMs]).toEqual([at('2024-04-18T10:00:00Z'), START]);
    expect(candles.length).toBe(1_046);
  });

  test.each([
    ['the cursor gives its own trade once more', { sinceInclusive: true }],
    ['the cursor and the printed time agree', { cursorSkewNs: 0n }],
    ['the cursor is ahead of the printed time by 4 ms', { cursorSkewNs: 4_000_000n }],
  ])('the same candles where %s', async (_, options) => {
    const other = await venueFor({ nowMs: NOW, series: demoHistory(), ...options });
    const series = seriesOf('CYG/USDT');
    const { candles } = await readAll(krakenSource(impatient(other)), series, { fromMs: START, toMs: NOW });
    expect(digestsOf(series, candles)).toEqual(digestsOf(series, expectedUntil(demo('CYG/USDT'), at('2024-04-01T12:00:00Z'))));
  });

  test('minutes are made of the same trades, and hours of those minutes', async () => {
    const source = krakenSource(impatient(venue));
    const window = { fromMs: at('2024-03-31T00:00:00Z'), toMs: NOW };
    const [minutes, hours] = [await readAll(source, seriesOf('AUR/USDT', '1m'), window), await readAll(source, seriesOf('AUR/USDT'), window)];
    expect(minutes.candles.length).toBeGreaterThan(hours.candles.length);
    expect(minutes.coveredToMs).toBe(NOW);
    const closes = new Map(hours.candles.map(({ openMs, values }) => [openMs, values.close]));
    const lastMinutes = new Map(minutes.candles.map(({ openMs, values }) => [openMs - (openMs % 3_600_000), values.close]));
    for (const [openMs, close] of closes) expect(lastMinutes.get(timeMs(openMs))).toBe(close);
  });

  test('a cursor goes on where its page ended, in another source, and one of another series is refused', async () => {
    const series = seriesOf('AUR/USDT');
    const candles: IncomingCandle[] = [];
    let cursor: string | null = null;
    // Ten programs, each broken off after two pages.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const pages: CandlePage[] = [];
      for await (const page of krakenSource(impatient(venue)).candles({ series, fromMs: START, toMs: NOW, cursor })) {
        pages.push(page);
        if (pages.length === 2) break;
      }
      if (pages.length === 0) break;
      candles.push(...pages.flatMap(page => page.candles));
      cursor = pages.at(-1)!.cursor;
    }
    expect(digestsOf(series, candles)).toEqual(digestsOf(series, expectedUntil(demo('AUR/USDT'), at('2024-04-01T12:00:00Z'))));
    expect(cursor).toBe('kraken AUR/USDT 1h 2024-04-01T12:00:00Z');
    await expect(readAll(krakenSource(impatient(venue)), seriesOf('BOR/USDT'), { fromMs: START, toMs: NOW, cursor: cursor! })).rejects.toThrow('is not one of kraken for BOR/USDT in 1h');
    await expect(readAll(krakenSource(impatient(venue)), series, { fromMs: START, toMs: NOW, cursor: 'kraken AUR/USDT 1h 2023-01-01T00:00:00Z' })).rejects.toThrow('before the start');
  });
});

describe.runIf(sharedDataIsThere())('real years of Kraken', () => {
  test.each([['BTC/USD', 'XBTUSD_60.csv.gz', '2013-10-01T00:00:00Z', 70_253], ['ETH/USD', 'ETHUSD_60.csv.gz', '2021-01-01T00:00:00Z', 19_674]])('%s equals a direct read of its file, digest for digest', async (symbol, name, from, rows) => {
    const nowMs = at('2023-04-01T00:30:00Z');
    const history = (await krakenHistory({ fromMs: 0, toMs: nowMs }))!;
    const venue = await venueFor({ nowMs, series: history });
    const source = krakenSource(impatient(venue));
    const series = seriesOf(symbol);
    await source.markets();
    const began = performance.now();
    const { candles, pages } = await readAll(source, series, { fromMs: at(from), toMs: nowMs });
    const seconds = (performance.now() - began) / 1_000;
    const direct = await readWhole(join(SHARED_DATA, 'kraken-ohlcvt', name), { symbol });
    expect(candles.length).toBe(rows);
    expect(digestsOf(series, candles)).toEqual(digestsOf(series, direct.candles.filter(({ openMs }) => openMs >= at(from))));
    const { requests, bytes } = source.tally();
    console.info(`${symbol}: ${candles.length} candles in ${pages.length} pages, ${requests} requests, ${(bytes / 1e6).toFixed(1)} MB, ${Math.round(candles.length / seconds)} candles/s with the venue in the same thread.`);
  }, 120_000);
});
