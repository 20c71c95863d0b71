/** Every format through the command line: names that tell markets, dry runs that write nothing, and exports that come back digest for digest. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { asOwner, commandsOn, livelyCandles, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { zipOf } from '../adapters/market-data/zip-bytes.ts';

const FIRST = slotAt('2024-01-01T00:00:00Z', '1h');
const candles = livelyCandles(FIRST, 1_500, 7);
const kraken = (from: number, to: number): string => candles.slice(from, to).map(({ slot, values: { open, high, low, close, volume } }, index) => `${slot * 3_600},${open},${high},${low},${close},${volume},${index}\n`).join('');
const json = (from: number, to: number): string => JSON.stringify(candles.slice(from, to).map(({ slot, values: { open, high, low, close, volume } }) => [slot * 3_600_000, open, high, low, close, volume]));

let store: ScratchDatabase;
const bytes = (name: string, content: Uint8Array): void => writeFileSync(join(store.folder, name), content);
const digestsOf = (database: ScratchDatabase, symbol: string): Promise<readonly unknown[]> =>
  asOwner(database, async client => (await client.query(`SELECT open_ms, trades, encode(digest, 'hex') AS digest FROM tb.candle JOIN tb.series ON id = series_id WHERE symbol = $1 ORDER BY open_ms, revision`, [symbol])).rows);

beforeAll(async () => {
  store = await scratchStore();
  bytes('Kraken_OHLCVT.zip', zipOf([{ name: 'XBTUSD_60.csv', content: kraken(0, 1_000) }, { name: 'ETHUSD_60.csv', content: kraken(0, 500) }, { name: 'SOLUSD_1440.csv', content: kraken(0, 5) }]));
  bytes('BTCUSDT-1h-2024-01.zip', zipOf([{ name: 'BTCUSDT-1h-2024-01.csv', content: kraken(0, 744) }]));
  bytes('BTCUSDT-1h-2024-02.zip', zipOf([{ name: 'BTCUSDT-1h-2024-02.csv', content: kraken(740, 1_400) }]));
  await store.write('BTC_USDT-1h.json', json(700, 1_500));
});

describe('a dry run', () => {
  test('says what an import would do, also where files overlap, and writes nothing', async () => {
    const paths = 'BTCUSDT-1h-2024-01.zip BTCUSDT-1h-2024-02.zip BTC_USDT-1h.json';
    const expected = { added: 1_500, duplicates: 704, revisions: 0, files: 3, series: { symbol: 'BTC/USDT', timeframe: '1h' }, skipped: [] };
    expect(await store.json(`import ${paths} --dry-run`)).toMatchObject({ ...expected, dryRun: true });
    expect(await store.failure('data --symbol BTC/USDT')).toMatchObject({ exit: 6 });
    expect(await store.json(`import ${paths}`)).toMatchObject({ ...expected, dryRun: false, gaps: { count: 0, missing: 0 } });
    expect(await store.json(`import ${paths} --dry-run`)).toMatchObject({ added: 0, duplicates: 2_204, revisions: 0 });
    await store.write('changed.csv', plainFile('1h', candles.slice(1_490)).replace(/,([\d.]+)\n$/, ',777777\n'));
    expect(await store.json('import changed.csv --symbol BTC/USDT --dry-run')).toMatchObject({ added: 0, duplicates: 9, revisions: 1 });
    const said = await store.tb('import changed.csv --symbol BTC/USDT --dry-run');
    expect(said.out).toMatch(/^Dry run: this is what an import would do\. Nothing was written\.\nBTC\/USDT 1h: no gaps inside the files;/);
    expect(await store.json('data --symbol BTC/USDT')).toMatchObject({ series: [{ candles: 1_500, revisions: 0 }] });
  });

  test('makes no store where there is none', async () => {
    const folder = await scratchFolder();
    writeFileSync(join(folder, 'ETHUSD_60.csv'), kraken(0, 100));
    expect(await commandsOn(join(folder, 'store'), folder).json('import ETHUSD_60.csv --dry-run')).toMatchObject({ added: 100, dryRun: true, read: [{ file: 'ETHUSD_60.csv', format: 'kraken-ohlcvt', readFrom: 'kraken', symbol: 'ETH/USD', timeframe: '1h' }] });
    expect(existsSync(join(folder, 'store'))).toBe(false);
  });
});

test('an archive of many markets: each name is told, and what is left out', async () => {
  const report = await store.json('import Kraken_OHLCVT.zip');
  expect(report).toMatchObject({
    added: 1_500, files: 2, series: null,
    markets: [{ symbol: 'BTC/USD', timeframe: '1h', files: 1, candles: 1_000, added: 1_000, duplicates: 0, revisions: 0, rejected: 0, gaps: { count: 0, missing: 0 } }, { symbol: 'ETH/USD', added: 500 }],
    read: [{ file: 'Kraken_OHLCVT.zip/XBTUSD_60.csv', symbol: 'BTC/USD', readFrom: 'kraken' }, { file: 'Kraken_OHLCVT.zip/ETHUSD_60.csv', symbol: 'ETH/USD' }],
    skipped: [{ file: 'Kraken_OHLCVT.zip/SOLUSD_1440.csv', reason: 'its name tells candles of 1440 minutes, and those kept are of 1m, 5m, 15m, 1h' }],
  });
  const said = await store.tb('import Kraken_OHLCVT.zip');
  expect(said.out).toContain('Kraken_OHLCVT.zip/XBTUSD_60.csv  BTC/USD 1h  kraken          kraken-ohlcvt');
  expect(said.out).toContain('skipped Kraken_OHLCVT.zip/SOLUSD_1440.csv: its name tells candles of 1440 minutes');
  expect(await store.failure('import Kraken_OHLCVT.zip --strict')).toMatchObject({ exit: 2, message: expect.stringMatching(/^Kraken_OHLCVT\.zip\/SOLUSD_1440\.csv would be skipped: /) as unknown });
  const { rows } = await asOwner(store, client => client.query(`SELECT DISTINCT file_name FROM tb.ingest WHERE format = 'kraken-ohlcvt' AND file_name LIKE 'Kraken%' ORDER BY file_name`));
  expect(rows).toEqual([{ file_name: 'Kraken_OHLCVT.zip/ETHUSD_60.csv' }, { file_name: 'Kraken_OHLCVT.zip/XBTUSD_60.csv' }]);
});

describe('data export', () => {
  test.each(['csv', 'parquet'])('as %s, imported into a fresh store, has equal digests and trade counts', async format => {
    await store.json('import Kraken_OHLCVT.zip');
    const report = await store.json(`data export --symbols BTC/USD,ETH/USD --format ${format} --out out-${format}`);
    expect(report).toMatchObject({ asOf: null, candles: 1_500, format, files: [{ candles: 1_000, file: `out-${format}/BTC_USD-1h.${format}`, first: '2024-01-01T00:00:00Z', symbol: 'BTC/USD', timeframe: '1h' }, { candles: 500, symbol: 'ETH/USD' }] });
    const fresh = await scratchStore();
    mkdirSync(join(fresh.folder, 'in'));
    for (const name of [`BTC_USD-1h.${format}`, `ETH_USD-1h.${format}`]) writeFileSync(join(fresh.folder, 'in', name), readFileSync(join(store.folder, `out-${format}`, name)));
    expect(await fresh.json('import in --strict')).toMatchObject({ added: 1_500, files: 2 });
    for (const symbol of ['BTC/USD', 'ETH/USD']) expect(await digestsOf(fresh, symbol)).toEqual(await digestsOf(store, symbol));
  });

  test('a stretch of it, and the version that had been received by a moment', async () => {
    await store.write('old.csv', 'ts,open,high,low,close,volume\n2024-03-01T00:00:00Z,1,2,1,1,1\n2024-03-01T01:00:00Z,1,2,1,1,0.5\n');
    await store.json('import old.csv --symbol OLD/USD');
    const { rows } = await asOwner(store, client => client.query<{ now: string }>(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS now`));
    await new Promise(resolve => { setTimeout(resolve, 20); });
    await store.write('new.csv', 'ts,open,high,low,close,volume\n2024-03-01T01:00:00Z,1,3,1,2,7\n2024-03-01T02:00:00Z,2,2,2,2,2\n');
    await store.json('import new.csv --symbol OLD/USD');
    const exported = async (options: string): Promise<string> => {
      await store.json(`data export --symbol OLD/USD --out old-out.csv --force ${options}`);
      return readFileSync(join(store.folder, 'old-out.csv'), 'utf8');
    };
    const HEAD = 'ts,open,high,low,close,volume,trades\n';
    expect(await exported('')).toBe(`${HEAD}2024-03-01T00:00:00Z,1,2,1,1,1,\n2024-03-01T01:00:00Z,1,3,1,2,7,\n2024-03-01T02:00:00Z,2,2,2,2,2,\n`);
    expect(await exported(`--as-of ${rows[0]!.now}`)).toBe(`${HEAD}2024-03-01T00:00:00Z,1,2,1,1,1,\n2024-03-01T01:00:00Z,1,2,1,1,0.5,\n`);
    expect(await exported('--from 2024-03-01T01:00:00Z --to 2024-03-01T02:00:00Z')).toBe(`${HEAD}2024-03-01T01:00:00Z,1,3,1,2,7,\n`);
  });

  test.each([
    ['--symbol OLD/USD --out old-out.csv', 2, /^--out: old-out\.csv is there already\.$/, /replace it with --force/],
    ['--out x.csv', 2, /^Name one market with --symbol, or several with --symbols\.$/, /--symbols BTC\/USD,ETH\/USD/],
    ['--symbol OLD/USD --symbols OLD/USD --out x.csv', 2, /^Name one market with --symbol, or several/, /./],
    ['--symbol OLD/USD', 2, /^Required option '--out <file\|folder>' not specified\.$/, /tb data --help/],
    ['--symbol OLD/USD --out x.csv --format xlsx', 2, /^--format: there is no format xlsx\.$/, /csv, parquet/],
    ['--symbol OLD/USD --out x.csv --from yesterday', 2, /^--from: yesterday is not a time with an offset\.$/, /2024-03-01T05:00:00Z/],
    ['--symbol OLD/USD --out x.csv --from 2024-03-02T00:00:00Z --to 2024-03-01T00:00:00Z', 2, /^--to does not lie after --from\.$/, /inclusive/],
    ['--symbol OLD/USD --out nowhere/x.csv', 2, /^--out: nowhere\/x\.csv cannot be written \(ENOENT\)\.$/, /^Make the folder first, or name a file in one that is there\.$/],
    ['--symbol OLD/USD --timeframe 5m --out x.csv', 6, /^The store holds no 5m candles of OLD\/USD there\.$/, /tb data lists/],
    ['--symbol OLE/USD --out x.csv', 6, /^The store holds no 1h candles of OLE\/USD; did you mean OLD\/USD\?$/, /tb data lists/],
    ['--symbol OLD/USD --symbol OLD/USD --out x.csv', 2, /^--symbol is given twice\.$/, /Give it once/],
  ])('data export %s', async (options, exit, message, hint) => {
    expect(await store.failure(`data export ${options}`)).toMatchObject({ exit, message: expect.stringMatching(message) as unknown, hint: expect.stringMatching(hint) as unknown });
    expect(existsSync(join(store.folder, 'x.csv'))).toBe(false);
  });
});
