/** The demo market's bytes, pinned, and that it is the market it claims to be. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { DEMO_END, DEMO_START, demoMarket, writeDemoMarket } from '../../../adapters/market-data/demo-market.ts';
import { NORMAL_SIGMA, normalDraw, uniformDraws } from '../../../adapters/market-data/demo-random.ts';
import { readWhole, temporaryFolder } from '../../support/market-files.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const written = await writeDemoMarket(await temporaryFolder());
const paths = new Map(written.map(({ symbol, path }) => [symbol as string, path]));

test('its bytes are the same on every machine', () => {
  expect(demoMarket().map(({ symbol, name, format, rows, text }) => [symbol, name, format, rows, sha256(text)])).toEqual([
    ['AUR/USDT', 'AURUSDT-1h.csv', 'plain', 8_784, '6e99987a883c530f78a91f16cbd93eb8e5609cae1ed2ae130173061da762e990'],
    ['BOR/USDT', 'BORUSDT-1h.csv', 'plain', 8_779, 'd7fcf858ab52516b4e3068e69ee1b95cf1c422a49b77a5297e1716ede6dd5ab8'],
    ['CYG/USDT', 'CYGUSDT-1h.csv', 'plain', 8_784, '58984de49de6ba403f98880421e94db66cafce293c06a762f0232f9d00f505ae'],
    ['DUN/USDT', 'DUNUSDT_60.csv', 'kraken-ohlcvt', 8_755, '6a349126a2b4f8a6f02d39161d18f607d8be5cef7b9686eeba258cbd0d4efd21'],
    ['ELM/USDT', 'ELMUSDT_60.csv', 'kraken-ohlcvt', 8_769, '76ba6eac3dbea0ac3a42310612e09337a69b05dd9c462e5fb05976c6e93b65e6'],
    ['FEN/USDT', 'FENUSDT-1h.csv', 'plain', 6_179, '55350863d3b73307d738fd3165cb74f337f0880c89f303689943129664873f97'],
  ]);
});

test('what is written is what is generated', async () => {
  const files = demoMarket();
  expect(written.map(({ symbol, format, rows }) => [symbol, format, rows])).toEqual(files.map(({ symbol, format, rows }) => [symbol, format, rows]));
  for (const [index, { path }] of written.entries()) expect(sha256(await readFile(path, 'utf8'))).toBe(sha256(files[index]!.text));
});

describe('it reads without a single rejected line', () => {
  test.each([
    ['AUR/USDT', 'plain', 8_784, 0, 0, DEMO_START],
    ['BOR/USDT', 'plain', 8_779, 1, 5, DEMO_START],
    ['CYG/USDT', 'plain', 8_784, 0, 0, DEMO_START],
    ['DUN/USDT', 'kraken-ohlcvt', 8_755, 4, 29, DEMO_START],
    ['ELM/USDT', 'kraken-ohlcvt', 8_769, 3, 15, DEMO_START],
    ['FEN/USDT', 'plain', 6_179, 1, 3, 1_713_434_400_000],
  ])('%s', async (symbol, format, candles, gaps, absent, firstOpenMs) => {
    const { tally } = await readWhole(paths.get(symbol)!, { symbol, strict: true, nowMs: DEMO_END });
    expect(tally).toEqual({
      file: paths.get(symbol), format, direction: 'ascending', linesTotal: candles, lines: candles, candles, duplicates: 0, rejected: 0, disordered: 0,
      firstDisorderedLine: null, gaps, absent, firstOpenMs, lastOpenMs: DEMO_END - 3_600_000,
    });
  });
});

describe('it is a lively market', () => {
  test.each([...paths.keys()])('%s', async symbol => {
    const { candles } = await readWhole(paths.get(symbol)!, { symbol });
    const closes = candles.map(({ values }) => Number(values.close));
    const returns = closes.slice(1).map((close, index) => close / closes[index]! - 1);
    const sigma = Math.sqrt(returns.reduce((sum, value) => sum + value * value, 0) / returns.length);
    expect(sigma).toBeGreaterThan(0.005);
    expect(sigma).toBeLessThan(0.012);
    expect(Math.max(...returns.map(Math.abs))).toBeLessThan(0.1);
    // The six days of crash, from 2024-05-15T00:00Z.
    const before = candles.find(({ openMs }) => openMs >= DEMO_START + 3_240 * 3_600_000)!;
    const after = candles.find(({ openMs }) => openMs >= DEMO_START + 3_383 * 3_600_000)!;
    expect(Number(after.values.close) / Number(before.values.close)).toBeLessThan(0.8);
    // Wicks beyond the body, both ways, in most hours.
    const wicks = candles.filter(({ values }) => Number(values.high) > Math.max(Number(values.open), Number(values.close)));
    expect(wicks.length / candles.length).toBeGreaterThan(0.7);
    expect(candles.every(({ values }) => Number(values.volume) > 0)).toBe(true);
  });
});

test('the draws: uniform below 65,536, and a bell of mean 0', () => {
  const draw = uniformDraws(7);
  const uniforms = Array.from({ length: 20_000 }, draw);
  expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniforms)).toBeLessThan(65_536);
  expect(uniforms.slice(0, 4)).toEqual([28, 7_177, 59_237, 46_844]);
  const normals = Array.from({ length: 20_000 }, () => normalDraw(draw));
  expect(normals.every(Number.isInteger)).toBe(true);
  const mean = normals.reduce((sum, value) => sum + value, 0) / normals.length;
  const sigma = Math.sqrt(normals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / normals.length);
  expect(Math.abs(mean)).toBeLessThan(NORMAL_SIGMA / 50);
  expect(Math.abs(sigma / NORMAL_SIGMA - 1)).toBeLessThan(0.02);
});
