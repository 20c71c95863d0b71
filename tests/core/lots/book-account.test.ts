/** What happens on an account without an order of ours, fact by fact: lots, entries, balances, all of it literal. */
import { describe, expect, test } from 'vitest';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { balancesLeft, booksStory, cameIn, charged, lotsLeft, renamed, rewarded, runHistory, traded, wentOut } from '../../support/account.ts';

const story = (...facts: Parameters<typeof runHistory>[0]) => booksStory(runHistory(facts));
const money = cameIn([0, 'D1'], 'USD', '1000');
const MONEY = 'deposit D1: cash 1000, deposits -1000';

describe('money', () => {
  test('comes and goes as deposits and withdrawals', () => {
    const ran = runHistory([money, wentOut([1, 'W1'], 'USD', '250.5')]);
    expect(booksStory(ran)).toEqual([MONEY, 'withdrawal W1: cash -250.5, withdrawals 250.5']);
    expect(balancesLeft(ran)).toEqual(['cash 749.5 USD', 'deposits -1000 USD', 'withdrawals 250.5 USD']);
  });

  test('is earned, funded, rounded and charged', () => {
    expect(
      story(
        money,
        rewarded([1, 'I1'], 'USD', '5', { fee: '0.5', value: '4.5' }),
        rewarded([2, 'F1'], 'USD', '1', { value: '1', purpose: 'funding' }),
        charged([3, 'F2'], 'USD', '3', { value: '3', purpose: 'funding' }),
        charged([4, 'C1'], 'USD', '2', { value: '2' }),
        charged([5, 'R1'], 'USD', '0.0001', { value: '0.0001', purpose: 'rounding' }),
        rewarded([6, 'R2'], 'USD', '0.0003', { value: '0.0003', purpose: 'rounding' }),
      ),
    ).toEqual([
      MONEY,
      'reward I1: cash 4.5, fees 0.5, income -5',
      'funding F1: cash 1, funding -1',
      'funding F2: cash -3, funding 3',
      'fee C1: cash -2, fees 2',
      'rounding R1: cash -0.0001, rounding 0.0001',
      'rounding R2: cash 0.0003, rounding -0.0003',
    ]);
  });
});

describe('a trade against money', () => {
  test('with its fee in money', () => {
    expect(
      story(
        money,
        traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100', fee: '0.4' }),
        traded([2, 'T2'], { side: 'SELL', symbol: 'BTC/USD', quantity: '0.25', price: '120', amount: '30', fee: '0.12' }),
      ),
    ).toEqual([
      MONEY,
      'open 0.0.1 BTC/USD 1 cost 100 fee 0.4',
      'buy T1: cash -100.4, cost 100, deferred_fees 0.4, position 1 BTC, trading -1 BTC',
      'match 0.0.1 0.25 brings 30 less 0.12, cost 25 and 0.1: 4.78',
      'sell T2: cash 29.88, cost -25, deferred_fees -0.1, fees 0.22, position -0.25 BTC, result -5, trading 0.25 BTC',
    ]);
  });

  test('books what the venue says changed hands, not the product of price and quantity', () => {
    expect(story(money, traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '0.33333333', price: '99.9', amount: '33.3' }))[2]).toBe(
      'buy T1: cash -33.3, cost 33.3, position 0.33333333 BTC, trading -0.33333333 BTC',
    );
  });

  test('with its fee in what was bought', () => {
    expect(story(money, traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100', fee: '0.004', feeAsset: 'BTC', feeValue: '0.4' }))).toEqual([
      MONEY,
      'open 0.0.1 BTC/USD 0.996 cost 100 fee 0',
      'buy T1: cash -100, cost 100, position 1 BTC, trading -1 BTC',
      'fee T1: fees 0.004 BTC, position -0.004 BTC',
    ]);
  });

  test('with its fee in what was sold, which is sold as well', () => {
    expect(
      story(
        money,
        traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' }),
        traded([2, 'T2'], { side: 'SELL', symbol: 'BTC/USD', quantity: '0.5', price: '120', amount: '60', fee: '0.01', feeAsset: 'BTC', feeValue: '1.2' }),
      ).slice(3),
    ).toEqual([
      'match 0.0.1 0.5 brings 60 less 1.2, cost 50 and 0: 8.8',
      'match 0.0.1 0.01 brings 1.2 less 0, cost 1 and 0: 0.2 as fee',
      'sell T2: cash 60, clearing -1.2, cost -50, fees 1.2, position -0.5 BTC, result -10, trading 0.5 BTC',
      'fee T2: clearing 1.2, cost -1, position -0.01 BTC, result -0.2, trading 0.01 BTC',
    ]);
  });

  test('with its fee in a third asset', () => {
    expect(
      story(
        money,
        cameIn([1, 'X1'], 'BNB', '2', { basis: '400', acquiredMs: 0 }),
        traded([2, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100', fee: '0.01', feeAsset: 'BNB', feeValue: '3' }),
      ),
    ).toEqual([
      MONEY,
      'open 0.0.1 BNB/USD 2 cost 400 fee 0',
      'transfer_in X1: cost 400, position 2 BNB, trading -2 BNB, transfers -400',
      'match 0.0.1 0.01 brings 3 less 0, cost 2 and 0: 1 as fee',
      'open 0.0.4 BTC/USD 1 cost 100 fee 3',
      'fee T1: clearing 3, cost -2, position -0.01 BNB, result -1, trading 0.01 BNB',
      'buy T1: cash -100, clearing -3, cost 100, deferred_fees 3, position 1 BTC, trading -1 BTC',
    ]);
  });
});

describe('a trade of one asset against another', () => {
  const held = [money, traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100', fee: '0.4' })];

  test('is a disposal and an acquisition at its value, the fee borne by what was acquired', () => {
    const ran = runHistory([...held, traded([2, 'T2'], { side: 'BUY', symbol: 'ETH/BTC', quantity: '10', price: '0.05', amount: '0.5', value: '75', fee: '0.01', feeAsset: 'BTC', feeValue: '1.5' })]);
    expect(booksStory(ran).slice(3)).toEqual([
      'match 0.0.1 0.5 brings 75 less 0, cost 50 and 0.2: 24.8',
      'match 0.0.1 0.01 brings 1.5 less 0, cost 1 and 0.004: 0.496 as fee',
      'open 0.0.5 ETH/USD 10 cost 75 fee 1.5',
      'sell T2: clearing 75, cost -50, deferred_fees -0.2, fees 0.2, position -0.5 BTC, result -25, trading 0.5 BTC',
      'fee T2: clearing 1.5, cost -1, deferred_fees -0.004, fees 0.004, position -0.01 BTC, result -0.5, trading 0.01 BTC',
      'buy T2: clearing -76.5, cost 75, deferred_fees 1.5, position 10 ETH, trading -10 ETH',
    ]);
    expect(lotsLeft(ran)).toEqual(['BTC/USD 0.49 cost 49 fee 0.196 of 1', 'ETH/USD 10 cost 75 fee 1.5 of 2']);
  });

  test('may be a sale, with a fee in what is received', () => {
    expect(story(...held, traded([2, 'T2'], { side: 'SELL', symbol: 'BTC/ETH', quantity: '0.5', price: '20', amount: '10', value: '75', fee: '0.1', feeAsset: 'ETH', feeValue: '0.75' })).slice(3)).toEqual([
      'match 0.0.1 0.5 brings 75 less 0, cost 50 and 0.2: 24.8',
      'open 0.0.4 ETH/USD 9.9 cost 75 fee 0',
      'sell T2: clearing 75, cost -50, deferred_fees -0.2, fees 0.2, position -0.5 BTC, result -25, trading 0.5 BTC',
      'buy T2: clearing -75, cost 75, position 10 ETH, trading -10 ETH',
      'fee T2: fees 0.1 ETH, position -0.1 ETH',
    ]);
  });

  test('may pay its fee in money', () => {
    expect(story(...held, traded([2, 'T2'], { side: 'BUY', symbol: 'ETH/BTC', quantity: '10', price: '0.05', amount: '0.5', value: '75', fee: '2' })).slice(3)).toEqual([
      'match 0.0.1 0.5 brings 75 less 0, cost 50 and 0.2: 24.8',
      'open 0.0.4 ETH/USD 10 cost 75 fee 2',
      'sell T2: clearing 75, cost -50, deferred_fees -0.2, fees 0.2, position -0.5 BTC, result -25, trading 0.5 BTC',
      'buy T2: cash -2, clearing -75, cost 75, deferred_fees 2, position 10 ETH, trading -10 ETH',
    ]);
  });
});

describe('units', () => {
  test('come with basis and date, and the older are the first to go', () => {
    const ran = runHistory([
      money,
      traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' }),
      cameIn([2, 'X1'], 'BTC', '1', { basis: '30', acquiredMs: 0 }),
      wentOut([3, 'X2'], 'BTC', '1.5'),
    ]);
    expect(booksStory(ran).slice(3)).toEqual([
      'open 0.0.3 BTC/USD 1 cost 30 fee 0',
      'transfer_in X1: cost 30, position 1 BTC, trading -1 BTC, transfers -30',
      'release 0.0.3 1 cost 30 fee 0',
      'release 0.0.1 0.5 cost 50 fee 0',
      'transfer_out X2: cost -80, position -1.5 BTC, trading 1.5 BTC, transfers 80',
    ]);
    expect(lotsLeft(ran)).toEqual(['BTC/USD 0.5 cost 50 fee 0 of 1']);
  });

  test('that leave take their fee along', () => {
    expect(story(money, traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '2', price: '100', amount: '200', fee: '0.8' }), wentOut([2, 'X1'], 'BTC', '0.5')).slice(3)).toEqual([
      'release 0.0.1 0.5 cost 50 fee 0.2',
      'transfer_out X1: cost -50, deferred_fees -0.2, position -0.5 BTC, trading 0.5 BTC, transfers 50.2',
    ]);
  });

  test('that were earned cost what they are worth; the venue keeps its part', () => {
    expect(story(rewarded([0, 'R1'], 'ETH', '0.01', { fee: '0.0015', value: '17' }), charged([1, 'R1/fee'], 'ETH', '0.0005', { value: '1.2' }))).toEqual([
      'open 0.0.0 ETH/USD 0.0085 cost 17 fee 0',
      'reward R1: cost 17, income -17, position 0.01 ETH, trading -0.01 ETH',
      'fee R1: fees 0.0015 ETH, position -0.0015 ETH',
      'match 0.0.0 0.0005 brings 1.2 less 0, cost 1 and 0: 0.2 as fee',
      'fee R1/fee: cost -1, fees 1.2, position -0.0005 ETH, result -0.2, trading 0.0005 ETH',
    ]);
  });

  test('that rounding brought cost nothing, those that it took are no sale', () => {
    expect(
      story(
        rewarded([0, 'R1'], 'ETH', '0.5', { value: '10' }),
        rewarded([1, 'Q1'], 'ETH', '0.000000000000000001', { value: '0', purpose: 'rounding' }),
        charged([2, 'Q2'], 'ETH', '0.05', { value: '0', purpose: 'rounding' }),
      ).slice(2),
    ).toEqual([
      'open 0.0.2 ETH/USD 0.000000000000000001 cost 0 fee 0',
      'rounding Q1: position 0.000000000000000001 ETH, trading -0.000000000000000001 ETH',
      'release 0.0.0 0.05 cost 1 fee 0',
      'rounding Q2: cost -1, position -0.05 ETH, rounding 1, trading 0.05 ETH',
    ]);
  });
});

describe('a renaming', () => {
  const held = [
    money,
    traded([1, 'T1'], { side: 'BUY', symbol: 'MATIC/USD', quantity: '10', price: '1', amount: '10', fee: '0.1' }),
    cameIn([2, 'X1'], 'MATIC', '20', { basis: '7', acquiredMs: 0 }),
  ];

  test('carries lots, basis and dates, and is no sale', () => {
    const ran = runHistory([...held, renamed([3, 'N1'], ['MATIC', '30'], ['POL', '30'])]);
    expect(booksStory(ran).slice(5)).toEqual([
      'release 0.0.3 20 cost 7 fee 0',
      'release 0.0.1 10 cost 10 fee 0.1',
      'open 0.0.7 POL/USD 20 cost 7 fee 0',
      'open 0.0.8 POL/USD 10 cost 10 fee 0.1',
      'rename N1: position -30 MATIC, position 30 POL, trading 30 MATIC, trading -30 POL',
    ]);
    expect(lotsLeft(ran)).toEqual([`POL/USD 20 cost 7 fee 0 of -30000000`, 'POL/USD 10 cost 10 fee 0.1 of 1']);
  });

  test('may change the count, and may take a part', () => {
    expect(lotsLeft(runHistory([...held, renamed([3, 'N1'], ['MATIC', '25'], ['POL', '0.25'])]))).toEqual([
      'POL/USD 0.2 cost 7 fee 0 of -30000000',
      'MATIC/USD 5 cost 5 fee 0.05 of 1',
      'POL/USD 0.05 cost 5 fee 0.05 of 1',
    ]);
  });

  test('shares units half-even; a piece too small for one joins its neighbour', () => {
    const tiny = '0.000000000000000001';
    expect(lotsLeft(runHistory([...held, renamed([3, 'N1'], ['MATIC', '30'], ['POL', tiny])]))).toEqual([`POL/USD ${tiny} cost 17 fee 0.1 of -30000000`]);
    expect(lotsLeft(runHistory([...held, renamed([3, 'N1'], ['MATIC', '30'], ['POL', '0.000000000000000002'])]))).toEqual([
      'POL/USD 0.000000000000000001 cost 7 fee 0 of -30000000',
      'POL/USD 0.000000000000000001 cost 10 fee 0.1 of 1',
    ]);
  });
});

describe('what leaves less than nothing', () => {
  test('is booked and told: money', () => {
    const ran = runHistory([money, wentOut([1, 'W1'], 'USD', '1000.5'), rewarded([2, 'I1'], 'USD', '0.25', { value: '0.25' }), charged([3, 'C1'], 'USD', '1', { value: '1' })]);
    expect(booksStory(ran)).toEqual([
      MONEY,
      'withdrawal W1: cash -1000.5, withdrawals 1000.5',
      'CRITICAL USD -0.5 by W1',
      'reward I1: cash 0.25, income -0.25',
      'fee C1: cash -1, fees 1',
      'CRITICAL USD -1.25 by C1',
      'HALTED by desk: BALANCE_OVERDRAWN',
    ]);
  });

  test('is owed, and covered by what comes next: a sale comes to its result then', () => {
    const ran = runHistory([
      money,
      traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' }),
      traded([2, 'T2'], { side: 'SELL', symbol: 'BTC/USD', quantity: '3', price: '120', amount: '360', fee: '3' }),
      traded([62, 'T3'], { side: 'BUY', symbol: 'BTC/USD', quantity: '5', price: '110', amount: '550', fee: '5' }),
    ]);
    expect(booksStory(ran).slice(3)).toEqual([
      'match 0.0.1 1 brings 120 less 1, cost 100 and 0: 19',
      'open 0.0.4 BTC/USD -2 cost -240 fee 2',
      'sell T2: cash 357, cost -340, deferred_fees 2, fees 1, position -3 BTC, result -20, trading 3 BTC',
      'CRITICAL BTC -2 by T2',
      'HALTED by desk: BALANCE_OVERDRAWN',
      'match 0.0.4 2 brings 240 less 2, cost 220 and 2: 16',
      'open 1.0.1 BTC/USD 3 cost 330 fee 3',
      'buy T3: cash -555, cost 570, deferred_fees 1, fees 4, position 5 BTC, result -20, trading -5 BTC',
    ]);
    expect(lotsLeft(ran)).toEqual(['BTC/USD 3 cost 330 fee 3 of 62']);
    expect(balancesLeft(ran)).toEqual([
      'cash 702 USD', 'cost 330 USD', 'deferred_fees 3 USD', 'deposits -1000 USD', 'fees 5 USD', 'position 3 BTC', 'result -40 USD', 'trading -3 BTC',
    ]);
  });

  test('that was transferred out takes along what its units will have cost', () => {
    const ran = runHistory([wentOut([0, 'X1'], 'ETH', '2'), cameIn([1, 'X2'], 'ETH', '1.5', { basis: '30', acquiredMs: 0 }), rewarded([2, 'R1'], 'ETH', '2', { value: '44' })]);
    expect(booksStory(ran)).toEqual([
      'open 0.0.0 ETH/USD -2 cost 0 fee 0',
      'transfer_out X1: position -2 ETH, trading 2 ETH',
      'CRITICAL ETH -2 by X1',
      'release 0.0.0 1.5 cost 30 fee 0',
      'transfer_in X2: position 1.5 ETH, trading -1.5 ETH',
      'release 0.0.0 0.5 cost 11 fee 0',
      'open 0.0.6 ETH/USD 1.5 cost 33 fee 0',
      'reward R1: cost 33, income -44, position 2 ETH, trading -2 ETH, transfers 11',
      'HALTED by desk: BALANCE_OVERDRAWN',
    ]);
  });

  test('may be renamed: both names owe and own the same', () => {
    const ran = runHistory([cameIn([0, 'X1'], 'MATIC', '3', { basis: '6' }), renamed([1, 'N1'], ['MATIC', '5'], ['POL', '5']), cameIn([2, 'X2'], 'MATIC', '2', { basis: '1' })]);
    expect(booksStory(ran).slice(2)).toEqual([
      'release 0.0.0 3 cost 6 fee 0',
      'open 0.0.3 MATIC/USD -2 cost 0 fee 0',
      'open 0.0.4 POL/USD 3 cost 6 fee 0',
      'open 0.0.5 POL/USD 2 cost 0 fee 0',
      'rename N1: position -5 MATIC, position 5 POL, trading 5 MATIC, trading -5 POL',
      'CRITICAL MATIC -2 by N1',
      'release 0.0.3 2 cost 1 fee 0',
      'transfer_in X2: position 2 MATIC, trading -2 MATIC',
      'HALTED by desk: BALANCE_OVERDRAWN',
    ]);
    expect(lotsLeft(ran)).toEqual(['POL/USD 3 cost 6 fee 0 of 0', 'POL/USD 2 cost 0 fee 0 of 1']);
  });
});

describe('the value of the portfolio', () => {
  const valueOf = (ran: ReturnType<typeof runHistory>) => ran.hours.map(({ valuation: { value, unitValue } }) => [formatDecimal(value), formatDecimal(unitValue)]);
  const candle = (slot: number, close: string) => ({ slot, values: { open: close, high: close, low: close, close, volume: '1' } });

  test('sees what trades say where no candle is, and the candle where one is', () => {
    const facts = [money, traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' }), traded([61, 'T2'], { side: 'SELL', symbol: 'BTC/USD', quantity: '0.5', price: '140', amount: '70' })];
    expect(valueOf(runHistory(facts, { hours: 3 }))).toEqual([['1000', '1'], ['1040', '1.04'], ['1040', '1.04']]);
    expect(valueOf(runHistory(facts, { hours: 3, candles: { 'BTC/USD': [candle(500_001, '160')] } }))[1]).toEqual(['1050', '1.05']);
    expect(valueOf(runHistory(facts, { hours: 3, candles: { 'BTC/USD': [candle(500_002, '160')] } }))[2]).toEqual(['1050', '1.05']);
  });

  test('says nothing of a trade against another asset than the quote: a lot without a mark is worth its cost', () => {
    const facts = [money, traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' }), traded([61, 'T2'], { side: 'BUY', symbol: 'ETH/BTC', quantity: '4', price: '0.25', amount: '1', value: '120' })];
    expect(valueOf(runHistory(facts))).toEqual([['1000', '1'], ['1020', '1.02']]);
  });

  test('takes transfers for money that came and went, and income for gain', () => {
    const facts = [
      money,
      traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' }),
      cameIn([61, 'X1'], 'BTC', '10', { basis: '20', acquiredMs: 0 }),
      wentOut([121, 'X2'], 'BTC', '5'),
      rewarded([181, 'R1'], 'BTC', '1.6', { value: '160' }),
    ];
    expect(valueOf(runHistory(facts))).toEqual([['1000', '1'], ['2000', '1'], ['1500', '1'], ['1660', '1.106666666666666667']]);
  });
});

test('facts of one moment are booked in the venue\'s order, whatever order they arrive in', () => {
  const bought = { ...traded([1, 'Z'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' }), ordinal: 9 };
  const sold = { ...traded([1, 'A'], { side: 'SELL', symbol: 'BTC/USD', quantity: '1', price: '110', amount: '110' }), ordinal: 10 };
  const straight = runHistory([money, bought, sold]);
  expect(booksStory(straight).at(-1)).toBe('sell A: cash 110, cost -100, position -1 BTC, result -10, trading 1 BTC');
  expect(runHistory([sold, bought, money]).hours.at(-1)!.sealed.hash).toBe(straight.hours.at(-1)!.sealed.hash);
});

test('an asset that no symbol prices stops the desk, and so does a fee that takes everything', () => {
  expect(() => story(cameIn([0, 'X1'], 'XRP', '1'))).toThrow(/priced by a symbol of the universe/);
  expect(() => story(money, traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100', fee: '1', feeAsset: 'BTC', feeValue: '100' }))).toThrow(/never takes all/);
});
