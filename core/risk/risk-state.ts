/**
 * The risk slice: the standing of the desk, which caps are breached by price alone, what was placed and went wrong in
 * the hour under way, and the profile where an operator has changed it. It changes only when something happened.
 */
import { canonicalText } from '../kernel/canonical.ts';
import { profileOfJson } from '../profile.ts';
import type { RunProfile } from '../profile.ts';
import type { VenueErrors } from './kill-triggers.ts';
import type { OrderRate } from './order-rate.ts';
import type { Breached } from './passive-breach.ts';
import { UNHINDERED } from './risk-standing.ts';
import type { RiskStanding } from './risk-standing.ts';

export type RiskState = Readonly<{
  standing: RiskStanding;
  breached: Breached;
  /** Null where the profile has no rate. */
  orderRate: OrderRate | null;
  venueErrors: VenueErrors | null;
  /** Null while that of the manifest is in force. */
  profile: RunProfile | null;
}>;

export const NO_RISK: RiskState = { standing: UNHINDERED, breached: [], orderRate: null, venueErrors: null, profile: null };

export const riskText = (risk: RiskState): string => canonicalText(risk);

/** The slice out of the JSON of its text. */
export const riskOfJson = (json: unknown): RiskState => {
  const stored = json as RiskState;
  return { ...stored, profile: stored.profile === null ? null : profileOfJson(stored.profile) };
};
