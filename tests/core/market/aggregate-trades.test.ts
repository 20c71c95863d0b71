/** Candles from trades against a slow oracle that knows all trades at once, and the edges that an oracle may share. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { price, quantity, timeMs } from '../../../core/kernel/units.ts';
import { addTrades, startAggregation } from '../../../core/market/aggregate-trades.ts';
import type { AggregatedCandle, PublicTrade } from '../../../core/market/aggregate-trades.ts';
import { timeframeMs } from '../../../core/market/timeframe.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';

const HOUR = 3_600_000_000_000n;
const trade = (timeNs: bigint, id: number, paid: string, amount: string): PublicTrade => ({ timeNs, id, price: price(decimal(paid)), quantity: quantity(decimal(amount)) });

/** Every hour by itself, from a list sorted once, in plain loops. */
const oracle = (trades: readonly PublicTrade[], timeframe: Timeframe): readonly AggregatedCandle[] => {
  const lengthNs = BigInt(timeframeMs(timeframe)) * 1_000_000n;
  const sorted = [...trades].sort((left, right) => (left.timeNs === right.timeNs ? left.id - right.id : left.timeNs < right.timeNs ? -1 : 1));
  const opens = [...new Set(sorted.map(({ timeNs }) => timeNs - (timeNs % lengthNs)))];
  return opens.map(openNs => {
    const inside = sorted.filter(({ timeNs }) => timeNs >= openNs && timeNs < openNs + lengthNs);
    const prices = inside.map(one => one.price).sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
    const volume = inside.reduce((sum, one) => sum + one.quantity, 0n);
    return {
      openMs: timeMs(Number(openNs / 1_000_000n)),
      values: { open: formatDecimal(inside[0]!.price), high: formatDecimal(prices[prices.length - 1]!), low: formatDecimal(prices[0]!), close: formatDecimal(inside[inside.length - 1]!.price), volume: formatDecimal(volume) },
      trades: inside.length,
    };
  });
};

describe('candles from trades', () => {
  test('one candle, by hand', () => {
    const trades = [trade(HOUR + 5n, 2, '101.5', '0.25'), trade(HOUR, 1, '100', '1'), trade(2n * HOUR - 1n, 4, '100.5', '0.00000001'), trade(HOUR + 5n, 3, '99.125', '2')];
    expect(addTrades(startAggregation('1h'), trades, timeMs(7_200_000)).closed).toEqual([
      { openMs: 3_600_000, values: { open: '100', high: '101.5', low: '99.125', close: '100.5', volume: '3.25000001' }, trades: 4 },
    ]);
  });

  test('a trade on the boundary belongs to the later candle, and trades of one moment go by id', () => {
    const trades = [trade(2n * HOUR, 11, '7', '1'), trade(2n * HOUR - 1n, 9, '5', '1'), trade(2n * HOUR, 10, '6', '1'), trade(2n * HOUR, 12, '8', '1')];
    const { closed } = addTrades(startAggregation('1h'), trades, timeMs(10_800_000));
    expect(closed.map(({ openMs, values: { open, close }, trades: count }) => [openMs, open, close, count])).toEqual([[3_600_000, '5', '5', 1], [7_200_000, '6', '8', 3]]);
  });

  test('the last candle stays until everything before its end is known, to the millisecond', () => {
    const first = addTrades(startAggregation('1h'), [trade(HOUR + 1n, 1, '5', '1')], timeMs(7_199_999));
    expect(first.closed).toEqual([]);
    const second = addTrades(first.aggregation, [trade(2n * HOUR - 1n, 2, '6', '1')], timeMs(7_200_000));
    expect(second.closed.map(({ values: { close, volume } }) => [close, volume])).toEqual([['6', '2']]);
    expect(addTrades(second.aggregation, [], timeMs(36_000_000)).closed).toEqual([]);
  });

  test('hours without trades do not exist', () => {
    const { closed } = addTrades(startAggregation('1m'), [trade(60_000_000_000n, 1, '5', '1'), trade(600_000_000_000n, 2, '6', '1')], timeMs(660_000));
    expect(closed.map(({ openMs }) => openMs)).toEqual([60_000, 600_000]);
  });

  test('a trade that comes twice, or from a time that was said to be known, stops it', () => {
    const { aggregation } = addTrades(startAggregation('1h'), [trade(HOUR, 1, '5', '1')], timeMs(3_600_000));
    expect(() => addTrades(aggregation, [trade(HOUR, 1, '5', '1')], timeMs(3_600_000))).toThrow('once and in the order of time');
    expect(() => addTrades(aggregation, [trade(HOUR - 1n, 2, '5', '1')], timeMs(3_600_000))).toThrow('once and in the order of time');
    expect(() => addTrades(startAggregation('1h'), [], timeMs(-1))).toThrow('stays known');
  });

  test('however the trades are shuffled and cut into pages, the candles are those of the oracle', () => {
    const drawn = fc.array(
      fc.record({ step: fc.bigInt({ min: 0n, max: HOUR / 3n }), ticks: fc.integer({ min: 1, max: 900_000 }), lots: fc.integer({ min: 0, max: 1_000_000 }) }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(fc.property(drawn, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 60 }), fc.constantFrom<Timeframe>('1m', '15m', '1h'), (steps, sizes, timeframe) => {
      let at = 1_700_000_000_000_000_000n;
      const trades = steps.map(({ step, ticks, lots }, index) => {
        // Every third trade shares its moment with the one before.
        at += index % 3 === 2 ? 0n : step;
        return { timeNs: at, id: index + 1, price: price(BigInt(ticks) * 10_000_000_000_000n), quantity: quantity(BigInt(lots) * 10_000_000_000n) };
      });
      let aggregation = startAggregation(timeframe);
      const closed: AggregatedCandle[] = [];
      for (let first = 0, page = 0; first < trades.length; page += 1) {
        const slice = trades.slice(first, first + sizes[page]!);
        const knownMs = Number(slice[slice.length - 1]!.timeNs / 1_000_000n);
        const added = addTrades(aggregation, page % 2 === 0 ? slice.toReversed() : slice, timeMs(Math.max(knownMs, aggregation.knownBeforeMs)));
        aggregation = added.aggregation;
        closed.push(...added.closed);
        first += slice.length;
      }
      closed.push(...addTrades(aggregation, [], timeMs(2_000_000_000_000)).closed);
      expect(closed).toEqual(oracle(trades, timeframe));
    }), { numRuns: 200 });
  });
});
