/** Halt, kill and resume as facts: who outranks whom, what is logged in which order, and when the peak starts anew. */
import { describe, expect, test } from 'vitest';
import type { Decision, RiskStatus } from '../../../core/events.ts';
import { hourUtc } from '../../../core/kernel/units.ts';
import type { OperatorCommand } from '../../../core/log.ts';
import { PROFILES } from '../../../core/profile.ts';
import { NO_RISK, riskOfJson, riskText } from '../../../core/risk/risk-state.ts';
import type { RiskState } from '../../../core/risk/risk-state.ts';
import { commandRisk } from '../../../core/risk/step-risk.ts';
import { agentOf, byFraction, instrument, manifestOf, moneyOf, operatorFact, START } from '../../support/desk.ts';

type Plain = Exclude<OperatorCommand['command'], 'profile'>;

const manifest = manifestOf({ universe: [instrument('BTC/USD')], agents: [agentOf('buy-and-hold', byFraction('1'))] });
const standing = (status: RiskStatus): RiskState => ({ ...NO_RISK, standing: { ...NO_RISK.standing, status, reason: 'before' } });

const told = (status: RiskStatus, ...commands: readonly Plain[]) => {
  const log: Decision[] = [];
  const facts = commands.map((command, index) =>
    operatorFact(0, command === 'deposit' || command === 'withdraw' ? { command, amount: moneyOf('1') } : { command }, `k${index}`),
  );
  const commanded = commandRisk(standing(status), { manifest, facts, hour: START }, log);
  const changes = log.map(event => (event.type === 'risk_changed' ? `${event.from} to ${event.to}` : event.type === 'operator_refused' ? `refused ${event.code}` : event.type));
  return [commanded.standing.status, commanded.resumed, changes];
};

describe('the status', () => {
  //          before     commands              after      resumed  logged
  test.each<readonly [RiskStatus, readonly Plain[], RiskStatus, boolean, readonly string[]]>([
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
    ['HALTED', ['resume', 'resume', 'kill'], 'KILLED', true, ['HALTED to ACTIVE', 'refused NOT_HALTED', 'ACTIVE to KILLED']],
    ['HALTED', ['deposit', 'withdraw', 'flatten', 'cancel'], 'HALTED', false, []],
  ])('%s, told %j, is %s', (before, commands, after, resumed, logged) => {
    expect(told(before, ...commands)).toEqual([after, resumed, logged]);
  });

  test('keeps the reason and the hour of its last change', () => {
    const log: Decision[] = [];
    const facts = [{ ...operatorFact(0, { command: 'halt' }), reason: 'exchange maintenance' }];
    const commanded = commandRisk(NO_RISK, { manifest, facts, hour: hourUtc(7) }, log);
    expect(commanded.standing).toEqual({ status: 'HALTED', reason: 'exchange maintenance', sinceHour: 7, review: false, tier: 0 });
    expect(log).toEqual([{ type: 'risk_changed', actor: 'operator', from: 'ACTIVE', to: 'HALTED', reason: 'exchange maintenance' }]);
  });

  test('without facts stays the very same value', () => {
    const before = standing('HALTED');
    expect(commandRisk(before, { manifest, facts: [], hour: START }, []).standing).toBe(before.standing);
  });
});

describe('the slice', () => {
  test('begins active, with nothing counted and the profile of the manifest', () => {
    expect(riskText(NO_RISK)).toBe('{"breached":[],"orderRate":null,"profile":null,"standing":{"reason":"","review":false,"sinceHour":0,"status":"ACTIVE","tier":0},"venueErrors":null}');
  });

  test.each(Object.values(PROFILES))('reads back with the profile $name', profile => {
    const risk: RiskState = { ...standing('KILLED'), breached: ['total'], orderRate: { hour: START, placed: 3 }, venueErrors: { hour: START, errors: 2 }, profile };
    expect(riskOfJson(JSON.parse(riskText(risk)))).toEqual(risk);
  });
});
