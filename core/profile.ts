/**
 * The profile of a run: its risk profile with the campaign section. Presets, and reading one back from its canonical
 * text; what its numbers mean is decided by the rules that read them.
 */
import { assert } from './kernel/assert.ts';
import { parseDecimal } from './kernel/decimal.ts';
import type { CampaignPolicy } from './campaign/policy.ts';
import { CAMPAIGN_POLICIES } from './campaign/presets.ts';
import { RISK_PROFILES } from './risk/risk-profile.ts';
import type { PresetName, RiskProfile } from './risk/risk-profile.ts';

/** Null campaigns are for runs that trade plain signals only. */
export type RunProfile = RiskProfile<CampaignPolicy | null>;

const preset = (name: PresetName): RunProfile => ({ ...RISK_PROFILES[name], campaign: CAMPAIGN_POLICIES[name] });

export const PROFILES: Readonly<Record<PresetName, RunProfile>> = {
  conservative: preset('conservative'),
  balanced: preset('balanced'),
  research: preset('research'),
};

/** Words of a profile; every other text in its canonical form is a decimal. */
const WORDS: ReadonlySet<string> = new Set(['name', 'purpose', 'amountsIn', 'mode']);

/** A profile out of the JSON of its canonical text. */
export const profileOfJson = (json: unknown): RunProfile => revived(json) as RunProfile;

const revived = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(revived);
  if (typeof json === 'string') return amountOf(json);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]: [string, unknown]) => [key, WORDS.has(key) ? value : revived(value)]));
};

const amountOf = (text: string): bigint => {
  const amount = parseDecimal(text);
  assert(amount !== null, 'A number of a profile is a decimal.');
  return amount;
};
