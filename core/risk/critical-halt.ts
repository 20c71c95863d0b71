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
  const reasons = new Set<string>();
  for (const event of log) {
    if (event.type === 'balance_overdrawn') reasons.add('BALANCE_OVERDRAWN');
    if (event.type === 'venue_conflict' && event.severity === 'CRITICAL') reasons.add(event.code);
  }
  if (reasons.size === 0) return standing;
  const reason = [...reasons].join(' ');
  log.push({ actor: DESK_ACTOR, from: 'ACTIVE', reason, to: 'HALTED', type: 'risk_changed' });
  return { ...standing, status: 'HALTED', reason, sinceHour: hour };
};
