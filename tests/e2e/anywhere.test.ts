/** Where a command runs changes nothing: time zone, language, clock format; and what is computed without a store is not kept. */
import { beforeAll, expect, test } from 'vitest';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy rsi-reversion --param period=4 --symbols IIL/USD,BBB/USD --from 2024-03-02T00:00:00Z';
const WINDOW = `${RUN} --to 2024-03-31T23:00:00Z`;

let store: ScratchStore;
let plain: Document;

beforeAll(async () => {
  store = await scratchStore();
  // Across the change to summer time in Europe on 31 March, and with an I, which Turkish does not lower to i.
  for (const [symbol, seed] of [['IIL/USD', 71], ['BBB/USD', 72]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 744, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
  }
  plain = await store.json(`backtest ${WINDOW} --no-store`, { TZ: 'UTC', LC_ALL: 'C' });
});

test.each([
  ['Kolkata, half an hour off', { TZ: 'Asia/Kolkata', LC_ALL: 'en_IN.UTF-8' }],
  ['Turkish', { TZ: 'Europe/Istanbul', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }],
  ['Apia, a day ahead', { TZ: 'Pacific/Apia', LC_ALL: 'de_DE.UTF-8' }],
  ['summer time', { TZ: 'Europe/Berlin', LANGUAGE: 'ar' }],
])('the same head in %s', async (_, env) => {
  expect(await store.json(`backtest ${WINDOW} --no-store`, env)).toMatchObject({ head: plain['head'], equity: plain['equity'], refusals: plain['refusals'] });
});

test('what is read and imported abroad is the same, too', async () => {
  const env = { TZ: 'Asia/Kolkata', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' };
  expect(await store.json('import hours.csv --symbol bbb/usd', env)).toMatchObject({ added: 0, duplicates: 744, series: { symbol: 'BBB/USD' } });
  await store.json(`open --run abroad --mode paper ${RUN}`, env);
  await store.json('execute-hour --run abroad --through 2024-03-20T00:00:00Z', env);
  expect(await store.json('execute-hour --run abroad --through 2024-03-31T22:00:00Z')).toMatchObject({ head: plain['head'] });
  expect(await store.json('replay-window --run abroad', env)).toMatchObject({ parity: true, head: plain['head'] });
});

test('--no-store keeps nothing', async () => {
  const { runs } = (await store.json('runs')) as { runs: readonly Document[] };
  expect(runs.map(({ run }) => run)).toEqual(['abroad']);
  expect(plain).toMatchObject({ run: null, existing: false });
  expect(await store.json(`backtest ${WINDOW} --run kept`)).toMatchObject({ run: 'kept', existing: false, head: plain['head'] });
  expect(await store.json(`backtest ${WINDOW} --no-store`)).toMatchObject({ run: null, existing: false, head: plain['head'] });
});
