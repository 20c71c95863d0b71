/** Journals of beancount word for word: lots by label, names it can read, and what it cannot book. */
import { describe, expect, test } from 'vitest';
import { asset } from '../../core/kernel/units.ts';
import { beancountCommodity } from '../../engine/export-beancount.ts';
import { agentOf, byQuantity, deskOf, instrument, runHours, START } from '../support/desk.ts';
import { candlesFrom } from '../support/market.ts';
import { bare, lines, paidInKind, paidInStock, paragraphs, soldBeforeItCame, threeLots } from './journal-runs.ts';

describe('beancount', () => {
  test('declares commodities under names it can read, and accounts', async () => {
    const [, options, declarations, , holdings] = await paragraphs(paidInStock(), 'beancount');
    expect(options).toBe('option "title" "Run desk"\noption "operating_currency" "USD"');
    expect(declarations!.split('\n')).toEqual([
      '2027-01-15 commodity USD',
      '2027-01-15 commodity X-1INCH',
      '  name: "1INCH"',
      '2027-01-15 commodity BNB',
      ...['Assets:Cash USD', 'Equity:Clearing USD', 'Equity:Cost USD', 'Equity:Deferred-Fees USD', 'Equity:Deposits USD', 'Expenses:Fees'].map(account => `2027-01-15 open ${account}`),
      ...['Expenses:Funding USD', 'Income:Income USD', 'Income:Result USD', 'Expenses:Rounding USD', 'Equity:Transfers USD', 'Equity:Withdrawals USD'].map(account => `2027-01-15 open ${account}`),
      ...['X-1INCH', 'BNB'].flatMap(name => [`2027-01-15 open Assets:Position:${name} ${name} "STRICT"`, `2027-01-15 open Equity:Trading:${name} ${name} "STRICT"`]),
    ]);
    expect(holdings).toBe(lines(`
2027-01-15 * "transfer_in" ""
  time: "2027-01-15T08:00:00Z"
  event: "0.0"
  hash: "#"
  reference: "opening"
  agent: "treasury"
  Equity:Transfers  -600.000000000000000000 USD
  Equity:Cost  600.000000000000000000 USD
    lot: "0.0"
  Assets:Position:BNB  2.000000000000000000 BNB {{600.000000000000000000 USD, 2027-01-15, "0.0"}}
  Equity:Trading:BNB  -2.000000000000000000 BNB {{600.000000000000000000 USD, 2027-01-15, "0.0"}}
`));
  });

  test('consumes lots by date and label', async () => {
    const [, fee, , , sell, , closing] = (await paragraphs(paidInStock(), 'beancount')).slice(5);
    expect(bare(fee!)).toBe(lines(`
2027-01-15 * "fee" "0.00625 BNB"
  Equity:Cost  -1.875000000000000000 USD
    lot: "0.0"
    match: "1.0"
  Equity:Deferred-Fees  2.000000000000000000 USD
    lot: "1.0"
  Income:Result  -0.125000000000000000 USD
  Assets:Position:BNB  -0.006250000000000000 BNB {2027-01-15, "0.0"}
    match: "1.0"
  Equity:Trading:BNB  0.006250000000000000 BNB {2027-01-15, "0.0"}
    match: "1.0"
`));
    expect(bare(sell!)).toContain('  Assets:Position:X-1INCH  -1.000000000000000000 X-1INCH {2027-01-15, "1.0"}\n');
    expect(closing!.split('\n').slice(0, 4)).toEqual([
      '2027-01-15 price X-1INCH 2200.000000000000000000 USD',
      '2027-01-15 price BNB 400.000000000000000000 USD',
      '2027-01-16 balance Assets:Cash 7700.000000000000000000 ~ 0 USD',
      '2027-01-16 balance Equity:Clearing 0.000000000000000000 ~ 0 USD',
    ]);
  });

  test('keeps units that a venue kept back out of the lot, at no cost', async () => {
    const [buy, fee] = (await paragraphs(paidInKind(), 'beancount')).slice(4);
    expect(bare(buy!)).toBe(lines(`
2027-01-15 * "buy" "1 BTC at 100 USD"
  Assets:Cash  -100.000000000000000000 USD
  Equity:Cost  100.000000000000000000 USD
    lot: "1.0"
  Assets:Position:BTC  0.998000000000000000 BTC {{100.000000000000000000 USD, 2027-01-15, "1.0"}}
  Equity:Trading:BTC  -0.998000000000000000 BTC {{100.000000000000000000 USD, 2027-01-15, "1.0"}}
  Assets:Position:BTC  0.002000000000000000 BTC
  Equity:Trading:BTC  -0.002000000000000000 BTC
`));
    expect(bare(fee!)).toBe(lines(`
2027-01-15 * "fee" "0.002 BTC"
  Expenses:Fees  0.002000000000000000 BTC
  Assets:Position:BTC  -0.002000000000000000 BTC
`));
  });

  test('opens accounts of their own for units owed', async () => {
    const [sale] = (await paragraphs(soldBeforeItCame(), 'beancount')).slice(6);
    expect(sale!.split('\n').slice(0, 3)).toEqual(['2027-01-15 open Liabilities:Position:BTC BTC "STRICT"', '2027-01-15 open Equity:Trading-Owed:BTC BTC "STRICT"', '2027-01-15 * "sell" "3 BTC at 100 USD"']);
    expect(sale).toContain('  Liabilities:Position:BTC  -2.000000000000000000 BTC {{200.000000000000000000 USD, 2027-01-15, "1.0"}}\n');
    expect(sale).toContain('  Equity:Trading-Owed:BTC  2.000000000000000000 BTC {{200.000000000000000000 USD, 2027-01-15, "1.0"}}');
    expect(bare((await paragraphs(soldBeforeItCame(), 'beancount'))[7]!)).toContain('  Liabilities:Position:BTC  1.000000000000000000 BTC {2027-01-15, "1.0"}\n');
  });

  test('refuses an average pool, which beancount cannot book', async () => {
    await expect(paragraphs(threeLots(), 'beancount', 'average')).rejects.toMatchObject({ exit: 2, message: '--lots: beancount has no average pools.' });
  });

  //  cash                             what beancount would do to it
  test.each([
    ['1234567890.123456789012345678', null],
    ['12345678901.123456789012345678', /^Entry 500000\.0\.0 has an amount of 29 digits \(12345678901\.123456789012345678 USD\), and beancount would round it to 28\.$/],
    ['99999999999999', null],
  ] as const)('%s is opened, or refused where it would be rounded', async (cash, message) => {
    const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('1'))], cash }, [[{}]]);
    const journal = paragraphs({ desk, ran: runHours(desk, [candlesFrom(START, '1 1 1 1 1')], 1) }, 'beancount');
    if (message === null) expect((await journal)[3]).toContain(`  Assets:Cash  ${cash}`);
    else await expect(journal).rejects.toMatchObject({ exit: 3, message: expect.stringMatching(message) as unknown });
  });

  test.each([
    ['BTC', 'BTC'],
    ['SHIB1000', 'SHIB1000'],
    ['ABCDEFGHIJKLMNOPQRST', 'ABCDEFGHIJKLMNOPQRST'],
    ['1INCH', 'X-1INCH'],
    ['12345678901234567890', 'X-12345678901234567890'],
    ['T', 'X-T'],
    ['TRUE', 'X-TRUE'],
    ['FALSE', 'X-FALSE'],
    ['NULL', 'X-NULL'],
  ])('%s is the commodity %s', (name, commodity) => {
    expect(beancountCommodity(asset(name))).toBe(commodity);
  });
});
