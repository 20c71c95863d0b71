/** Binance's klines over the loopback venue: pages of a thousand, the open candle, listings that come later, and real series where they lie. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { binanceSource } from '../../../adapters/exchange/binance-source.ts';
import { at, readWhole, SHARED_DATA, sharedDataIsThere } from '../../support/market-files.ts';
import { binanceHistory, demoHistory } from '../../support/venue/history.ts';
import type { Venue } from '../../support/venue/server.ts';
import { digestsOf, impatient, readAll, seriesOf, venueFor } from './loopback.ts';

const START = at('2024-01-01T00:00:00Z');

describe('the demo market at Binance', () => {
  let venue: Venue;
  beforeAll(async () => {
    venue = await venueFor({ nowMs: at('2024-12-31T23:30:00Z'), series: demoHistory() });
  });

  test('a year in pages of a thousand, each asked for once', async () => {
    const source = binanceSource(impatient(venue));
    await source.markets();
    venue.asked();
    const series = seriesOf('BOR/USDT');
    const { candles, pages } = await readAll(source, series, { fromMs: START, toMs: at('2026-01-01T00:00:00Z') });
    expect(pages.map(page => page.candles.length)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 778]);
    expect(venue.asked().length).toBe(10);
    expect(digestsOf(series, candles)).toEqual(digestsOf(series, demoHistory().find(({ symbol }) => symbol === 'BOR/USDT')!.candles.slice(0, -1)));
    expect([source.absent, source.tally().requests, source.tally().retries]).toEqual(['missing', 11, 0]);
  });

  test('strictly the window, and never the candle that is still open', async () => {
    const { candles, pages } = await readAll(binanceSource(impatient(venue)), seriesOf('AUR/USDT'), { fromMs: at('2024-12-31T20:15:00Z'), toMs: at('2024-12-31T23:00:01Z') });
    expect(candles.map(({ openMs }) => openMs)).toEqual([at('2024-12-31T21:00:00Z'), at('2024-12-31T22:00:00Z')]);
    expect([pages[0]!.coveredFromMs, pages[0]!.coveredToMs]).toEqual([at('2024-12-31T21:00:00Z'), at('2024-12-31T23:00:00Z')]);
  });

  test('a window that has not begun asks for nothing', async () => {
    const source = binanceSource(impatient(venue));
    expect((await readAll(source, seriesOf('AUR/USDT'), { fromMs: at('2025-06-01T00:00:00Z'), toMs: at('2025-07-01T00:00:00Z') })).pages).toEqual([]);
  });

  test('a candle that comes late is not there yet, and a revised one is another the next time', async () => {
    const series = seriesOf('AUR/USDT');
    const late = at('2024-12-31T21:00:00Z');
    const window = { fromMs: at('2024-12-31T20:00:00Z'), toMs: at('2024-12-31T23:00:00Z') };
    venue.tape.delay(series.symbol, late, at('2024-12-31T23:45:00Z'));
    const source = binanceSource(impatient(venue));
    expect((await readAll(source, series, window)).candles.map(({ openMs }) => openMs)).toEqual([window.fromMs, at('2024-12-31T22:00:00Z')]);
    venue.tape.clock.nowMs = at('2024-12-31T23:50:00Z');
    venue.tape.revise(series.symbol, window.fromMs, { open: '2', high: '3', low: '1', close: '2.5', volume: '7' });
    const again = await readAll(source, series, window);
    venue.tape.clock.nowMs = at('2024-12-31T23:30:00Z');
    expect(again.candles.map(({ openMs, values }) => [openMs, values.high])).toEqual([[window.fromMs, '3'], [late, again.candles[1]!.values.high], [at('2024-12-31T22:00:00Z'), again.candles[2]!.values.high]]);
  });
});

describe.runIf(sharedDataIsThere())('real series of Binance', () => {
  test('five symbols, two of them listed late, equal a direct read of their files, digest for digest', async () => {
    const bases = ['BTC', 'MATIC', 'SHIB', 'TAO', 'TON'];
    const nowMs = at('2024-09-08T00:30:00Z');
    const venue = await venueFor({ nowMs, series: (await binanceHistory(bases))! });
    const source = binanceSource(impatient(venue));
    await source.markets();
    let [read, seconds] = [0, 0];
    for (const base of bases) {
      const series = seriesOf(`${base}/USDT`);
      const began = performance.now();
      const { candles } = await readAll(source, series, { fromMs: at('2023-01-01T00:00:00Z'), toMs: nowMs });
      seconds += (performance.now() - began) / 1_000;
      read += candles.length;
      const direct = await readWhole(join(SHARED_DATA, 'binance-spot-2024', `${base}-1h.csv.gz`), { symbol: series.symbol });
      expect(digestsOf(series, candles)).toEqual(digestsOf(series, direct.candles));
    }
    console.info(`Binance: ${read} candles, ${source.tally().requests} requests, ${(source.tally().bytes / 1e6).toFixed(1)} MB, ${Math.round(read / seconds)} candles/s with the venue in the same thread.`);
  }, 120_000);
});
