/** What a fork begins with: the parent's state, less what another strategy cannot have learned. */
import { describe, expect, test } from 'vitest';
import type { Digest } from '../../core/kernel/units.ts';
import { forkedState } from '../../engine/explain/fork-desk.ts';
import { agentOf, byFraction, deskOf, FREE, instrument, runHours, START } from '../support/desk.ts';
import type { Opening } from '../support/desk.ts';
import { columnsOf, walk } from '../support/market.ts';

const HOURS = 40;
const universe = [instrument('AAA/USD')];
const candles = [walk({ seed: 5, firstSlot: START, candles: HOURS, gapsPerMille: 0, movePerMille: 30, decimals: 2 })];

const deskWith = (strategyDigest: string | null, fast: string) => {
  const opening: Opening = { universe, cash: '10000', agents: [agentOf('ema-cross', byFraction('0.2'), { parameters: { fast, slow: '9' }, strategyDigest: strategyDigest as Digest | null })], costs: FREE };
  return deskOf(opening);
};

const parent = deskWith('a'.repeat(64), '3');
const before = runHours(parent, candles, HOURS).after.state;
const columns = candles.map((series, index) => columnsOf(universe[index]!.symbol, '1h', series));
const forkedAs = (strategyDigest: string | null, fast: string, fromSlot: number) => forkedState(deskWith(strategyDigest, fast), { parent, before, columns, fromSlot, toSlot: START + HOURS });

describe('memory', () => {
  test('stays with the same strategy and parameters', () => {
    expect(forkedAs('a'.repeat(64), '3', START + 30).memories).toBe(before.memories);
  });

  test.each([
    ['another file of the same name', 'b'.repeat(64), '3'],
    ['another parameter', 'a'.repeat(64), '4'],
  ])('is made anew, from the warm-up alone, for %s', (_, digest, fast) => {
    const late = forkedAs(digest, fast, START + 30).memories[0]!;
    expect(late.bytes).not.toEqual(before.memories[0]!.bytes);
    expect(late.bytes).not.toEqual(forkedAs(digest, fast, START).memories[0]!.bytes);
  });

  test('of the same rules over all candles is what the parent remembers', () => {
    expect([...forkedAs('b'.repeat(64), '3', START).memories[0]!.numbers.subarray(1)]).toEqual([...before.memories[0]!.numbers.subarray(1)]);
  });
});
