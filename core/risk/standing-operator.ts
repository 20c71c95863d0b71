/**
 * The standing operator: what somebody watching a backtest would have done when entries stopped. It answers with the
 * same commands a person gives, so that core needs no rule for backtests and the log shows who lifted what.
 */
import type { HourUtc } from '../kernel/units.ts';
import type { RiskStanding, StandingCommand } from './risk-standing.ts';

export type OnHalt = Readonly<{ kind: 'stop' }> | Readonly<{ kind: 'observe' }> | Readonly<{ kind: 'resume'; afterHours: number }>;

/** How a backtest is conducted. Paper and live have people instead. */
export type StandingOrders = Readonly<{
  onHalt: OnHalt;
  /** Hours after which a kill is lifted; null leaves the desk killed. */
  reactivateAfterHours: number | null;
}>;

export const BACKTEST_ORDERS: StandingOrders = { onHalt: { kind: 'stop' }, reactivateAfterHours: 24 };

const ACTOR = 'standing orders';

/** Hours after which everything that holds entries back is lifted; null when something never is. */
const liftedAfter = ({ onHalt, reactivateAfterHours }: StandingOrders, { status, review }: RiskStanding): number | null => {
  const ofHalt = onHalt.kind === 'resume' ? onHalt.afterHours : null;
  switch (status) {
    case 'KILLED':
      // A resume lifts a halt along with the kill, so it waits for what both ask for.
      if (!review) return reactivateAfterHours;
      return ofHalt === null || reactivateAfterHours === null ? null : Math.max(ofHalt, reactivateAfterHours);
    case 'HALTED':
      return ofHalt;
    case 'ACTIVE':
      return review ? ofHalt : null;
  }
};

const isHeld = ({ status, review }: RiskStanding): boolean => status !== 'ACTIVE' || review;

/** Whether the run ends with the hour that left this standing, because its orders stop where nothing would be bought any more. */
export const endsRun = (orders: StandingOrders, standing: RiskStanding): boolean =>
  orders.onHalt.kind === 'stop' && isHeld(standing) && liftedAfter(orders, standing) === null;

/** The command for the first step of `hour`, from the standing the hour before it left; null for none. */
export const standingCommand = (orders: StandingOrders, standing: RiskStanding, hour: HourUtc): StandingCommand | null => {
  const afterHours = liftedAfter(orders, standing);
  if (afterHours === null || hour < standing.sinceHour + afterHours) return null;
  const held = standing.status === 'ACTIVE' ? 'REVIEW_OPEN' : standing.status;
  return { command: 'resume', key: `${held} ${standing.sinceHour}`, actor: ACTOR, reason: `${held} for ${afterHours} hours: ${standing.reason}` };
};
