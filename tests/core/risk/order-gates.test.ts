/** The small gates of an order: rate, fat finger, liquidity, reduce-only and the account that is too small. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { floorToStep, notionalDown, quantityFor, shareDown } from '../../../core/kernel/rounding.ts';
import { fraction, hourUtc, money, price, quantity } from '../../../core/kernel/units.ts';
import { isWithinMark } from '../../../core/risk/fat-finger.ts';
import { depthClip, liquidityProblems } from '../../../core/risk/liquidity-gate.ts';
import type { BookTop } from '../../../core/risk/liquidity-gate.ts';
import { afterPlacements, isWithinRate, placedIn } from '../../../core/risk/order-rate.ts';
import { reduceOnly } from '../../../core/risk/reduce-only.ts';
import type { ReduceOnlyAsk } from '../../../core/risk/reduce-only.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import { smallestFraction, smallestOrder, valueNeeded } from '../../../core/risk/small-account.ts';

const share = (text: string) => fraction(decimal(text));
const at = (text: string) => price(decimal(text));
const units = (text: string) => quantity(decimal(text));
const amount = (text: string) => money(decimal(text));
const { balanced, conservative, research } = RISK_PROFILES;

describe('the order rate', () => {
  test('counts placements of an hour', () => {
    const rate = afterPlacements(null, hourUtc(5), 2);
    expect(rate).toEqual({ hour: 5, placed: 2 });
    expect(afterPlacements(rate, hourUtc(5), 3)).toEqual({ hour: 5, placed: 5 });
    expect(afterPlacements(rate, hourUtc(6), 1)).toEqual({ hour: 6, placed: 1 });
    expect(afterPlacements(rate, hourUtc(6), 0)).toBe(rate);
    expect([placedIn(rate, hourUtc(5)), placedIn(rate, hourUtc(6)), placedIn(null, hourUtc(5))]).toEqual([2, 0, 0]);
  });

  test('lets the last of the allowance through, and nothing after it', () => {
    expect([28, 29, 30, 31].map(placed => isWithinRate(30, placed))).toEqual([true, true, false, false]);
    expect(isWithinRate(null, 1_000_000)).toBe(true);
  });
});

describe('a fat finger', () => {
  test.each<readonly [string, 'BUY' | 'SELL', string, string, boolean]>([
    ['at the mark', 'BUY', '100', '0.1', true],
    ['above by the bound', 'BUY', '110', '0.1', true],
    ['above by more', 'BUY', '110.000000000000000001', '0.1', false],
    ['below by the bound', 'BUY', '90', '0.1', true],
    ['below by more, which never fills', 'BUY', '89.999999999999999999', '0.1', false],
    ['a sale below by the bound', 'SELL', '90', '0.1', true],
    ['a sale below by more', 'SELL', '89.999999999999999999', '0.1', false],
    ['a sale far above costs nothing', 'SELL', '500', '0.1', true],
  ])('%s', (_, side, named, bound, within) => {
    expect(isWithinMark({ side, price: at(named), mark: at('100') }, share(bound))).toBe(within);
  });

  test('does not exist without a bound', () => {
    expect(isWithinMark({ side: 'BUY', price: at('100000'), mark: at('1') }, null)).toBe(true);
  });
});

describe('liquidity', () => {
  const policy = balanced.liquidity!;
  const book = (rest: Partial<BookTop> = {}): BookTop => ({ bid: at('99.7'), ask: at('100.3'), askQuantity: units('30'), ageMs: 60_000, ...rest });
  const codes = (rest: Partial<BookTop>): readonly string[] => liquidityProblems(policy, book(rest)).map(({ code }) => code);

  test('is enough at the bounds', () => {
    // 0.6 of a middle of 100 is 60 bps.
    expect(liquidityProblems(policy, book())).toEqual([]);
  });

  test.each<readonly [string, Partial<BookTop>, readonly string[]]>([
    ['a millisecond too old', { ageMs: 60_001 }, ['BOOK_STALE']],
    ['a unit too wide', { ask: price(decimal('100.3') + 1n) }, ['SPREAD_TOO_WIDE']],
    ['old and wide', { ageMs: 90_000, bid: at('90') }, ['BOOK_STALE', 'SPREAD_TOO_WIDE']],
    ['bid at the ask', { bid: at('100.3') }, ['BOOK_CROSSED']],
    ['bid above the ask', { bid: at('101') }, ['BOOK_CROSSED']],
    ['nobody bids', { bid: at('0') }, ['BOOK_CROSSED']],
    ['somebody bids next to nothing', { bid: price(1n) }, ['SPREAD_TOO_WIDE']],
  ])('%s', (_, rest, expected) => {
    expect(codes(rest)).toEqual(expected);
  });

  test('carries its evidence', () => {
    expect(liquidityProblems(policy, book({ ageMs: 90_500, bid: at('98'), ask: at('102') }))).toEqual([
      { code: 'BOOK_STALE', limit: decimal('60'), usage: decimal('90.5') },
      { code: 'SPREAD_TOO_WIDE', limit: decimal('60'), usage: decimal('400') },
    ]);
    expect(liquidityProblems(policy, book({ bid: at('101') }))).toEqual([{ code: 'BOOK_CROSSED', limit: at('100.3'), usage: at('101') }]);
  });

  test('clips to the share of the best ask that the profile allows', () => {
    expect(depthClip(policy, book())).toBe(units('10'));
    expect(depthClip(conservative.liquidity, book())).toBe(units('6'));
    expect(depthClip(policy, book({ askQuantity: quantity(2n) }))).toBe(0n);
  });

  test('is not asked for without a book or a policy', () => {
    expect([liquidityProblems(policy, null), liquidityProblems(null, book({ ageMs: 1e9 }))]).toEqual([[], []]);
    expect([depthClip(policy, null), depthClip(null, book())]).toEqual([null, null]);
  });
});

describe('reduce-only', () => {
  const ask: ReduceOnlyAsk = {
    held: units('1.25'),
    reserved: units('0'),
    asked: null,
    instrument: { lot: units('0.1'), minNotional: amount('10') },
    isTradable: true,
    mark: at('100'),
    limitPrice: null,
    fatFinger: share('0.1'),
  };
  const codes = (rest: Partial<ReduceOnlyAsk>): unknown => {
    const answer = reduceOnly({ ...ask, ...rest });
    return answer.granted === null ? answer.problems.map(({ code }) => code) : answer.granted;
  };

  test.each<readonly [string, Partial<ReduceOnlyAsk>, unknown]>([
    ['all of it, in whole lots', {}, units('1.2')],
    ['a part of it', { asked: units('0.55') }, units('0.5')],
    ['no more than is held', { asked: units('9') }, units('1.2')],
    ['no more than other orders left', { reserved: units('0.8') }, units('0.4')],
    ['nothing left', { reserved: units('1.25') }, ['NOTHING_UNRESERVED']],
    ['nothing held', { held: units('0') }, ['NOTHING_UNRESERVED']],
    ['below a lot', { held: units('0.09') }, ['DUST']],
    ['a single unit of it left', { held: quantity(1n) }, ['DUST']],
    ['a single unit that is a lot', { held: quantity(1n), instrument: { lot: quantity(1n), minNotional: amount('0') } }, 1n],
    ['at the minimum', { held: units('0.1') }, units('0.1')],
    ['below the minimum', { held: units('0.1'), mark: at('99.99') }, ['DUST']],
    ['without a mark only the lot decides', { held: units('0.1'), mark: null }, units('0.1')],
    ['not tradable', { isTradable: false }, ['INSTRUMENT_NOT_TRADABLE']],
    ['a limit within the bound', { limitPrice: at('90') }, units('1.2')],
    ['a limit far below the mark', { limitPrice: at('89') }, ['FAT_FINGER']],
    ['a limit far above it', { limitPrice: at('900') }, units('1.2')],
    ['all that is wrong', { held: units('0.05'), isTradable: false, limitPrice: at('1') }, ['INSTRUMENT_NOT_TRADABLE', 'DUST', 'FAT_FINGER']],
  ])('%s', (_, rest, expected) => {
    expect(codes(rest)).toEqual(expected);
  });

  test('carries its evidence', () => {
    expect(reduceOnly({ ...ask, held: units('0.15'), mark: at('50'), limitPrice: at('40') })).toEqual({
      granted: null,
      problems: [
        { code: 'DUST', limit: amount('10'), usage: amount('5'), asked: units('0.15') },
        { code: 'FAT_FINGER', limit: share('0.1'), usage: at('50'), asked: at('40') },
      ],
    });
    expect(reduceOnly({ ...ask, held: units('0.09'), mark: null, isTradable: false })).toEqual({
      granted: null,
      problems: [
        { code: 'INSTRUMENT_NOT_TRADABLE', limit: 0n, usage: 0n, asked: units('0.09') },
        { code: 'DUST', limit: amount('10'), usage: 0n, asked: units('0.09') },
      ],
    });
    expect(reduceOnly({ ...ask, reserved: units('2'), asked: units('1') })).toEqual({
      granted: null,
      problems: [{ code: 'NOTHING_UNRESERVED', limit: units('1.25'), usage: units('2'), asked: units('1') }],
    });
  });
});

describe('a small account', () => {
  const market = { lot: units('0.00000001'), minNotional: amount('10') };

  test('is sized at least to its base, in the last tier that buys, at the volatility floor', () => {
    expect(smallestFraction(balanced)).toBe(share('0.00625'));
    expect(smallestFraction(conservative)).toBe(share('0.0025'));
    expect(smallestFraction(research)).toBeNull();
    expect(smallestFraction({ ...balanced, sizing: { ...balanced.sizing, volatility: null } })).toBe(share('0.025'));
  });

  test('needs what makes its smallest entry an order', () => {
    expect(valueNeeded(balanced, market, at('100'))).toBe(amount('1600'));
    expect(valueNeeded(conservative, market, at('100'))).toBe(amount('4000'));
    expect(valueNeeded(research, market, at('100'))).toBe(0n);
    // A lot of 1 at 100 costs more than the minimum of 10.
    expect(valueNeeded(balanced, { lot: units('1'), minNotional: amount('10') }, at('100'))).toBe(amount('16000'));
    // Three lots of 0.04 reach 10 at 100, two do not.
    expect(smallestOrder({ lot: units('0.04'), minNotional: amount('10') }, at('100'))).toBe(amount('12'));
    expect(smallestOrder({ lot: units('0.05'), minNotional: amount('10') }, at('100'))).toBe(amount('10'));
    expect(smallestOrder({ lot: units('0.05'), minNotional: amount('0') }, at('100'))).toBe(amount('5'));
  });

  test('can order at the value needed, and could not with a unit less', () => {
    const terms = fc.record({
      mark: fc.bigInt({ min: 1n, max: 10n ** 23n }).map(price),
      lot: fc.integer({ min: 8, max: 19 }).map(power => quantity(10n ** BigInt(power))),
      minNotional: fc.bigInt({ min: 0n, max: 10n ** 20n }).map(money),
    });
    const smallest = smallestFraction(balanced)!;
    fc.assert(
      fc.property(terms, ({ mark, lot, minNotional }) => {
        const orders = (value: bigint): boolean => {
          const bought = floorToStep(quantityFor(shareDown(money(value), smallest), mark), lot);
          return bought > 0n && notionalDown(bought, mark) >= minNotional;
        };
        const needed = valueNeeded(balanced, { lot, minNotional }, mark);
        expect(orders(needed)).toBe(true);
        expect(orders(needed - 1n)).toBe(false);
      }),
      { seed: 8, numRuns: 800 },
    );
  });
});
