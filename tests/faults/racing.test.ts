/** Several `tb` at once on one store: of each pair one does the work, the other finds it done, and both are right. */
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../support/postgres.ts';
import { commandsOn, copyOf, livelyCandles, logOf, onCopy, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase, ScratchStore } from '../support/scratch-store.ts';
import { documentOf } from '../support/tb.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --from 2024-03-01T12:00:00Z --warmup 12';
const MINUTES = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --timeframe 5m --from 2024-03-01T01:00:00Z --warmup 1';

let base: ScratchDatabase;

beforeAll(async () => {
  base = await scratchStore();
  for (const [symbol, seed] of [['AAA/USD', 91], ['BBB/USD', 92]] as const) {
    await base.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 240, seed)));
    await base.write('minutes.csv', plainFile('5m', livelyCandles(slotAt('2024-03-01T00:00:00Z', '5m'), 12 * 12, seed)));
    await base.json(`import hours.csv --symbol ${symbol}`);
    await base.json(`import minutes.csv --symbol ${symbol} --timeframe 5m`);
  }
  await base.json(`open --run desk --mode paper ${RUN}`);
  await base.json(`open --run fast --mode paper ${MINUTES}`);
});

/** The same command by several processes at once; every one must end with 0. */
const atOnce = async (store: ScratchStore, ...lines: readonly string[]): Promise<readonly Document[]> => {
  const said = await Promise.all(lines.map(line => store.tb(`${line} --json`)));
  said.forEach(({ exit, err }, index) => expect({ exit, err }, lines[index]).toEqual({ exit: 0, err: '' }));
  return said.map(documentOf);
};

const sum = (documents: readonly Document[], field: string): number => documents.reduce((total, document) => total + (document[field] as number), 0);

test.each([
  ['hours', 'execute-hour --run desk --through 2024-03-07T00:00:00Z', 145],
  ['hours of twelve steps', 'execute-hour --run fast --through 2024-03-01T08:00:00Z', 9],
])('two executors of %s share the work and end in the head of one', async (_, line, hours) => {
  const alone = await onCopy(base, store => store.json(line));
  await onCopy(base, async store => {
    const both = await atOnce(store, line, line);
    expect(both.map(({ head }) => head)).toEqual([alone['head'], alone['head']]);
    // An hour that both executed was sealed by one of them and found equal by the other.
    expect(sum(both, 'executed')).toBe(hours);
    const run = line.split(' ')[2]!;
    expect(await store.json(`replay-window --run ${run}`)).toMatchObject({ parity: true, head: alone['head'], hours });
    expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
  });
});

test('an executor with other facts is refused or comes after, and the chain stays whole', () =>
  onCopy(base, async store => {
    const orders = ['halt --key a', 'deposit --amount 5 --key b', 'flatten --key c'].map(order => store.tb(`operator ${order.replace(' ', ' --run desk --reason race ')} --json`));
    const executors = [1, 2].map(() => store.tb('execute-hour --run desk --through 2024-03-04T00:00:00Z --json'));
    for (const { exit } of await Promise.all(orders)) expect(exit).toBe(0);
    for (const { exit, err } of await Promise.all(executors)) expect([0, 3], err).toContain(exit);
    await store.json('execute-hour --run desk --through 2024-03-04T05:00:00Z');
    expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, hours: 78 });
    expect(await store.json('verify')).toMatchObject({ verified: true });
    const keys = (await logOf(store, 'desk')).filter(({ event }) => event['type'] === 'operator').map(({ event }) => event['key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys)).toEqual(new Set(['a', 'b', 'c']));
  }));

test('of two equal backtests one is stored and the other is given it', () =>
  onCopy(base, async store => {
    const line = `backtest ${RUN} --to 2024-03-10T00:00:00Z`;
    const both = await atOnce(store, line, line);
    expect(both[1]).toMatchObject({ run: both[0]!['run'], head: both[0]!['head'] });
    expect(new Set(both.map(({ existing }) => existing))).toEqual(new Set([false, true]));
    expect(((await store.json('runs')) as { runs: readonly Document[] }).runs).toHaveLength(3);
  }));

test('of two different backtests under one name the later is told that the name is taken', () =>
  onCopy(base, async store => {
    const said = await Promise.all([3, 5].map(fast => store.tb(`backtest ${RUN} --param slow=9 --param fast=${fast} --to 2024-03-10T00:00:00Z --run name --json`.replace('--param fast=2 --param slow=4 ', ''))));
    expect(new Set(said.map(({ exit }) => exit))).toEqual(new Set([0, 2]));
    expect(said.find(({ exit }) => exit === 2)!.err).toContain('--run: a run name exists already');
  }));

test('one file imported twice at once is stored once', () =>
  onCopy(base, async store => {
    await store.write('new.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 2_000, 93)));
    const both = await atOnce(store, 'import new.csv --symbol NEW/USD', 'import new.csv --symbol NEW/USD');
    expect([sum(both, 'added'), sum(both, 'duplicates'), sum(both, 'revisions')]).toEqual([2_000, 2_000, 0]);
    expect(await store.json('verify')).toMatchObject({ verified: true });
  }));

test('one run opened twice at once is one run', () =>
  onCopy(base, async store => {
    const both = await atOnce(store, `open --run twin --mode paper ${RUN}`, `open --run twin --mode paper ${RUN}`);
    expect(new Set(both.map(({ existing }) => existing))).toEqual(new Set([false, true]));
  }));

test('candles that arrive while hours are executed are late or in time, and replay either way', async () => {
  const store = await copyOf(base);
  const later = livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 240, 91).map((candle, index) => (index % 10 === 5 ? { ...candle, values: { ...candle.values, close: candle.values.high } } : candle));
  await store.write('later.csv', plainFile('1h', later));
  const executing = store.tb('execute-hour --run desk --through 2024-03-10T23:00:00Z --json');
  const importing = store.tb('import later.csv --symbol AAA/USD --json');
  expect([(await executing).exit, (await importing).exit]).toEqual([0, 0]);
  expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, failures: [] });
  expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
  await store.drop();
});

test('two inits of one empty database both find a store', async () => {
  const database = await testDatabase();
  const store = commandsOn(database.url, await scratchFolder());
  const both = await atOnce(store, 'init', 'init');
  expect(new Set(both.map(({ outcome }) => outcome))).toEqual(new Set(['created', 'current']));
  await database.drop();
});
