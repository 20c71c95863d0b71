/**
 * Drawdown and the tier it falls into. It is measured on unit value, so that money coming or going is no loss, and
 * since the last resume. A tier takes from what the profile allows; it never gives more.
 */
import { formatDecimal } from '../kernel/decimal.ts';
import { divideDown, divideHalfEven, shareDown } from '../kernel/rounding.ts';
import { fraction, ONE_E18 } from '../kernel/units.ts';
import type { Fraction, Money } from '../kernel/units.ts';
import type { DrawdownPolicy, RiskProfile, Tier } from './risk-profile.ts';

/** Ten decimals: 10^10 steps to the whole, each of 10^8 units of 10^-18. */
const STEPS = 10_000_000_000n;
const STEP = 100_000_000n;

/** (peak − now) ÷ peak, half-even at 10 decimals; 0 at or above the peak, and where there is no peak. */
export const drawdownOf = ({ peakUnitValue, unitValue }: Readonly<{ peakUnitValue: Money; unitValue: Money }>): Fraction => {
  if (peakUnitValue <= 0n || unitValue >= peakUnitValue) return fraction(0n);
  return fraction(divideHalfEven((peakUnitValue - unitValue) * STEPS, peakUnitValue) * STEP);
};

/** The last tier that begins at or below the drawdown. The first begins at 0. */
export const tierAt = (tiers: readonly Tier[], drawdown: Fraction): number => {
  let index = 0;
  while (index + 1 < tiers.length && tiers[index + 1]!.from <= drawdown) index += 1;
  return index;
};

/** `NORMAL`, `DD10`, `HALT20`: what it does and the percentage it begins at. */
export const tierName = (tiers: readonly Tier[], index: number): string => {
  if (index === 0) return 'NORMAL';
  const { from, halts } = tiers[index]!;
  return `${halts ? 'HALT' : 'DD'}${formatDecimal(from * 100n)}`;
};

/** What entries may use in a tier. Null where the profile sets no limit. */
export type TierTerms = Readonly<{ base: Fraction | null; positions: number | null; halts: boolean; review: boolean }>;

/** The base and the positions that are left in a tier, both rounded down; an observed tier leaves everything. */
export const tierTerms = ({ sizing, limits, drawdown }: Pick<RiskProfile<unknown>, 'sizing' | 'limits' | 'drawdown'>, index: number): TierTerms => {
  const { base } = sizing;
  const { positions } = limits;
  if (drawdown.mode === 'observe') return { base, positions, halts: false, review: false };
  const tier = drawdown.tiers[index]!;
  return {
    base: base === null ? null : shareDown(base, tier.base),
    positions: positions === null ? null : Number(divideDown(BigInt(positions) * tier.positions, ONE_E18)),
    halts: tier.halts,
    review: tier.review,
  };
};

/** A step from one tier to another, with the drawdown that caused it. `binding` is false where tiers are only observed. */
export type TierChange = Readonly<{ type: 'tier_changed'; from: string; to: string; drawdown: Fraction; binding: boolean }>;

export type TierStep = Readonly<{ tier: number; change: TierChange | null }>;

/** The tier after a step: it follows the drawdown both ways. A halt it caused stays until an operator lifts it. */
export const stepTier = ({ mode, tiers }: DrawdownPolicy, before: number, drawdown: Fraction): TierStep => {
  const tier = tierAt(tiers, drawdown);
  if (tier === before) return { tier, change: null };
  const change: TierChange = { type: 'tier_changed', from: tierName(tiers, before), to: tierName(tiers, tier), drawdown, binding: mode === 'bind' };
  return { tier, change };
};
