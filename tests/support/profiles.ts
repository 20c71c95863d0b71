/** Profiles for tests that are about a few caps: those of research, which bind nothing, with what a test names. */
import { decimal } from '../../core/kernel/decimal.ts';
import { fraction } from '../../core/kernel/units.ts';
import { PROFILES } from '../../core/profile.ts';
import type { RunProfile } from '../../core/profile.ts';
import type { Limit } from '../../core/risk/risk-profile.ts';

/** Caps as text; what is left out binds nothing. */
export type Caps = Readonly<{ name?: string; perPosition?: string; total?: string; perCluster?: string; positions?: number; maxChase?: string; ordersPerHour?: number; fatFinger?: string }>;

export const share = (text: string): Limit => ({ share: fraction(decimal(text)), amount: null });

export const cappedBy = ({ name = 'capped', perPosition, total, perCluster, positions, maxChase, ordersPerHour, fatFinger }: Caps): RunProfile => {
  const { research } = PROFILES;
  return {
    ...research,
    name,
    limits: {
      ...research.limits,
      total: share(total ?? '1'),
      perPosition: perPosition === undefined ? null : share(perPosition),
      perCluster: perCluster === undefined ? null : share(perCluster),
      unclassified: perCluster === undefined ? null : share(perCluster),
      positions: positions ?? null,
    },
    entries: {
      ...research.entries,
      maxChase: maxChase === undefined ? null : fraction(decimal(maxChase)),
      ordersPerHour: ordersPerHour ?? null,
      fatFinger: fatFinger === undefined ? null : fraction(decimal(fatFinger)),
    },
  };
};

/** The caps of the balanced profile without tiers, volatility, clusters or protections. */
export const BALANCED_CAPS = cappedBy({ name: 'balanced-caps', perPosition: '0.05', total: '0.6', positions: 12, maxChase: '0.01' });
