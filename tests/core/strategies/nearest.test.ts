/** Suggestions: near names only, and never a far-fetched one. */
import { expect, test } from 'vitest';
import { nearestName } from '../../../core/strategies/nearest.ts';

const IDS = ['buy-and-hold', 'donchian-breakout', 'ema-cross', 'rsi-reversion'];

test.each([
  ['a missing letter', 'ema-cros', IDS, 'ema-cross'],
  ['a wrong letter', 'rsi-reversiom', IDS, 'rsi-reversion'],
  ['swapped neighbours', 'fats', ['fast', 'slow'], 'fast'],
  ['another separator', 'ema_cross', IDS, 'ema-cross'],
  ['no separators', 'buyandhold', IDS, 'buy-and-hold'],
  ['upper case', 'EMA-CROSS', IDS, 'ema-cross'],
  ['a beginning', 'donchian', IDS, 'donchian-breakout'],
  ['too short a beginning', 'do', IDS, null],
  ['something else', 'macd', IDS, null],
  ['nothing', '', IDS, null],
  ['nothing known', 'fast', [], null],
  ['the nearer of two', 'slow', ['glow1', 'slowe'], 'slowe'],
  ['a tie, by code unit', 'cat', ['hat', 'bat'], 'bat'],
  ['a name of one letter', 'x', ['n'], null],
  ['a symbol', 'BTC/USDT', ['BTC/USD', 'ETH/USD'], 'BTC/USD'],
  ['something endless', 'x'.repeat(100_000), IDS, null],
])('%s', (_, given, known, expected) => {
  expect(nearestName(given, known)).toBe(expected);
});
