/**
 * The risk profile: which caps bind every entry. Three presets ship; governance ceilings bound every profile outside
 * research, so that a profile file cannot lift a cap past what was agreed.
 */
import { decimal } from '../kernel/decimal.ts';
import { ONE_E18 } from '../kernel/units.ts';
import type { Fraction } from '../kernel/units.ts';

export type RiskProfile = Readonly<{
  /** The preset it is, or the name its author gave it. */
  name: string;
  version: number;
  /** Share of portfolio value one position may reach; null binds nothing (research only). */
  perPosition: Fraction | null;
  /** Share of portfolio value all positions may reach together; never above 1: there is no leverage. */
  total: Fraction;
  /** How many positions may be open at once; null binds nothing (research only). */
  positions: number | null;
  /** How far past the mark a BUY may fill; null means no collar (research only). */
  maxChase: Fraction | null;
}>;

const share = (text: string): Fraction => decimal(text) as Fraction;

export const PROFILES = {
  research: { name: 'research', version: 1, perPosition: null, total: ONE_E18 as Fraction, positions: null, maxChase: null },
  balanced: { name: 'balanced', version: 1, perPosition: share('0.05'), total: share('0.6'), positions: 12, maxChase: share('0.01') },
  conservative: {
    name: 'conservative',
    version: 1,
    perPosition: share('0.02'),
    total: share('0.2'),
    positions: 10,
    maxChase: share('0.01'),
  },
} as const satisfies Readonly<Record<string, RiskProfile>>;

/** Governance version 1: no profile outside research passes these. */
const CEILINGS_V1 = { perPosition: share('0.1'), total: ONE_E18 as Fraction, positions: 20, maxChase: share('0.05') } as const;

/** A profile without the caps of capital safety: for research backtests only. */
export const isResearch = (profile: RiskProfile): boolean =>
  profile.perPosition === null || profile.positions === null || profile.maxChase === null;

/** Why governance refuses this profile, naming the bound; null when it may be used. */
export const profileProblem = (profile: RiskProfile): string | null => {
  if (profile.total <= 0n || profile.total > ONE_E18) return 'total must lie above 0 and at most at 1: there is no leverage';
  if (isResearch(profile)) {
    return profile.name === 'research' ? null : 'perPosition, positions and maxChase may be null in the research profile only';
  }
  return ceilingProblem(profile);
};

const ceilingProblem = ({ perPosition, total, positions, maxChase }: RiskProfile): string | null => {
  if (perPosition! <= 0n || perPosition! > CEILINGS_V1.perPosition) return 'perPosition must lie above 0 and at most at 0.1';
  if (perPosition! > total) return 'perPosition must not exceed total';
  if (!Number.isInteger(positions) || positions! < 1 || positions! > CEILINGS_V1.positions) return 'positions must be a whole number from 1 to 20';
  if (maxChase! < 0n || maxChase! > CEILINGS_V1.maxChase) return 'maxChase must lie between 0 and 0.05';
  return null;
};
