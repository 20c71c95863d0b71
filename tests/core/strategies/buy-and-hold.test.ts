/** One entry, at the first candle on which trading is allowed. */
import { expect, test } from 'vitest';
import { buyAndHold } from '../../../core/strategies/buy-and-hold.ts';
import { barOf, flatBar } from '../../support/reference-indicators.ts';
import { closesAsBars, runStrategy } from './strategy-runs.ts';

test('enters once, at the first candle, and never exits', () => {
  expect(runStrategy(buyAndHold, {}, closesAsBars('10 11 1 50'))).toEqual([
    { bar: 0, action: 'enter', reason: 'FIRST_CANDLE', evidence: { close: 10 } },
  ]);
});

test('waits for the end of warm-up, where its one signal would be lost', () => {
  const memory = new Float64Array(1);
  const warming = { ...barOf(flatBar('10')), tradable: false };
  const trading = barOf(flatBar('12'));
  expect(buyAndHold.observe(memory, 0, warming, {})).toBeNull();
  expect(buyAndHold.observe(memory, 0, warming, {})).toBeNull();
  expect(buyAndHold.observe(memory, 0, trading, {})?.evidence).toEqual({ close: 12 });
  expect(buyAndHold.observe(memory, 0, trading, {})).toBeNull();
});

test('needs no candle before its first signal', () => {
  expect(buyAndHold.lookbackBars({})).toBe(0);
});
