/** A fee paid in a third asset that itself was bought with a fee: its own entry fee is released to fees, and no posting stands twice on one account. */
import { describe, expect, test } from 'vitest';
import type { Decision, LotId } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { startOfHour } from '../../../core/kernel/hours.ts';
import { asset, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import { chartOf, emptyLedger } from '../../../core/ledger/ledger.ts';
import { postBookings } from '../../../core/ledger/post.ts';
import { bookFills } from '../../../core/lots/book-fills.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import type { BookedFill } from '../../../core/orders/venue-answers.ts';
import type { OrderId } from '../../../core/log.ts';
import { START } from '../../support/desk.ts';
import { workingOrder } from '../../support/orders.ts';

const USD = asset('USD');
const BNB = marketSymbol('BNB/USD');
const ETH = marketSymbol('ETH/USD');

const lot = (agent: string, symbol: typeof BNB, [held, cost, fee]: readonly [string, string, string]): Lot => ({
  id: `1.0.${symbol}` as LotId,
  agent,
  symbol,
  quantity: quantity(decimal(held)),
  cost: money(decimal(cost)),
  fee: money(decimal(fee)),
  acquiredMs: timeMs(0),
});

const fill = (side: 'BUY' | 'SELL'): BookedFill => ({
  order: workingOrder({ id: '2.0.0' as OrderId, symbol: ETH, side, quantity: quantity(decimal('1')) }),
  fact: {
    type: 'order_filled',
    atMs: startOfHour(START),
    orderId: '2.0.0' as OrderId,
    tradeId: 't1',
    quantity: quantity(decimal('1')),
    price: price(decimal('2000')),
    fee: quantity(decimal('0.5')),
    feeAsset: asset('BNB'),
    feeValue: money(decimal('200')),
    liquidity: 'TAKER',
  },
});

/** Two BNB that cost 600 and 4 of fees, one ETH that cost 1500 and 3 of fees: half a BNB, worth 200, pays for a trade of one ETH. */
const entriesOf = (side: 'BUY' | 'SELL') => {
  const log: Decision[] = [];
  const lots = [lot('treasury', BNB, ['2', '600', '4']), lot('main', ETH, ['1', '1500', '3'])];
  const { bookings } = bookFills(lots, [fill(side)], { hour: 3, step: 0 }, log);
  postBookings(emptyLedger(chartOf(USD, [BNB, ETH])), bookings, USD, log);
  return log.flatMap(event => (event.type === 'ledger_posted' ? [[event.kind, ...event.postings.map(({ account, asset: held, amount }) => `${account} ${held} ${formatDecimal(amount)}`)]] : []));
};

test('a fee is paid out of the lots of its own asset, past older ones of the treasury', () => {
  const log: Decision[] = [];
  const lots = [lot('treasury', ETH, ['5', '900', '0']), lot('treasury', BNB, ['2', '600', '4'])];
  const made = bookFills(lots, [fill('BUY')], { hour: 3, step: 0 }, log);
  expect(made.lots.map(({ agent, symbol, quantity: held, cost }) => `${agent} ${symbol} ${formatDecimal(held)} ${formatDecimal(cost)}`)).toEqual([
    'treasury ETH/USD 5 900',
    'treasury BNB/USD 1.5 450',
    'main ETH/USD 1 2000',
  ]);
});

describe('half a unit of stock that had an entry fee pays', () => {
  test('for a purchase: its value becomes part of what the purchase deferred, its own fee leaves', () => {
    expect(entriesOf('BUY')).toEqual([
      ['buy', 'cash USD -2000', 'cost USD 2000', 'position ETH 1', 'trading ETH -1'],
      ['fee', 'cost USD -150', 'deferred_fees USD 199', 'fees USD 1', 'position BNB -0.5', 'result USD -50', 'trading BNB 0.5'],
    ]);
  });

  test('for a sale: its value and its own fee are fees', () => {
    expect(entriesOf('SELL')).toEqual([
      ['sell', 'cash USD 2000', 'cost USD -1500', 'deferred_fees USD -3', 'fees USD 3', 'position ETH -1', 'result USD -500', 'trading ETH 1'],
      ['fee', 'cost USD -150', 'deferred_fees USD -1', 'fees USD 201', 'position BNB -0.5', 'result USD -50', 'trading BNB 0.5'],
    ]);
  });
});
