/** Paths in, files with their series out: as the user says, or as names tell beyond doubt. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findMarketFiles } from '../../../adapters/market-data/find-market-files.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import { fileWriter, temporaryFolder } from '../../support/market-files.ts';
import { zipOf } from './zip-bytes.ts';

const folder = await temporaryFolder();
const write = fileWriter(folder);
const LINE = '1709269200,10,12,9,11,1,7\n';
const KRAKEN = ['XBTUSD_60.csv', 'XBTUSD_1.csv', 'XBTUSD_1440.csv', 'ETHUSD_60.csv', 'XRPRLUSD_60.csv', 'XBTUSD.csv'];
const archive = await write('Kraken_OHLCVT.zip', zipOf([...KRAKEN.map(name => ({ name: `master/${name}`, content: LINE })), { name: 'master/README.md', content: 'x' }]));
const many = join(folder, 'many');
await mkdir(join(many, 'inner'), { recursive: true });
const writeInto = fileWriter(many);
for (const name of ['ETHUSD_60.csv', 'notes.txt', '.hidden']) await writeInto(name, LINE);
await writeInto('BTCUSDT-1h-2024-01.zip', zipOf([{ name: 'BTCUSDT-1h-2024-01.csv', content: LINE }]));
await writeInto('BTCUSDT-1h-2024-02.zip', zipOf([{ name: 'data.csv', content: LINE }]));
await writeInto('sheet.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]));

const found = async (paths: readonly string[], symbol: string | null = null, timeframe: Timeframe | null = null) => {
  const { files, skipped } = await findMarketFiles(paths, { symbol: symbol === null ? null : marketSymbol(symbol), timeframe });
  return {
    files: files.map(({ path, member, series, readFrom }) => `${path.replace(`${folder}/`, '')}${member === null ? '' : ' in zip'}: ${series.symbol} ${series.timeframe} by ${readFrom}`),
    skipped: skipped.map(({ file, reason }) => `${file.replace(`${folder}/`, '')}: ${reason}`),
  };
};

describe('without a symbol names tell, or a file is left out', () => {
  test('an archive of many markets', async () => {
    expect(await found([archive])).toEqual({
      files: ['XBTUSD_60.csv in zip: BTC/USD 1h by kraken', 'XBTUSD_1.csv in zip: BTC/USD 1m by kraken', 'ETHUSD_60.csv in zip: ETH/USD 1h by kraken'].map(line => `Kraken_OHLCVT.zip/master/${line}`),
      skipped: [
        'README.md: its name ends in none of .csv, .txt and .json', 'XBTUSD_1440.csv: its name tells candles of 1440 minutes, and those kept are of 1m, 5m, 15m, 1h',
        'XRPRLUSD_60.csv: its name may mean XRPRL/USD or XRP/RLUSD', 'XBTUSD.csv: its name tells no market and timeframe',
      ].map(line => `Kraken_OHLCVT.zip/master/${line}`),
    });
    expect((await found([archive], null, '1m')).files).toEqual(['Kraken_OHLCVT.zip/master/XBTUSD_1.csv in zip: BTC/USD 1m by kraken']);
  });

  test('a folder, in the order of names', async () => {
    expect(await found([many])).toEqual({
      files: ['many/BTCUSDT-1h-2024-01.zip/BTCUSDT-1h-2024-01.csv in zip: BTC/USDT 1h by binance', 'many/BTCUSDT-1h-2024-02.zip/data.csv in zip: BTC/USDT 1h by binance', 'many/ETHUSD_60.csv: ETH/USD 1h by kraken'],
      skipped: ['many/inner: it is no file', 'many/notes.txt: its name tells no market and timeframe', 'many/sheet.xz: it is compressed with xz'],
    });
  });

  test('a file that was named and tells nothing stops everything', async () => {
    const path = await write('btc.csv', LINE);
    await expect(found([archive, path])).rejects.toThrow(`${path}: its name tells no market and timeframe. Say what it is with --symbol BASE/QUOTE and --timeframe.`);
    const hours = await write('ETHUSD_60.csv', LINE);
    await expect(found([hours], null, '5m')).rejects.toThrow(`${hours}: its name tells candles of 1h, and --timeframe says 5m. Leave --timeframe out, or say the market too with --symbol.`);
  });

  test('an archive named for another market than what is in it', async () => {
    const path = await write('ETHUSDT-1h-2024-01.zip', zipOf([{ name: 'BTCUSDT-1h-2024-01.csv', content: LINE }]));
    await expect(found([path])).rejects.toThrow(`${path}/BTCUSDT-1h-2024-01.csv: the archive is named for ETH/USDT 1h, and what is in it for BTC/USDT 1h.`);
  });
});

describe('with a symbol', () => {
  test('a file is what the user says, whatever it is called', async () => {
    const path = await write('btc.csv', LINE);
    expect(await found([path], 'BTC/EUR')).toEqual({ files: ['btc.csv: BTC/EUR 1h by option'], skipped: [] });
    expect((await found([path], 'BTC/EUR', '5m')).files).toEqual(['btc.csv: BTC/EUR 5m by option']);
    const zip = await write('ETHUSDT-1h-2024-01.zip', zipOf([{ name: 'x.csv', content: LINE }]));
    expect((await found([zip], 'BTC/EUR')).files).toEqual(['ETHUSDT-1h-2024-01.zip/x.csv in zip: BTC/EUR 1h by option']);
  });

  test('of an archive and a folder those count whose names tell it', async () => {
    expect(await found([archive], 'BTC/USD')).toEqual({ files: ['Kraken_OHLCVT.zip/master/XBTUSD_60.csv in zip: BTC/USD 1h by kraken'], skipped: [] });
    expect(await found([archive, many], 'ETH/USD')).toEqual({ files: ['Kraken_OHLCVT.zip/master/ETHUSD_60.csv in zip: ETH/USD 1h by kraken', 'many/ETHUSD_60.csv: ETH/USD 1h by kraken'], skipped: [] });
    await expect(found([archive], 'SOL/USD')).rejects.toThrow(`${archive}: nothing in it has a name that tells SOL/USD 1h. Names such as XBTUSD_60.csv, BTCUSDT-1h-2024-01.zip and BTC_USDT-1h.feather do.`);
  });
});

test('a path that is not there', async () => {
  await expect(found([`${folder}/nowhere`])).rejects.toThrow(`${folder}/nowhere: there is no such file.`);
});
