/** Breakouts as stories: what breaks, what only touches, and one signal per breakout. */
import { describe, expect, test } from 'vitest';
import { donchianBreakout } from '../../../core/strategies/donchian-breakout.ts';
import type { BarText } from '../../support/reference-indicators.ts';
import { marksOf, runStrategy } from './strategy-runs.ts';

const GIVEN = { entry: '3', exit: '2' };
const quiet: BarText = ['10', '11', '9', '10'];
const bar = (close: string, high = close, low = close): BarText => ['10', high, low, close];

describe('donchian-breakout', () => {
  test('names the close and the channel it broke', () => {
    expect(runStrategy(donchianBreakout, GIVEN, [quiet, quiet, quiet, bar('11.01'), bar('8.99')])).toEqual([
      { bar: 3, action: 'enter', reason: 'DONCHIAN_HIGH_BROKEN', evidence: { close: 11.01, highestHigh: 11 } },
      { bar: 4, action: 'exit', reason: 'DONCHIAN_LOW_BROKEN', evidence: { close: 8.99, lowestLow: 9 } },
    ]);
  });

  test.each<[string, readonly BarText[], readonly (readonly [number, string])[]]>([
    ['a close at the highest high touches it', [quiet, quiet, quiet, bar('11')], []],
    ['a close at the lowest low touches it', [quiet, quiet, quiet, bar('9')], []],
    ['a high above with a close inside is no breakout', [quiet, quiet, quiet, bar('10.9', '15')], []],
    ['no signal before the longer channel stands', [quiet, quiet, bar('1'), quiet], []],
    ['the candle that breaks out is not part of the channel', [quiet, quiet, quiet, bar('12', '20')], [[3, 'enter']]],
    ['one signal a breakout while it goes on', [quiet, quiet, quiet, bar('12'), bar('13'), bar('14')], [[3, 'enter']]],
    ['one exit while it goes on', [quiet, quiet, quiet, bar('8'), bar('7'), bar('6')], [[3, 'exit']]],
    ['the channel forgets what is older than its period', [bar('50'), quiet, quiet, quiet, bar('12')], [[4, 'enter']]],
    [
      'enter, exit and enter again',
      [quiet, quiet, quiet, bar('12'), bar('8'), bar('13')],
      [[3, 'enter'], [4, 'exit'], [5, 'enter']],
    ],
  ])('%s', (_, bars, expected) => {
    expect(marksOf(runStrategy(donchianBreakout, GIVEN, bars))).toEqual(expected);
  });

  test('waits for the exit channel when that is the longer one', () => {
    const bars = [quiet, quiet, quiet, bar('12'), bar('13')];
    expect(marksOf(runStrategy(donchianBreakout, { entry: '2', exit: '4' }, bars))).toEqual([[4, 'enter']]);
  });

  test('looks back over the longer channel and remembers both', () => {
    expect(donchianBreakout.lookbackBars({ entry: 48, exit: 24 })).toBe(48);
    expect(donchianBreakout.lookbackBars({ entry: 10, exit: 24 })).toBe(24);
    expect(donchianBreakout.memorySize({ entry: 48, exit: 24 })).toBe(77);
  });
});
