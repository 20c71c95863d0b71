/** Balances: entries that sum to zero in every asset move them, anything else stops the desk. */
import { describe, expect, test } from 'vitest';
import type { Posting } from '../../../core/events.ts';
import { asset, marketSymbol } from '../../../core/kernel/units.ts';
import { balanceOf, balancesOf, cashOf, chartOf, emptyLedger, ledgerContent, ledgerOfContent, posted } from '../../../core/ledger/ledger.ts';
import type { Ledger } from '../../../core/ledger/ledger.ts';

const USD = asset('USD');
const BTC = asset('BTC');
const ETH = asset('ETH');
const chart = chartOf(USD, [marketSymbol('BTC/USD'), marketSymbol('ETH/USD')]);

const entry = (...lines: readonly (readonly [Posting['account'], Posting['asset'], bigint])[]): readonly Posting[] =>
  lines.map(([account, held, amount]) => ({ account, asset: held, amount }));
const shown = (ledger: Ledger) => balancesOf(ledger).map(({ account, asset: held, amount }) => `${account} ${held} ${amount}`);

describe('an entry', () => {
  test('moves its balances and leaves the ledger before it alone', () => {
    const before = posted(emptyLedger(chart), entry(['deposits', USD, -100n], ['cash', USD, 100n]));
    const after = posted(before, entry(['cash', USD, -30n], ['cost', USD, 30n], ['position', BTC, 2n], ['trading', BTC, -2n]));
    expect(shown(before)).toEqual(['cash USD 100', 'deposits USD -100']);
    expect(shown(after)).toEqual(['cash USD 70', 'cost USD 30', 'deposits USD -100', 'position BTC 2', 'trading BTC -2']);
    expect([cashOf(after), balanceOf(after, 'position', BTC), balanceOf(after, 'fees', ETH)]).toEqual([70n, 2n, 0n]);
  });

  test('may post twice to one account', () => {
    const ledger = posted(emptyLedger(chart), entry(['position', BTC, 1n], ['trading', BTC, -1n], ['position', BTC, 2n], ['trading', BTC, -2n]));
    expect(shown(ledger)).toEqual(['position BTC 3', 'trading BTC -3']);
  });

  test('keeps a balance of zero out of the trial balance', () => {
    const there = posted(emptyLedger(chart), entry(['deposits', USD, -1n], ['cash', USD, 1n]));
    expect(shown(posted(there, entry(['deposits', USD, 1n], ['cash', USD, -1n])))).toEqual([]);
  });

  //  what holds in 128 bits, on both sides of every 64-bit border
  test.each([1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 10n ** 38n - 1n])('carries %s and its opposite', amount => {
    const there = posted(emptyLedger(chart), entry(['deposits', USD, -amount], ['cash', USD, amount]));
    expect([balanceOf(there, 'cash', USD), balanceOf(there, 'deposits', USD)]).toEqual([amount, -amount]);
    const back = posted(there, entry(['deposits', USD, amount - 1n], ['cash', USD, 1n - amount]));
    expect([balanceOf(back, 'cash', USD), balanceOf(back, 'deposits', USD)]).toEqual([1n, -1n]);
  });
});

describe('what is no entry', () => {
  const TWO = 'An entry has at least two postings.';
  const ZERO = 'The postings of an entry sum to zero in every asset.';
  const UNITS = 'Money accounts are kept in the quote, and units in an asset of the universe.';
  const MONEY = 'Positions and trading are kept in traded assets.';

  test.each<readonly [string, string, readonly Posting[]]>([
    ['one posting', TWO, entry(['cash', USD, 0n])],
    ['nothing', TWO, []],
    ['postings that do not sum to zero', ZERO, entry(['cash', USD, 1n], ['deposits', USD, -2n])],
    ['postings that sum to zero only across assets', ZERO, entry(['position', BTC, 1n], ['trading', ETH, -1n])],
    ['units in a money account', UNITS, entry(['cash', BTC, 1n], ['trading', BTC, -1n])],
    ['quote in a unit account', MONEY, entry(['position', USD, 1n], ['deposits', USD, -1n])],
    ['an asset that nobody trades', UNITS, entry(['position', asset('XRP'), 1n], ['trading', asset('XRP'), -1n])],
  ])('%s stops the desk: %s', (_, said, postings) => {
    expect(() => posted(emptyLedger(chart), postings)).toThrow(`Assertion failed: ${said}`);
  });
});

test('content is sixteen bytes a cell and reads back', () => {
  const ledger = posted(emptyLedger(chart), entry(['deposits', USD, -258n], ['cash', USD, 258n]));
  const content = ledgerContent(ledger);
  expect(content).toHaveLength(16 * (12 + 3 * 2));
  expect([...content.subarray(0, 4)]).toEqual([2, 1, 0, 0]);
  expect([...content.subarray(4 * 16, 5 * 16)]).toEqual([254, 254, ...Array.from({ length: 14 }, () => 255)]);
  expect(shown(ledgerOfContent(content, chart))).toEqual(['cash USD 258', 'deposits USD -258']);
});
