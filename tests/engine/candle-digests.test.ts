/** What a dry run remembers of earlier files: the latest digest of each open time. */
import { expect, test } from 'vitest';
import { marketSymbol } from '../../core/kernel/units.ts';
import { newDigestMemory } from '../../engine/candle-digests.ts';

const digest = (byte: string): string => byte.repeat(32);
const MINUTE = 60_000;

test('the latest digest of an open time, across batches that overlap', () => {
  const memory = newDigestMemory({ symbol: marketSymbol('BTC/USD'), timeframe: '1m' });
  expect(memory.digestOf(28_000_000 * MINUTE)).toBe(null);
  memory.remember([28_000_000 * MINUTE, 28_000_002 * MINUTE, 28_000_009 * MINUTE], [digest('0a'), digest('0b'), digest('0c')]);
  memory.remember([], []);
  memory.remember([28_000_002 * MINUTE, 28_000_003 * MINUTE], [digest('1b'), digest('1d')]);
  expect([0, 1, 2, 3, 9, 10].map(minute => memory.digestOf((28_000_000 + minute) * MINUTE))).toEqual([digest('0a'), null, digest('1b'), digest('1d'), digest('0c'), null]);
});
