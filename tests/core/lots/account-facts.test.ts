/** What a step's facts about the account say beside their entries: outside money, the holdings they moved, what fell below nothing; and which facts contradict themselves. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { chartOf, emptyLedger } from '../../../core/ledger/ledger.ts';
import type { AccountFact } from '../../../core/log.ts';
import { bookAccount } from '../../../core/lots/book-account.ts';
import { noMarks } from '../../../core/market/marks.ts';
import { accountDesk, cameIn, charged, rewarded, traded, wentOut } from '../../support/account.ts';

const desk = accountDesk();
const BOOKS = { lots: [], ledger: emptyLedger(chartOf(desk.manifest.quote, desk.symbols)) };

const booked = (...facts: readonly AccountFact[]) => {
  const log: Decision[] = [];
  const { happened, flow, symbols } = bookAccount(BOOKS, facts, { desk, marks: noMarks(desk.symbols.length), numbering: { hour: 7, step: 0 } }, log);
  const overdrawn = log.flatMap(event => (event.type === 'balance_overdrawn' ? [`${event.asset} ${formatDecimal(event.balance)} by ${event.reference}`] : []));
  return { happened, flow: formatDecimal(flow), symbols: [...symbols], overdrawn };
};

const bought = traded([1, 'T1'], { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' });
const MONEY = cameIn([0, 'D1'], 'USD', '1000');

describe('a step', () => {
  test('without facts about the account leaves everything as it was', () => {
    expect(booked()).toEqual({ happened: false, flow: '0', symbols: [], overdrawn: [] });
  });

  test('with money alone moves no holding', () => {
    expect(booked(MONEY, wentOut([1, 'W1'], 'USD', '250.5'))).toEqual({ happened: true, flow: '749.5', symbols: [], overdrawn: [] });
  });

  test('with trades moves what they traded, and no money from outside', () => {
    expect(booked(MONEY, bought, traded([2, 'T2'], { side: 'BUY', symbol: 'ETH/BTC', quantity: '4', price: '0.25', amount: '1', value: '120' }))).toEqual({
      happened: true,
      flow: '1000',
      symbols: ['BTC/USD', 'ETH/USD'],
      overdrawn: [],
    });
  });

  test('takes units that no mark prices for what they cost, both ways', () => {
    expect(booked(cameIn([0, 'X1'], 'ETH', '2', { basis: '30' }), cameIn([1, 'X2'], 'ETH', '2', { basis: '50' })).flow).toBe('80');
    expect(booked(cameIn([0, 'X1'], 'ETH', '2', { basis: '30' }), cameIn([1, 'X2'], 'ETH', '2', { basis: '50' }), wentOut([2, 'X3'], 'ETH', '3')).flow).toBe('25');
  });
});

test('a balance below nothing is told when it falls, and not while it stays', () => {
  const swap = traded([2, 'T2'], { side: 'BUY', symbol: 'ETH/BTC', quantity: '4', price: '0.25', amount: '1', value: '120' });
  expect(booked(bought, swap, wentOut([3, 'W1'], 'USD', '1')).overdrawn).toEqual(['USD -100 by T1', 'USD -101 by W1']);
});

describe('a fact that contradicts itself stops the desk', () => {
  const asset = { side: 'BUY', symbol: 'BTC/USD', quantity: '1', price: '100', amount: '100' } as const;
  const swap = { side: 'BUY', symbol: 'ETH/BTC', quantity: '4', price: '0.25', amount: '1', value: '120' } as const;

  test.each<readonly [string, string, AccountFact]>([
    ['a trade of money against itself', 'A trade has an asset beside the quote.', traded([1, 'T1'], { side: 'BUY', symbol: 'USD/USD', quantity: '1', price: '1', amount: '1' })],
    ['a purchase worth another amount than was paid', 'Money is worth itself.', traded([1, 'T1'], { ...asset, value: '99' })],
    ['a sale worth another amount than was received', 'Money is worth itself.', traded([1, 'T1'], { ...asset, side: 'SELL', value: '99' })],
    ['a fee in money worth another amount', 'A fee in money is worth itself, and no fee is worth nothing.', traded([1, 'T1'], { ...asset, fee: '1', feeValue: '2' })],
    ['no fee that is worth something', 'A fee in money is worth itself, and no fee is worth nothing.', traded([1, 'T1'], { ...asset, fee: '0', feeAsset: 'BNB', feeValue: '1' })],
    ['a fee that takes all that was bought', 'A fee never takes all that was received.', traded([1, 'T1'], { ...swap, fee: '4', feeAsset: 'ETH', feeValue: '120' })],
    ['money with a basis of its own', 'Money is its own basis.', cameIn([0, 'D1'], 'USD', '10', { basis: '9' })],
    ['a reward of money worth another amount', 'Money is worth itself.', rewarded([0, 'R1'], 'USD', '5', { fee: '0.5', value: '5' })],
    ['a reward that its fee takes whole', 'A fee never takes all that was received.', rewarded([0, 'R1'], 'ETH', '5', { fee: '5', value: '0' })],
    ['a charge of money worth another amount', 'Money is worth itself.', charged([0, 'C1'], 'USD', '5', { value: '4' })],
  ])('%s', (_, said, fact) => {
    expect(() => booked(fact)).toThrow(`Assertion failed: ${said}`);
  });

  test('but not a trade of two assets at any value, nor a fee in kind at any', () => {
    expect(booked(cameIn([0, 'X1'], 'BTC', '1', { basis: '1' }), traded([1, 'T1'], swap)).happened).toBe(true);
    expect(booked(cameIn([0, 'X1'], 'BNB', '1', { basis: '1' }), traded([1, 'T1'], { ...asset, fee: '0.01', feeAsset: 'BNB', feeValue: '3' })).happened).toBe(true);
  });
});
