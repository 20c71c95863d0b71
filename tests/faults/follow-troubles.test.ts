/** What a desk that follows a market does when its venue tells nonsense of one market, half a list, or nothing for a long time. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { malformed } from '../../adapters/exchange/source-error.ts';
import { connect } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readListings } from '../../adapters/store/venue-records.ts';
import type { CandlePage, MarketSource, VenueMarket } from '../../adapters/ports.ts';
import { parseTime } from '../../core/kernel/hours.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { asset, HOUR_MS, marketSymbol, timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { requireRun } from '../../engine/find-run.ts';
import { planBackfill, backfill } from '../../engine/markets/backfill.ts';
import { followTurn } from '../../engine/markets/follow.ts';
import type { FollowedHours } from '../../engine/markets/follow.ts';
import { sync } from '../../engine/markets/sync.ts';
import { scratchStore } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const at = (time: string): number => parseTime(`2024-05-${time}Z`)!;
const [AAA, BBB] = [marketSymbol('AAA/USD'), marketSymbol('BBB/USD')];
const NO_RULES = { tick: null, lot: null, minQuantity: null, minNotional: null, baseDecimals: null, quoteDecimals: null };
const market = (symbol: MarketSymbol): VenueMarket => ({ symbol, base: asset(symbol.slice(0, 3)), quote: asset('USD'), venueId: symbol, venueName: symbol, active: true, venueState: 'online', rules: NO_RULES, fees: null });

/** A venue with a candle for every hour, and what is wrong with it now. */
const trouble = { unread: null as MarketSymbol | null, unlisted: [] as readonly MarketSymbol[], silent: false };
let nowMs = at('10T00:10:00');

const pageOf = (symbol: MarketSymbol, fromMs: number, toMs: number): CandlePage => ({
  candles: Array.from({ length: (toMs - fromMs) / HOUR_MS }, (_, index) => ({ openMs: timeMs(fromMs + index * HOUR_MS), values: { open: '10', high: '12', low: '9', close: '11', volume: '100' }, trades: 1 })),
  coveredFromMs: timeMs(fromMs), coveredToMs: timeMs(toMs), cursor: '', receivedMs: timeMs(nowMs), requests: 1, bytes: 1, sha256: sha256Hex(`${symbol} ${fromMs} ${toMs}`),
});

const source: MarketSource = {
  id: 'made', absent: 'missing', format: 'made-api',
  candles: async function* candles({ series: { symbol }, fromMs, toMs }) {
    if (trouble.silent || trouble.unread === symbol) throw malformed({ source: 'made', asked: `candles of ${symbol}` }, 'high 1 is below low 2');
    const endMs = Math.min(toMs, Math.floor(nowMs / HOUR_MS) * HOUR_MS);
    if (fromMs < endMs) yield await Promise.resolve(pageOf(symbol, fromMs, endMs));
  },
  markets: () => Promise.resolve([AAA, BBB].filter(symbol => !trouble.unlisted.includes(symbol)).map(market)),
  topOfBook: () => Promise.resolve([]), now: () => Promise.resolve(timeMs(nowMs)), close: () => Promise.resolve(),
  tally: () => ({ requests: 0, retries: 0, refusals: 0, rateLimitWaitMs: 0, backoffWaitMs: 0, bytes: 0 }),
};

let store: ScratchDatabase;
let client: StoreClient;
beforeAll(async () => {
  store = await scratchStore();
  client = await connect(store.address, 'app');
  const series = [AAA, BBB].map(symbol => ({ symbol, timeframe: '1h' as const }));
  const plans = await planBackfill(client, 'made', { series, range: { fromMs: timeMs(at('05T00:00:00')), toMs: timeMs(nowMs) } });
  await backfill(client, source, plans, { onRead: () => undefined, onStored: () => undefined });
  await store.json('open --run desk --mode paper --strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --from 2024-05-10T00:00:00Z --warmup 24');
});
afterAll(() => client.end());
beforeEach(() => {
  Object.assign(trouble, { unread: null, unlisted: [], silent: false });
});

/** A turn at a time; waiting moves the clock. */
const turnAt = async (time: string): Promise<FollowedHours> => {
  nowMs = at(time);
  return followTurn(client, await requireRun(client, 'desk'), {
    source, patienceMs: 60_000, again: 3, now: () => nowMs, onFailure: () => undefined,
    sleep: ms => {
      nowMs += ms;
      return Promise.resolve();
    },
  });
};

test('an answer that cannot be read costs its own market: the other is stored, the hour waits for patience and is executed', async () => {
  trouble.unread = AAA;
  const turn = await turnAt('10T01:03:00');
  // The hours of the warm-up come first.
  expect(turn.report).toMatchObject({ executed: 25 });
  expect(turn.failure?.message).toContain('candles of AAA/USD: high 1 is below low 2');
  expect(turn.series.filter(({ collected }) => collected.added > 0).map(({ series }) => series.symbol)).toEqual(['BBB/USD']);
  expect(turn.venue).not.toBeNull();
  trouble.unread = null;
  expect(await turnAt('10T02:03:00')).toMatchObject({ report: { executed: 1 }, failure: null });
});

test('sync brings the other markets on, and says which could not be read', async () => {
  nowMs = at('10T02:40:00');
  trouble.unread = AAA;
  const { series, unread } = await sync(client, source, { symbols: null, again: 1, nowMs: timeMs(nowMs) });
  expect([series.map(one => one.series.symbol), unread.map(one => [one.series.symbol, one.error.failure])]).toEqual([['BBB/USD'], [['AAA/USD', 'malformed']]]);
});

test('a market that vanishes from the list is waited for, then told, and not waited for again', async () => {
  trouble.unlisted = [AAA];
  const first = await turnAt('10T03:03:00');
  expect(first).toMatchObject({ report: { executed: 1 }, unlisted: ['AAA/USD'], failure: { message: 'made does not list AAA/USD any more' } });
  expect(nowMs - at('10T03:03:00')).toBe(60_000);
  expect((await readListings(client, 'made')).map(({ symbol, status }) => [symbol, status])).toContainEqual(['AAA/USD', 'delisted']);
  expect(await turnAt('10T04:03:00')).toMatchObject({ report: { executed: 1 }, unlisted: ['AAA/USD'], failure: null });
  expect(nowMs).toBe(at('10T04:03:00'));
  trouble.unlisted = [];
  expect(await turnAt('10T05:03:00')).toMatchObject({ report: { executed: 1 }, unlisted: [], failure: null });
});

test('a desk that lay behind executes nothing blind, and everything when its venue is back', async () => {
  trouble.silent = true;
  const asleep = await turnAt('12T05:03:00');
  expect(asleep).toMatchObject({ report: null });
  expect(asleep.failure).not.toBeNull();
  trouble.silent = false;
  const awake = await turnAt('12T05:20:00');
  expect(awake).toMatchObject({ report: { executed: 48 }, failure: null });
  trouble.silent = true;
  expect(await turnAt('12T06:03:00')).toMatchObject({ report: { executed: 1 } });
});

test('a venue without a single market is not believed', async () => {
  const { marketNames } = await import('../../adapters/exchange/market-names.ts');
  await expect(marketNames('made', () => Promise.resolve([])).list()).rejects.toThrow('made: its markets: it lists none.');
});
