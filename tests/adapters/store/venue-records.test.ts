/** What venues say beside candles is recorded when it changes and not otherwise, and what is gone is recorded as gone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../../adapters/store/connection.ts';
import type { StoreClient } from '../../../adapters/store/connection.ts';
import { readRules } from '../../../adapters/store/market-knowledge.ts';
import { readListings, recordListings, recordRule, recordUniverse } from '../../../adapters/store/venue-records.ts';
import type { RuleRecord } from '../../../adapters/store/venue-records.ts';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { asset, HOUR_MS, marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import type { HourUtc } from '../../../core/kernel/units.ts';
import { scratchStore } from '../../support/scratch-store.ts';
import type { ScratchDatabase } from '../../support/scratch-store.ts';

const BTC = marketSymbol('BTC/USD');
const hour = (number: number) => timeMs(number * HOUR_MS + 120_000);
const RULE: RuleRecord = { symbol: BTC, tick: '0.1', lot: '0.00000001', minNotional: '0.5', minQuantity: '0.0001', baseDecimals: 8, quoteDecimals: 5, halfSpreadBps: 5, makerPpm: 2_500, takerPpm: 4_000, feeIn: 'quote' };

let store: ScratchDatabase;
let client: StoreClient;
beforeAll(async () => {
  store = await scratchStore();
  client = await connect(store.address, 'app');
});
afterAll(() => client.end());

const tickAt = async (number: number): Promise<string | null> => {
  const rule = (await readRules(client, [BTC], number as HourUtc)).get(BTC);
  return rule === undefined ? null : formatDecimal(rule.tick);
};

test('a rule is recorded once, again when it changes, and holds from the hour in which it was heard', async () => {
  expect(await recordRule(client, 'kraken', RULE, hour(100))).toBe(true);
  expect(await recordRule(client, 'kraken', { ...RULE, tick: '0.10' }, hour(101))).toBe(false);
  expect(await recordRule(client, 'kraken', { ...RULE, tick: '0.5' }, hour(110))).toBe(true);
  expect(await recordRule(client, 'kraken', { ...RULE, tick: '0.5', takerPpm: null, makerPpm: null, feeIn: null }, hour(111))).toBe(true);
  expect(await recordRule(client, 'kraken', { ...RULE, tick: '0.5', takerPpm: null, makerPpm: null, feeIn: null }, hour(112))).toBe(false);
  const ticks: (string | null)[] = [];
  for (const number of [99, 100, 109, 110, 500]) ticks.push(await tickAt(number));
  expect(ticks).toEqual([null, '0.1', '0.1', '0.5', '0.5']);
});

test('two changes within one hour leave the later one in force', async () => {
  expect(await recordRule(client, 'kraken', { ...RULE, tick: '1' }, hour(120))).toBe(true);
  expect(await recordRule(client, 'kraken', { ...RULE, tick: '2' }, timeMs(hour(120) + 60_000))).toBe(true);
  expect(await tickAt(120)).toBe('2');
});

test('listings are recorded when they change; what is told of no more is delisted, once', async () => {
  const [btc, eth] = [{ symbol: BTC, venueSymbol: 'XXBTZUSD', status: 'trading' as const }, { symbol: marketSymbol('ETH/USD'), venueSymbol: 'XETHZUSD', status: 'trading' as const }];
  expect(await recordListings(client, 'kraken', { listings: [btc, eth], nowMs: hour(1) })).toEqual([btc, eth]);
  expect(await recordListings(client, 'kraken', { listings: [btc, eth], nowMs: hour(2) })).toEqual([]);
  expect(await recordListings(client, 'kraken', { listings: [{ ...btc, status: 'halted' }], nowMs: hour(3) })).toEqual([{ ...btc, status: 'halted' }, { ...eth, status: 'delisted' }]);
  expect(await recordListings(client, 'kraken', { listings: [{ ...btc, status: 'halted' }], nowMs: hour(4) })).toEqual([]);
  expect(await recordListings(client, 'kraken', { listings: [btc, eth], nowMs: hour(5) })).toEqual([btc, eth]);
  expect(await readListings(client, 'kraken')).toEqual([btc, eth]);
  expect(await readListings(client, 'binance')).toEqual([]);
});

test('a universe is recorded once under its name', async () => {
  const universe = { name: 'UNIVERSE_V9_TWO', members: [{ asset: asset('BTC'), formerly: null }, { asset: asset('POL'), formerly: asset('MATIC') }] };
  expect(await recordUniverse(client, universe, hour(1))).toBe(true);
  expect(await recordUniverse(client, universe, hour(2))).toBe(false);
  const { rows } = await client.query('SELECT rank, asset, formerly FROM tb.universe_member WHERE universe = $1 ORDER BY rank', [universe.name]);
  expect(rows).toEqual([{ rank: 1, asset: 'BTC', formerly: null }, { rank: 2, asset: 'POL', formerly: 'MATIC' }]);
});
