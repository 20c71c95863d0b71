/** Deposits and withdrawals: a withdrawal takes free cash to the last unit and not one more. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { asset, marketSymbol } from '../../../core/kernel/units.ts';
import { cashOf, chartOf, emptyLedger } from '../../../core/ledger/ledger.ts';
import { postOperatorMoney } from '../../../core/ledger/operator-money.ts';
import { depositEntry, post } from '../../../core/ledger/post.ts';
import { moneyOf, operatorFact } from '../../support/desk.ts';

const USD = asset('USD');
const hundred = post(emptyLedger(chartOf(USD, [marketSymbol('BTC/USD')])), depositEntry(moneyOf('100'), 'k0', USD), []);

type Asked = readonly ['deposit' | 'withdraw', string];

const moved = (reserved: string, ...asked: readonly Asked[]) => {
  const log: Decision[] = [];
  const facts = asked.map(([command, amount], index) => operatorFact(0, { command, amount: moneyOf(amount) }, `k${index + 1}`));
  const { ledger, flow } = postOperatorMoney(hundred, facts, { quote: USD, reserved: moneyOf(reserved) }, log);
  const said = log.map(event => (event.type === 'ledger_posted' ? `${event.kind} ${event.reference}` : event.type === 'operator_refused' ? `${event.code} ${event.limit} ${event.asked}` : event.type));
  return [cashOf(ledger), flow, said];
};

describe('outside money', () => {
  test.each<readonly [string, readonly Asked[], string, string, readonly string[]]>([
    ['0', [['deposit', '0.000000000000000001']], '100.000000000000000001', '0.000000000000000001', ['deposit k1']],
    ['0', [['withdraw', '100']], '0', '-100', ['withdrawal k1']],
    ['0', [['withdraw', '100.000000000000000001']], '100', '0', [`INSUFFICIENT_FREE_CASH ${moneyOf('100')} ${moneyOf('100.000000000000000001')}`]],
    ['40', [['withdraw', '60']], '40', '-60', ['withdrawal k1']],
    ['40', [['withdraw', '60.000000000000000001']], '100', '0', [`INSUFFICIENT_FREE_CASH ${moneyOf('60')} ${moneyOf('60.000000000000000001')}`]],
    ['0', [['deposit', '50'], ['withdraw', '150'], ['withdraw', '1']], '0', '-100', ['deposit k1', 'withdrawal k2', `INSUFFICIENT_FREE_CASH 0 ${moneyOf('1')}`]],
    ['0', [['withdraw', '30'], ['deposit', '30']], '100', '0', ['withdrawal k1', 'deposit k2']],
  ])('with %s reserved, %j leaves %s', (reserved, asked, cash, flow, said) => {
    expect(moved(reserved, ...asked)).toEqual([moneyOf(cash), moneyOf(flow), said]);
  });

  test('is only for commands about money', () => {
    const log: Decision[] = [];
    const { ledger } = postOperatorMoney(hundred, [operatorFact(0, { command: 'flatten' })], { quote: USD, reserved: moneyOf('0') }, log);
    expect([ledger, log]).toEqual([hundred, []]);
  });
});
