/**
 * What happened at a venue is booked even when it hurts, and then nothing more is bought until a person has looked: a
 * CRITICAL event halts entries. It sells nothing, and it never lifts what stops them already.
 */
import type { HourUtc } from '../kernel/units.ts';
import type { Decision } from '../events.ts';
import type { RiskStanding } from './risk-standing.ts';

/** Who halts when no person did. */
const DESK_ACTOR = 'desk';

/** The standing after everything a step has logged so far. */
export const haltOnCritical = (standing: RiskStanding, hour: HourUtc, log: Decision[]): RiskStanding => {
  if (standing.status !== 'ACTIVE') return standing;
  if (!log.some(isCritical)) return standing;
  const reasons = log.filter(isCritical).map(event => (event.type === 'balance_overdrawn' ? 'BALANCE_OVERDRAWN' : event.code));
  const reason = [...new Set(reasons)].join(' ');
  log.push({ actor: DESK_ACTOR, from: 'ACTIVE', reason, to: 'HALTED', type: 'risk_changed' });
  return { ...standing, status: 'HALTED', reason, sinceHour: hour };
};

type Critical = Extract<Decision, { type: 'balance_overdrawn' | 'venue_conflict' }>;

const isCritical = (event: Decision): event is Critical =>
  event.type === 'balance_overdrawn' || (event.type === 'venue_conflict' && event.severity === 'CRITICAL');
