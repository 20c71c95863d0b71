/** A venue that reports no fee and a worth of it all the same: no fee is worth nothing, in lots, in the ledger and in what is sold without lots. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, money } from '../../../core/kernel/units.ts';
import { balanceOf, cashOf } from '../../../core/ledger/ledger.ts';
import type { OrderFilledFact, OrderId } from '../../../core/log.ts';
import { instrument } from '../../support/desk.ts';
import { filled, heldIn, opened, placedIds, recordedDesk, toldConflicts } from './recorded-runs.ts';

const desk = recordedDesk({ 0: 'enter', 3: 'exit' }, { universe: ['BTC/USD', 'ETH/USD'].map(symbol => instrument(symbol, { absent: 'quiet' })), holdings: [['ETH', '2', '300']] });

const USD = asset('USD');

/** A fill of no fee in ETH that is said to be worth 5. */
const worthless = (id: OrderId, hour: number, trade: string, quantity: string): OrderFilledFact => ({ ...filled(id, { hour }, { trade, quantity, feeAsset: 'ETH' }), feeValue: money(decimal('5')) });

describe('no fee that is said to be worth something', () => {
  const placed = desk.step(opened(desk));
  const [buy] = placedIds(placed.log);

  test('costs nothing with a purchase: lots and ledger agree', () => {
    const { state } = desk.step(placed, [worthless(buy!, 1, 'T1', '10')]);
    expect(state.lots.filter(({ agent }) => agent === 'main').map(({ cost, fee }) => [cost, fee])).toEqual([[decimal('1000'), 0n]]);
    expect(balanceOf(state.ledger, 'deferred_fees', USD)).toBe(state.lots.reduce((sum, lot) => sum + lot.fee, 0n));
  });

  test('costs nothing with a sale, and result and fees tie out', () => {
    let now = desk.step(placed, [filled(buy!, { hour: 1 }, { trade: 'T1', quantity: '10' })]);
    now = desk.step(desk.step(now));
    const sell = placedIds(now.log).at(-1)!;
    const after = desk.step(now, [worthless(sell, 4, 'T2', '10')]);
    const matched = after.last.flatMap(event => (event.type === 'lot_matched' ? [event.exitFee] : []));
    expect([matched, balanceOf(after.state.ledger, 'fees', USD), cashOf(after.state.ledger), heldIn(after.state)]).toEqual([[0n], 0n, decimal('10000'), '0']);
  });

  test('does not stop the desk with a sale of more than is held', () => {
    let now = desk.step(placed, [filled(buy!, { hour: 1 }, { trade: 'T1', quantity: '1', fee: '1' })]);
    now = desk.step(desk.step(now));
    const sell = placedIds(now.log).at(-1)!;
    now = desk.step(now, [filled(sell, { hour: 4 }, { trade: 'T2', quantity: '1' })]);
    const after = desk.step(now, [worthless(sell, 5, 'T3', '0.000000000000000001')]);
    expect(toldConflicts(after.last).map(line => line.split(' ')[0])).toEqual(['OVERFILL', 'SOLD_MORE_THAN_HELD']);
    expect(heldIn(after.state, 'treasury')).toBe('-0.000000000000000001');
    expect(balanceOf(after.state.ledger, 'deferred_fees', USD)).toBe(0n);
  });
});
