/** What sales of a step realised, position by position: whose sales count, what they add up to, and when a position is over. */
import { describe, expect, test } from 'vitest';
import type { Decision, LotId, LotMatched } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol, money, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import { mantissaOf } from '../../../core/market/columns.ts';
import { noMarks } from '../../../core/market/marks.ts';
import { realisedIn } from '../../../core/risk/realised-results.ts';
import { agentOf, byQuantity, deskOf, instrument } from '../../support/desk.ts';

const desk = deskOf({ universe: ['BTC/USD', 'ETH/USD'].map(symbol => instrument(symbol, { lot: '0.01', minNotional: '5' })), agents: [agentOf('scripted', byQuantity('1'))] }, [[{}, {}]]);
const marks = noMarks(2);
for (const index of [0, 1]) {
  ({ mantissa: marks.mantissa[index], scale: marks.scale[index] } = mantissaOf('100'));
  marks.slot[index] = 7;
}

const sold = (symbol: string, result: string, rest: Partial<LotMatched> = {}): LotMatched => ({
  type: 'lot_matched',
  agent: 'main',
  symbol: marketSymbol(symbol),
  lotId: '1.0.0' as LotId,
  orderId: null,
  tradeId: 'T1',
  quantity: quantity(decimal('1')),
  cost: money(0n),
  entryFee: money(0n),
  proceeds: money(0n),
  exitFee: money(0n),
  result: money(decimal(result)),
  paidFee: false,
  ...rest,
});

const left = (agent: string, symbol: string, held: string): Lot => ({ id: '1.0.0' as LotId, agent, symbol: marketSymbol(symbol), quantity: quantity(decimal(held)), cost: money(0n), fee: money(0n), acquiredMs: timeMs(0) });

const told = (log: readonly Decision[], ...lots: readonly Lot[]): readonly string[] =>
  realisedIn(log, { desk, marks, lots }).map(({ agent, symbol, result, over }) => `${agent} ${symbol} ${formatDecimal(result)}${over ? ' over' : ''}`);

describe('sales of a step', () => {
  test('add up by agent and symbol, in the order of their first', () => {
    const log = [sold('ETH/USD', '-3'), sold('BTC/USD', '5'), sold('ETH/USD', '1.5'), sold('ETH/USD', '9', { agent: 'other' })];
    expect(told(log)).toEqual(['main ETH/USD -1.5 over', 'main BTC/USD 5 over', 'other ETH/USD 9 over']);
  });

  test('are neither fees paid in kind nor what the treasury sold, nor any other decision', () => {
    const log: readonly Decision[] = [sold('ETH/USD', '1', { paidFee: true }), sold('ETH/USD', '2', { agent: 'treasury' }), { type: 'risk_changed', from: 'ACTIVE', to: 'HALTED', actor: 'risk', reason: 'R' }];
    expect(told(log)).toEqual([]);
    expect(told([...log, sold('ETH/USD', '4')])).toEqual(['main ETH/USD 4 over']);
  });

  test('of nothing are the same nothing', () => {
    expect(realisedIn([], { desk, marks, lots: [] })).toBe(realisedIn([], { desk, marks, lots: [] }));
  });
});

test.each<readonly [string, readonly Lot[], boolean]>([
  ['nothing is left', [], true],
  ['dust is left', [left('main', 'BTC/USD', '0.0499')], true],
  ['the least that can be ordered is left', [left('main', 'BTC/USD', '0.05')], false],
  ['much is left', [left('main', 'BTC/USD', '3')], false],
  ['much of another symbol is left', [left('main', 'ETH/USD', '3')], true],
  ['another agent has much of it', [left('other', 'BTC/USD', '3')], true],
])('a position of which %s is over: %s %s', (_, lots, over) => {
  expect(told([sold('BTC/USD', '-1')], ...lots)).toEqual([`main BTC/USD -1${over ? ' over' : ''}`]);
});
