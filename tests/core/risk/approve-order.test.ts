/** Orders are made from grants alone, and a grant from a gate alone: a copy, a forgery and a literal stop the desk. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol, money, price, quantity } from '../../../core/kernel/units.ts';
import type { OrderId } from '../../../core/log.ts';
import { approveEntry, approveExit } from '../../../core/risk/approve-order.ts';
import type { Grant } from '../../../core/risk/gate.ts';
import { gateExit } from '../../../core/risk/gate-exit.ts';
import type { ExitGrant } from '../../../core/risk/gate-exit.ts';
import { limitEntry, MARKET } from '../../support/desk.ts';
import { ask, lotOf, SYMBOLS, viewOf } from './gate-views.ts';

const placement = { id: '500100.0.3' as OrderId, step: 500_100, attempt: 2, reason: 'WHY' };
const buyer = { agent: 'main', symbol: SYMBOLS[0]!, how: MARKET, reserved: money(decimal('120')) };
const granted = (): Grant => ask({})['granted']!;
const exitGranted = (): ExitGrant => gateExit(viewOf({ lots: [lotOf('AAA/USD', '2')] }), { agent: 'main', symbol: SYMBOLS[0]!, quantity: null })['granted']!;

describe('an entry', () => {
  test('is what the gate granted, with the cash that backs it', () => {
    const { placed, working } = approveEntry(granted(), buyer, placement);
    expect(placed).toEqual({
      agent: 'main', attempt: 2, collarPrice: null, costGate: 'COST_GATE_NOT_APPLICABLE', id: '500100.0.3', limitPrice: null, mark: decimal('100'), orderType: 'MARKET', postOnly: false, quantity: decimal('1'), reason: 'WHY', reduceOnly: false,
      reserved: decimal('120'), side: 'BUY', symbol: 'AAA/USD', timeInForce: 'HOUR', type: 'order_placed', volatility: 'VOLATILITY_NOT_APPLIED',
    });
    expect(working).toEqual({
      id: '500100.0.3', agent: 'main', symbol: 'AAA/USD', side: 'BUY', orderType: 'MARKET', timeInForce: 'HOUR', postOnly: false, quantity: decimal('1'), filled: 0n, limitPrice: null, collarPrice: null,
      reserved: decimal('120'), reservedExposure: decimal('100'), placedStep: 500_100, status: 'NEW', cancelReason: null,
    });
  });

  test('takes its order type from the agent', () => {
    const { placed } = approveEntry(granted(), { ...buyer, how: limitEntry(10, { timeInForce: 'FOK' }) }, placement);
    expect([placed.orderType, placed.timeInForce, placed.postOnly]).toEqual(['LIMIT', 'FOK', false]);
    expect(approveEntry(granted(), { ...buyer, how: limitEntry(10, { postOnly: true }) }, placement).placed.postOnly).toBe(true);
  });
});

test('an exit only reduces, at the market', () => {
  const { placed, working } = approveExit(exitGranted(), placement);
  expect(placed).toMatchObject({ side: 'SELL', reduceOnly: true, orderType: 'MARKET', timeInForce: 'HOUR', quantity: decimal('2'), mark: decimal('100'), reserved: 0n, limitPrice: null, collarPrice: null });
  expect([working.reserved, working.reservedExposure, working.status]).toEqual([0n, 0n, 'NEW']);
});

describe('what no gate granted', () => {
  const literal = { quantity: quantity(1n), mark: price(1n), limitPrice: null, collarPrice: null, reserved: money(1n), reservedExposure: money(1n) };

  test.each<readonly [string, () => Grant]>([
    ['a literal of the same shape', () => literal as unknown as Grant],
    ['a copy of a grant', () => ({ ...granted() }) as Grant],
    ['a grant made larger', () => ({ ...granted(), quantity: quantity(decimal('1000000')) }) as Grant],
  ])('%s makes no entry', (_, forged) => {
    expect(() => approveEntry(forged(), buyer, placement)).toThrow(/made from what a gate granted/);
  });

  test('makes no exit', () => {
    expect(() => approveExit({ ...exitGranted(), quantity: quantity(decimal('3')) } as ExitGrant, placement)).toThrow(/made from what a gate granted/);
    const shape = { agent: 'main', symbol: marketSymbol('AAA/USD'), quantity: quantity(1n), mark: price(1n) };
    expect(() => approveExit(shape as unknown as ExitGrant, placement)).toThrow(/made from what a gate granted/);
  });
});
