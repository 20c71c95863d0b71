/**
 * Paging through trades where it is hardest: bursts of more trades than a page holds, moments shared across a page's end, cursors
 * that disagree with printed times, answers with and without ids. Whatever the pages, no trade is lost and none counts twice.
 */
import type { Exchange } from 'ccxt';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CcxtClient } from '../../../adapters/exchange/ccxt-client.ts';
import { newReceipt } from '../../../adapters/exchange/http-answer.ts';
import { candlesOfTrades } from '../../../adapters/exchange/kraken-trades.ts';
import { newTally } from '../../../adapters/exchange/request-tally.ts';
import type { IncomingCandle, VenueMarket } from '../../../adapters/ports.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import { addTrades, startAggregation } from '../../../core/market/aggregate-trades.ts';
import { seriesOf } from './loopback.ts';

const SERIES = seriesOf('BTC/USD');
const MARKET: VenueMarket = {
  symbol: SERIES.symbol, base: asset('BTC'), quote: asset('USD'), venueId: 'XXBTZUSD', venueName: 'XBTUSD', active: true, venueState: 'online',
  rules: { tick: null, lot: null, minQuantity: null, minNotional: null, baseDecimals: null, quoteDecimals: null }, fees: null,
};
const FROM_NS = 1_704_067_200_000_000_000n;
const HOUR_NS = 3_600_000_000_000n;

/** A trade as the venue has it: its exact moment, and the double of seconds that is printed. */
type Told = Readonly<{ ns: bigint; ticks: number; lots: number }>;
type Rules = Readonly<{ skewNs: bigint; inclusive: boolean; withIds: boolean }>;

const printed = (ns: bigint): number => Number(ns) / 1e9;
const printedNs = (ns: bigint): bigint => {
  const [whole, decimals = ''] = String(printed(ns)).split('.');
  return BigInt(whole! + decimals.padEnd(9, '0').slice(0, 9));
};

/** Kraken's Trades over a list, behind the client that the walk asks. */
const clientOver = (told: readonly Told[], { skewNs, inclusive, withIds }: Rules): CcxtClient => {
  const rowOf = ({ ns, ticks, lots }: Told, index: number): readonly unknown[] => [`${ticks}.50000`, `${lots}.00000000`, printed(ns), 'b', 'm', '', ...(withIds ? [index + 1] : [])];
  const rows = told.map((trade, index) => ({ cursor: trade.ns + skewNs, row: rowOf(trade, index) }));
  const page = (since: bigint): unknown => {
    const sent = rows.filter(({ cursor }) => (inclusive ? cursor >= since : cursor > since)).slice(0, 1_000);
    return { error: [], result: { XXBTZUSD: sent.map(({ row }) => row), last: String(sent.at(-1)?.cursor ?? since) } };
  };
  // The walk calls one method of the client and nothing else of it.
  const exchange = { publicGetTrades: ({ since }: Readonly<{ since: string }>) => Promise.resolve(page(BigInt(since))) } as unknown as Exchange;
  return {
    source: 'kraken',
    tally: newTally(),
    ask: async ({ asked, call, read, receipt = newReceipt() }) => {
      const response = await call(exchange);
      receipt.add({ status: 200, statusText: 'OK', headers: new Headers(), content: new Uint8Array(0), body: '', bytes: 1, receivedMs: timeMs(1) });
      return read(response, { source: 'kraken', asked });
    },
    close: () => Promise.resolve(),
  };
};

const read = async (told: readonly Told[], rules: Rules, hours: number): Promise<readonly IncomingCandle[]> => {
  const fromMs = timeMs(Number(FROM_NS / 1_000_000n));
  const toMs = timeMs(fromMs + hours * 3_600_000);
  const candles: IncomingCandle[] = [];
  const stretch = { client: clientOver(told, rules), market: MARKET, request: { series: SERIES, fromMs, toMs, cursor: null }, fromMs, toMs, silentFrom: () => Promise.resolve(true) };
  for await (const page of candlesOfTrades(stretch)) candles.push(...page.candles);
  return candles;
};

/** All trades at once, by core. */
const direct = (told: readonly Told[], hours: number): readonly IncomingCandle[] => {
  const trades = told.map(({ ns, ticks, lots }, index) => ({ timeNs: printedNs(ns), id: index + 1, price: price(decimal(`${ticks}.5`)), quantity: quantity(decimal(String(lots))) }));
  const inside = trades.filter(({ timeNs }) => timeNs >= FROM_NS);
  const toMs = timeMs(Number(FROM_NS / 1_000_000n) + hours * 3_600_000);
  return addTrades(startAggregation('1h'), inside, toMs).closed;
};

const PLAIN: Rules = { skewNs: 0n, inclusive: false, withIds: true };

describe('pages of trades', () => {
  test.each<readonly [string, Rules]>([
    ['exclusive cursors', PLAIN],
    ['inclusive cursors', { ...PLAIN, inclusive: true }],
    ['no ids', { ...PLAIN, withIds: false }],
    ['cursors ahead of printed times', { ...PLAIN, skewNs: 2_500_000n }],
    ['cursors behind printed times', { ...PLAIN, skewNs: -2_500_000n }],
  ])('a burst of 2,500 trades within microseconds between quiet hours: %s', async (_, rules) => {
    const burst = Array.from({ length: 2_500 }, (__, index) => ({ ns: FROM_NS + HOUR_NS + 7_000_000_000n + BigInt(index), ticks: 100 + (index % 37), lots: 1 + (index % 3) }));
    const told = [{ ns: FROM_NS + 5n, ticks: 90, lots: 4 }, ...burst, { ns: FROM_NS + 2n * HOUR_NS, ticks: 95, lots: 2 }, { ns: FROM_NS + 5n * HOUR_NS, ticks: 96, lots: 2 }];
    const candles = await read(told, rules, 4);
    expect(candles).toEqual(direct(told, 4));
    expect(candles.map(({ trades }) => trades)).toEqual([1, 2_500, 1]);
  });

  test('the thousandth trade shares its moment with the next three', async () => {
    const told = Array.from({ length: 1_600 }, (_, index) => ({ ns: FROM_NS + BigInt(Math.min(index, 999) + Math.max(0, index - 1_002)) * 2_000_000_000n, ticks: 100 + (index % 50), lots: 1 }));
    expect(await read(told, PLAIN, 1)).toEqual(direct(told, 1));
    expect((await read(told, PLAIN, 1))[0]!.trades).toBe(1_600);
  });

  test('hundreds of trades a nanosecond apart, in answers without ids, are refused rather than guessed at', async () => {
    const told: Told[] = [];
    let ns = FROM_NS - 1_000_000_000n + 983_999_646n;
    for (let index = 0; index < 910; index += 1) {
      ns += index < 300 ? 20_000n : index === 300 ? 2n : 1n;
      told.push({ ns, ticks: 100 + ((index * 7_919) % 331), lots: 1 + (index % 5) });
    }
    await expect(read(told, { skewNs: 0n, inclusive: false, withIds: false }, 6)).rejects.toThrow('which an earlier answer had');
  });

  // The seed is fixed: a few of all draws are of the kind above.
  test('any bursts, any rules of paging', async () => {
    const bursts = fc.array(fc.record({ gap: fc.bigInt({ min: 0n, max: HOUR_NS / 4n }), size: fc.integer({ min: 1, max: 700 }), stepNs: fc.constantFrom(1n, 137n, 20_000n, 3_000_000n, 900_000_000n) }), { minLength: 1, maxLength: 9 });
    const rules = fc.record({ skewNs: fc.bigInt({ min: -3_000_000n, max: 3_000_000n }), inclusive: fc.boolean(), withIds: fc.boolean() });
    await fc.assert(fc.asyncProperty(bursts, rules, async (drawn, drawnRules) => {
      const told: Told[] = [];
      let ns = FROM_NS - 1_000_000_000n;
      for (const { gap, size, stepNs } of drawn) {
        ns += gap;
        for (let index = 0; index < size; index += 1) {
          ns += stepNs;
          told.push({ ns, ticks: 100 + ((told.length * 7_919) % 331), lots: 1 + (told.length % 5) });
        }
      }
      expect(await read(told, drawnRules, 6)).toEqual(direct(told, 6));
    }), { numRuns: 40, seed: 2 });
  });
});
