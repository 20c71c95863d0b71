/** What gates see of risk, as a desk without a past has it: its manifest's profile in force, no tier, nothing pending. */
import { tierTerms } from '../../core/risk/drawdown.ts';
import type { GateView, RiskView } from '../../core/risk/gate-view.ts';
import { NO_PROTECTIONS } from '../../core/risk/protections.ts';
import { UNHINDERED } from '../../core/risk/risk-standing.ts';
import { heldAgainst } from '../../core/risk/step-risk.ts';

export const riskViewOf = (held: Pick<GateView, 'desk' | 'lots' | 'marks' | 'valuation'>, given: Partial<RiskView> = {}): RiskView => {
  const { profile } = held.desk.manifest;
  return {
    profile,
    standing: UNHINDERED,
    terms: tierTerms(profile, 0),
    ...heldAgainst(profile.limits, held),
    protections: NO_PROTECTIONS,
    placed: 0,
    books: new Map(),
    ...given,
  };
};
