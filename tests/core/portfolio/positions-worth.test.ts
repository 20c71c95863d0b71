/** The sum of doubles equals the sum of bigints, lot by lot, wherever doubles stop being exact. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueAt } from '../../../core/kernel/rounding.ts';
import { money, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { LotId } from '../../../core/events.ts';
import type { Lots } from '../../../core/lots/lot.ts';
import { markOf, noMarks } from '../../../core/market/marks.ts';
import type { Marks } from '../../../core/market/marks.ts';
import { positionsWorth } from '../../../core/portfolio/positions-worth.ts';
import { deskOf, instrument } from '../../support/desk.ts';

const DESK = deskOf({ agents: [], universe: [instrument('AAA/USD'), instrument('BBB/USD'), instrument('CCC/USD')] });

const marksOf = (values: readonly (readonly [mantissa: bigint, scale: number] | null)[]): Marks => {
  const marks = noMarks(DESK.symbols.length);
  values.forEach((value, index) => {
    if (value === null) return;
    [marks.mantissa[index], marks.scale[index]] = value;
    marks.slot[index] = 100;
  });
  return marks;
};

const lotsOf = (held: readonly (readonly [place: number, units: bigint])[]): Lots =>
  held.map(([place, units], index) => ({
    id: `1.0.${index}` as LotId,
    agent: 'one',
    symbol: DESK.symbols[place]!,
    quantity: quantity(units),
    cost: money(BigInt(index + 1) * 10n ** 18n),
    fee: money(0n),
    acquiredMs: timeMs(index),
  }));

const oneByOne = (lots: Lots, marks: Marks): bigint => {
  let sum = 0n;
  for (const { symbol, quantity: held, cost } of lots) {
    const mark = markOf(marks, DESK.indexOf.get(symbol)!);
    sum += mark === null ? cost : valueAt(held, mark);
  }
  return sum;
};

test('of the worked example', () => {
  const marks = marksOf([[4_228_350n, 2], [75n, 1], null]);
  // 0.5 × 42283.5 + 100 × 7.5, and the third lot, which has no mark, at its cost of 3.
  expect(positionsWorth(DESK, lotsOf([[0, 5n * 10n ** 17n], [1, 100n * 10n ** 18n], [2, 10n ** 18n]]), marks)).toBe(21_894_750n * 10n ** 15n);
  expect(positionsWorth(DESK, [], marks)).toBe(0n);
});

test('is rounded half-even where a lot is finer than eight decimals, and counts what is owed', () => {
  const marks = marksOf([[5n, 1], [3n, 0], [1n, 18]]);
  expect(positionsWorth(DESK, lotsOf([[0, 1n], [0, 3n], [1, -2n], [2, 10n ** 18n]]), marks)).toBe(0n + 2n - 6n + 1n);
});

const amounts = fc.oneof(
  fc.bigInt({ min: 1n, max: 10n ** 12n }).map(count => count * 10n ** 10n),
  fc.bigInt({ min: 1n, max: 10n ** 19n }).map(count => count * 10n ** 10n),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).filter(units => units !== 0n),
);
const marks = fc.option(fc.tuple(fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 7n }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n })), fc.integer({ min: 0, max: 18 })), { nil: null });

test('equals the sum of the lots one by one, whatever was counted before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), amounts), { maxLength: 12 }), fc.array(marks, { minLength: 3, maxLength: 3 }), fc.nat(11), (held, values, gone) => {
      const [lots, marked] = [lotsOf(held), marksOf(values)];
      expect(positionsWorth(DESK, lots, marked)).toBe(oneByOne(lots, marked));
      const fewer = lots.filter((_, index) => index !== gone);
      expect(positionsWorth(DESK, fewer, marked)).toBe(oneByOne(fewer, marked));
    }),
    { seed: 5, numRuns: 1_000 },
  );
});
