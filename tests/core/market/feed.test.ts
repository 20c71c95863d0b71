/** Columns become steps: which candle closed in which slot, holes included, and the fact and content that say so. */
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { sha256Hex, toHex } from '../../../core/kernel/digest.ts';
import { marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import { barsOf, decimalsAt } from '../../../core/market/bars.ts';
import { doubleAt } from '../../../core/market/columns.ts';
import { feedOf } from '../../../core/market/feed.ts';
import { marketContentWriter } from '../../../core/market/market-fact.ts';
import { isTimeframe, stepsPerHour, timeframeMs, TIMEFRAMES } from '../../../core/market/timeframe.ts';
import { candlesFrom, columnsOf } from '../../support/market.ts';

const SYMBOLS = [marketSymbol('AAA/USD'), marketSymbol('BBB/USD')];
const FIRST = columnsOf(SYMBOLS[0]!, '1h', candlesFrom(100, '1 2 1 2 10\n-\n3 3 3 3 0\n4 4.25 4 4.125 1'));
const SECOND = columnsOf(SYMBOLS[1]!, '1h', candlesFrom(101, '7 8 6 7.5 2'));
const feed = () => feedOf(SYMBOLS, '1h', [FIRST, SECOND]);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a feed', () => {
  test('points at the candle of each symbol, or at none', () => {
    const at = feed();
    expect([99, 100, 101, 102, 103, 104].map(slot => [...at(slot).rows])).toEqual([
      [-1, -1],
      [0, -1],
      [-1, 0],
      [1, -1],
      [2, -1],
      [-1, -1],
    ]);
  });

  test('may skip slots, and never goes back or asks one twice', () => {
    const at = feed();
    expect([...at(103).rows]).toEqual([2, -1]);
    expect(() => at(103)).toThrow(/ascending order/);
    expect(() => at(102)).toThrow(/ascending order/);
  });

  test('says when its step opened and closed', () => {
    const { slot, openMs, closeMs, fact } = feed()(101);
    expect({ slot, openMs, closeMs }).toEqual({ slot: 101, openMs: 363_600_000, closeMs: 367_200_000 });
    expect(fact).toEqual({ atMs: 367_200_000, candles: 1, digest: sha256Hex(contentText(363_600_000, [['BBB/USD', toHex(SECOND.digest)]])), type: 'market' });
  });

  test('of five minutes counts slots of five minutes', () => {
    const columns = columnsOf(SYMBOLS[0]!, '5m', candlesFrom(1_200, '1 1 1 1 1'));
    const { openMs, closeMs, rows } = feedOf([SYMBOLS[0]!], '5m', [columns])(1_200);
    expect([openMs, closeMs, rows[0]]).toEqual([360_000_000, 360_300_000, 0]);
  });

  test('needs the columns of every symbol, in the order of the universe', () => {
    expect(() => feedOf(SYMBOLS, '1h', [FIRST])).toThrow(/Every symbol of the universe has its columns/);
    expect(() => feedOf(SYMBOLS, '1h', [SECOND, FIRST])).toThrow(/order of the universe/);
  });
});

const contentText = (openMs: number, candles: readonly (readonly [string, string])[]): string =>
  canonicalText({ version: 1, type: 'candles', timeframe: '1h', openMs, candles });

describe('the content of a market fact', () => {
  const write = marketContentWriter('1h', [FIRST, SECOND]);
  const digestAt = (digests: Uint8Array, row: number): string => toHex(digests.subarray(32 * row, 32 * row + 32));

  test.each<readonly [string, readonly [number, number]]>([
    ['both', [2, 0]],
    ['the first alone', [1, -1]],
    ['the second alone', [-1, 0]],
    ['none', [-1, -1]],
  ])('is the canonical text of the same object: %s', (_, [first, second]) => {
    const content = write(timeMs(360_000_000), Int32Array.of(first, second));
    const candles: [string, string][] = [];
    if (first >= 0) candles.push(['AAA/USD', digestAt(FIRST.digest, first)]);
    if (second >= 0) candles.push(['BBB/USD', digestAt(SECOND.digest, second)]);
    expect(textOf(content.bytes)).toBe(contentText(360_000_000, candles));
    expect(content.digest).toBe(sha256Hex(contentText(360_000_000, candles)));
    expect(content.candles).toBe(candles.length);
  });

  test('of a step without candles is this text', () => {
    expect(textOf(write(timeMs(360_000_000), Int32Array.of(-1, -1)).bytes)).toBe('{"candles":[],"openMs":360000000,"timeframe":"1h","type":"candles","version":1}');
  });

  test('lies in one buffer, which the next step writes over', () => {
    const { bytes } = write(timeMs(360_000_000), Int32Array.of(-1, -1));
    write(timeMs(363_600_000), Int32Array.of(-1, -1));
    expect(textOf(bytes)).toBe('{"candles":[],"openMs":363600000,"timeframe":"1h","type":"candles","version":1}');
  });
});

test('bars are the doubles of a series, with the most decimals of the four prices and not of the volume', () => {
  const bars = barsOf(columnsOf(SYMBOLS[0]!, '1h', candlesFrom(1, '1 2 1 2 10.123456\n4.5 4.25 4 4.125 1\n0.00000001 1 1 1 1')));
  const rows = [0, 1, 2];
  expect(rows.map(row => decimalsAt(bars, row))).toEqual([0, 3, 8]);
  expect(rows.map(row => doubleAt(bars.open, row))).toEqual([1, 4.5, 1e-8]);
  expect(rows.map(row => doubleAt(bars.high, row))).toEqual([2, 4.25, 1]);
  expect(rows.map(row => doubleAt(bars.low, row))).toEqual([1, 4, 1]);
  expect(rows.map(row => doubleAt(bars.close, row))).toEqual([2, 4.125, 1]);
  expect(rows.map(row => doubleAt(bars.volume, row))).toEqual([10.123456, 1, 1]);
});

test('timeframes divide the hour', () => {
  expect(TIMEFRAMES.map(timeframe => [timeframe, timeframeMs(timeframe), stepsPerHour(timeframe)])).toEqual([
    ['1m', 60_000, 60],
    ['5m', 300_000, 12],
    ['15m', 900_000, 4],
    ['1h', 3_600_000, 1],
  ]);
  expect(['1m', '1h', '4h', '1H', '', '60m'].map(isTimeframe)).toEqual([true, true, false, false, false, false]);
});
