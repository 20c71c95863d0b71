/** Journals of hledger word for word: every kind of entry, lots by name, tags, dates, and the balances at the end. */
import { describe, expect, test } from 'vitest';
import { plainText } from '../../engine/export-words.ts';
import { agentOf, byQuantity, deskOf, instrument, runHours } from '../support/desk.ts';
import { aroundMidnight, bare, journalText, lines, paidInKind, paidInStock, paragraphs, soldBeforeItCame, threeLots, wholeAccount } from './journal-runs.ts';

describe('hledger', () => {
  test('declares what it uses, then books what the run opens with', async () => {
    const [about, declarations, deposit, holdings] = await paragraphs(paidInStock(), 'hledger');
    expect(about).toBe(lines(`
; Run desk, 2027-01-15T08:00:00Z through 2027-01-15T13:00:00Z, as a journal of hledger
; genesis #
; head #
; lots fifo
`));
    expect(declarations!.split('\n')).toEqual([
      'decimal-mark .',
      ...['USD', '"1INCH"', 'BNB'].map(commodity => `commodity 1.000000000000000000 ${commodity}`),
      ...['buy', 'sell', 'fee', 'deposit', 'withdrawal', 'transfer_in', 'transfer_out', 'reward', 'funding', 'rename', 'rounding', 'closing'].map(payee => `payee ${payee}`),
      ...['time', 'event', 'hash', 'reference', 'order', 'agent', 'match', 'acquired'].map(tag => `tag ${tag}`),
      'account assets:cash  ; type:C',
      'account equity:clearing  ; type:E',
      'account equity:cost  ; type:E',
      'account equity:deferred-fees  ; type:E',
      'account equity:deposits  ; type:E',
      'account expenses:fees  ; type:X',
      'account expenses:funding  ; type:X',
      'account revenues:income  ; type:R',
      'account assets:position  ; type:A',
      'account revenues:result  ; type:R',
      'account expenses:rounding  ; type:X',
      'account equity:trading  ; type:E',
      'account equity:transfers  ; type:E',
      'account equity:withdrawals  ; type:E',
      ...['1INCH', 'BNB'].flatMap(name => ['equity:cost', 'equity:deferred-fees', 'assets:position', 'equity:trading'].map(account => `account ${account}:${name}`)),
    ]);
    expect(deposit).toBe(lines(`
2027-01-15 * deposit
    ; time:2027-01-15T08:00:00Z
    ; event:0.0
    ; hash:#
    ; reference:opening
    assets:cash  10000 USD
    equity:deposits  -10000 USD
`));
    expect(holdings).toBe(lines(`
account equity:cost:BNB:0.0  ; agent:treasury, acquired:2027-01-15T08:00:00Z
account equity:deferred-fees:BNB:0.0  ; agent:treasury, acquired:2027-01-15T08:00:00Z
account assets:position:BNB:0.0  ; agent:treasury, acquired:2027-01-15T08:00:00Z
2027-01-15 * transfer_in
    ; time:2027-01-15T08:00:00Z
    ; event:0.0
    ; hash:#
    ; reference:opening
    ; agent:treasury
    equity:transfers  -600 USD
    equity:cost:BNB:0.0  600 USD
    assets:position:BNB:0.0  2 BNB
    equity:trading:BNB  -2 BNB
`));
  });

  test('books a fee in a third asset as a disposal that the lot bought bears', async () => {
    const [buy, fee, , , sell, soldFee, prices, closing] = (await paragraphs(paidInStock(), 'hledger')).slice(4);
    expect(buy).toBe(lines(`
account equity:cost:1INCH:1.0  ; agent:one, acquired:2027-01-15T09:00:00Z
account equity:deferred-fees:1INCH:1.0  ; agent:one, acquired:2027-01-15T09:00:00Z
account assets:position:1INCH:1.0  ; agent:one, acquired:2027-01-15T09:00:00Z
2027-01-15 * buy | 1 1INCH at 2000 USD
    ; time:2027-01-15T09:00:00Z
    ; event:1.0
    ; hash:#
    ; reference:0.0/1
    ; order:0.0
    ; agent:one
    assets:cash  -2000 USD
    equity:cost:1INCH:1.0  2000 USD
    assets:position:1INCH:1.0  1 "1INCH"
    equity:trading:1INCH  -1 "1INCH"
`));
    expect(fee).toBe(lines(`
2027-01-15 * fee | 0.00625 BNB
    ; time:2027-01-15T09:00:00Z
    ; event:1.0
    ; hash:#
    ; reference:0.0/1
    ; order:0.0
    ; agent:treasury
    equity:cost:BNB:0.0  -1.875 USD  ; match:1.0
    equity:deferred-fees:1INCH:1.0  2 USD
    revenues:result  -0.125 USD
    assets:position:BNB:0.0  -0.00625 BNB  ; match:1.0
    equity:trading:BNB  0.00625 BNB
`));
    expect(bare(sell!)).toBe(lines(`
2027-01-15 * sell | 1 1INCH at 2200 USD
    assets:cash  2200 USD
    equity:cost:1INCH:1.0  -2000 USD = 0 USD  ; match:4.0
    equity:deferred-fees:1INCH:1.0  -2 USD = 0 USD  ; match:4.0
    expenses:fees  2 USD
    revenues:result  -200 USD
    assets:position:1INCH:1.0  -1 "1INCH" = 0 "1INCH"  ; match:4.0
    equity:trading:1INCH  1 "1INCH"
`));
    expect(bare(soldFee!)).toBe(lines(`
2027-01-15 * fee | 0.006875 BNB
    equity:cost:BNB:0.0  -2.0625 USD  ; match:4.0
    expenses:fees  2.2 USD
    revenues:result  -0.1375 USD
    assets:position:BNB:0.0  -0.006875 BNB  ; match:4.0
    equity:trading:BNB  0.006875 BNB
`));
    expect(prices).toBe('P 2027-01-15 "1INCH" 2200 USD\nP 2027-01-15 BNB 400 USD');
    expect(closing).toBe(lines(`
2027-01-15 * closing
    ; what every account holds, of every asset, its lots included
    assets:cash  0 USD =* 7700 USD
    equity:clearing  0 USD =* 0 USD
    equity:cost  0 USD =* 3093.71875 USD
    equity:deferred-fees  0 USD =* 2.5 USD
    equity:deposits  0 USD =* -10000 USD
    expenses:fees  0 USD =* 4.2 USD
    expenses:funding  0 USD =* 0 USD
    revenues:income  0 USD =* 0 USD
    revenues:result  0 USD =* -200.41875 USD
    expenses:rounding  0 USD =* 0 USD
    equity:transfers  0 USD =* -600 USD
    equity:withdrawals  0 USD =* 0 USD
    expenses:fees  0 "1INCH" =* 0 "1INCH"
    assets:position:1INCH  0 "1INCH" =* 1 "1INCH"
    equity:trading:1INCH  0 "1INCH" =* -1 "1INCH"
    expenses:fees  0 BNB =* 0 BNB
    assets:position:BNB  0 BNB =* 1.9790625 BNB
    equity:trading:BNB  0 BNB =* -1.9790625 BNB
`));
  });

  test('books what a venue keeps back beside the lot, and money under an awkward key', async () => {
    const [buy, fee, deposit] = (await paragraphs(paidInKind(), 'hledger')).slice(3);
    expect(bare(buy!)).toBe(lines(`
2027-01-15 * buy | 1 BTC at 100 USD
    assets:cash  -100 USD
    equity:cost:BTC:1.0  100 USD
    assets:position:BTC:1.0  0.998 BTC
    equity:trading:BTC  -1 BTC
    assets:position:BTC  0.002 BTC
`));
    expect(bare(fee!)).toBe(lines(`
2027-01-15 * fee | 0.002 BTC
    expenses:fees  0.002 BTC
    assets:position:BTC  -0.002 BTC
`));
    expect(deposit).toBe(lines(`
2027-01-15 * deposit
    ; time:2027-01-15T10:30:00Z
    ; event:2.0
    ; hash:#
    ; reference:a%20%22key%22%2C%2050%25%20f%C3%BCr%3B%20mich
    assets:cash  500 USD
    equity:deposits  -500 USD
`));
  });

  test('sets accounts and amounts under each other', async () => {
    const deposit = (await journalText(paidInKind(), 'hledger')).split('\n\n')[5]!;
    expect(deposit.split('\n').slice(-2)).toEqual(['    assets:cash       500 USD', '    equity:deposits  -500 USD']);
  });

  test('books what a venue tells of an account: trades between assets, rewards, renamings, transfers', async () => {
    const all = (await paragraphs(wholeAccount(), 'hledger')).map(bare);
    const of = (head: string): string => all.find(paragraph => paragraph.startsWith(`2027-01-15 * ${head}`))!;
    expect(all.slice(2, -2).map(paragraph => /\* (.*)/.exec(paragraph)![1])).toEqual([
      'deposit', 'deposit | 10000 USD', 'transfer_in | 1 BTC', 'transfer_in | 3 BNB', 'buy | 1 BTC at 1000 USD',
      'sell | 10 ETH at 0.15 BTC', 'buy | 10 ETH at 0.15 BTC', 'fee | 0.02 ETH', 'sell | 4 ETH at 0.1 BTC', 'fee | 0.1 BNB', 'buy | 4 ETH at 0.1 BTC',
      'reward | 7 MATIC', 'fee | 1 MATIC', 'buy | 4 MATIC at 0.5 USD', 'rename | 10 MATIC to 30 POL', 'funding | 0.25 USD', 'fee | 0.5 BNB',
      'transfer_out | 20 POL', 'rounding | 0.00000001 ETH', 'withdrawal | 50.5 USD',
    ]);
    expect(of('sell | 10 ETH')).toBe(lines(`
2027-01-15 * sell | 10 ETH at 0.15 BTC
    equity:clearing  1600 USD
    equity:cost:BTC:1.0  -300 USD = 0 USD  ; match:4.0
    equity:cost:BTC:3.0  -500 USD  ; match:4.0
    equity:deferred-fees:BTC:3.0  -1.25 USD  ; match:4.0
    expenses:fees  1.25 USD
    revenues:result  -800 USD
    assets:position:BTC:1.0  -1 BTC = 0 BTC  ; match:4.0
    equity:trading:BTC  1.5 BTC
    assets:position:BTC:3.0  -0.5 BTC  ; match:4.0
`));
    expect(of('reward')).toBe(lines(`
2027-01-15 * reward | 7 MATIC
    equity:cost:MATIC:6.0  5 USD
    revenues:income  -5 USD
    assets:position:MATIC:6.0  6 MATIC
    equity:trading:MATIC  -7 MATIC
    assets:position:MATIC  1 MATIC
`));
    expect(of('rename').split('\n').slice(1, 7)).toEqual([
      '    equity:cost:MATIC:6.0  -5 USD = 0 USD  ; match:8.0',
      '    equity:cost:MATIC:7.0  -2 USD = 0 USD  ; match:8.0',
      '    equity:cost:POL:8.0  5 USD',
      '    equity:cost:POL:8.0  2 USD',
      '    equity:deferred-fees:MATIC:7.0  -0.01 USD = 0 USD  ; match:8.0',
      '    equity:deferred-fees:POL:8.0  0.01 USD',
    ]);
    expect(of('rounding')).toBe(lines(`
2027-01-15 * rounding | 0.00000001 ETH
    equity:cost:ETH:4.0  -0.000001603206412826 USD  ; match:12.0
    expenses:rounding  0.000001603206412826 USD
    assets:position:ETH:4.0  -0.00000001 ETH  ; match:12.0
    equity:trading:ETH  0.00000001 ETH
`));
  });

  test('books units that left before they came as a liability', async () => {
    const [, sale, part, rest, gone, back] = (await paragraphs(soldBeforeItCame(), 'hledger')).slice(4);
    expect(sale!.split('\n').filter(line => line.startsWith('account '))).toEqual([
      'account liabilities:position:BTC  ; type:L',
      'account equity:cost:BTC:1.0  ; agent:treasury, acquired:2027-01-15T09:30:00Z',
      'account equity:deferred-fees:BTC:1.0  ; agent:treasury, acquired:2027-01-15T09:30:00Z',
      'account liabilities:position:BTC:1.0  ; agent:treasury, acquired:2027-01-15T09:30:00Z',
    ]);
    expect(bare(sale!)).toBe(lines(`
2027-01-15 * sell | 3 BTC at 100 USD
    assets:cash  299 USD
    equity:cost:BTC:0.0  -90 USD = 0 USD  ; match:1.0
    equity:cost:BTC:1.0  -200 USD
    equity:deferred-fees:BTC:1.0  0.666666666666666667 USD
    expenses:fees  0.333333333333333333 USD
    revenues:result  -10 USD
    assets:position:BTC:0.0  -1 BTC = 0 BTC  ; match:1.0
    equity:trading:BTC  3 BTC
    liabilities:position:BTC:1.0  -2 BTC
`));
    expect(bare(part!)).toBe(lines(`
2027-01-15 * transfer_in | 1 BTC
    equity:transfers  -70 USD
    equity:cost:BTC:1.0  100 USD  ; match:2.0
    equity:deferred-fees:BTC:1.0  -0.333333333333333334 USD  ; match:2.0
    expenses:fees  0.333333333333333334 USD
    revenues:result  -30 USD
    liabilities:position:BTC:1.0  1 BTC  ; match:2.0
    equity:trading:BTC  -1 BTC
`));
    expect(bare(rest!)).toBe(lines(`
2027-01-15 * buy | 2 BTC at 110 USD
    assets:cash  -220.4 USD
    equity:cost:BTC:1.0  100 USD = 0 USD  ; match:3.0
    equity:cost:BTC:3.0  110 USD
    equity:deferred-fees:BTC:1.0  -0.333333333333333333 USD = 0 USD  ; match:3.0
    equity:deferred-fees:BTC:3.0  0.2 USD
    expenses:fees  0.533333333333333333 USD
    revenues:result  10 USD
    liabilities:position:BTC:1.0  1 BTC = 0 BTC  ; match:3.0
    equity:trading:BTC  -2 BTC
    assets:position:BTC:3.0  1 BTC
`));
    expect(bare(gone!)).toBe('2027-01-15 * transfer_out | 5 ETH\n    liabilities:position:ETH:4.0  -5 ETH\n    equity:trading:ETH  5 ETH');
    expect(bare(back!)).toBe(lines(`
2027-01-15 * transfer_in | 6 ETH
    equity:transfers  -11 USD
    equity:cost:ETH:5.0  11 USD
    liabilities:position:ETH:4.0  5 ETH = 0 ETH  ; match:5.0
    equity:trading:ETH  -6 ETH
    assets:position:ETH:5.0  1 ETH
`));
  });

  test('dates never go back: money of 23:30 that is booked after a fill at midnight is dated with it', async () => {
    const dated = (await paragraphs(aroundMidnight(), 'hledger')).filter(paragraph => /^20.*\* /m.test(paragraph));
    expect(dated.map(paragraph => [/^20.*/m.exec(paragraph)?.[0], /time:(.*)/.exec(paragraph)?.[1]])).toEqual([
      ['2027-01-15 * deposit', '2027-01-15T08:00:00Z'],
      ['2027-01-16 * buy | 2 BTC at 99 USD', '2027-01-16T00:00:00Z'],
      ['2027-01-16 * withdrawal', '2027-01-15T23:30:00Z'],
      ['2027-01-17 * sell | 2 BTC at 100 USD', '2027-01-17T01:00:00Z'],
      ['2027-01-17 * closing', undefined],
    ]);
  });

  //  method    what a sale of 2 of 3 lots takes from cost and deferred fees, and what it leaves in expenses and revenues
  test.each([
    ['fifo', '-100 USD = 0 USD  ; match:0.7|-130 USD = 0 USD  ; match:0.7', '-1 USD = 0 USD  ; match:0.7|-1.3 USD = 0 USD  ; match:0.7', '4.7 USD', '-10 USD'],
    ['lifo', '-110 USD = 0 USD|-130 USD = 0 USD', '-1.1 USD = 0 USD|-1.3 USD = 0 USD', '4.8 USD', ''],
    ['hifo', '-130 USD = 0 USD|-110 USD = 0 USD', '-1.3 USD = 0 USD|-1.1 USD = 0 USD', '4.8 USD', ''],
    ['average', '-226.666666666666666667 USD', '-2.266666666666666667 USD', '4.666666666666666667 USD', '-13.333333333333333333 USD'],
  ] as const)('%s', async (method, cost, deferred, fees, result) => {
    const sale = (await paragraphs(threeLots(), 'hledger', method)).find(paragraph => paragraph.includes('sell | 2 BTC at 120 USD'))!;
    const of = (account: string): string =>
      bare(sale)
        .split('\n')
        .filter(line => line.startsWith(`    ${account}`))
        .map(line => line.trim().replace(/^\S+ +/, ''))
        .join('|');
    expect([of('equity:cost'), of('equity:deferred-fees'), of('expenses:fees'), of('revenues:result')]).toEqual([cost, deferred, fees, result]);
    expect([of('assets:cash'), of('equity:trading')]).toEqual(['237.6 USD', '2 BTC']);
  });
});

test.each([
  ['500000.0.3/1', '500000.0.3/1'],
  ["!#$&'()*+-.:<=>?@[]^_`{|}~", "!#$&'()*+-.:<=>?@[]^_`{|}~"],
  ['a b', 'a%20b'],
  ['",;%\\', '%22%2C%3B%25%5C'],
  ['\u0001\u007f', '%01%7F'],
  ['für 🦎', 'f%C3%BCr%20%F0%9F%A6%8E'],
])('%s is written as %s', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test('a run that did nothing but open has the opening, and every balance', async () => {
  const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('1'))], cash: '10.5' }, [[{}]]);
  const all = await paragraphs({ desk, ran: runHours(desk, [[]], 1) }, 'hledger');
  expect(all).toHaveLength(4);
  expect(bare(all[2]!)).toBe('2027-01-15 * deposit\n    assets:cash  10.5 USD\n    equity:deposits  -10.5 USD');
  expect(all[3]).toContain('    assets:cash  0 USD =* 10.5 USD\n');
});
