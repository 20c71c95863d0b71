/** Where the desk stands between an intent and an order, as documents and lines say it: status, tier, profile, breaches. Decides nothing. */
import type { Desk } from '../core/desk.ts';
import { formatHour } from '../core/kernel/hours.ts';
import { tierName } from '../core/risk/drawdown.ts';
import type { RiskState } from '../core/risk/risk-state.ts';
import { oneLine } from '../engine/wording.ts';

type RiskReport = Readonly<{ breached: readonly string[]; profile: string; reason: string; review: boolean; since: string | null; status: string; tier: string }>;

/** The profile is the one in force; `since` is null where the status is that of the opening. */
export const riskReport = ({ manifest }: Desk, { standing, breached, profile }: RiskState): RiskReport => {
  const inForce = profile ?? manifest.profile;
  const { reason, review, sinceHour, status, tier } = standing;
  return { breached, profile: inForce.name, reason, review, since: sinceHour === 0 ? null : formatHour(sinceHour), status, tier: tierName(inForce.drawdown.tiers, tier) };
};

/** `HALTED (DRAWDOWN_HALT20), review open`. */
export const standingText = ({ status, reason, review }: RiskReport): string => `${status}${reason === '' ? '' : ` (${oneLine(reason)})`}${review ? ', review open' : ''}`;

/** Why nothing is bought, and who changes that; null while entries are allowed. */
export const entriesStopped = (name: string, report: RiskReport): string | null =>
  report.status === 'ACTIVE' && !report.review ? null : `No entries: risk is ${standingText(report)}. Exits go on. To allow entries again: tb operator resume --run ${name} --reason "…"`;
