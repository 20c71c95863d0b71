/** What a real venue may say against our books: each contradiction by name, what is booked of it, and what it halts. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { cashOf } from '../../../core/ledger/ledger.ts';
import type { OrderId, VenueFact } from '../../../core/log.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../core/snapshot.ts';
import { stateDigest } from '../../../core/state.ts';
import { instrument, operatorFact } from '../../support/desk.ts';
import { acknowledged, conflictsIn, ended, filled, heldIn, opened, placedIds, recordedDesk, toldConflicts } from './recorded-runs.ts';
import type { RecordedState } from './recorded-runs.ts';

const desk = recordedDesk({ 0: 'enter' });
const bought = desk.step(opened(desk));
const [BUY] = placedIds(bought.log) as [OrderId];
const cash = ({ state }: RecordedState): string => formatDecimal(cashOf(state.ledger));
const statuses = ({ state }: RecordedState) => state.orders.ended.map(({ status, filled: units }) => `${status} ${formatDecimal(units)}`);
const one = { trade: 'T1', quantity: '4' };
const rest = { trade: 'T2', quantity: '6' };
const H = { hour: 1 };

describe('a fill', () => {
  test('is booked in parts until the order is whole', () => {
    const after = desk.step(bought, [acknowledged(BUY, H), filled(BUY, { hour: 1, minute: 2 }, one), filled(BUY, { hour: 1, minute: 3 }, rest)]);
    expect([heldIn(after.state), cash(after), statuses(after), toldConflicts(after.log)]).toEqual(['10', '9000', ['FILLED 10'], []]);
  });

  test('reported twice is booked once, in one step and in two', () => {
    const once = desk.step(bought, [filled(BUY, H, one), filled(BUY, { hour: 1, minute: 9 }, one)]);
    expect([heldIn(once.state), toldConflicts(once.last)]).toEqual(['4', [`TRADE_REPEATED LOW ["${BUY}","4","100","0","USD","TAKER"] → ["${BUY}","4","100","0","USD","TAKER"]`]]);
    const twice = desk.step(once, [filled(BUY, { hour: 2 }, one)]);
    expect([heldIn(twice.state), conflictsIn(twice.last).map(({ code }) => code)]).toEqual(['4', ['TRADE_REPEATED']]);
    expect(twice.state.risk.standing.status).toBe('ACTIVE');
  });

  test('reported twice in the same words at the same moment is one fact', () => {
    const after = desk.step(bought, [filled(BUY, H, one), filled(BUY, H, one)]);
    expect([heldIn(after.state), toldConflicts(after.log)]).toEqual(['4', []]);
  });

  test('under a known trade id with other words keeps the first, says both and halts', () => {
    const after = desk.step(bought, [filled(BUY, H, one), filled(BUY, { hour: 1, minute: 2 }, { ...one, quantity: '5' })]);
    expect(heldIn(after.state)).toBe('4');
    expect(toldConflicts(after.log)).toEqual([`TRADE_CHANGED CRITICAL ["${BUY}","4","100","0","USD","TAKER"] → ["${BUY}","5","100","0","USD","TAKER"]`]);
    expect(after.state.risk.standing).toMatchObject({ status: 'HALTED', reason: 'TRADE_CHANGED' });
  });

  test('with another fee, price or asset under a known id is another trade; with another time it is not', () => {
    for (const said of [{ fee: '1' }, { price: '101' }, { feeAsset: 'BNB' }]) {
      const after = desk.step(bought, [filled(BUY, H, one), filled(BUY, { hour: 1, minute: 2 }, { ...one, ...said })]);
      expect(conflictsIn(after.log).map(({ code }) => code)).toEqual(['TRADE_CHANGED']);
    }
  });

  test('of an order of nobody moves nothing, is remembered, and halts', () => {
    const strange = '1.0.0' as OrderId;
    const after = desk.step(bought, [filled(strange, H, one), filled(strange, { hour: 1, minute: 2 }, one)]);
    expect([heldIn(after.state), cash(after)]).toEqual(['0', '10000']);
    expect(conflictsIn(after.log).map(({ code, severity, symbol, tradeId }) => [code, severity, symbol, tradeId])).toEqual([
      ['UNKNOWN_ORDER', 'CRITICAL', null, 'T1'],
      ['TRADE_REPEATED', 'LOW', null, 'T1'],
    ]);
    expect(after.state.risk.standing.status).toBe('HALTED');
  });

  test.each([
    ['of nothing', { quantity: '0' }],
    ['of less than nothing', { quantity: '-4' }],
    ['at no price', { price: '0' }],
    ['with a negative fee', { fee: '-1' }],
    ['whose fee takes all that was bought', { fee: '4', feeAsset: 'BTC' }],
    ['of more than ten trillion', { quantity: '10000000000001' }],
    ['for more than ten trillion', { quantity: '90000000', price: '90000000' }],
  ])('%s is no trade: nothing is booked, and it halts', (_, said) => {
    const after = desk.step(bought, [filled(BUY, H, { ...one, ...said })]);
    expect([heldIn(after.state), cash(after)]).toEqual(['0', '10000']);
    expect(conflictsIn(after.log).map(({ code, severity }) => `${code} ${severity}`)).toEqual(['INVALID_FILL CRITICAL']);
    expect(after.state.orders.trades).toEqual([]);
  });

  test('beyond the order is booked whole', () => {
    const after = desk.step(bought, [filled(BUY, H, one), filled(BUY, { hour: 1, minute: 2 }, { trade: 'T2', quantity: '7' })]);
    expect([heldIn(after.state), cash(after), statuses(after)]).toEqual(['11', '8900', ['FILLED 11']]);
    // 1,000 were reserved at the mark, and all other cash as slack.
    expect(toldConflicts(after.log)).toEqual(['OVERFILL CRITICAL 10 → 11']);
    expect(after.state.risk.standing.status).toBe('HALTED');
  });

  test('dearer than its reservation is booked, and cash below nothing is told and halts', () => {
    const after = desk.step(bought, [filled(BUY, H, { trade: 'T1', quantity: '10', price: '1200', fee: '5' })]);
    expect([heldIn(after.state), cash(after)]).toEqual(['10', '-2005']);
    expect(toldConflicts(after.log)).toEqual(['OVER_RESERVATION HIGH 10000 → 12005']);
    expect(after.log.filter(event => event.type === 'balance_overdrawn')).toEqual([
      { type: 'balance_overdrawn', asset: 'USD', balance: decimal('-2005'), reference: 'T1', severity: 'CRITICAL' },
    ]);
    expect(after.state.risk.standing).toMatchObject({ status: 'HALTED', reason: 'BALANCE_OVERDRAWN' });
  });
});

describe('a fill after the end', () => {
  test.each([
    ['order_cancelled', 'CANCELLED', 'MEDIUM', 'CANCELLED 4'],
    ['order_expired', 'EXPIRED', 'MEDIUM', 'EXPIRED 4'],
    ['order_rejected', 'REJECTED', 'HIGH', 'CANCELLED 4'],
  ] as const)('by %s is booked', (type, status, severity, after) => {
    const over = desk.step(bought, [ended(type, BUY, H)]);
    const late = desk.step(over, [filled(BUY, { hour: 2 }, one)]);
    expect([heldIn(late.state), cash(late), statuses(late)[0]]).toEqual(['4', '9600', after]);
    expect(conflictsIn(late.last).map(conflict => [conflict.code, conflict.severity, conflict.expected])).toEqual([['FILL_AFTER_END', severity, status]]);
    expect(late.state.risk.standing.status).toBe('ACTIVE');
  });

  test('that completes the order makes it FILLED, and more is an overfill', () => {
    const over = desk.step(bought, [filled(BUY, H, one), ended('order_cancelled', BUY, { hour: 1, minute: 2 }), filled(BUY, { hour: 1, minute: 3 }, rest)]);
    expect([statuses(over), conflictsIn(over.log).map(({ code }) => code)]).toEqual([['FILLED 10'], ['FILL_AFTER_END']]);
    const more = desk.step(over, [filled(BUY, { hour: 2 }, { trade: 'T3', quantity: '1' })]);
    expect([statuses(more), toldConflicts(more.last), heldIn(more.state)]).toEqual([['FILLED 11'], ['OVERFILL CRITICAL 10 → 11'], '11']);
  });

  test('of an earlier try takes off what the next try still wants, and its rest is withdrawn when nothing is left', () => {
    const retried = desk.step(bought, [filled(BUY, H, one), ended('order_expired', BUY, { hour: 1, minute: 2 })]);
    expect(retried.state.orders.working.map(({ quantity }) => quantity)).toEqual([decimal('6')]);
    const some = desk.step(retried, [filled(BUY, { hour: 2 }, { trade: 'T2', quantity: '2' })]);
    expect(some.state.orders.wanted).toMatchObject([{ want: 'long', quantity: decimal('4') }]);
    const all = desk.step(retried, [filled(BUY, { hour: 2 }, rest)]);
    expect(all.state.orders.wanted).toEqual([]);
    expect(all.last.filter(event => event.type === 'cancel_requested')).toMatchObject([{ reason: 'WITHDRAWN' }]);
  });

  test('is known for 30 days and unknown after', () => {
    let now = desk.step(bought, [ended('order_cancelled', BUY, H)]);
    while (now.hour < 721) now = desk.step(now);
    expect(now.state.orders.ended).toHaveLength(1);
    const lastDay = desk.step(now, [filled(BUY, { hour: 721 }, one)]);
    expect(conflictsIn(lastDay.last).map(({ code }) => code)).toEqual(['FILL_AFTER_END']);
    const tooLate = desk.step(desk.step(now), [filled(BUY, { hour: 722 }, one)]);
    expect(conflictsIn(tooLate.last).map(({ code }) => code)).toEqual(['UNKNOWN_ORDER']);
    expect(tooLate.state.orders).toMatchObject({ ended: [], trades: [{ tradeId: 'T1' }] });
  });
});

describe('an end', () => {
  type Said = (order: OrderId) => VenueFact;
  const whole: Said = order => filled(order, H, { trade: 'T1', quantity: '10' });
  const part: Said = order => filled(order, H, one);
  const end = (type: 'order_rejected' | 'order_cancelled' | 'order_expired', minute: number): Said => order => ended(type, order, { hour: 1, minute });
  const ack: Said = order => acknowledged(order, { hour: 1, minute: 3 });

  test.each<readonly [string, readonly Said[], string, readonly string[]]>([
    ['of a filled order changes nothing', [whole, end('order_cancelled', 2)], 'FILLED 10', ['END_CONTRADICTED MEDIUM']],
    ['of a filled order by expiry changes nothing', [whole, end('order_expired', 2)], 'FILLED 10', ['END_CONTRADICTED MEDIUM']],
    ['by rejection of what has filled in part ends the rest as cancelled', [part, end('order_rejected', 2)], 'CANCELLED 4', ['END_CONTRADICTED MEDIUM']],
    ['said twice is said once', [end('order_cancelled', 1), end('order_cancelled', 2)], 'CANCELLED 0', []],
    ['said otherwise stays the first', [end('order_expired', 1), end('order_cancelled', 2)], 'EXPIRED 0', ['END_CONTRADICTED LOW']],
    ['of a rejected order that then rests may be alive', [end('order_rejected', 1), ack], 'REJECTED 0', ['ALIVE_AFTER_END HIGH']],
    ['is followed by a late acknowledgement in silence', [end('order_cancelled', 1), ack], 'CANCELLED 0', []],
    ['follows its fills in any order of report', [end('order_cancelled', 2), part], 'CANCELLED 4', []],
  ])('%s', (_, said, status, conflicts) => {
    const after = desk.step(bought, said.map(fact => fact(BUY)));
    expect(statuses(after)).toEqual([status]);
    expect(conflictsIn(after.log).map(({ code, severity }) => `${code} ${severity}`)).toEqual(conflicts);
  });

  test('of an order of nobody is told, and an acknowledgement of one more loudly', () => {
    const strange = '1.0.0' as OrderId;
    const after = desk.step(bought, [ended('order_expired', strange, H), acknowledged(strange, H)]);
    expect(conflictsIn(after.log).map(({ code, severity }) => `${code} ${severity}`)).toEqual(['UNKNOWN_ORDER HIGH', 'UNKNOWN_ORDER LOW']);
    expect(after.state.risk.standing.status).toBe('ACTIVE');
  });
});

describe('a sale', () => {
  const seller = recordedDesk({ 0: 'enter', 2: 'exit' }, { universe: ['BNB/USD', 'BTC/USD'].map(symbol => instrument(symbol, { absent: 'quiet' })), holdings: [['BNB', '1', '300']] });
  // The script is the one of the first symbol, so the agent trades BNB here and BTC elsewhere.
  const start = seller.step(opened(seller));
  const [buy] = placedIds(start.log) as [OrderId];
  const held = seller.step(seller.step(start, [filled(buy, H, { trade: 'B1', quantity: '10' })]));
  const sell = placedIds(held.log)[1] as OrderId;
  const heldBnb = ({ state }: RecordedState, agent: string): string => formatDecimal(state.lots.filter(lot => lot.agent === agent).reduce((sum, lot) => sum + lot.quantity, 0n));

  test('of more than is held is booked whole: what no lot stands for is owed', () => {
    const after = seller.step(held, [filled(sell, { hour: 3 }, { trade: 'S1', quantity: '12', fee: '3' })]);
    expect(conflictsIn(after.last).map(({ code, expected, actual }) => [code, expected, actual])).toEqual([
      ['OVERFILL', '10', '12'],
      ['SOLD_MORE_THAN_HELD', '10', '12'],
    ]);
    // Ten of the agent; of the two beyond, one of the treasury and one owed.
    expect([heldBnb(after, 'main'), heldBnb(after, 'treasury'), cash(after)]).toEqual(['0', '-1', '10197']);
    expect(after.state.risk.standing.status).toBe('HALTED');
  });

  test('again after its end sells what is not there, and every unit of it is booked', () => {
    const flat = seller.step(held, [filled(sell, { hour: 3 }, { trade: 'S1', quantity: '10' })]);
    const after = seller.step(flat, [filled(sell, { hour: 4 }, { trade: 'S2', quantity: '3' })]);
    expect(conflictsIn(after.last).map(({ code }) => code)).toEqual(['OVERFILL', 'SOLD_MORE_THAN_HELD']);
    expect([heldBnb(after, 'main'), heldBnb(after, 'treasury'), cash(after)]).toEqual(['0', '-2', '10300']);
  });

  test('whose fee is in a third asset takes it from the treasury, also beyond what that holds', () => {
    const paid = seller.step(held, [filled(sell, { hour: 3 }, { trade: 'S1', quantity: '10', fee: '0.25', feeAsset: 'BNB' })]);
    expect([heldBnb(paid, 'treasury'), conflictsIn(paid.last)]).toEqual(['0.75', []]);
    const owed = seller.step(held, [filled(sell, { hour: 3 }, { trade: 'S1', quantity: '10', fee: '1.5', feeAsset: 'BNB' })]);
    expect([heldBnb(owed, 'treasury'), conflictsIn(owed.last)]).toEqual(['-0.5', []]);
    expect(owed.state.risk.standing).toMatchObject({ status: 'HALTED', reason: 'BALANCE_OVERDRAWN' });
  });

  test('whose fee is in an asset the run has no market for is booked without it, aloud', () => {
    const after = seller.step(held, [filled(sell, { hour: 3 }, { trade: 'S1', quantity: '10', fee: '1', feeAsset: 'XYZ' })]);
    expect([heldBnb(after, 'main'), cash(after)]).toEqual(['0', '10000']);
    expect(conflictsIn(after.last).map(({ code, severity }) => `${code} ${severity}`)).toEqual(['FEE_NOT_BOOKED CRITICAL']);
  });
});

describe('the state of a recorded venue', () => {
  test('survives a snapshot, ended orders and trades included', () => {
    const after = desk.step(desk.step(bought, [filled(BUY, H, one), ended('order_cancelled', BUY, { hour: 1, minute: 2 })]), [operatorFact(2, { command: 'halt' })]);
    const again = decodeSnapshot(desk.desk, encodeSnapshot(after.state));
    expect(stateDigest(again)).toBe(stateDigest(after.state));
    expect(again.orders).toEqual(after.state.orders);
    expect(again.orders).toMatchObject({ ended: [{ status: 'CANCELLED', filled: decimal('4') }], trades: [{ tradeId: 'T1' }] });
  });
});
