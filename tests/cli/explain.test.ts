/** Why, state, diff and fork: what they say agrees with the log, with the summary, and with runs made another way. */
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

type Json = Readonly<Record<string, unknown>>;
type Story = Json & Readonly<{ symbol: string; conclusion: string; gates: readonly Json[]; orders: readonly Json[]; refusals: readonly (Json & Readonly<{ violations: readonly Json[] }>)[] }>;

const MARKETS = '--symbols BTC/USD,ETH/USD';
const WINDOW = '--from 2024-03-02T00:00:00Z --to 2024-03-05T00:00:00Z';
const FAST = '--strategy ema-cross --param fast=3 --param slow=7';

let store: ScratchStore;
const heads: Record<string, Document> = {};

const backtest = async (name: string, options: string): Promise<void> => {
  heads[name] = await store.json(`backtest ${MARKETS} ${WINDOW} --run ${name} ${options}`);
};

beforeAll(async () => {
  store = await scratchStore();
  for (const [symbol, seed] of [['BTC/USD', 11], ['ETH/USD', 12]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-02-16T00:00:00Z', '1h'), 432, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
  }
  await backtest('full', `${FAST} --keep full`);
  await backtest('summary', `${FAST} --cash 10001`);
  await backtest('free', `${FAST} --fees none`);
  await backtest('predicting', '--strategy momentum-ensemble --param volatility=48 --param prior=1 --param history=100 --profile research --warmup 300');
}, 120_000);

const eventsOf = async (run: string): Promise<readonly (Json & Readonly<{ event: Json; hour: number; step: number; seq: number }>)[]> => {
  const { out } = await store.tb(`export ${run} --format jsonl`);
  return out.trimEnd().split('\n').map(line => JSON.parse(line)).filter(({ what }) => what === 'decision');
};

const timeOf = (hour: number): string => new Date(hour * 3_600_000).toISOString().replace('.000', '');
const storiesAt = async (run: string, hour: string, rest = ''): Promise<readonly Story[]> => (await store.json(`why --run ${run} --hour ${hour} ${rest}`))['stories'] as readonly Story[];

describe('why', () => {
  test('has every order and refusal of the log, with the gates that let it through or did not, and a reason for every silence', async () => {
    const events = await eventsOf('full');
    const hours = [...new Set(events.filter(({ event }) => ['order_placed', 'order_refused', 'signal_raised'].includes(String(event['type']))).map(({ hour }) => hour))].slice(20, 34);
    const seen = new Set<string>();
    for (const hour of hours) {
      const stories = await storiesAt('full', timeOf(hour));
      expect(stories.map(({ symbol }) => symbol)).toEqual(['BTC/USD', 'ETH/USD']);
      for (const story of stories) {
        const logged = events.filter(one => one.hour === hour && one.event['symbol'] === story.symbol).map(({ event }) => event);
        expect(story.orders).toEqual(logged.filter(({ type }) => type === 'order_placed'));
        expect(story.refusals).toEqual(logged.filter(({ type }) => type === 'order_refused'));
        expect(story['signals']).toEqual(logged.filter(({ type }) => type === 'signal_raised'));
        const bought = story.orders.some(({ side }) => side === 'BUY');
        const refused = story.refusals.filter(({ side }) => side === 'BUY').flatMap(({ violations }) => violations.map(({ code, limit, usage, asked }) => ({ code, limit, usage, asked })));
        if (bought) expect(story.gates.filter(({ outcome }) => outcome === 'refused')).toEqual([]);
        else if (story.gates.length > 0) expect(story.gates.filter(({ outcome }) => outcome === 'refused').map(({ code, limit, usage, asked }) => ({ code, limit, usage, asked }))).toEqual(refused);
        expect(story.gates.length > 8 || !bought).toBe(true);
        seen.add(story.conclusion);
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(['ORDERED', 'REFUSED', 'NO_SIGNAL']));
  }, 120_000);

  test('follows an order to its fills, lots and postings', async () => {
    const events = await eventsOf('full');
    const placed = events.find(({ event }) => event['type'] === 'order_placed' && event['side'] === 'BUY')!.event;
    const { stories, orders, hour } = (await store.json(`why --run full --order ${String(placed['id'])}`)) as Json & Readonly<{ stories: readonly Story[]; orders: readonly (Json & Readonly<{ events: readonly (Json & Readonly<{ event: Json }>)[] }>)[] }>;
    expect(stories).toMatchObject([{ symbol: placed['symbol'], conclusion: 'ORDERED', orders: [placed] }]);
    expect(hour).toBe(timeOf(Number(String(placed['id']).split('.')[0])));
    expect(orders).toMatchObject([{ id: placed['id'], ended: true }]);
    expect(orders[0]!.events.map(({ event }) => event['type'])).toEqual(['order_filled', 'order_closed', 'lot_opened', 'ledger_posted']);
    const { out } = await store.tb(`why --run full --order ${String(placed['id'])}`);
    expect(out).toContain('INSUFFICIENT_CASH');
    expect(out).toMatch(/fact:\d+\.0\.0 filled /);
  });

  test('tells the same of a run that kept a summary alone, and of one that predicts', async () => {
    const [kept, made] = [await storiesAt('full', '2024-03-03T05:00:00Z'), await storiesAt('summary', '2024-03-03T05:00:00Z')];
    expect(made.map(({ conclusion, signals }) => [conclusion, signals])).toEqual(kept.map(({ conclusion, signals }) => [conclusion, signals]));
    const stories = await storiesAt('predicting', '2024-03-04T05:00:00Z', '--symbol BTC/USD');
    expect(stories).toMatchObject([{ campaign: { before: expect.any(String), stateClass: expect.stringMatching(/^(STRONG_)?(POSITIVE|NEGATIVE)$|^NEUTRAL$/) }, prediction: { regime: expect.any(String) } }]);
  });

  test.each([
    ['why --run full', 'Give either --hour or --order.'],
    ['why --run full --hour 2024-03-03T05:00:00Z --order 1.0.0', 'Give either --hour or --order.'],
    ['why --run full --hour 2023-03-03T05:00:00Z', '--hour: run full has not sealed the hour 2023-03-03T05:00:00Z.'],
    ['why --run full --order first', '--order: first is no id of an order.'],
    ['why --run full --hour 2024-03-03T05:00:00Z --symbol BTC/USDD', '--symbol: the run has no market BTC/USDD; did you mean BTC/USD?'],
    ['why --run full --hour 2024-03-03T05:00:00Z --agent mian', '--agent: the run has no agent mian; did you mean main?'],
    ['why --run ful --hour 2024-03-03T05:00:00Z', 'There is no run ful; did you mean full?'],
  ])('%s is refused', async (line, message) => {
    expect(await store.failure(line)).toMatchObject({ exit: 2, message });
  });
});

type Slices = Readonly<Record<string, Readonly<{ digest: string; content: Readonly<Record<string, Json>> }>>>;

describe('state and diff', () => {
  test('the last state is what the run shows, and its slices are those that were sealed', async () => {
    const shown = await store.json('show full');
    const { slices, hash } = (await store.json('state --run full --at 2024-03-04T23:00:00Z')) as Json & Readonly<{ slices: Slices }>;
    expect(hash).toBe(shown['head']);
    expect(slices['ledger']!.content).toMatchObject({ 'cash USD': shown['cash'] });
    expect(Object.keys(slices)).toEqual(['campaigns', 'ledger', 'lots', 'marks', 'memory.main', 'orders', 'portfolio', 'protections', 'returns', 'risk', 'volumes']);
    const { out } = await store.tb('state --run full --at 2024-03-04T23:00:00Z --slice ledger');
    expect(out).toContain(`cash USD`);
  });

  test('an hour without a trade moves marks and memory, and no money', async () => {
    const events = await eventsOf('full');
    const quiet = Array.from({ length: 60 }, (_, index) => 474_840 + index).find(hour => !events.some(one => one.hour === hour || one.hour === hour + 1))!;
    const { differences, equalSlices } = (await store.json(`diff --run full ${timeOf(quiet)} ${timeOf(quiet + 1)}`)) as Json & Readonly<{ differences: readonly Json[]; equalSlices: readonly string[] }>;
    expect(equalSlices).toEqual(expect.arrayContaining(['ledger', 'lots', 'orders', 'campaigns', 'portfolio']));
    expect(differences.map(({ slice }) => slice)).toEqual(expect.arrayContaining(['marks', 'memory.main']));
    expect(differences).toContainEqual(expect.objectContaining({ path: 'BTC/USD › closedAt', before: timeOf(quiet + 1), after: timeOf(quiet + 2) }));
    expect(await store.json(`diff --run full ${timeOf(quiet)} ${timeOf(quiet)}`)).toMatchObject({ differences: [] });
  });

  test.each([
    ['state --run full --at 2024-03-04T23:00:00Z --slice ledgr', '--slice: ledgr is no slice of the state; did you mean ledger?'],
    ['state --run full --at 2024-03-05T00:00:00Z', '--at: run full has not sealed the hour 2024-03-05T00:00:00Z.'],
    ['diff --run full 2024-03-04T23:00:00Z 2024-03-05T00:00:00Z', 'hour-b: run full has not sealed the hour 2024-03-05T00:00:00Z.'],
  ])('%s is refused', async (line, message) => {
    expect(await store.failure(line)).toMatchObject({ exit: 2, message });
  });
});

describe('fork', () => {
  test('of the first hour is the run that its options make', async () => {
    const { from } = (await store.json('replay-window --run full')) as Json;
    const fork = await store.json(`fork --run full --at ${String(from)} --fees none`);
    expect(fork).toMatchObject({ genesis: heads['free']!['genesis'], fork: { head: heads['free']!['head'], equity: heads['free']!['equity'] }, parent: { head: heads['full']!['head'] } });
  });

  test('before the first trade ends in the same money as a run with those fees from the start', async () => {
    expect(await store.json('fork --run full --at 2024-03-02T00:00:00Z --fees none')).toMatchObject({ fork: { equity: heads['free']!['equity'], fills: heads['free']!['fills'] }, parent: { equity: heads['full']!['equity'] } });
  });

  test('goes on from the position there is, names the first difference, and comes out the same twice', async () => {
    const fork = async (): Promise<Document> => store.json('fork --run full --at 2024-03-03T00:00:00Z --strategy buy-and-hold --trades');
    const first = (await fork()) as Document & Readonly<{ fork: Json; parent: Json; firstDifference: Json }>;
    expect(first.firstDifference['hour']).toMatch(/^2024-03-0[34]T/);
    expect(first.fork['openingEquity']).toBe(first.parent['openingEquity']);
    expect((first.fork['tradeList'] as readonly Json[]).length).toBeLessThan((first.parent['tradeList'] as readonly Json[]).length);
    expect(await fork()).toEqual(first);
  });

  test.each([
    ['fork --run full --at 2024-03-03T00:00:00Z', 2, /^The fork changes nothing/],
    ['fork --run full --at 2024-03-03T00:00:00Z --fees kraken', 2, /^The fork changes nothing/],
    ['fork --run full --at 2024-03-03T00:00:00Z --to 2024-03-03T00:00:00Z --fees none', 2, /^--to: 2024-03-03T00:00:00Z is no end of the fork\.$/],
    ['fork --run full --at 2024-03-05T00:00:00Z --fees none', 2, /^--at: run full has not sealed the hour/],
    ['fork --run full --at 2024-03-03T00:00:00Z --param fst=2', 2, /^--param: ema-cross has no parameter "fst"/],
    ['fork --run full --at 2024-03-03T00:00:00Z --profile blanced', 2, /blanced/],
  ])('%s is refused', async (line, exit, message) => {
    expect(await store.failure(line)).toMatchObject({ exit, message: expect.stringMatching(message) });
  });
});

describe('parity', () => {
  test('puts the difference in value down to what made it', async () => {
    const said = await store.tb('parity full free --json');
    expect(said.exit).toBe(5);
    const { value } = JSON.parse(said.out) as Readonly<{ value: Readonly<{ left: string; right: string; causes: readonly Readonly<{ cause: string; amount: string }>[] }> }>;
    expect([value.left, value.right]).toEqual([heads['full']!['equity'], heads['free']!['equity']]);
    expect(value.causes.toSorted((one, other) => Number(other.amount) - Number(one.amount))[0]!.cause).toBe('fees');
    expect(await store.json('parity full full')).toMatchObject({ parity: true, value: null });
    expect((await store.tb('parity full free')).out).toContain('another fee for the same fill');
  });
});
