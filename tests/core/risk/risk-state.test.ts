/** Halt, kill and resume: who outranks whom, what is logged, and when the peak starts anew. */
import { describe, expect, test } from 'vitest';
import type { Decision, RiskStatus } from '../../../core/events.ts';
import type { OperatorCommand } from '../../../core/log.ts';
import { stepRisk } from '../../../core/risk/risk-state.ts';
import { moneyOf, operatorFact } from '../../support/desk.ts';

const told = (status: RiskStatus, ...commands: readonly OperatorCommand['command'][]) => {
  const log: Decision[] = [];
  const facts = commands.map((command, index) =>
    operatorFact(0, command === 'deposit' || command === 'withdraw' ? { command, amount: moneyOf('1') } : { command }, `k${index}`),
  );
  const { risk, resumed } = stepRisk({ status, reason: 'before' }, facts, log);
  const changes = log.map(event => (event.type === 'risk_changed' ? `${event.from} to ${event.to}` : event.type === 'operator_refused' ? `refused ${event.code}` : event.type));
  return [risk.status, resumed, changes];
};

describe('the status', () => {
  //          before     commands              after      resumed  logged
  test.each<readonly [RiskStatus, readonly OperatorCommand['command'][], RiskStatus, boolean, readonly string[]]>([
    ['ACTIVE', ['halt'], 'HALTED', false, ['ACTIVE to HALTED']],
    ['ACTIVE', ['kill'], 'KILLED', false, ['ACTIVE to KILLED']],
    ['ACTIVE', ['resume'], 'ACTIVE', false, ['refused NOT_HALTED']],
    ['HALTED', ['halt'], 'HALTED', false, []],
    ['HALTED', ['kill'], 'KILLED', false, ['HALTED to KILLED']],
    ['HALTED', ['resume'], 'ACTIVE', true, ['HALTED to ACTIVE']],
    ['KILLED', ['halt'], 'KILLED', false, []],
    ['KILLED', ['kill'], 'KILLED', false, []],
    ['KILLED', ['resume'], 'ACTIVE', true, ['KILLED to ACTIVE']],
    ['ACTIVE', ['halt', 'resume'], 'ACTIVE', true, ['ACTIVE to HALTED', 'HALTED to ACTIVE']],
    ['HALTED', ['resume', 'halt'], 'HALTED', true, ['HALTED to ACTIVE', 'ACTIVE to HALTED']],
    ['HALTED', ['resume', 'resume'], 'ACTIVE', true, ['HALTED to ACTIVE', 'refused NOT_HALTED']],
    ['HALTED', ['deposit', 'withdraw', 'flatten', 'cancel'], 'HALTED', false, []],
  ])('%s, told %j, is %s', (before, commands, after, resumed, logged) => {
    expect(told(before, ...commands)).toEqual([after, resumed, logged]);
  });

  test('keeps the reason of its last change', () => {
    const log: Decision[] = [];
    const { risk } = stepRisk({ status: 'ACTIVE', reason: '' }, [{ ...operatorFact(0, { command: 'halt' }), reason: 'exchange maintenance' }], log);
    expect(risk).toEqual({ status: 'HALTED', reason: 'exchange maintenance' });
    expect(log).toEqual([{ type: 'risk_changed', actor: 'operator', from: 'ACTIVE', to: 'HALTED', reason: 'exchange maintenance' }]);
  });

  test('without facts stays the very same value', () => {
    const before = { status: 'HALTED', reason: 'x' } as const;
    expect(stepRisk(before, [], []).risk).toBe(before);
  });
});
