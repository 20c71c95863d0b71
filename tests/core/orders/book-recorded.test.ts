/** How a recorded fill meets the books: what the agent holds after the fills before it, and what the treasury has to pay its fee with, to the last unit. */
import { describe, expect, test } from 'vitest';
import type { LotId } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { asset, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { OrderFilledFact, OrderId } from '../../../core/log.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import { bookRecorded, isKeptBack } from '../../../core/orders/book-recorded.ts';
import type { BookedFill, FilledOrder } from '../../../core/orders/venue-answers.ts';

const SYMBOLS = ['BNB/USD', 'BTC/USD', 'ETH/USD'].map(marketSymbol);

const order = (side: 'BUY' | 'SELL', symbol = 'BTC/USD', agent = 'main'): FilledOrder => ({ id: '1.0.0' as OrderId, agent, symbol: marketSymbol(symbol), side });

const fact = (units: string, fee: readonly [string, string] = ['0', 'USD'], tradeId = 'T1'): OrderFilledFact => ({
  type: 'order_filled',
  atMs: timeMs(7),
  orderId: '1.0.0' as OrderId,
  tradeId,
  quantity: quantity(decimal(units)),
  price: price(decimal('100')),
  fee: quantity(decimal(fee[0])),
  feeAsset: asset(fee[1]),
  feeValue: money(decimal('5')),
  liquidity: 'TAKER',
});

const lot = (agent: string, symbol: string, held: string): Lot => ({ id: '0.0.0' as LotId, agent, symbol: marketSymbol(symbol), quantity: quantity(decimal(held)), cost: money(0n), fee: money(0n), acquiredMs: timeMs(0) });
const before = (side: 'BUY' | 'SELL', units: string, rest: Partial<Readonly<{ symbol: string; agent: string; fee: readonly [string, string] }>> = {}): BookedFill => ({ order: order(side, rest.symbol, rest.agent), fact: fact(units, rest.fee) });

type Met = Readonly<{ lots?: readonly Lot[]; fills?: readonly BookedFill[] }>;
const booked = (whose: FilledOrder, said: OrderFilledFact, { lots = [], fills = [] }: Met = {}) => bookRecorded(whose, said, { lots, fills, symbols: SYMBOLS });
const paid = (said: OrderFilledFact | undefined): string | null => (said === undefined ? null : `${formatDecimal(said.fee)} ${said.feeAsset} worth ${formatDecimal(said.feeValue)}`);

describe('what an agent may sell', () => {
  const held = (...lots: readonly Lot[]): Met => ({ lots });

  test.each<readonly [string, Met, string | null]>([
    ['what its lots add up to', held(lot('main', 'BTC/USD', '1'), lot('main', 'BTC/USD', '2')), null],
    ['no unit less', held(lot('main', 'BTC/USD', '2.999999999999999999')), '2.999999999999999999'],
    ['nothing of another agent', held(lot('main', 'BTC/USD', '1'), lot('other', 'BTC/USD', '9')), '1'],
    ['nothing of another symbol', held(lot('main', 'BTC/USD', '1'), lot('main', 'ETH/USD', '9')), '1'],
    ['not less for what is owed elsewhere', held(lot('main', 'BTC/USD', '3'), lot('main', 'BTC/USD', '-1')), null],
    ['with what the step bought', { fills: [before('BUY', '3')] }, null],
    ['less the fee kept back of it', { fills: [before('BUY', '3', { fee: ['0.25', 'BTC'] })] }, '2.75'],
    ['with all of it where the fee is another asset', { fills: [before('BUY', '3', { fee: ['0.25', 'BNB'] })] }, null],
    ['less what the step sold', { lots: [lot('main', 'BTC/USD', '4')], fills: [before('SELL', '1.5')] }, '2.5'],
    ['whatever another agent bought or sold', { lots: [lot('main', 'BTC/USD', '3')], fills: [before('SELL', '1', { agent: 'other' })] }, null],
    ['whatever it did in another symbol', { lots: [lot('main', 'BTC/USD', '3')], fills: [before('SELL', '1', { symbol: 'ETH/USD' })] }, null],
  ])('%s', (_, met, oversold) => {
    const { oversold: said } = booked(order('SELL'), fact('3'), met);
    expect(said === null ? null : formatDecimal(said)).toBe(oversold);
  });

  test('and the rest is a sale of the account, at its share of the proceeds and without a fee', () => {
    const { fill, strays } = booked(order('SELL'), fact('3', ['0.9', 'USD']), held(lot('main', 'BTC/USD', '1')));
    expect(fill!.fact).toMatchObject({ quantity: decimal('1'), fee: decimal('0.9'), feeValue: decimal('0.9') });
    expect(strays).toEqual([expect.objectContaining({ type: 'account_traded', side: 'SELL', quantity: decimal('2'), amount: decimal('200'), value: decimal('200'), fee: 0n, feeAsset: 'USD', feeValue: 0n, id: 'T1', ordinal: 0 })]);
  });

  test('of nothing all of it is a sale of the account, with its fee', () => {
    const { fill, strays, oversold } = booked(order('SELL'), fact('3', ['0.9', 'USD']));
    expect([fill, oversold]).toEqual([null, 0n]);
    expect(strays).toEqual([expect.objectContaining({ quantity: decimal('3'), amount: decimal('300'), fee: decimal('0.9'), feeValue: decimal('0.9') })]);
  });

  test('a purchase is never too large', () => {
    expect(booked(order('BUY'), fact('1000000'))).toMatchObject({ oversold: null, strays: [] });
  });
});

describe('what the treasury pays a fee in a third asset with', () => {
  const stock = lot('treasury', 'BNB/USD', '2');
  const other = lot('main', 'BNB/USD', '50');

  test.each<readonly [string, Met, string, string | null]>([
    ['all that it has', { lots: [stock] }, '2', null],
    ['and no unit more', { lots: [stock] }, '2.000000000000000001', '2.000000000000000001 BNB'],
    ['past lots of other markets', { lots: [lot('treasury', 'ETH/USD', '9'), stock] }, '2', null],
    ['nothing that an agent holds', { lots: [other] }, '0.5', '0.5 BNB'],
    ['nothing that an agent holds beside it', { lots: [other, stock] }, '2.5', '2.5 BNB'],
    ['several lots', { lots: [stock, stock] }, '4', null],
    ['not less for what is owed', { lots: [stock, lot('treasury', 'BNB/USD', '-1')] }, '2', null],
    ['less what fills of the step took', { lots: [stock], fills: [before('BUY', '1', { fee: ['0.5', 'BNB'] })] }, '1.500000000000000001', '1.500000000000000001 BNB'],
    ['all that they left', { lots: [stock], fills: [before('BUY', '1', { fee: ['0.5', 'BNB'] })] }, '1.5', null],
    ['whatever they paid in the quote', { lots: [stock], fills: [before('BUY', '1', { fee: ['0.5', 'USD'] })] }, '2', null],
    ['whatever was kept back of a purchase of it', { lots: [stock], fills: [before('BUY', '1', { symbol: 'BNB/USD', fee: ['0.5', 'BNB'] })] }, '2', null],
    ['less what a sale of it paid', { lots: [stock], fills: [before('SELL', '1', { symbol: 'BNB/USD', fee: ['0.5', 'BNB'] })] }, '2', '2 BNB'],
    ['nothing for no fee', {}, '0', null],
  ])('%s', (_, met, fee, charged) => {
    const made = booked(order('BUY'), fact('1', [fee, 'BNB']), met);
    expect(made.isFeeBooked).toBe(true);
    expect(made.strays.map(stray => (stray.type === 'account_charged' ? `${formatDecimal(stray.quantity)} ${stray.asset}` : stray.type))).toEqual(charged === null ? [] : [charged]);
    expect(paid(made.fill?.fact)).toBe(charged !== null ? '0 USD worth 0' : fee === '0' ? '0 BNB worth 0' : `${fee} BNB worth 5`);
  });

  test('a fee that is charged alone keeps its worth and comes after the trade', () => {
    expect(booked(order('BUY'), fact('1', ['3', 'BNB'])).strays).toEqual([{ type: 'account_charged', atMs: 7, id: 'T1', ordinal: 1, purpose: 'fees', asset: 'BNB', quantity: decimal('3'), value: decimal('5') }]);
  });

  test('a fee in an asset without a market is in no books', () => {
    const made = booked(order('BUY'), fact('1', ['3', 'XYZ']));
    expect([made.isFeeBooked, made.strays, paid(made.fill?.fact)]).toEqual([false, [], '0 USD worth 0']);
  });

  test('a fee in the quote is worth itself', () => {
    expect(paid(booked(order('BUY'), fact('1', ['3', 'USD'])).fill?.fact)).toBe('3 USD worth 3');
  });

  test('a fee kept back of what was bought needs no stock', () => {
    expect(paid(booked(order('BUY'), fact('1', ['0.5', 'BTC'])).fill?.fact)).toBe('0.5 BTC worth 5');
    expect([isKeptBack(order('BUY'), fact('1', ['1', 'BTC'])), isKeptBack(order('SELL'), fact('1', ['1', 'BTC'])), isKeptBack(order('BUY'), fact('1', ['1', 'BNB']))]).toEqual([true, false, false]);
  });
});
