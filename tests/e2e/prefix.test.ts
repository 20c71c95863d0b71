/** Nothing looks ahead: what a run did in [0, t) does not depend on whether the run went on to T. */
import { beforeAll, expect, test } from 'vitest';
import { demoMarket } from '../../adapters/market-data/demo-market.ts';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';

let store: ScratchStore;

const PLANS = [
  ['ema-cross', '--strategy ema-cross --param fast=3 --param slow=9', '1h', ['2024-03-03T01:00:00Z', '2024-03-06T00:00:00Z', '2024-03-11T13:00:00Z']],
  ['donchian-breakout', '--strategy donchian-breakout --param entry=8 --param exit=4 --entry limit:20bps', '1h', ['2024-03-05T00:00:00Z']],
  ['rsi-reversion', '--strategy rsi-reversion --param period=4 --fees 0.1%,0.1%:received --profile research', '1h', ['2024-03-08T07:00:00Z']],
  ['ema-cross of 5m', '--strategy ema-cross --param fast=3 --param slow=9 --timeframe 5m', '5m', ['2024-03-03T01:00:00Z', '2024-03-03T02:00:00Z']],
] as const;

const END = { '1h': '2024-03-15T00:00:00Z', '5m': '2024-03-03T12:00:00Z' } as const;

beforeAll(async () => {
  store = await scratchStore();
  for (const [symbol, seed] of [['AAA/USD', 31], ['BBB/USD', 32]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 336, seed)));
    await store.write('minutes.csv', plainFile('5m', livelyCandles(slotAt('2024-03-03T00:00:00Z', '5m'), 144, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
    await store.json(`import minutes.csv --symbol ${symbol} --timeframe 5m`);
  }
});

test.each(PLANS)('%s', async (name, options, timeframe, ends) => {
  const run = `backtest ${options} --symbols AAA/USD,BBB/USD --from 2024-03-03T00:00:00Z`;
  const whole = `${name.replaceAll(' ', '-')}-whole`;
  expect((await store.json(`${run} --to ${END[timeframe]} --run ${whole}`))['fills']).toBeGreaterThan(5);
  const { out: everything } = await store.tb(`export ${whole} --format jsonl`);
  for (const end of ends) {
    const part = `${name.replaceAll(' ', '-')}-${end.slice(5, 13)}`;
    const { hours, head } = await store.json(`${run} --to ${end} --run ${part}`);
    const { out: beginning } = await store.tb(`export ${part} --format jsonl`);
    expect(beginning.match(/"what":"hour"/g)).toHaveLength(hours as number);
    expect(everything.startsWith(beginning), `${part} is the beginning of ${whole}`).toBe(true);
    expect(await store.json(`parity ${part} ${whole}`)).toMatchObject({ parity: true, head, leftOnly: 0 });
  }
});

test('a candle that was not there yet cannot matter: the same hours before and after it is imported', async () => {
  const { text } = demoMarket()[0]!;
  const lines = text.split('\n');
  const [early, late] = [lines.slice(0, 1 + 500), [lines[0], ...lines.slice(501, 1_001)]];
  await store.write('early.csv', `${early.join('\n')}\n`);
  await store.write('late.csv', `${late.join('\n')}\n`);
  const run = 'backtest --strategy ema-cross --param fast=3 --param slow=9 --symbols AUR/USDT --from 2024-01-05T00:00:00Z';
  await store.json('import early.csv --symbol AUR/USDT');
  const before = await store.json(`${run} --to 2024-01-21T20:00:00Z --run knew-less`);
  await store.json('import late.csv --symbol AUR/USDT');
  await store.json(`${run} --to 2024-02-11T00:00:00Z --run knew-more`);
  expect(await store.json('parity knew-less knew-more')).toMatchObject({ parity: true, head: before['head'], hours: before['hours'], leftOnly: 0 });
});
