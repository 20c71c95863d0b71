/** Real files, where they are there, against counts taken from their text without the reader. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readWhole, SHARED_DATA, sharedDataIsThere } from '../../support/market-files.ts';

const KRAKEN = join(SHARED_DATA, 'kraken-ohlcvt');
const BINANCE = join(SHARED_DATA, 'binance-spot-2024');
const linesOf = (path: string): readonly string[] => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');

describe.runIf(sharedDataIsThere())('real files', () => {
  test.each([
    ['XBTUSD_60.csv.gz', 'BTC/USD', 70_253, 3_254, 10_856, 1_381_093_200_000, 20],
    ['ETHUSD_60.csv.gz', 'ETH/USD', 63_568, 842, 3_474, 1_438_956_000_000, 236],
  ])('Kraken’s archive %s: every line a candle, thousands of hours absent', async (name, symbol, rows, gaps, absent, firstOpenMs, exponents) => {
    const path = join(KRAKEN, name);
    const { tally, candles } = await readWhole(path, { symbol, strict: true });
    expect(tally).toMatchObject({ format: 'kraken-ohlcvt', direction: 'ascending', candles: rows, rejected: 0, duplicates: 0, disordered: 0, gaps, absent, firstOpenMs });
    const lines = linesOf(path);
    expect(lines.length).toBe(rows);
    expect(lines.filter(line => line.includes('E')).length).toBe(exponents);
    const numbers = candles.map(({ openMs, values, trades }) => [openMs / 1_000, values.open, values.high, values.low, values.close, values.volume, trades].map(Number).join());
    expect(numbers).toEqual(lines.map(line => line.split(',').map(Number).join()));
  });

  test.each([
    ['BTC-1h.csv.gz', 'BTC/USDT', '1h', 5_980], ['SHIB-1h.csv.gz', 'SHIB/USDT', '1h', 6_002], ['TON-1h.csv.gz', 'TON/USDT', '1h', 712],
    ['ETH-5m.csv.gz', 'ETH/USDT', '5m', 71_769],
  ] as const)('Binance 2024 %s: no hole, and the digits of the file', async (name, symbol, timeframe, rows) => {
    const path = join(BINANCE, name);
    const { tally, candles } = await readWhole(path, { symbol, timeframe, strict: true });
    expect(tally).toMatchObject({ format: 'plain', candles: rows, lines: rows, gaps: 0, absent: 0, duplicates: 0, rejected: 0 });
    const read = candles.map(({ openMs, values }) => `${new Date(openMs).toISOString().replace('.000', '')},${values.open},${values.high},${values.low},${values.close},${values.volume}`);
    expect(read).toEqual(linesOf(path).slice(1));
  });

  test('five-minute candles asked for as hours', async () => {
    const path = join(BINANCE, 'BTC-5m.csv.gz');
    await expect(readWhole(path, { symbol: 'BTC/USDT' })).rejects.toThrow(`${path}: the file looks like 5m candles, and 1h was asked for.`);
  });

  test.each(['BTC', 'SHIB'])('freqtrade’s Feather of %s prints back to the digits of the exchange', async base => {
    const symbol = `${base}/USDT`;
    const feather = await readWhole(join(SHARED_DATA, 'freqtrade-feather', `${base}_USDT-1h.feather`), { symbol, strict: true });
    const csv = await readWhole(join(BINANCE, `${base}-1h.csv.gz`), { symbol, strict: true });
    expect(feather.tally).toMatchObject({ format: 'feather', candles: csv.tally.candles, duplicates: 0, gaps: 0 });
    expect(feather.candles.map(({ openMs, values }) => ({ openMs, values }))).toEqual(csv.candles.map(({ openMs, values }) => ({ openMs, values })));
  });

  test('daily quotes of a share with local dates', async () => {
    const path = join(SHARED_DATA, 'indicators', 'Default.csv');
    await expect(readWhole(path)).rejects.toThrow(path);
  });
});
