/**
 * The policies that ship with the risk profiles of the same names, and the one thing that is wrong with any other. What
 * each parameter may be stands in the table of parameters.ts; what several may not be together stands here.
 */
import { decimal } from '../kernel/decimal.ts';
import { ONE_E18 } from '../kernel/units.ts';
import { CAMPAIGN_PARAMETERS } from './parameters.ts';
import type { CampaignParameter, CampaignPreset } from './parameters.ts';
import type { CampaignPolicy } from './policy.ts';

/** A parameter's text in its type: a count for decisions, 18 decimals for everything else. */
const valueOf = ({ unit }: CampaignParameter, text: string): number | bigint => (unit === 'decisions' ? Number(text) : decimal(text));

const presetOf = (preset: CampaignPreset): CampaignPolicy =>
  Object.fromEntries(CAMPAIGN_PARAMETERS.map(parameter => [parameter.name, valueOf(parameter, parameter.presets[preset])])) as CampaignPolicy;

/** The policies of the presets of the same names. */
export const CAMPAIGN_POLICIES: Readonly<Record<CampaignPreset, CampaignPolicy>> = {
  conservative: presetOf('conservative'),
  balanced: presetOf('balanced'),
  research: presetOf('research'),
};

/** Why this policy cannot be used: the first bound that is passed, then the first contradiction; null when it can. */
export const policyProblem = (policy: CampaignPolicy): string | null => {
  for (const parameter of CAMPAIGN_PARAMETERS) {
    const problem = boundProblem(parameter, policy[parameter.name]);
    if (problem !== null) return problem;
  }
  return contradictionOf(policy);
};

const boundProblem = (parameter: CampaignParameter, value: number | bigint): string | null => {
  const { name, unit, min, max } = parameter;
  const within = value >= valueOf(parameter, min) && value <= valueOf(parameter, max);
  if (unit === 'decisions') return within && Number.isInteger(value) ? null : `${name} must be a whole number of decisions from ${min} to ${max}`;
  return within ? null : `${name} must lie between ${min} and ${max}`;
};

const contradictionOf = (policy: CampaignPolicy): string | null => {
  const { weight1h, weight4h, weight24h } = policy;
  if (weight1h + weight4h + weight24h !== ONE_E18) return 'weight1h, weight4h and weight24h must add up to 1';
  if (weight1h + weight4h === 0n) return 'weight1h or weight4h must be above 0: together they are the next hours';
  if (policy.scorePlain >= policy.scoreStrong) return 'scorePlain must be less than scoreStrong';
  if (policy.exitReturnPlain >= policy.exitReturnStrong) return 'exitReturnPlain must be less than exitReturnStrong';
  if (policy.recoveryRelease >= policy.recoveryTrigger) return 'recoveryRelease must be less than recoveryTrigger';
  if (policy.recoveryExit >= policy.recoveryHold) return 'recoveryExit must be less than recoveryHold';
  return null;
};
