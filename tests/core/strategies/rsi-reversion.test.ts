/** Arrivals at the levels as stories, and the standstills where an index would deceive. */
import { describe, expect, test } from 'vitest';
import { rsiReversion } from '../../../core/strategies/rsi-reversion.ts';
import { closesAsBars, marksOf, runStrategy } from './strategy-runs.ts';

const GIVEN = { period: '2', oversold: '30', overbought: '70' };

describe('rsi-reversion', () => {
  test('names the index and the level it came to', () => {
    // Averages 1 and 1 at bar 2; a fall of 8 makes them 0.5 and 4.5, a rise of 20 makes them 10.25 and 2.25.
    expect(runStrategy(rsiReversion, GIVEN, closesAsBars('100 102 100 92 112'))).toEqual([
      { bar: 3, action: 'enter', reason: 'RSI_FELL_TO_OVERSOLD', evidence: { oversold: 30, rsi: 10 } },
      { bar: 4, action: 'exit', reason: 'RSI_ROSE_TO_OVERBOUGHT', evidence: { overbought: 70, rsi: 82 } },
    ]);
  });

  test.each([
    ['arriving exactly at a level counts', { period: '2', oversold: '10', overbought: '82' }, '100 102 100 92 112', [[3, 'enter'], [4, 'exit']]],
    ['lying below from the first value on is no fall', GIVEN, '9 8 7 6 5', []],
    ['lying above from the first value on is no rise', GIVEN, '5 6 7 8 9', []],
    ['going on falling is one entry', GIVEN, '100 102 100 92 91 80 70', [[3, 'enter']]],
    ['a second fall without an exit between is not asked twice', GIVEN, '100 102 100 92 94 80', [[3, 'enter']]],
    ['a price that never moved is neither', GIVEN, '7 7 7 7 7 7', []],
    ['the first zone after a standstill is only remembered', GIVEN, '7 7 7 7 9 9', []],
  ])('%s', (_, given, closes, expected) => {
    expect(marksOf(runStrategy(rsiReversion, given, closesAsBars(closes)))).toEqual(expected);
  });

  test.each(['3', '4', '5', '7', '14'])('a price that stands still cannot arrive, however its averages round (period %s)', period => {
    // A gain of 3 and a loss of 7 ticks: the index is 30, and wavers in its last place while the averages shrink.
    const still = Array.from({ length: 5_000 }, () => '0.6').join(' ');
    expect(runStrategy(rsiReversion, { period, oversold: '30', overbought: '70' }, closesAsBars(`1 1.3 ${still}`))).toEqual([]);
  });

  test('looks back over its period and one candle more', () => {
    expect(rsiReversion.lookbackBars({ period: 14, oversold: 30, overbought: 70 })).toBe(15);
    expect(rsiReversion.memorySize({ period: 14, oversold: 30, overbought: 70 })).toBe(9);
  });
});
