/** The ladder of averages: when it stands, and that a momentum is in units of a driftless walk. */
import { expect, test } from 'vitest';
import { ladderIsReady, ladderMemorySize, momentumOf, SLOWEST, SPEEDS, updateLadder } from '../../../core/predictions/ladder.ts';
import { drawsOf } from '../../support/market.ts';

const barOf = (close: number) => ({ open: close, high: close, low: close, close, volume: 1, decimals: 4, tradable: true });

test('stands when its slowest average does', () => {
  const memory = new Float64Array(ladderMemorySize());
  const ready: number[] = [];
  for (let bar = 0; bar < 200; bar += 1) {
    updateLadder(memory, 0, 2, barOf(100));
    if (ladderIsReady(memory, 0, 2)) ready.push(bar);
  }
  expect([SLOWEST, ready[0]]).toEqual([64, 127]);
});

test('has no momentum at a constant price, at any speed', () => {
  const memory = new Float64Array(ladderMemorySize());
  for (let bar = 0; bar < 300; bar += 1) updateLadder(memory, 0, 2, barOf(0.07));
  expect([0, 1, 2].map(speed => momentumOf(memory, 0, speed, 1))).toEqual([0, 0, 0]);
});

test('measures a momentum by what a driftless walk shows: its variance is about 1 at every speed', () => {
  const draw = drawsOf(5);
  const memory = new Float64Array(ladderMemorySize());
  const squares = Array.from({ length: SPEEDS }, () => 0);
  let close = 1_000_000;
  let counted = 0;
  for (let bar = 0; bar < 120_000; bar += 1) {
    close += draw(2) === 0 ? 1 : -1;
    updateLadder(memory, 0, 2, barOf(close));
    if (!ladderIsReady(memory, 0, 2)) continue;
    counted += 1;
    for (let speed = 0; speed < SPEEDS; speed += 1) squares[speed] = squares[speed]! + momentumOf(memory, 0, speed, 1) * momentumOf(memory, 0, speed, 1);
  }
  for (const square of squares) {
    expect(square / counted).toBeGreaterThan(0.9);
    expect(square / counted).toBeLessThan(1.1);
  }
});

test('is positive while the price rises', () => {
  const memory = new Float64Array(ladderMemorySize());
  for (let bar = 0; bar < 400; bar += 1) updateLadder(memory, 0, 3, barOf(100 + bar));
  expect([0, 1, 2].every(speed => momentumOf(memory, 0, speed, 1) > 1)).toBe(true);
});
