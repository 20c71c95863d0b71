/** Longer candles from shorter ones: by hand, against an oracle on whole hours, and on real data, where both are known. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDecimal, parseDecimal } from '../../../core/kernel/decimal.ts';
import { timeMs } from '../../../core/kernel/units.ts';
import { addsUp, aggregateCandles } from '../../../core/market/aggregate-candles.ts';
import type { PartCandle } from '../../../core/market/aggregate-candles.ts';
import { SHARED_DATA, sharedDataIsThere } from '../../support/market-files.ts';
import { candlesOfFile } from '../../support/venue/history.ts';

const minute = (at: number, [open, high, low, close, volume]: readonly [string, string, string, string, string], trades: number | null = 1): PartCandle =>
  ({ openMs: timeMs(at * 60_000), values: { open, high, low, close, volume }, trades });

describe('longer candles from shorter ones', () => {
  test('by hand, with two minutes of sixty', () => {
    const parts = [minute(60, ['10', '12', '9.5', '11', '0.1'], 3), minute(119, ['11', '11.75', '2', '2.5', '0.02'], 4)];
    expect(aggregateCandles({ from: '1m', to: '1h' }, parts)).toEqual([
      { openMs: 3_600_000, values: { open: '10', high: '12', low: '2', close: '2.5', volume: '0.12' }, trades: 7, parts: 2, expected: 60 },
    ]);
  });

  test('digits decide what is higher, not the order of texts', () => {
    const parts = [minute(0, ['9', '9', '9', '9', '1']), minute(5, ['10', '10', '10', '10', '1'])];
    expect(aggregateCandles({ from: '5m', to: '15m' }, parts)[0]!.values).toEqual({ open: '9', high: '10', low: '9', close: '10', volume: '2' });
  });

  test('a trade count is known only where every part has one', () => {
    const parts = [minute(0, ['9', '9', '9', '9', '1'], 5), minute(5, ['9', '9', '9', '9', '1'], null), minute(60, ['9', '9', '9', '9', '1'], 6)];
    expect(aggregateCandles({ from: '5m', to: '1h' }, parts).map(({ trades, parts: count, expected }) => [trades, count, expected])).toEqual([[null, 2, 12], [6, 1, 12]]);
  });

  test('parts that do not ascend, lie off their boundary or do not add up stop it', () => {
    const one = minute(1, ['9', '9', '9', '9', '1']);
    expect(() => aggregateCandles({ from: '1m', to: '1h' }, [one, one])).toThrow('none comes twice');
    expect(() => aggregateCandles({ from: '5m', to: '1h' }, [one])).toThrow('on a boundary');
    expect(() => aggregateCandles({ from: '1h', to: '1m' }, [])).toThrow('add up');
    expect([addsUp({ from: '1m', to: '5m' }), addsUp({ from: '5m', to: '5m' }), addsUp({ from: '15m', to: '5m' })]).toEqual([true, false, false]);
  });

  test('no part is lost and none counts twice, for any holes', () => {
    const drawn = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(fc.property(drawn, fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 200, maxLength: 200 }), (minutes, ticks) => {
      const parts = minutes.toSorted((left, right) => left - right).map((at, index) => {
        const [low, high] = [ticks[index]!, ticks[index]! + (at % 7)];
        const text = (units: number): string => formatDecimal(BigInt(units) * 10_000_000_000_000_000n);
        return minute(at, [text(low), text(high), text(low), text(high), text(at)], at);
      });
      const whole = aggregateCandles({ from: '1m', to: '1h' }, parts);
      expect(whole.map(({ openMs }) => openMs)).toEqual([...new Set(parts.map(({ openMs }) => openMs - (openMs % 3_600_000)))]);
      for (const hour of whole) {
        const inside = parts.filter(({ openMs }) => openMs >= hour.openMs && openMs < hour.openMs + 3_600_000);
        const sorted = (name: 'high' | 'low'): readonly bigint[] => inside.map(({ values }) => parseDecimal(values[name])!).sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
        expect(hour.parts).toBe(inside.length);
        expect(hour.values).toEqual({
          open: inside[0]!.values.open,
          high: formatDecimal(sorted('high').at(-1)!),
          low: formatDecimal(sorted('low')[0]!),
          close: inside.at(-1)!.values.close,
          volume: formatDecimal(inside.reduce((sum, { values }) => sum + parseDecimal(values.volume)!, 0n)),
        });
      }
    }), { numRuns: 100 });
  });

  test.runIf(sharedDataIsThere()).each(['BTC', 'ETH'])('real 5m candles of %s of 2024 add up to its hours, digit for digit', async base => {
    const folder = join(SHARED_DATA, 'binance-spot-2024');
    const [parts, hours] = [await candlesOfFile(join(folder, `${base}-5m.csv.gz`)), await candlesOfFile(join(folder, `${base}-1h.csv.gz`))];
    const whole = aggregateCandles({ from: '5m', to: '1h' }, parts.map(part => ({ ...part, openMs: timeMs(part.openMs) })));
    expect(hours.length).toBeGreaterThan(5_900);
    // The files of minutes end in the middle of an hour, which the files of hours therefore do not have.
    expect(whole.at(-1)).toMatchObject({ parts: 9, expected: 12 });
    const complete = whole.filter(({ parts: there, expected }) => there === expected);
    expect(complete.length).toBe(whole.length - 1);
    expect(complete.map(({ openMs, values }) => ({ openMs, values }))).toEqual(hours.map(({ openMs, values }) => ({ openMs, values })));
  });
});
