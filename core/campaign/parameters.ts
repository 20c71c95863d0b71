/**
 * The parameters of a campaign policy with unit, bounds and presets, as one table that programs and people read. Texts
 * are decimals in normal form; nothing here decides what a parameter does, which is written in specs/campaigns.md.
 */
import type { CampaignPolicy } from './policy.ts';

/**
 * `share` of 1; `score` from −1 to 1; `chance` of a rise; `return` as a fraction; `sigmas`: times the volatility of a
 * day; `multiple`: a plain factor; `decisions`: a whole number of consecutive decisions.
 */
export type CampaignUnit = 'share' | 'score' | 'chance' | 'return' | 'sigmas' | 'multiple' | 'decisions';

export type CampaignPreset = 'conservative' | 'balanced' | 'research';

export type CampaignParameter = Readonly<{
  name: keyof CampaignPolicy;
  unit: CampaignUnit;
  min: string;
  max: string;
  presets: Readonly<Record<CampaignPreset, string>>;
  meaning: string;
}>;

const row = (
  [name, unit]: readonly [keyof CampaignPolicy, CampaignUnit],
  [min, max]: readonly [string, string],
  [conservative, balanced, research]: readonly [string, string, string],
  meaning: string,
): CampaignParameter => ({ name, unit, min, max, presets: { conservative, balanced, research }, meaning });

/** In the order in which they are shown. */
export const CAMPAIGN_PARAMETERS: readonly CampaignParameter[] = [
  row(['weight1h', 'share'], ['0', '1'], ['0.1', '0.1', '0.1'], 'weight of the next hour; the three weights add up to 1'),
  row(['weight4h', 'share'], ['0', '1'], ['0.3', '0.3', '0.3'], 'weight of the next four hours'),
  row(['weight24h', 'share'], ['0.01', '1'], ['0.6', '0.6', '0.6'], 'weight of the next day'),
  row(['trendUpFactor', 'share'], ['0', '1'], ['1', '1', '1'], 'what a certain rising trend leaves of a score'),
  row(['trendDownFactor', 'share'], ['0', '1'], ['1', '1', '1'], 'what a certain falling trend leaves of a score'),
  row(['rangeFactor', 'share'], ['0', '1'], ['0.8', '0.8', '0.8'], 'what a certain range leaves of a score'),
  row(['turbulentFactor', 'share'], ['0', '1'], ['0.5', '0.6', '0.8'], 'what certain turbulence leaves of a score'),
  row(['expectedHold', 'multiple'], ['1', '10'], ['4', '5', '6'], 'the expected return by the expected exit, as a multiple of the predicted one'),
  row(['edgeMargin', 'return'], ['0', '0.1'], ['0.001', '0.0005', '0'], 'a positive class needs an edge above this, after a round trip'),
  row(['scorePlain', 'score'], ['0.001', '0.9'], ['0.02', '0.015', '0.01'], 'a score of at least this is positive, of at most minus this negative'),
  row(['scoreStrong', 'score'], ['0.002', '1'], ['0.06', '0.05', '0.04'], 'the same for the strong classes'),
  row(['exitReturnPlain', 'sigmas'], ['0.01', '5'], ['0.05', '0.06', '0.08'], 'an expected loss of at least this is negative'),
  row(['exitReturnStrong', 'sigmas'], ['0.02', '10'], ['0.15', '0.18', '0.24'], 'an expected loss of at least this is strongly negative'),
  row(['exitAggressiveness', 'multiple'], ['0.5', '2'], ['1.25', '1', '0.8'], 'the cut-offs of both negative classes are divided by this'),
  row(['entryPersistence', 'decisions'], ['1', '168'], ['3', '2', '1'], 'favourable decisions in a row before an entry or re-entry'),
  row(['exitPersistence', 'decisions'], ['1', '168'], ['2', '2', '2'], 'negative decisions in a row before an exit'),
  row(['entryAggressiveness', 'share'], ['0.05', '1'], ['0.5', '0.75', '1'], 'share of the base that a plain positive class buys; a strong one buys all'),
  row(['reentryAggressiveness', 'share'], ['0.05', '1'], ['0.25', '0.5', '0.5'], 'share of the base that a re-entry buys'),
  row(['askPause', 'decisions'], ['1', '168'], ['12', '6', '6'], 'decisions from one request to buy to the next'),
  row(['nearWeakness', 'score'], ['0.001', '1'], ['0.01', '0.01', '0.01'], 'a score of the next hours of at most minus this expects a dip'),
  row(['dipDepth', 'sigmas'], ['0', '5'], ['0.3', '0.25', '0.2'], 'how far below the reference price a dip reaches'),
  row(['reboundChance', 'chance'], ['0', '1'], ['0.5', '0.495', '0.49'], 'the chance of the next hours from which a dip or a partial profit is bought back'),
  row(['dipExpiry', 'decisions'], ['1', '720'], ['24', '24', '24'], 'decisions that a dip is waited for'),
  row(['tacticalFraction', 'share'], ['0', '0.9'], ['0.5', '0.33', '0.25'], 'share of the holding sold as partial profit; 0 takes none'),
  row(['tacticalGain', 'sigmas'], ['0', '20'], ['0.5', '1', '1'], 'unrealised return from which a partial profit is taken'),
  row(['holdMinimum', 'sigmas'], ['-1', '5'], ['0.05', '0.05', '0.05'], 'an expected return of at least this sells no part'),
  row(['recoveryTrigger', 'share'], ['0.01', '0.9'], ['0.1', '0.15', '0.2'], 'unrealised loss of a position at which its recovery begins'),
  row(['recoveryRelease', 'share'], ['0', '0.9'], ['0.05', '0.075', '0.1'], 'unrealised loss at which it has recovered'),
  row(['recoveryHold', 'chance'], ['0', '1'], ['0.53', '0.52', '0.52'], 'chance from which a rebound is meaningful: hold'),
  row(['recoveryExit', 'chance'], ['0', '1'], ['0.49', '0.48', '0.47'], 'chance up to which a recovery is unlikely: exit'),
  row(['recoveryPatience', 'decisions'], ['1', '720'], ['12', '24', '48'], 'uncertain decisions before a part is sold'),
  row(['deriskFraction', 'share'], ['0.05', '0.9'], ['0.5', '0.5', '0.33'], 'share of the holding sold to carry less risk'),
];
