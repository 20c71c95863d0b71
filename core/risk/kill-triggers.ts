/**
 * Kill triggers: signs that what the desk sees or does can no longer be trusted. A kill blocks and cancels BUYs and
 * sells nothing; only an operator lifts it.
 */
import { whole } from '../kernel/decimal.ts';
import { divideDown } from '../kernel/rounding.ts';
import { ONE_E18 } from '../kernel/units.ts';
import type { Fraction, HourUtc } from '../kernel/units.ts';
import type { KillPolicy } from './risk-profile.ts';

export type KillTrigger = 'BOOKS_BROKEN' | 'UNIVERSE_MISSING' | 'CANDLES_WILD' | 'VENUE_ERRORS';

/** Limit and usage: shares for UNIVERSE_MISSING (usage down), else counts; what usage did to the limit is the trigger's rule. */
export type KillTripped = Readonly<{ type: 'kill_tripped'; trigger: KillTrigger; limit: bigint; usage: bigint }>;

/** What a step saw. */
export type KillSigns = Readonly<{
  /** Failed assertions of books or chain that were reported since the last step. */
  faults: number;
  /** Symbols that are not silent, and how many of them are missing. */
  live: number;
  missing: number;
  /** Symbols whose candle of this step is wild. */
  wild: number;
  /** Errors of the venue in the hour under way. */
  venueErrors: number;
}>;

/** Every trigger that tripped, in the order of their names above. A fault kills under every profile. */
export const killTriggers = (policy: KillPolicy | null, { faults, live, missing, wild, venueErrors }: KillSigns): readonly KillTripped[] => {
  const tripped: KillTripped[] = [];
  const trip = (trigger: KillTrigger, limit: bigint, usage: bigint): void => {
    tripped.push({ type: 'kill_tripped', trigger, limit, usage });
  };
  if (faults > 0) trip('BOOKS_BROKEN', 0n, whole(faults));
  if (policy === null) return tripped;
  if (live > 0 && whole(missing) > policy.missingShare * BigInt(live)) {
    trip('UNIVERSE_MISSING', policy.missingShare, divideDown(whole(missing), BigInt(live)));
  }
  if (wild >= policy.moveSymbols) trip('CANDLES_WILD', whole(policy.moveSymbols), whole(wild));
  if (venueErrors >= policy.venueErrors) trip('VENUE_ERRORS', whole(policy.venueErrors), whole(venueErrors));
  return tripped;
};

/** Ages in steps; null for a symbol that has never had a candle. */
export type MarkAge = Readonly<{ ageSteps: number | null; absent: 'quiet' | 'missing'; stepsPerHour: number }>;

/** What a symbol says about the feed. One that is not listed yet, or whose mark is stale, says nothing. */
export type Presence = 'silent' | 'live' | 'missing';

export type PresenceHours = Readonly<{ missingHours: number; staleHours: number }>;

/** Missing is without a candle for `missingHours`, where that means that nobody told us; a missing symbol counts as live too. */
export const presenceOf = ({ ageSteps, absent, stepsPerHour }: MarkAge, { missingHours, staleHours }: PresenceHours): Presence => {
  if (ageSteps === null || ageSteps >= staleHours * stepsPerHour) return 'silent';
  return absent === 'missing' && ageSteps >= missingHours * stepsPerHour ? 'missing' : 'live';
};

/** Doubles nearest to the decimals. `reference` is the mark before the candle, or its open where that mark was stale or absent. */
export type CandleMove = Readonly<{ reference: number; high: number; low: number }>;

/** Whether high or low lies more than the share away from the reference. `moveShare` is the double of the policy's share. */
export const isWild = ({ reference, high, low }: CandleMove, moveShare: number): boolean => Math.max(high - reference, reference - low) > moveShare * reference;

/** The double nearest to a share, for the one rule that compares doubles. */
export const shareAsDouble = (share: Fraction): number => Number(share) / Number(ONE_E18);

/** Errors of the venue in the last hour that had any. */
export type VenueErrors = Readonly<{ hour: HourUtc; errors: number }>;

/** The count after a step with more errors; an hour without any starts none. */
export const countVenueErrors = (before: VenueErrors | null, hour: HourUtc, errors: number): VenueErrors | null => {
  const known = before !== null && before.hour === hour ? before : null;
  if (errors === 0) return known;
  return { hour, errors: errors + (known?.errors ?? 0) };
};
