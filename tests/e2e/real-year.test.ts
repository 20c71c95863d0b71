/** A real year of two symbols, holes and all: a backtest and the same hours one by one on paper end in the same head. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SHARED_DATA } from '../support/market-files.ts';
import { scratchStore } from '../support/scratch-store.ts';

const ARCHIVE = join(SHARED_DATA, 'kraken-ohlcvt');
const RUN = '--strategy donchian-breakout --param entry=24 --param exit=12 --symbols BTC/USD,ETH/USD --from 2016-01-01T00:00:00Z --warmup 240';

test('2016 on Kraken, with thousands of hours in which nobody traded', async context => {
  if (!existsSync(ARCHIVE)) context.skip(`no real market files in ${ARCHIVE}`);
  const store = await scratchStore();
  await store.json(`import ${join(ARCHIVE, 'XBTUSD_60.csv.gz')} --symbol BTC/USD`);
  await store.json(`import ${join(ARCHIVE, 'ETHUSD_60.csv.gz')} --symbol ETH/USD`);
  const year = await store.json(`backtest ${RUN} --to 2017-01-01T00:00:00Z --run year`);
  expect(year).toMatchObject({ hours: 9_024, symbolHours: 18_048 });
  expect(year['trades']).toBeGreaterThan(50);
  expect(year['missingCandles']).toBeGreaterThan(1_000);
  await store.json(`open --run desk --mode paper ${RUN}`);
  expect(await store.json('execute-hour --run desk --through 2016-07-01T00:00:00Z')).toMatchObject({ already: false });
  expect(await store.json('execute-hour --run desk --through 2016-12-31T23:00:00Z')).toMatchObject({ head: year['head'], equity: year['equity'], hours: 9_024 });
  expect(await store.json('parity desk year')).toMatchObject({ parity: true, hours: 9_024, head: year['head'] });
  for (const run of ['desk', 'year']) expect(await store.json(`replay-window --run ${run}`)).toMatchObject({ parity: true, head: year['head'], hours: 9_024 });
  expect(await store.json('verify')).toMatchObject({ verified: true, findings: [], candles: 133_821 });
}, 600_000);
