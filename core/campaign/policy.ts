/**
 * The campaign section of a risk profile: what counts as positive and negative, how often it must be so, and how much is
 * bought or sold then. Every number a campaign decides by stands here; the machine itself has none of its own.
 */
import type { Fraction } from '../kernel/units.ts';

/** Units, meanings, bounds and presets: CAMPAIGN_PARAMETERS. Fractions have 18 decimals, counts are whole decisions. */
export type CampaignPolicy = Readonly<{
  weight1h: Fraction;
  weight4h: Fraction;
  weight24h: Fraction;
  trendUpFactor: Fraction;
  trendDownFactor: Fraction;
  rangeFactor: Fraction;
  turbulentFactor: Fraction;
  expectedHold: Fraction;
  edgeMargin: Fraction;
  scorePlain: Fraction;
  scoreStrong: Fraction;
  exitReturnPlain: Fraction;
  exitReturnStrong: Fraction;
  exitAggressiveness: Fraction;
  entryPersistence: number;
  exitPersistence: number;
  entryAggressiveness: Fraction;
  reentryAggressiveness: Fraction;
  askPause: number;
  nearWeakness: Fraction;
  dipDepth: Fraction;
  reboundChance: Fraction;
  dipExpiry: number;
  tacticalFraction: Fraction;
  tacticalGain: Fraction;
  holdMinimum: Fraction;
  recoveryTrigger: Fraction;
  recoveryRelease: Fraction;
  recoveryHold: Fraction;
  recoveryExit: Fraction;
  recoveryPatience: number;
  deriskFraction: Fraction;
}>;
