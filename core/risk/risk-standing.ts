/**
 * The standing of the desk: whether entries are allowed at all, and which drawdown tier binds them. People command
 * first, then what the step saw may stop entries; nothing but an operator's resume lifts a stop.
 */
import { hourUtc } from '../kernel/units.ts';
import type { Fraction, HourUtc } from '../kernel/units.ts';
import { stepTier, tierName } from './drawdown.ts';
import type { TierChange } from './drawdown.ts';
import type { KillTripped } from './kill-triggers.ts';
import type { DrawdownPolicy } from './risk-profile.ts';

type RiskStatus = 'ACTIVE' | 'HALTED' | 'KILLED';

/** `review` is open until an operator resumes. `sinceHour` is when the status began; 0 from the opening. */
export type RiskStanding = Readonly<{ status: RiskStatus; reason: string; sinceHour: HourUtc; review: boolean; tier: number }>;

export const UNHINDERED: RiskStanding = { status: 'ACTIVE', reason: '', sinceHour: hourUtc(0), review: false, tier: 0 };

export type StandingChanged = Readonly<{ type: 'risk_changed'; from: RiskStatus; to: RiskStatus; actor: string; reason: string }>;
export type ReviewRequired = Readonly<{ type: 'review_required'; reason: string }>;
export type ReviewClosed = Readonly<{ type: 'review_closed'; actor: string; reason: string }>;
export type StandingChange = StandingChanged | ReviewRequired | ReviewClosed | TierChange | KillTripped;

export type StandingCommand = Readonly<{ command: 'halt' | 'kill' | 'resume'; key: string; actor: string; reason: string }>;

export type Commanded = Readonly<{
  standing: RiskStanding;
  changes: readonly (StandingChanged | ReviewClosed)[];
  /** Keys of commands that had nothing to lift: NOT_HALTED. */
  refused: readonly string[];
  /** Whether the peak of unit value starts anew. */
  resumed: boolean;
}>;

/** The standing after a step's commands, in the order of their facts. A halt of a killed desk changes nothing. */
export const afterCommands = (before: RiskStanding, commands: readonly StandingCommand[], hour: HourUtc): Commanded => {
  let standing = before;
  let resumed = false;
  const changes: (StandingChanged | ReviewClosed)[] = [];
  const refused: string[] = [];
  for (const { command, key, actor, reason } of commands) {
    if (command === 'resume' && standing.status === 'ACTIVE' && !standing.review) {
      refused.push(key);
      continue;
    }
    const { status: from, review } = standing;
    const to = statusAfter(from, command);
    if (to !== from) {
      changes.push({ type: 'risk_changed', from, to, actor, reason });
      standing = { ...standing, status: to, reason, sinceHour: hour };
    }
    if (command !== 'resume') continue;
    if (review) changes.push({ type: 'review_closed', actor, reason });
    standing = { ...standing, review: false };
    resumed = true;
  }
  return { standing, changes, refused, resumed };
};

const statusAfter = (status: RiskStatus, command: StandingCommand['command']): RiskStatus => {
  switch (command) {
    case 'kill':
      return 'KILLED';
    case 'halt':
      return status === 'KILLED' ? status : 'HALTED';
    case 'resume':
      return 'ACTIVE';
  }
};

/** Who stops entries when no person did. */
const RISK_ACTOR = 'risk';

export type Watched = Readonly<{ drawdown: Fraction; policy: DrawdownPolicy; tripped: readonly KillTripped[]; hour: HourUtc }>;

export type Judged = Readonly<{ standing: RiskStanding; changes: readonly StandingChange[] }>;

/**
 * The standing after what a step saw. The tier follows the drawdown; one that halts stops an active desk, and one that
 * asks for a review is not forgotten by recovering. A kill outranks both. Everything that tripped is recorded.
 */
export const afterWatch = (before: RiskStanding, { drawdown, policy, tripped, hour }: Watched): Judged => {
  const { tier, change } = stepTier(policy, before.tier, drawdown);
  const changes: StandingChange[] = change === null ? [] : [change];
  let standing = change === null ? before : { ...before, tier };
  const stop = (to: RiskStatus, reason: string): void => {
    changes.push({ type: 'risk_changed', from: standing.status, to, actor: RISK_ACTOR, reason });
    standing = { ...standing, status: to, reason, sinceHour: hour };
  };
  const binding = policy.mode === 'bind' ? policy.tiers[tier]! : null;
  if (binding !== null && binding.halts && standing.status === 'ACTIVE') stop('HALTED', `DRAWDOWN_${tierName(policy.tiers, tier)}`);
  if (binding !== null && binding.review && !standing.review) {
    const reason = `DRAWDOWN_${tierName(policy.tiers, tier)}`;
    changes.push({ type: 'review_required', reason });
    // Only a review that holds an active desk dates from itself; a stop keeps its own hour and reason.
    standing = standing.status === 'ACTIVE' ? { ...standing, review: true, reason, sinceHour: hour } : { ...standing, review: true };
  }
  changes.push(...tripped);
  if (tripped.length > 0 && standing.status !== 'KILLED') stop('KILLED', tripped.map(({ trigger }) => trigger).join(' '));
  return { standing, changes };
};

/** The one code that refuses entries whatever they are: a kill hides a halt, and a halt hides a review. Null lets the gate go on. */
export const standingCode = ({ status, review }: RiskStanding): 'KILLED' | 'HALTED' | 'REVIEW_OPEN' | null => {
  switch (status) {
    case 'KILLED':
    case 'HALTED':
      return status;
    case 'ACTIVE':
      return review ? 'REVIEW_OPEN' : null;
  }
};
