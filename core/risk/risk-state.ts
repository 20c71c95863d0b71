/**
 * The risk slice: whether entries are allowed at all. Only an operator lifts a halt or a kill, and a resume starts
 * drawdown anew from the unit value at that moment.
 */
import type { Decision, RiskStatus } from '../events.ts';
import type { Fact, OperatorFact } from '../log.ts';

export type RiskState = Readonly<{ status: RiskStatus; reason: string }>;

export const ACTIVE: RiskState = { status: 'ACTIVE', reason: '' };

/** The risk state after a step's operator facts, and whether one of them reset the drawdown peak. */
export const stepRisk = (before: RiskState, facts: readonly Fact[], log: Decision[]): Readonly<{ risk: RiskState; resumed: boolean }> => {
  let risk = before;
  let resumed = false;
  for (const fact of facts) {
    if (fact.type !== 'operator') continue;
    const status = statusAfter(risk.status, fact);
    if (fact.command === 'resume' && risk.status === 'ACTIVE') {
      log.push({ asked: 0n, code: 'NOT_HALTED', command: fact.command, key: fact.key, limit: 0n, type: 'operator_refused' });
    }
    if (status === risk.status) continue;
    log.push({ actor: fact.actor, from: risk.status, reason: fact.reason, to: status, type: 'risk_changed' });
    risk = { status, reason: fact.reason };
    if (fact.command === 'resume') resumed = true;
  }
  return { risk, resumed };
};

/** A kill outranks a halt: halting a killed desk changes nothing. */
const statusAfter = (status: RiskStatus, fact: OperatorFact): RiskStatus => {
  switch (fact.command) {
    case 'kill':
      return 'KILLED';
    case 'halt':
      return status === 'KILLED' ? status : 'HALTED';
    case 'resume':
      return 'ACTIVE';
    case 'flatten':
    case 'cancel':
    case 'deposit':
    case 'withdraw':
      return status;
  }
};
