/** The first entries of a run: cash is a deposit, holdings come in with their basis. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { balancesOf } from '../../../core/ledger/ledger.ts';
import { openBooks } from '../../../core/ledger/open-books.ts';
import { agentOf, byQuantity, deskOf, instrument } from '../../support/desk.ts';
import type { Opening } from '../../support/desk.ts';

const opened = (opening: Pick<Opening, 'cash' | 'holdings'>) => {
  const log: Decision[] = [];
  const desk = deskOf({ universe: [instrument('BNB/USD'), instrument('BTC/USD')], agents: [agentOf('buy-and-hold', byQuantity('1'))], ...opening });
  const { ledger, lots, flow } = openBooks(desk, { hour: 7, step: 0 }, log);
  return {
    log: log.map(({ type }) => type),
    lots: lots.map(lot => [lot.id, lot.agent, lot.symbol, formatDecimal(lot.quantity), formatDecimal(lot.cost)]),
    balances: balancesOf(ledger).map(({ account, asset, amount }) => `${account} ${asset} ${formatDecimal(amount)}`),
    flow: formatDecimal(flow),
  };
};

describe('a run opens', () => {
  test('with cash', () => {
    expect(opened({ cash: '1000.5' })).toEqual({ log: ['ledger_posted'], lots: [], balances: ['cash USD 1000.5', 'deposits USD -1000.5'], flow: '1000.5' });
  });

  test('with holdings at their cost, rounded up', () => {
    expect(opened({ cash: '10', holdings: [['BNB', '0.333333333333333333', '0.1'], ['BTC', '2', '30000']] })).toEqual({
      log: ['lot_opened', 'lot_opened', 'ledger_posted', 'ledger_posted'],
      lots: [
        ['7.0.0', 'treasury', 'BNB/USD', '0.333333333333333333', '0.033333333333333334'],
        ['7.0.1', 'treasury', 'BTC/USD', '2', '60000'],
      ],
      balances: [
        'cash USD 10',
        'cost USD 60000.033333333333333334',
        'deposits USD -10',
        'position BNB 0.333333333333333333',
        'position BTC 2',
        'trading BNB -0.333333333333333333',
        'trading BTC -2',
        'transfers USD -60000.033333333333333334',
      ],
      flow: '60010.033333333333333334',
    });
  });

  test('with holdings that cost nothing', () => {
    expect(opened({ cash: '0', holdings: [['BNB', '1', '0']] }).balances).toEqual(['position BNB 1', 'trading BNB -1']);
  });

  test('with nothing, and then nothing is posted', () => {
    expect(opened({ cash: '0' })).toEqual({ log: [], lots: [], balances: [], flow: '0' });
  });

  test('never with a holding that no symbol prices, nor with a holding of nothing', () => {
    expect(() => opened({ holdings: [['XRP', '1', '1']] })).toThrow(/priced by a symbol of the universe/);
    expect(() => opened({ holdings: [['BNB', '0', '1']] })).toThrow(/more than nothing/);
  });
});
